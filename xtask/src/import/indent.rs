//! How far each line of a copied piece moves, so that every level is indented by two columns.

use super::document::{Document, indent};
use super::yaml::{Data, Node};

/// The columns that a level is indented by in the file that is added to.
pub(super) const STEP: usize = 2;

/// The lines of a piece of a file and by how many columns each of them moves.
#[derive(Debug)]
pub(super) struct Moves<'a> {
    document: &'a Document,
    first: usize,
    columns: Vec<isize>,
    /// Lines inside of a value of several lines: what looks like a comment there is none.
    inside: Vec<bool>,
}

impl<'a> Moves<'a> {
    /// The lines `first..=last`, which all move as the first line does.
    pub(super) fn new(
        document: &'a Document,
        first: usize,
        last: usize,
        from: usize,
        to: usize,
    ) -> Self {
        let count = last + 1 - first;
        Self {
            document,
            first,
            columns: vec![distance(from, to); count],
            inside: vec![false; count],
        }
    }

    /// Lets the lines of a value move. `from` and `to` are the columns of what holds the value, `line` is where its key
    /// or its dash stands.
    pub(super) fn value(&mut self, value: &Node, from: usize, to: usize, line: usize) {
        match &value.data {
            Data::Scalar { block: true, .. } => self.block_scalar(value, from, to, line),
            Data::Scalar { .. } => self.mark_inside(line + 1, value.last),
            Data::List { flow: true, .. } | Data::Map { flow: true, .. } => self.flow(value),
            Data::List { items, .. } => {
                let column = self.column(value, value.start.line, line);
                let to = moved(column, from, to, line, value.start.line);
                self.set(value.start.line, value.last, line, distance(column, to));
                for item in items {
                    let dash = dash_line(self.document, item, column);
                    self.value(item, column, to, dash);
                }
            }
            Data::Map { entries, .. } => {
                let Some(first) = entries.first() else { return };
                let begin = first.key.start.line;
                let column = self.column(&first.key, begin, line);
                let to = moved(column, from, to, line, begin);
                self.set(begin, value.last, line, distance(column, to));
                for entry in entries {
                    self.value(&entry.value, column, to, entry.key.start.line);
                }
            }
        }
    }

    /// Inside of brackets all lines move as the first; only values of several lines are noted.
    fn flow(&mut self, node: &Node) {
        match &node.data {
            Data::Scalar { .. } => self.mark_inside(node.start.line + 1, node.last),
            Data::List { items, .. } => items.iter().for_each(|item| self.flow(item)),
            Data::Map { entries, .. } => entries.iter().for_each(|entry| self.flow(&entry.value)),
        }
    }

    fn block_scalar(&mut self, value: &Node, from: usize, to: usize, line: usize) {
        self.mark_inside(line + 1, value.last);
        let mut texts = (line + 1..=value.last).map(|line| self.document.line(line));
        let first = texts.find(|text| !text.trim().is_empty());
        let written = first.map_or(0, indent);
        // `|2` counts from the level around it.
        let columns = if has_indicator(self.document.line(line)) {
            distance(from, to)
        } else {
            distance(written, to + STEP)
        };
        self.set(line + 1, value.last, line, columns);
    }

    /// The column of a list or map that begins on `begin`, held by something on `line`.
    fn column(&self, node: &Node, begin: usize, line: usize) -> usize {
        if begin == line {
            node.start.column
        } else {
            indent(self.document.line(begin))
        }
    }

    /// Sets the distance of all lines but the one that a value shares with its key or dash.
    fn set(&mut self, from: usize, to: usize, shared: usize, columns: isize) {
        for line in from.max(shared + 1)..=to {
            if let Some(slot) = self.columns.get_mut(line - self.first) {
                *slot = columns;
            }
        }
    }

    fn mark_inside(&mut self, from: usize, to: usize) {
        for line in from..=to {
            if let Some(slot) = self.inside.get_mut(line - self.first) {
                *slot = true;
            }
        }
    }

    /// The texts of the lines, each moved. They are handed in because names in them may have been changed.
    pub(super) fn apply(mut self, texts: &[&str]) -> Vec<String> {
        self.settle_comments();
        let lines = texts.iter().zip(&self.columns);
        lines.map(|(text, columns)| shift(text, *columns)).collect()
    }

    /// A comment moves as the next line in the same column does, or else the one before it.
    fn settle_comments(&mut self) {
        let column = |index: usize| indent(self.document.line(self.first + index));
        let is_comment = |index: usize| {
            !self.inside[index] && self.document.comment(self.first + index).is_some()
        };
        let is_value = |index: &usize| {
            let text = self.document.line(self.first + index);
            !self.inside[*index] && !is_comment(*index) && !text.trim().is_empty()
        };
        for index in (0..self.columns.len()).filter(|index| is_comment(*index)) {
            let next = (index..self.columns.len())
                .find(is_value)
                .filter(|next| column(*next) == column(index));
            let before = || (0..index).rev().filter(is_value);
            let before = before().find(|before| column(*before) <= column(index));
            if let Some(line) = next.or(before) {
                self.columns[index] = self.columns[line];
            }
        }
    }
}

/// The line with the dash of a list's item.
pub(super) fn dash_line(document: &Document, item: &Node, column: usize) -> usize {
    let has_dash = |line: &usize| {
        let text = document.line(*line);
        indent(text) == column && text.trim_start().starts_with('-')
    };
    let above = (1..=item.start.line).rev().take(20).find(has_dash);
    above.unwrap_or(item.start.line)
}

/// Where a list or map comes to stand: behind its dash it keeps its distance, on a line of its own it is one level in.
fn moved(column: usize, from: usize, to: usize, line: usize, begin: usize) -> usize {
    if begin == line {
        to + column.saturating_sub(from)
    } else {
        to + STEP
    }
}

fn distance(from: usize, to: usize) -> isize {
    to.cast_signed() - from.cast_signed()
}

/// Whether the header of a block scalar at the end of this line says how far it is indented.
fn has_indicator(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let header = line.rfind(['|', '>']).map_or("", |index| &line[index..]);
    header.len() <= 3 && header.contains(|c: char| c.is_ascii_digit())
}

/// Moves a line; an empty one stays empty, and what is not there cannot be taken away.
pub(super) fn shift(text: &str, columns: isize) -> String {
    match usize::try_from(columns) {
        Ok(_) if text.is_empty() => String::new(),
        Ok(more) => " ".repeat(more) + text,
        Err(_) => text[indent(text).min(columns.unsigned_abs())..].to_owned(),
    }
}
