//! Step 1: reads the YAML text of a spec as JSON, with the line of each value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

use crate::document::{Pointer, decode};
use crate::error::Problem;

/// A spec as JSON, and the line of each of its values in the file.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) root: Value,
    lines: BTreeMap<Pointer, usize>,
}

impl Document {
    /// Returns the line (from 1) of the value at a pointer, or of the nearest value around it.
    pub(crate) fn line(&self, pointer: &Pointer) -> Option<usize> {
        pointer.nearest(&self.lines).map(|(line, _)| *line)
    }
}

/// Reads the YAML text of a spec.
pub(crate) fn read(text: &str) -> Result<Document, Problem> {
    let text = joined_surrogates(text);
    check_depth(&text)?;
    let documents = MarkedYaml::load_from_str(&text).map_err(|error| {
        let marker = error.marker();
        Problem::new("", format!("is not YAML: {}", error.info())).at_line(marker.line())
    })?;
    let [document] = documents.as_slice() else {
        let found = documents.len();
        return Err(Problem::new(
            "",
            format!("holds {found} YAML documents; write exactly one"),
        ));
    };
    let mut lines = BTreeMap::new();
    let mut root = convert(document, &Pointer::default(), &mut lines)?;
    decode(&mut root);
    Ok(Document { root, lines })
}

/// The deepest nesting of sequences and mappings: it bounds the recursion of every step.
const DEPTH: usize = 256;

/// Rejects text that is nested too deeply, before anything recurses into it. An alias counts as deep as its anchor.
fn check_depth(text: &str) -> Result<(), Problem> {
    // The anchors of the open collections, and the depth of what each of them holds.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut anchors = BTreeMap::new();
    for event in Parser::new_from_str(text) {
        // The loader finds the same error.
        let Ok((event, span)) = event else {
            return Ok(());
        };
        let depth = match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                open.push((anchor, 0));
                0
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (anchor, inner) = open.pop().unwrap_or_default();
                anchors.insert(anchor, inner + 1);
                inner + 1
            }
            Event::Alias(anchor) => anchors.get(&anchor).copied().unwrap_or_default(),
            _ => continue,
        };
        if open.len() + depth > DEPTH {
            let what = format!("is nested deeper than {DEPTH} levels; use `$ref`");
            return Err(Problem::new("", what).at_line(span.start.line()));
        }
        if let Some((_, inner)) = open.last_mut() {
            *inner = depth.max(*inner);
        }
    }
    Ok(())
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

fn convert(
    node: &MarkedYaml<'_>,
    place: &Pointer,
    lines: &mut BTreeMap<Pointer, usize>,
) -> Result<Value, Problem> {
    let line = node.span.start.line();
    lines.entry(place.clone()).or_insert(line);
    let reject = |what: &str| Problem::new(place, what).at_line(line);
    match &node.data {
        YamlData::Value(scalar) => {
            scalar_value(scalar).ok_or_else(|| reject("is not a finite number"))
        }
        YamlData::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| convert(item, &place.index(index), lines))
            .collect(),
        YamlData::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let line = key.span.start.line();
                let key = key_text(key).ok_or_else(|| reject("has a key that is not a scalar"))?;
                let place = place.join(&key);
                let reject = |what: &str| Problem::new(&place, what).at_line(line);
                if key == "<<" {
                    return Err(reject("is a YAML merge key; write out the merged keys"));
                }
                lines.insert(place.clone(), line);
                if map.insert(key, convert(value, &place, lines)?).is_some() {
                    return Err(reject(
                        "is a duplicate key, once as a string and once as a number",
                    ));
                }
            }
            Ok(Value::Object(map))
        }
        YamlData::Tagged(_, inner) => convert(inner, place, lines),
        YamlData::Alias(_) => Err(reject("is a YAML alias without an anchor")),
        YamlData::Representation(..) | YamlData::BadValue => {
            Err(reject("is not a YAML scalar, sequence or mapping"))
        }
    }
}

fn scalar_value(scalar: &Scalar<'_>) -> Option<Value> {
    Some(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::from(*value),
        Scalar::FloatingPoint(value) => {
            Value::Number(serde_json::Number::from_f64(value.into_inner())?)
        }
        Scalar::String(value) => Value::String(value.to_string()),
    })
}

/// Returns a key as a string; an unquoted response status is a number in YAML.
fn key_text(key: &MarkedYaml<'_>) -> Option<String> {
    match &key.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::Boolean(value)) => Some(value.to_string()),
        _ => None,
    }
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
        assert_eq!(document.line(&Pointer::from("/a/b~1c/0")), Some(2));
        assert_eq!(document.line(&Pointer::from("/a/200")), Some(3));
        assert_eq!(document.line(&Pointer::from("/a/200/not/there")), Some(3));
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
    fn an_infinite_number_is_rejected() {
        assert!(read("a: .inf\n").unwrap_err().to_string().contains("/a"));
    }

    #[test]
    fn merge_keys_and_keys_that_become_equal_are_rejected() {
        for (text, place) in [
            ("a: &x {b: 1}\nc: {<<: *x}\n", "/c/<<"),
            ("200: 1\n'200': 2\n", "/200"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.to_string().contains(place), "{problem}");
        }
    }

    #[test]
    fn duplicate_keys_are_rejected() {
        assert!(read("a: 1\na: 2\n").is_err());
    }
}
