//! Inserts new entries at the end of their sections; all lines of the target stay as they are.

use std::cmp::Reverse;

use serde_json::Value;

use super::spec::{Spec, entries, items};
use super::write::{self, STEP};
use crate::document::Pointer;

/// A value to add to the target; if it is an array and the target has one in its place, its items are added to that one.
#[derive(Debug)]
pub(super) struct Addition {
    /// The keys that lead to it.
    pub(super) keys: Vec<String>,
    pub(super) value: Value,
    /// Its place in the source.
    pub(super) place: Pointer,
}

/// Additions, each with the keys that lead to it below a section.
type Below<'a> = Vec<(&'a [String], &'a Addition)>;

/// Returns the text of the target with the additions.
pub(super) fn insert(
    source: &Spec<'_>,
    target: &Spec<'_>,
    additions: &[Addition],
) -> Result<String, String> {
    let mut texts = Vec::new();
    for (section, additions) in by_section(target, additions) {
        let Room {
            line,
            column,
            is_separated,
        } = room(target, &section)?;
        let separator = if is_separated { "\n" } else { "" };
        let indent = " ".repeat(column);
        let entries = if section.get(target.root()).is_some_and(Value::is_array) {
            items_of(source, target, &section, &additions, column)?
        } else {
            entries_of(source, &additions, column)
        };
        let entries = entries.iter();
        let text: String = entries
            .map(|entry| format!("{separator}{indent}{entry}\n"))
            .collect();
        texts.push((line, column, text));
    }
    // Where a section and the section around it end in the same line, the inner one goes first.
    texts.sort_by_key(|(line, column, _)| (*line, Reverse(*column)));
    let texts = texts.iter().rev();
    Ok(texts.fold(target.text.to_owned(), |text, (line, _, new)| {
        with_lines(&text, *line, new)
    }))
}

/// Checks that every addition has a section that can take an entry.
pub(super) fn check_sections(target: &Spec<'_>, additions: &[Addition]) -> Result<(), String> {
    by_section(target, additions)
        .iter()
        .try_for_each(|(section, _)| room(target, section).map(|_| ()))
}

