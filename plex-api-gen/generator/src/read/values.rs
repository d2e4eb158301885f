//! Turns YAML into JSON, with the line of each value.

use std::collections::BTreeMap;

use saphyr::{MarkedYaml, Scalar, ScalarStyle, YamlData};
use serde_json::{Map, Value};

use crate::document::Pointer;
use crate::error::Problem;

/// The lines of a value and of the values within it.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    line: usize,
    items: Vec<Lines>,
    members: BTreeMap<String, Lines>,
}

impl Lines {
    fn at(line: usize) -> Self {
        Self {
            line,
            ..Self::default()
        }
    }

    /// Returns the line of the value that these keys lead to, or of the last one on the way that exists.
    pub(super) fn of(&self, keys: &[String]) -> usize {
        let mut nearest = self;
        for key in keys {
            let item = || nearest.items.get(key.parse::<usize>().ok()?);
            let Some(next) = nearest.members.get(key).or_else(item) else {
                break;
            };
            nearest = next;
        }
        nearest.line
    }
}

/// The text of each scalar that is not a string.
pub(super) type Scalars = BTreeMap<Pointer, String>;

/// The place of a value: most values need no pointer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a>(Option<(&'a Place<'a>, Key<'a>)>);

#[derive(Debug, Clone, Copy)]
enum Key<'a> {
    Member(&'a str),
    Item(usize),
}

impl Place<'_> {
    fn member<'a>(&'a self, key: &'a str) -> Place<'a> {
        Place(Some((self, Key::Member(key))))
    }

    fn item(&self, index: usize) -> Place<'_> {
        Place(Some((self, Key::Item(index))))
    }

    fn pointer(&self) -> Pointer {
        match self.0 {
            None => Pointer::default(),
            Some((outer, Key::Member(key))) => outer.pointer().join(key),
            Some((outer, Key::Item(index))) => outer.pointer().index(index),
        }
    }
}

/// Converts a value, and notes the text of scalars that are not strings.
pub(super) fn convert(
    node: &MarkedYaml<'_>,
    place: &Place<'_>,
    scalars: &mut Scalars,
) -> Result<(Value, Lines), Problem> {
    match &node.data {
        YamlData::Sequence(items) => sequence(node, items, place, scalars),
        YamlData::Mapping(_) => mapping(node, place, scalars),
        YamlData::Tagged(_, inner) => convert(inner, place, scalars),
        _ => scalar(node, place, scalars),
    }
}

fn scalar(
    node: &MarkedYaml<'_>,
    place: &Place<'_>,
    scalars: &mut Scalars,
) -> Result<(Value, Lines), Problem> {
    let line = node.span.start.line();
    let reject = |what: &str| Err(Problem::new(place.pointer(), what).at_line(line));
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
        let text = || text.to_string();
        scalars.entry(place.pointer()).or_insert_with(text);
    }
    Ok((value, Lines::at(line)))
}

fn sequence(
    node: &MarkedYaml<'_>,
    items: &[MarkedYaml<'_>],
    place: &Place<'_>,
    scalars: &mut Scalars,
) -> Result<(Value, Lines), Problem> {
    let mut values = Vec::with_capacity(items.len());
    let mut lines = Lines::at(node.span.start.line());
    for (index, item) in items.iter().enumerate() {
        let (value, line) = convert(item, &place.item(index), scalars)?;
        values.push(value);
        lines.items.push(line);
    }
    Ok((Value::Array(values), lines))
}

fn mapping(
    node: &MarkedYaml<'_>,
    place: &Place<'_>,
    scalars: &mut Scalars,
) -> Result<(Value, Lines), Problem> {
    let mut map = Map::new();
    let mut lines = Lines::at(node.span.start.line());
    let mut merged = Vec::new();
    for (key, value) in node.data.as_mapping().into_iter().flatten() {
        let line = key.span.start.line();
        if is_merge_key(key) {
            merged.push((line, value));
            continue;
        }
        let Some(key) = key_text(key) else {
            let what = "has a key that is not a scalar";
            return Err(Problem::new(place.pointer(), what).at_line(line));
        };
        let place = place.member(key);
        let (value, inner) = convert(value, &place, scalars)?;
        if map.insert(key.to_owned(), value).is_some() {
            let what = "is a duplicate key, once with and once without quotes";
            return Err(Problem::new(place.pointer(), what).at_line(line));
        }
        lines
            .members
            .insert(key.to_owned(), Lines { line, ..inner });
    }
    for (line, value) in merged {
        merge(&mut map, &mut lines, value, place, scalars)
            .map_err(|problem| problem.at_line(line))?;
    }
    Ok((Value::Object(map), lines))
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
fn key_text<'a>(key: &'a MarkedYaml<'_>) -> Option<&'a str> {
    match &key.data {
        YamlData::Representation(text, ..) => Some(text),
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
    lines: &mut Lines,
    value: &MarkedYaml<'_>,
    place: &Place<'_>,
    scalars: &mut Scalars,
) -> Result<(), Problem> {
    match &value.data {
        YamlData::Mapping(_) => {
            let (other, inner) = convert(value, place, scalars)?;
            if let Value::Object(other) = other {
                for (key, value) in other {
                    map.entry(key).or_insert(value);
                }
            }
            for (key, inner) in inner.members {
                lines.members.entry(key).or_insert(inner);
            }
            Ok(())
        }
        YamlData::Sequence(several) => several
            .iter()
            .try_for_each(|one| merge(map, lines, one, place, scalars)),
        YamlData::Tagged(_, inner) => merge(map, lines, inner, place, scalars),
        _ => {
            let what = "is a YAML merge key, whose value must be a mapping or several mappings";
            Err(Problem::new(place.pointer().join("<<"), what))
        }
    }
}
