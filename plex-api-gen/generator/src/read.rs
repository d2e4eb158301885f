//! Step 1: reads the YAML text of a spec as JSON, with the line of each value.

mod texts;

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr::{MarkedYaml, Scalar, ScalarStyle, ScanError, YamlData, YamlLoader};
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
    let text = joined_surrogates(text.trim_start_matches('\u{feff}'));
    check_depth(&text)?;
    let documents = load(&text).map_err(|error| {
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
    let mut found = Found::default();
    let mut root = convert(document, &Pointer::default(), &mut found)?;
    texts::restore(&mut root, &found.scalars);
    decode(&mut root);
    let lines = found.lines;
    Ok(Document { root, lines })
}

/// Parses YAML, and keeps each scalar as it is written.
fn load(text: &str) -> Result<Vec<MarkedYaml<'_>>, ScanError> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true)?;
    match loader.error() {
        Some(error) => Err(error.clone()),
        None => Ok(loader.into_documents()),
    }
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

/// What the conversion notes about the values of a document.
#[derive(Debug, Default)]
struct Found {
    lines: BTreeMap<Pointer, usize>,
    /// The text of each scalar that is not a string.
    scalars: BTreeMap<Pointer, String>,
}

fn convert(node: &MarkedYaml<'_>, place: &Pointer, found: &mut Found) -> Result<Value, Problem> {
    let line = node.span.start.line();
    found.lines.entry(place.clone()).or_insert(line);
    match &node.data {
        YamlData::Sequence(items) => sequence(items, place, found),
        YamlData::Mapping(_) => mapping(node, place, found),
        YamlData::Tagged(_, inner) => convert(inner, place, found),
        _ => scalar(node, place, found),
    }
}

fn scalar(node: &MarkedYaml<'_>, place: &Pointer, found: &mut Found) -> Result<Value, Problem> {
    let reject = |what: &str| Err(Problem::new(place, what).at_line(node.span.start.line()));
    let (text, style, tag) = match &node.data {
        YamlData::Representation(text, style, tag) => (text, *style, tag.as_ref()),
        YamlData::Alias(_) => return reject("is a YAML alias without an anchor"),
        _ => return reject("is not a YAML scalar, sequence or mapping"),
    };
    let Some(scalar) = Scalar::parse_from_cow_and_metadata(text.clone(), style, tag) else {
        return reject("does not have the type of its YAML tag");
    };
    let value = scalar_value(&scalar, text);
    if !value.is_string() {
        let scalars = found.scalars.entry(place.clone());
        scalars.or_insert_with(|| text.to_string());
    }
    Ok(value)
}

fn sequence(
    items: &[MarkedYaml<'_>],
    place: &Pointer,
    found: &mut Found,
) -> Result<Value, Problem> {
    let mut values = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        values.push(convert(item, &place.index(index), found)?);
    }
    Ok(Value::Array(values))
}

fn mapping(node: &MarkedYaml<'_>, place: &Pointer, found: &mut Found) -> Result<Value, Problem> {
    let mut map = Map::new();
    let mut merged = Vec::new();
    for (key, value) in node.data.as_mapping().into_iter().flatten() {
        let line = key.span.start.line();
        if is_merge_key(key) {
            merged.push((line, value));
            continue;
        }
        let Some(key) = key_text(key) else {
            return Err(Problem::new(place, "has a key that is not a scalar").at_line(line));
        };
        let place = place.join(&key);
        found.lines.entry(place.clone()).or_insert(line);
        if map.insert(key, convert(value, &place, found)?).is_some() {
            let what = "is a duplicate key, once with and once without quotes";
            return Err(Problem::new(&place, what).at_line(line));
        }
    }
    for (line, value) in merged {
        merge(&mut map, value, place, found).map_err(|problem| problem.at_line(line))?;
    }
    Ok(Value::Object(map))
}

fn scalar_value(scalar: &Scalar<'_>, text: &str) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::from(*value),
        Scalar::FloatingPoint(value) => match text.parse::<u64>() {
            Ok(value) => Value::from(value),
            // JSON has neither infinity nor NaN.
            Err(_) => serde_json::Number::from_f64(value.into_inner())
                .map_or_else(|| Value::from(text), Value::Number),
        },
        Scalar::String(value) => Value::from(value.as_ref()),
    }
}

/// Returns a key as it is written; an unquoted response status is a number in YAML.
fn key_text(key: &MarkedYaml<'_>) -> Option<String> {
    match &key.data {
        YamlData::Representation(text, ..) => Some(text.to_string()),
        _ => None,
    }
}

/// Returns whether a key is `<<`, whose mappings are merged into the mapping around it.
fn is_merge_key(key: &MarkedYaml<'_>) -> bool {
    matches!(&key.data, YamlData::Representation(text, ScalarStyle::Plain, _) if text == "<<")
}

/// Adds the keys of a mapping, or of each mapping in a sequence, that `map` does not have.
fn merge(
    map: &mut Map<String, Value>,
    value: &MarkedYaml<'_>,
    place: &Pointer,
    found: &mut Found,
) -> Result<(), Problem> {
    match &value.data {
        YamlData::Mapping(_) => {
            if let Value::Object(other) = convert(value, place, found)? {
                for (key, value) in other {
                    map.entry(key).or_insert(value);
                }
            }
            Ok(())
        }
        YamlData::Sequence(several) => several
            .iter()
            .try_for_each(|one| merge(map, one, place, found)),
        YamlData::Tagged(_, inner) => merge(map, inner, place, found),
        _ => {
            let what = "is a YAML merge key, whose value must be a mapping or several mappings";
            Err(Problem::new(place.join("<<"), what))
        }
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
        assert_eq!(document.line(&Pointer::from("/d/z")), Some(3));
        let problem = read("a:\n  <<: 1\n").unwrap_err();
        assert_eq!(problem.pointer, Pointer::from("/a/<<"));
        assert_eq!(problem.line, Some(2));
    }

    #[test]
    fn duplicate_keys_are_rejected() {
        assert!(read("a: 1\na: 2\n").is_err());
    }
}
