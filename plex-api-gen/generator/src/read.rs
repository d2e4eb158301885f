//! Step 1: reads the YAML text of a spec as JSON, with the line of each value.

mod texts;
mod values;

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr::{MarkedYaml, ScanError, YamlLoader};
use saphyr_parser::{Event, Parser, SpannedEventReceiver};
use serde_json::Value;

use crate::document::{Pointer, decode};
use crate::error::Problem;
use values::{Lines, Place};

/// A spec as JSON, and the line of each of its values in the file.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) root: Value,
    lines: Lines,
}

impl Document {
    /// Returns the line (from 1) of the value at a pointer, or of the nearest value around it.
    pub(crate) fn line(&self, pointer: &Pointer) -> usize {
        self.lines.of(&pointer.keys())
    }
}

/// Reads the YAML text of a spec.
pub(crate) fn read(text: &str) -> Result<Document, Problem> {
    let text = joined_surrogates(text.trim_start_matches('\u{feff}'));
    let documents = load(&text)?;
    let [document] = documents.as_slice() else {
        let found = documents.len();
        return Err(Problem::new(
            "",
            format!("holds {found} YAML documents; write exactly one"),
        ));
    };
    let mut scalars = BTreeMap::new();
    let place = Place::default();
    let (mut root, lines) = values::convert(document, &place, &mut scalars)?;
    texts::restore(&mut root, &scalars);
    decode(&mut root);
    Ok(Document { root, lines })
}

/// The deepest nesting of sequences and mappings: it bounds the recursion of every step.
const DEPTH: usize = 256;

/// Parses YAML, and keeps each scalar as it is written. Rejects text that is nested too deeply, before anything recurses into
/// it.
fn load(text: &str) -> Result<Vec<MarkedYaml<'_>>, Problem> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    let mut depth = Depth::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| not_yaml(&error))?;
        if depth.after(&event) > DEPTH {
            let what = format!("is nested deeper than {DEPTH} levels; use `$ref`");
            return Err(Problem::new("", what).at_line(span.start.line()));
        }
        loader.on_event(event, span);
    }
    match loader.error() {
        Some(error) => Err(not_yaml(error)),
        None => Ok(loader.into_documents()),
    }
}

fn not_yaml(error: &ScanError) -> Problem {
    let what = format!("is not YAML: {}", error.info());
    Problem::new("", what).at_line(error.marker().line())
}

/// How deeply the events of a parser are nested.
#[derive(Debug, Default)]
struct Depth {
    /// The anchors of the open collections, and the depth of what each of them holds.
    open: Vec<(usize, usize)>,
    anchors: BTreeMap<usize, usize>,
}

impl Depth {
    /// Returns the depth after an event. An alias counts as deep as its anchor.
    fn after(&mut self, event: &Event<'_>) -> usize {
        let depth = match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                self.open.push((*anchor, 0));
                0
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (anchor, inner) = self.open.pop().unwrap_or_default();
                self.anchors.insert(anchor, inner + 1);
                inner + 1
            }
            Event::Alias(anchor) => self.anchors.get(anchor).copied().unwrap_or_default(),
            _ => return 0,
        };
        if let Some((_, inner)) = self.open.last_mut() {
            *inner = depth.max(*inner);
        }
        self.open.len() + depth
    }
}

