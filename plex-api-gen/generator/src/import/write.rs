//! Writes values as YAML in block style.

use serde_json::{Map, Value};

use super::spec::Spec;
use super::spec::pointer;

/// The columns by which each level is indented.
pub(super) const STEP: usize = 2;

/// Writes an entry as lines that begin in `column`.
///
/// `place` is the entry's JSON pointer in the source: its keys are written in the order that they have there.
pub(super) fn entry(
    source: &Spec<'_>,
    place: &str,
    key: &str,
    value: &Value,
    column: usize,
) -> Vec<String> {
    let mut writer = Writer {
        source,
        text: String::new(),
    };
    writer.text += &" ".repeat(column);
    writer.text += &self::key(key);
    writer.value(value, place, column);
    writer.text.lines().map(str::to_owned).collect()
}

/// Writes a key with its colon.
pub(super) fn key(key: &str) -> String {
    match is_plain(key) {
        true => format!("{key}:"),
        false => format!("{}:", Value::from(key)),
    }
}

struct Writer<'a> {
    source: &'a Spec<'a>,
    text: String,
}

impl Writer<'_> {
    /// Writes a value after its key in `column`.
    fn value(&mut self, value: &Value, place: &str, column: usize) {
        match value {
            Value::Object(entries) if !entries.is_empty() => {
                self.line(column + STEP);
                self.object(entries, place, column + STEP);
            }
            Value::Array(items) if !items.is_empty() => {
                self.line(column + STEP);
                self.array(items, place, column + STEP);
            }
            value => {
                self.text.push(' ');
                self.text += &scalar(value, column + STEP);
            }
        }
    }

    fn object(&mut self, entries: &Map<String, Value>, place: &str, column: usize) {
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_cached_key(|(key, _)| {
            let place = pointer(place, key);
            let is_in_source = self.source.root().pointer(&place).is_some();
            // Inherited entries are not at this place of the source: they come last.
            if is_in_source {
                self.source.line(&place)
            } else {
                usize::MAX
            }
        });
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 {
                self.line(column);
            }
            self.text += &self::key(key);
            self.value(value, &pointer(place, key), column);
        }
    }

    fn array(&mut self, items: &[Value], place: &str, column: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.line(column);
            }
            self.text.push_str("- ");
            let place = pointer(place, &index.to_string());
            match item {
                Value::Object(entries) if !entries.is_empty() => {
                    self.object(entries, &place, column + STEP);
                }
                Value::Array(items) if !items.is_empty() => {
                    self.array(items, &place, column + STEP);
                }
                item => self.text += &scalar(item, column + STEP),
            }
        }
    }

    fn line(&mut self, column: usize) {
        self.text.push('\n');
        self.text += &" ".repeat(column);
    }
}

/// Writes a scalar, an empty array or an empty object; `column` is where the lines of a block scalar begin.
fn scalar(value: &Value, column: usize) -> String {
    match value.as_str() {
        Some(text) if is_plain(text) => text.to_owned(),
        Some(text) if fits_block(text) => block(text, column),
        // JSON is YAML.
        _ => value.to_string(),
    }
}

/// True for strings that mean the same without quotes to every version of YAML.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$".contains(first))
        && !is_word
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(is_special)
}

/// True for characters that YAML reads as line breaks or that it allows in double quotes only.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// True for strings of several lines that a literal block scalar can hold.
fn fits_block(text: &str) -> bool {
    let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
    lines.len() > 1
        && lines[0].starts_with(|first: char| !first.is_whitespace())
        && !text.ends_with("\n\n")
        && !text.contains(|c: char| is_special(c) && c != '\n')
        && lines.iter().all(|line| !line.ends_with(' '))
}

/// A literal block scalar, its lines in `column`.
fn block(text: &str, column: usize) -> String {
    let mut block = String::from(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.trim_end_matches('\n').split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block += &" ".repeat(column);
            block += line;
        }
    }
    block
}

#[cfg(test)]
mod tests;
