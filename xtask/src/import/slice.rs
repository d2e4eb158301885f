//! Pieces of a file as lines of text that are ready to be put somewhere else.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::{Document, indent};
use super::indent::{Moves, STEP, dash_line, shift};
use super::yaml::{Data, Entry, Node, Place};

/// Names that are written differently in the copy, by the place where they begin.
pub(super) type Edits = BTreeMap<Place, Edit>;

/// One such name: up to where it goes, what is written there instead, and what that means.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub(super) end: Place,
    pub(super) raw: String,
    pub(super) text: String,
}

/// Copied lines, and the line of the file that the first of them was.
#[derive(Debug)]
pub(super) struct Slice {
    pub(super) lines: Vec<String>,
    pub(super) first: usize,
}

/// Copies an entry of a map to `column`, with the comment above it if asked.
pub(super) fn entry(
    document: &Document,
    parent: &Node,
    entry: &Entry,
    column: usize,
    with_comment: bool,
    edits: &Edits,
) -> Result<Slice, String> {
    let Entry { key, value } = entry;
    refuse_shared(document, key.start.line, value.last)?;
    if parent.is_flow() {
        let name = text(document, key.start, key.end, edits);
        let value = text(document, value.start, value.end, edits);
        let lines = flow_lines(&format!("{name}: {value}"), column);
        return Ok(Slice {
            lines,
            first: key.start.line,
        });
    }
    let line = key.start.line;
    let from = key.start.column;
    if indent(document.line(line)) != from {
        return Err(format!(
            "{}: write the key `{}` on a line of its own, without `?` or a tag",
            document.at(line),
            entry.name()
        ));
    }
    let first = if with_comment {
        first_line(document, entry)
    } else {
        line
    };
    let last = last_line(document, value.last, from);
    let mut moves = Moves::new(document, first, last, from, column);
    moves.value(value, from, column, line);
    Ok(whole_lines(document, first, last, moves, edits))
}

/// Copies an item of a list to `column`, its dash included.
pub(super) fn item(
    document: &Document,
    list: &Node,
    item: &Node,
    column: usize,
    edits: &Edits,
) -> Result<Slice, String> {
    refuse_shared(document, item.start.line, item.last)?;
    if list.is_flow() {
        let value = text(document, item.start, item.end, edits);
        return Ok(Slice {
            lines: flow_lines(&format!("- {value}"), column),
            first: item.start.line,
        });
    }
    let from = indent(document.line(list.start.line));
    let first = dash_line(document, item, from);
    let last = last_line(document, item.last, from);
    let mut moves = Moves::new(document, first, last, from, column);
    moves.value(item, from, column, first);
    Ok(whole_lines(document, first, last, moves, edits))
}

/// The meaning of a value in the copy.
pub(super) fn value(node: &Node, edits: &Edits) -> Value {
    match &node.data {
        Data::Scalar { value, .. } => match edits.get(&node.start) {
            Some(edit) => Value::from(edit.text.as_str()),
            None => value.clone(),
        },
        Data::List { items, .. } => items.iter().map(|item| value(item, edits)).collect(),
        Data::Map { entries, .. } => Value::Object(
            entries
                .iter()
                .map(|entry| {
                    let name = edits.get(&entry.key.start).map(|edit| edit.text.as_str());
                    let name = name.unwrap_or(entry.name()).to_owned();
                    (name, value(&entry.value, edits))
                })
                .collect::<Map<_, _>>(),
        ),
    }
}

/// The line of an entry, or of the comment directly above it in the same column.
pub(super) fn first_line(document: &Document, entry: &Entry) -> usize {
    let Place { line, column } = entry.key.start;
    let comments = (1..line)
        .rev()
        .take_while(|line| document.comment(*line) == Some(column));
    comments.last().unwrap_or(line)
}

/// The last line of what stands in `column`, with the comments below it that are further in.
pub(super) fn last_line(document: &Document, last: usize, column: usize) -> usize {
    let further_in = |line: &usize| {
        document.line(*line).trim().is_empty()
            || document.comment(*line).is_some_and(|found| found > column)
    };
    (last + 1..=document.lines.len())
        .take_while(further_in)
        .filter(|line| document.comment(*line).is_some())
        .last()
        .unwrap_or(last)
}

fn refuse_shared(document: &Document, first: usize, last: usize) -> Result<(), String> {
    match document.shared.range(first..=last).next() {
        Some((line, what)) => Err(format!(
            "{}: {what} of YAML cannot be copied; write out there what it stands for",
            document.at(*line)
        )),
        None => Ok(()),
    }
}

fn whole_lines(
    document: &Document,
    first: usize,
    last: usize,
    moves: Moves<'_>,
    edits: &Edits,
) -> Slice {
    let place = |line, column| Place { line, column };
    let text = text(document, place(first, 0), place(last, usize::MAX), edits);
    let lines = moves.apply(&text.split('\n').collect::<Vec<_>>());
    Slice { lines, first }
}

/// The text between two places with the changed names in it.
fn text(document: &Document, start: Place, end: Place, edits: &Edits) -> String {
    let (mut copy, mut from) = (String::new(), start);
    for (begin, edit) in edits.range(start..end) {
        copy += &document.text(from, *begin);
        copy += &edit.raw;
        from = edit.end;
    }
    copy + &document.text(from, end)
}

/// The lines of a text that was cut out of brackets: the first in `column`, the others further in.
fn flow_lines(text: &str, column: usize) -> Vec<String> {
    let text = text.trim_end();
    let others = text.split('\n').skip(1);
    let filled = others.filter(|line| !line.trim().is_empty());
    let nearest = filled.map(indent).min().unwrap_or(0);
    let columns = (column + STEP).cast_signed() - nearest.cast_signed();
    let mut lines = text.split('\n');
    let first = " ".repeat(column) + lines.next().unwrap_or_default();
    std::iter::once(first)
        .chain(lines.map(|line| shift(line, columns)))
        .collect()
}

#[cfg(test)]
mod tests;
