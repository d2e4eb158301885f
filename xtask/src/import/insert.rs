//! New lines for a file, each at its place, and all other lines as they are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::document::Document;
use super::indent::STEP;
use super::slice;
use super::yaml::{Data, Entry, Node};

/// Where the next entry of a map goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// The line that it follows.
    line: usize,
    pub(super) column: usize,
    /// Whether an empty line stands between the entries.
    separated: bool,
}

/// The lines to add.
#[derive(Debug)]
pub(super) struct Insertions<'a> {
    target: &'a Document,
    /// By the line that they follow; where several maps end on one line, the innermost comes first.
    after: BTreeMap<(usize, Reverse<usize>), Vec<String>>,
    /// New sections of `components`.
    sections: BTreeMap<String, Vec<String>>,
}

impl<'a> Insertions<'a> {
    pub(super) fn new(target: &'a Document) -> Self {
        Self {
            target,
            after: BTreeMap::new(),
            sections: BTreeMap::new(),
        }
    }

    /// The column of the components of a section, whether it exists or not.
    pub(super) fn component_column(&self, kind: &str) -> Result<usize, String> {
        let Some(components) = self.target.root.entry("components") else {
            return Ok(STEP + STEP);
        };
        match components.value.entry(kind) {
            Some(section) => Ok(room(self.target, section)?.column),
            None => Ok(room(self.target, components)?.column + STEP),
        }
    }

    /// Adds a component at the end of its section.
    pub(super) fn component(&mut self, kind: &str, lines: Vec<String>) -> Result<(), String> {
        let components = self.target.root.get("components");
        match components.and_then(|components| components.entry(kind)) {
            Some(section) => self.add(room(self.target, section)?, lines),
            None => self
                .sections
                .entry(kind.to_owned())
                .or_default()
                .extend(lines),
        }
        Ok(())
    }

    /// Adds lines as the next entry of a map.
    pub(super) fn add(&mut self, room: Room, lines: Vec<String>) {
        let place = (room.line, Reverse(room.column));
        let slot = self.after.entry(place).or_default();
        if room.separated {
            slot.push(String::new());
        }
        slot.extend(lines);
    }

    /// Adds lines at the end of the file.
    pub(super) fn at_end(&mut self, lines: Vec<String>) {
        self.add(end_of_file(self.target), lines);
    }

    /// The whole text with the lines in it.
    pub(super) fn text(mut self) -> Result<String, String> {
        self.add_sections()?;
        let ending = self.target.ending();
        let mut text = String::new();
        for (index, line) in self.target.lines.iter().enumerate() {
            text += line;
            let here = (index + 1, Reverse(usize::MAX))..=(index + 1, Reverse(0));
            for added in self.after.range(here).flat_map(|(_, lines)| lines) {
                if !text.ends_with('\n') {
                    text += ending;
                }
                text += added;
                text += ending;
            }
        }
        Ok(text)
    }

    fn add_sections(&mut self) -> Result<(), String> {
        let sections = std::mem::take(&mut self.sections);
        if sections.is_empty() {
            return Ok(());
        }
        let section = |column: usize, kind: &str, lines: Vec<String>| {
            let head = format!("{}{kind}:", " ".repeat(column));
            std::iter::once(head).chain(lines).collect::<Vec<_>>()
        };
        let Some(components) = self.target.root.entry("components") else {
            let mut all = vec![String::from("components:")];
            all.extend(
                sections
                    .into_iter()
                    .flat_map(|(kind, lines)| section(STEP, &kind, lines)),
            );
            self.at_end(all);
            return Ok(());
        };
        let room = room(self.target, components)?;
        for (kind, lines) in sections {
            self.add(room, section(room.column, &kind, lines));
        }
        Ok(())
    }
}

/// The room at the end of the map that an entry holds; a map in brackets has none.
pub(super) fn room(target: &Document, holder: &Entry) -> Result<Room, String> {
    let Entry { key, value } = holder;
    match &value.data {
        Data::Map {
            flow: false,
            entries,
        } if !entries.is_empty() => {
            let column = entries[0].key.start.column;
            // Comments in the column of the entries belong to them.
            let line = slice::last_line(target, value.last, column.saturating_sub(1));
            Ok(Room {
                line,
                column,
                separated: separated(target, entries),
            })
        }
        _ if value.is_empty() => Ok(Room {
            line: slice::last_line(target, key.start.line, key.start.column),
            column: key.start.column + STEP,
            separated: false,
        }),
        _ => Err(format!(
            "{}: nothing can be added to `{}` as it is written; write it in lines of its own, without brackets",
            target.at(key.start.line),
            holder.name()
        )),
    }
}

fn end_of_file(target: &Document) -> Room {
    let is_filled = |line: &usize| !target.line(*line).trim().is_empty();
    Room {
        line: (1..=target.lines.len()).rev().find(is_filled).unwrap_or(1),
        column: 0,
        separated: separated(target, target.root.entries()),
    }
}

/// Whether an empty line stands above the last of several entries.
fn separated(target: &Document, entries: &[Entry]) -> bool {
    let [_, .., last] = entries else { return false };
    let above = slice::first_line(target, last) - 1;
    target.line(above).trim().is_empty()
}

/// The lines of a new path item with its operations.
pub(super) fn path_item(name: &str, column: usize, operations: Vec<String>) -> Vec<String> {
    let head = format!("{}{name}:", " ".repeat(column));
    std::iter::once(head).chain(operations).collect()
}

/// The target's path item for a path, if it has one that can take another operation.
pub(super) fn existing<'a>(
    target: &'a Document,
    path: &str,
) -> Result<Option<(&'a Node, Room)>, String> {
    let paths = target.root.get("paths");
    let Some(entry) = paths.and_then(|paths| paths.entry(path)) else {
        return Ok(None);
    };
    if entry.value.entry("$ref").is_some() {
        return Err(format!(
            "{}: the path item is a reference; write it out before adding an operation",
            target.at(entry.key.start.line)
        ));
    }
    Ok(Some((&entry.value, room(target, entry)?)))
}

#[cfg(test)]
mod tests;