/// Rewrites JSON's surrogate pairs, such as `\ud83d\ude00`, as the escapes that YAML has: `\U0001F600`.
fn joined_surrogates(text: &str) -> Cow<'_, str> {
    let is_json = text.trim_start().starts_with('{');
    if !is_json || !text.contains("\\ud") && !text.contains("\\uD") {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        joined.push_str(&rest[..at]);
        let escape = &rest[at..];
        let length = match surrogates(escape) {
            Some(character) => {
                joined.push_str(&format!("\\U{:08X}", u32::from(character)));
                SURROGATES
            }
            // Any other escape; `\\` must not be read as the start of the next one.
            None => {
                let length = escape
                    .char_indices()
                    .nth(2)
                    .map_or(escape.len(), |(at, _)| at);
                joined.push_str(&escape[..length]);
                length
            }
        };
        rest = &escape[length..];
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

/// The length of `\ud83d\ude00`.
const SURROGATES: usize = 12;

/// Decodes the surrogate pair at the start of a text.
fn surrogates(text: &str) -> Option<char> {
    let unit = |escape: &str| u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok();
    let both = text.get(..SURROGATES)?;
    let (first, second) = both.split_at_checked(SURROGATES / 2)?;
    char::decode_utf16([unit(first)?, unit(second)?])
        .next()?
        .ok()
        .filter(|c| c.len_utf16() == 2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_and_their_lines() {
        let document = read("a:\n  b/c: [1, 2.5, x, null]\n  200: true\n").unwrap();
        assert_eq!(
            document.root,
            json!({"a": {"b/c": [1, 2.5, "x", null], "200": true}})
        );
        assert_eq!(document.line(&Pointer::from("/a/b~1c/0")), 2);
        assert_eq!(document.line(&Pointer::from("/a/200")), 3);
        assert_eq!(document.line(&Pointer::from("/a/200/not/there")), 3);
    }

    #[test]
    fn json_surrogate_pairs_are_one_character() {
        let document = read(r#"{"a": "\ud83d\uDE00 \\ud83d\u00e4", "b": "\\"}"#).unwrap();
        let a = "\u{1F600} \\ud83d\u{e4}";
        assert_eq!(document.root, json!({"a": a, "b": "\\"}));
        // Unquoted YAML has no escapes.
        assert_eq!(
            read(r"a: \ud83d\ude00").unwrap().root,
            json!({"a": r"\ud83d\ude00"})
        );
        assert!(read(r#"{"a": "\ud83d"}"#).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        assert_eq!(read("\u{feff}{\"a\": 1}").unwrap().root, json!({"a": 1}));
    }

    #[test]
    fn broken_yaml_names_the_line() {
        let problem = read("a: 1\nb: [1, 2\n").unwrap_err();
        assert!(problem.to_string().contains("is not YAML"), "{problem}");
        assert!(problem.line >= Some(2), "{problem:?}");
    }

    #[test]
    fn two_documents_are_rejected() {
        assert!(
            read("a: 1\n---\nb: 2\n")
                .unwrap_err()
                .to_string()
                .contains("2 YAML documents")
        );
    }

    #[test]
    fn numbers_keep_their_values() {
        let document = read("[18446744073709551615, -7, 0x10, 1.5e3, .inf]\n").unwrap();
        assert_eq!(
            document.root,
            json!([u64::MAX, -7, 16, 1500.0, ".inf"]),
            "JSON has no infinity"
        );
        let problem = read("a:\n  b: !!int x\n").unwrap_err();
        assert_eq!(problem.pointer, Pointer::from("/a/b"));
        assert_eq!(problem.line, Some(2));
    }

    #[test]
    fn keys_are_as_they_are_written() {
        let document = read("1.10: a\n0x10: b\n~: c\n").unwrap();
        assert_eq!(document.root, json!({"1.10": "a", "0x10": "b", "~": "c"}));
        let problem = read("200: 1\n'200': 2\n").unwrap_err();
        assert_eq!(problem.pointer, Pointer::from("/200"));
    }

    #[test]
    fn merge_keys_add_the_keys_that_are_missing() {
        let document = read(
            "a: &a {x: 1, y: 1}\nb: &b\n  z: 2\nc: {<<: *a, y: 3}\nd: {y: 4, <<: [*b, *a]}\ne: {'<<': 5}\n",
        )
        .unwrap();
        assert_eq!(document.root["c"], json!({"x": 1, "y": 3}));
        assert_eq!(document.root["d"], json!({"x": 1, "y": 4, "z": 2}));
        assert_eq!(document.root["e"], json!({"<<": 5}), "a quoted key");
        assert_eq!(document.line(&Pointer::from("/d/z")), 3);
        let problem = read("a:\n  <<: 1\n").unwrap_err();
        assert_eq!(problem.pointer, Pointer::from("/a/<<"));
        assert_eq!(problem.line, Some(2));
    }

    #[test]
    fn duplicate_keys_are_rejected() {
        assert!(read("a: 1\na: 2\n").is_err());
    }
}
