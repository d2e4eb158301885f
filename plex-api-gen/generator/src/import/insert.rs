//! Inserts new entries at the end of their sections; all lines of the target stay as they are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use super::references::unescaped;
use super::spec::pointer;
use super::spec::{Spec, entries};
use super::write::{self, STEP};

/// A value to add to the target.
#[derive(Debug)]
pub(super) struct Addition {
    /// The keys that lead to it.
    pub(super) keys: [String; 3],
    pub(super) value: Value,
    /// Its JSON pointer in the source.
    pub(super) place: String,
}

/// Returns the text of the target with the additions, or the section that cannot take an entry.
pub(super) fn insert(
    source: &Spec<'_>,
    target: &Spec<'_>,
    additions: &[Addition],
) -> Result<String, String> {
    let mut inserter = Inserter {
        source,
        target,
        lines: target.text().lines().collect(),
        after: BTreeMap::new(),
    };
    inserter.add("", 0, &additions.iter().collect::<Vec<_>>())?;
    Ok(inserter.text())
}

struct Inserter<'a> {
    source: &'a Spec<'a>,
    target: &'a Spec<'a>,
    lines: Vec<&'a str>,
    /// New lines by the number of the line that they follow; where several sections end there, the innermost comes first.
    after: BTreeMap<(usize, Reverse<usize>), Vec<String>>,
}

/// The position of the next entry of a section.
struct Room {
    /// The line (from 1) that the entry follows.
    line: usize,
    column: usize,
    /// True if empty lines separate the entries.
    separated: bool,
}

impl<'a> Inserter<'a> {
    /// Adds entries to the object at `place`, which the target has; they differ in their keys from `depth` on.
    fn add(&mut self, place: &str, depth: usize, additions: &[&Addition]) -> Result<(), String> {
        for group in groups(additions, depth) {
            let key = &group[0].keys[depth];
            let inner = pointer(place, key);
            if depth < 2 && self.target.root().pointer(&inner).is_some() {
                self.add(&inner, depth + 1, &group)?;
                continue;
            }
            let room = self.room(place)?;
            let lines = self.entry(depth, &group, room.column);
            let slot = self
                .after
                .entry((room.line, Reverse(room.column)))
                .or_default();
            if room.separated {
                slot.push(String::new());
            }
            slot.extend(lines);
        }
        Ok(())
    }

    /// The lines of a new entry: a section with its entries, or an addition.
    fn entry(&self, depth: usize, group: &[&Addition], column: usize) -> Vec<String> {
        let Addition { keys, value, place } = group[0];
        let key = &keys[depth];
        if depth == 2 {
            return write::entry(self.source, place, key, value, column);
        }
        let mut lines = vec![" ".repeat(column) + &write::key(key)];
        for inner in groups(group, depth + 1) {
            lines.extend(self.entry(depth + 1, &inner, column + STEP));
        }
        lines
    }

    /// The room at the end of the object at `place`, which must be written in block style.
    fn room(&self, place: &str) -> Result<Room, String> {
        let value = self.target.root().pointer(place);
        let mut starts: Vec<(usize, &str)> = entries(value)
            .map(|(key, _)| (self.target.line(&pointer(place, key)), key))
            .collect();
        starts.sort_unstable();
        let header = if place.is_empty() {
            0
        } else {
            self.target.line(place)
        };
        if starts.iter().any(|(_, key)| *key == "$ref") {
            return Err(format!(
                "{}: the path item is a reference; write it out before adding an operation",
                self.target.at(place)
            ));
        }
        let column = match (value, starts.first()) {
            (Some(Value::Null), _) if without_comment(self.line(header)).ends_with(':') => {
                indent(self.line(header)) + STEP
            }
            (Some(Value::Object(_)), Some((line, key)))
                if *line > header
                    && !without_comment(self.line(header)).ends_with(['{', ','])
                    && begins_with_key(self.line(*line), key) =>
            {
                indent(self.line(*line))
            }
            _ => {
                return Err(format!(
                    "{}: no entry can be added to `{}` as it is written; write each of its entries on lines of its own, \
                     without brackets",
                    self.target.at(place),
                    unescaped(place.rsplit('/').next().unwrap_or_default())
                ));
            }
        };
        let separated = match starts.as_slice() {
            [_, .., (last, _)] => self.is_separated(*last),
            _ => false,
        };
        let line = self.last_line(place, header, column);
        Ok(Room {
            line,
            column,
            separated,
        })
    }