/// Groups additions by the innermost existing section for them.
fn by_section<'a>(target: &Spec<'_>, additions: &'a [Addition]) -> Vec<(Pointer, Below<'a>)> {
    let mut groups: Vec<(Pointer, Below<'a>)> = Vec::new();
    for addition in additions {
        let (mut section, mut keys) = (Pointer::default(), &addition.keys[..]);
        while let [key, rest @ ..] = keys
            && let Some(value) = section.join(key).get(target.root())
            && (!rest.is_empty() || value.is_array())
        {
            (section, keys) = (section.join(key), rest);
        }
        match groups.iter_mut().find(|(place, _)| *place == section) {
            Some((_, group)) => group.push((keys, addition)),
            None => groups.push((section, vec![(keys, addition)])),
        }
    }
    groups
}

/// Writes the items that additions add to an array.
fn items_of(
    source: &Spec<'_>,
    target: &Spec<'_>,
    list: &Pointer,
    additions: &Below<'_>,
    column: usize,
) -> Result<Vec<String>, String> {
    let mut written = Vec::new();
    for (keys, Addition { value, place, .. }) in additions {
        match value {
            Value::Array(items) if keys.is_empty() => {
                let items = items.iter();
                written.extend(items.map(|item| write::item(source, place, item, column)));
            }
            _ => return Err(no_room(target, list)),
        }
    }
    Ok(written)
}

/// Writes the entries that additions add to a section, those of missing sections below their keys.
fn entries_of(source: &Spec<'_>, additions: &Below<'_>, column: usize) -> Vec<String> {
    let mut by_key: Vec<(&String, Below<'_>)> = Vec::new();
    for (keys, addition) in additions {
        let [key, rest @ ..] = keys else { continue };
        match by_key.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push((rest, addition)),
            None => by_key.push((key, vec![(rest, addition)])),
        }
    }
    let entry = |(key, below): (&String, Below<'_>)| {
        if let [([], Addition { value, place, .. })] = below.as_slice() {
            return write::entry(source, place, key, value, column);
        }
        let line = write::line(column + STEP);
        let entries = entries_of(source, &below, column + STEP);
        write::key(key) + &line + &entries.join(&line)
    };
    by_key.into_iter().map(entry).collect()
}

/// Inserts lines after a line (from 1), with the line endings of the text.
fn with_lines(text: &str, after: usize, new: &str) -> String {
    let mut lines = text.split_inclusive('\n');
    let is_windows = lines.clone().next().is_some_and(|it| it.ends_with("\r\n"));
    let ending = if is_windows { "\r\n" } else { "\n" };
    let mut whole: String = lines.by_ref().take(after).collect();
    if !whole.is_empty() && !whole.ends_with('\n') {
        whole += ending;
    }
    for line in new.lines() {
        whole += line;
        whole += ending;
    }
    whole.extend(lines);
    whole
}

/// The position of the next entry of a section.
struct Room {
    /// The line (from 1) that the entry follows.
    line: usize,
    column: usize,
    /// True if empty lines separate the entries.
    is_separated: bool,
}

/// Finds the room at the end of a section, which must be written in block style.
fn room(target: &Spec<'_>, section: &Pointer) -> Result<Room, String> {
    let lines: Vec<&str> = target.text.lines().collect();
    let line = |number: usize| {
        number
            .checked_sub(1)
            .and_then(|it| lines.get(it))
            .unwrap_or(&"")
    };
    let value = section.get(target.root());
    let items = items(value).iter().enumerate();
    let mut starts: Vec<_> = entries(value)
        .map(|(key, _)| (target.line(&section.join(key)), key))
        .chain(items.map(|(index, _)| (target.line(&section.index(index)), "-")))
        .collect();
    starts.sort_unstable();
    if starts.iter().any(|(_, key)| *key == "$ref") {
        return Err(format!(
            "{}: the path item is a reference; write it out before adding an operation",
            target.at(section)
        ));
    }
    let header = match section.is_root() {
        true => 0,
        false => target.line(section),
    };
    let header_text = without_comment(line(header));
    let column = match starts.first() {
        None if value == Some(&Value::Null) && header_text.ends_with(':') => {
            indent(line(header)) + STEP
        }
        Some((first, key))
            if *first > header
                && !header_text.ends_with(['{', ','])
                && begins_with_key(line(*first), key) =>
        {
            indent(line(*first))
        }
        _ => {
            return Err(no_room(target, section));
        }
    };

    let is_array = value.is_some_and(Value::is_array);
    let is_empty = |number: &usize| line(*number).trim().is_empty();
    let is_comment = |number: &usize| line(*number).trim_start().starts_with('#');
    let is_outside = |number: &usize| {
        let text = line(*number);
        // The items of an array may stand in the column of the keys around it.
        let is_next_key = is_array && indent(text) == column && !text.trim_start().starts_with('-');
        let is_less_indented = indent(text) < column || is_next_key;
        line(*number).trim_end() == "..."
            || (is_less_indented && !is_empty(number) && !is_comment(number))
    };
    let end = (header + 1..=lines.len())
        .find(is_outside)
        .unwrap_or(lines.len() + 1);
    // Comments at the end belong to the section if they are in its column or further in.
    let last = (header + 1..end)
        .rev()
        .find(|number| match is_comment(number) {
            true => indent(line(*number)) >= column,
            false => !is_empty(number),
        })
        .unwrap_or(header);
    // A block scalar with `|+` keeps the empty lines after it.
    let kept = last_string(target, section).map_or(0, |text| {
        (text.len() - text.trim_end_matches('\n').len()).saturating_sub(1)
    });
    let kept = (last + 1..end).take_while(is_empty).take(kept).count();
    let is_separated = match starts.as_slice() {
        [_, .., (start, _)] => {
            let above = (1..*start).rev().find(|number| !is_comment(number));
            above.is_some_and(|number| is_empty(&number))
        }
        _ => false,
    };
    Ok(Room {
        line: last + kept,
        column,
        is_separated,
    })
}

/// Returns the message for a section that can take no entry.
fn no_room(target: &Spec<'_>, section: &Pointer) -> String {
    format!(
        "{}: no entry can be added to `{}` as it is written; write each of its entries on lines of its own, without brackets",
        target.at(section),
        section.last_key()
    )
}

/// Returns the last value at a place, if it is a string.
fn last_string<'a>(target: &'a Spec<'_>, place: &Pointer) -> Option<&'a str> {
    let last = match place.get(target.root())? {
        Value::Object(entries) => {
            let places = entries.keys().map(|key| place.join(key));
            places.max_by_key(|place| target.line(place))?
        }
        Value::Array(items) => place.index(items.len().checked_sub(1)?),
        value => return value.as_str(),
    };
    last_string(target, &last)
}

/// Returns the number of spaces at the beginning of a line.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn without_comment(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim_end()
}

/// Returns whether a line begins with a key, with or without quotes.
fn begins_with_key(line: &str, key: &str) -> bool {
    let line = line.trim_start();
    line.trim_start_matches(['"', '\'']).starts_with(key)
}

#[cfg(test)]
mod tests;
