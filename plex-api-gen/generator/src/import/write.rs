//! Writes values as YAML in block style.

use serde_json::Value;

use super::spec::Spec;
use crate::document::Pointer;

/// The columns by which each level is indented.
pub(super) const STEP: usize = 2;

/// Writes a key and its value; the lines after the first are indented for a key in `column`.
///
/// `place` is the entry's place in the source: its keys are written in the order that they have there.
pub(super) fn entry(
    source: &Spec<'_>,
    place: &Pointer,
    key: &str,
    value: &Value,
    column: usize,
) -> String {
    let column = column + STEP;
    let is_nested = match value {
        Value::Object(entries) => !entries.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    let between = if is_nested {
        line(column)
    } else {
        String::from(" ")
    };
    self::key(key) + &between + &self::value(source, place, value, column)
}

/// Writes an item of an array whose dashes are in `column`. `place` is the array's place in the source.
pub(super) fn item(source: &Spec<'_>, place: &Pointer, item: &Value, column: usize) -> String {
    format!("- {}", value(source, place, item, column + STEP))
}

/// Writes a key with its colon.
pub(super) fn key(key: &str) -> String {
    match is_plain(key) {
        true => format!("{key}:"),
        false => format!("{}:", Value::from(key)),
    }
}

/// Starts a new line in `column`.
pub(super) fn line(column: usize) -> String {
    format!("\n{}", " ".repeat(column))
}

/// Writes a value that begins in `column`, or whose block scalar does.
fn value(source: &Spec<'_>, place: &Pointer, value: &Value, column: usize) -> String {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let mut entries: Vec<_> = entries.iter().map(|(k, v)| (place.join(k), k, v)).collect();
            // Inherited entries are not at this place of the source: they come last.
            entries.sort_by_cached_key(|(place, key, _)| {
                let is_inherited = place.get(source.root()).is_none();
                (is_inherited, source.line(place), (*key).clone())
            });
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(place, key, value)| entry(source, &place, key, value, column))
                .collect();
            entries.join(&line(column))
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items
                .iter()
                .enumerate()
                .map(|(index, item)| self::item(source, &place.index(index), item, column));
            items.collect::<Vec<_>>().join(&line(column))
        }
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) if fits_block(text) => block(text, column),
        // JSON is YAML.
        _ => value.to_string(),
    }
}

/// Returns whether a string means the same without quotes in every version of YAML.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$".contains(first))
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(is_special)
}

/// Returns whether YAML reads a character as a line break, or allows it in double quotes only.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether a string has several lines that a literal block scalar can hold.
fn fits_block(text: &str) -> bool {
    let lines = text.trim_end_matches('\n').split('\n');
    lines.clone().count() > 1
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with("\n\n")
        && !text.contains(|c| is_special(c) && c != '\n')
        && lines.clone().all(|line| !line.ends_with(' '))
}

/// Writes a literal block scalar with its lines in `column`.
fn block(text: &str, column: usize) -> String {
    let mut block = String::from(if text.ends_with('\n') { "|" } else { "|-" });
    for text in text.trim_end_matches('\n').split('\n') {
        block += &if text.is_empty() {
            String::from("\n")
        } else {
            line(column) + text
        };
    }
    block
}

#[cfg(test)]
mod tests;