    /// The last line of the object at `place`, with the comments at its end that are in its column or further in.
    fn last_line(&self, place: &str, header: usize, column: usize) -> usize {
        let end = self.end(place);
        let belongs = |line: &usize| {
            let text = self.line(*line);
            let is_comment = text.trim_start().starts_with('#');
            !text.trim().is_empty() && (!is_comment || indent(text) >= column)
        };
        let last = (header + 1..end).rev().find(belongs).unwrap_or(header);
        // A block scalar with `|+` keeps the empty lines after it.
        let kept = self.last_string(place).map_or(0, |text| {
            (text.len() - text.trim_end_matches('\n').len()).saturating_sub(1)
        });
        let is_empty = |line: &usize| self.line(*line).trim().is_empty();
        let empty = (last + 1..end).take_while(is_empty).take(kept).count();
        last + empty
    }

    /// The line of whatever follows the object at `place`: a key of an object around it, or the end of the document.
    fn end(&self, place: &str) -> usize {
        let mut lines = self.lines.iter();
        let end = lines.position(|line| line.trim_end() == "...");
        let mut end = end.unwrap_or(self.lines.len()) + 1;
        let (mut inner, start) = (place, self.target.line(place));
        while let Some((outer, _)) = inner.rsplit_once('/') {
            for (key, _) in entries(self.target.root().pointer(outer)) {
                let line = self.target.line(&pointer(outer, key));
                if line > start && pointer(outer, key) != inner {
                    end = end.min(line);
                }
            }
            inner = outer;
        }
        end
    }

    /// The last value of the object at `place`, if it is a string.
    fn last_string(&self, place: &str) -> Option<&str> {
        let value = self.target.root().pointer(place)?;
        let last = match value {
            Value::Object(entries) => {
                let places = entries.keys().map(|key| pointer(place, key));
                places.max_by_key(|place| self.target.line(place))?
            }
            Value::Array(items) => pointer(place, &items.len().checked_sub(1)?.to_string()),
            value => return value.as_str(),
        };
        self.last_string(&last)
    }

    /// True if an empty line stands above an entry and its comments.
    fn is_separated(&self, line: usize) -> bool {
        let above = (1..line)
            .rev()
            .map(|line| self.line(line).trim())
            .find(|text| !text.starts_with('#'));
        above.is_some_and(str::is_empty)
    }

    /// A line (from 1).
    fn line(&self, line: usize) -> &'a str {
        let index = line.checked_sub(1);
        index.and_then(|index| self.lines.get(index)).unwrap_or(&"")
    }

    /// The whole text with the new lines in it.
    fn text(&self) -> String {
        let old = self.target.text();
        let ending = if old
            .lines()
            .next()
            .is_some_and(|first| old[first.len()..].starts_with("\r\n"))
        {
            "\r\n"
        } else {
            "\n"
        };
        let mut text = String::new();
        for (index, line) in old.split_inclusive('\n').enumerate() {
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
        text
    }
}

/// Groups additions by one of their keys, in the order in which each key is first seen.
fn groups<'a>(additions: &[&'a Addition], depth: usize) -> Vec<Vec<&'a Addition>> {
    let mut groups: Vec<Vec<&Addition>> = Vec::new();
    for addition in additions {
        let key = &addition.keys[depth];
        match groups.iter_mut().find(|group| group[0].keys[depth] == *key) {
            Some(group) => group.push(addition),
            None => groups.push(vec![addition]),
        }
    }
    groups
}

/// The number of spaces at the beginning of a line.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn without_comment(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim_end()
}

/// True if a line begins with a key, with or without quotes.
fn begins_with_key(line: &str, key: &str) -> bool {
    line.trim_start()
        .trim_start_matches(['"', '\''])
        .starts_with(key)
}

#[cfg(test)]
mod tests;
