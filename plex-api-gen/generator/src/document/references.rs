//! References: what they point to, and the components that a part of a document needs.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::keywords::{ANNOTATIONS, COMPOSITION, DATA, NAMED};
use super::pointer::Pointer;
use super::walk::{for_each_value, path_items_mut};

/// Returns the value that a reference within the document points to.
pub(crate) fn target<'doc>(document: &'doc Value, reference: &str) -> Option<&'doc Value> {
    document.pointer(reference.strip_prefix('#')?)
}

/// Follows the `$ref` of a value to its end; a value without one is returned as it is.
pub(crate) fn resolve<'doc>(document: &'doc Value, mut value: &'doc Value) -> &'doc Value {
    let mut seen = BTreeSet::new();
    while let Some(Value::String(reference)) = value.get("$ref")
        && seen.insert(reference)
        && let Some(next) = target(document, reference)
    {
        value = next;
    }
    value
}

/// Returns whether a reference leads back to itself before it leads to a value.
pub(crate) fn is_circular(document: &Value, reference: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = Some(reference);
    while let Some(reference) = next.filter(|reference| seen.insert(*reference)) {
        next = target(document, reference).and_then(alias);
    }
    next == Some(reference)
}

/// Returns the reference of a value that means the same as its target.
fn alias(value: &Value) -> Option<&str> {
    let object = value.as_object()?;
    if let Some(reference) = object.get("$ref") {
        return reference.as_str();
    }
    let is_annotation = |key: &&String| ANNOTATIONS.contains(&key.as_str());
    let mut keywords = object.iter().filter(|(key, _)| !is_annotation(key));
    match (keywords.next(), keywords.next()) {
        (Some((keyword, Value::Array(parts))), None) if COMPOSITION.contains(&keyword.as_str()) => {
            match parts.as_slice() {
                [only] => only.get("$ref")?.as_str(),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Calls `found` with the pointer of each value that has a `$ref`, and the reference. Examples, other data and webhooks are
/// skipped.
pub(crate) fn for_each_reference(
    value: &Value,
    place: &Pointer,
    found: &mut impl FnMut(&Pointer, &str),
) {
    for_each_object(value, place, &mut |place, object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            found(place, reference);
        }
    });
}

/// Calls `visit` with the pointer of each object whose keys are keywords, and the object. Examples, other data and webhooks
/// are skipped.
pub(crate) fn for_each_object(
    value: &Value,
    place: &Pointer,
    visit: &mut impl FnMut(&Pointer, &Map<String, Value>),
) {
    objects(value, &mut place.clone(), visit);
}

fn objects(
    value: &Value,
    place: &mut Pointer,
    visit: &mut impl FnMut(&Pointer, &Map<String, Value>),
) {
    match value {
        Value::Object(object) => {
            visit(place, object);
            for (key, inner) in object {
                let is_webhook = key == "webhooks" && place.is_root();
                match inner {
                    _ if is_webhook || DATA.contains(&key.as_str()) => {}
                    Value::Object(named) if NAMED.contains(&key.as_str()) => {
                        place.within(key, |place| {
                            for (name, inner) in named {
                                place.within(name, |place| objects(inner, place, visit));
                            }
                        });
                    }
                    Value::Object(_) | Value::Array(_) => {
                        place.within(key, |place| objects(inner, place, visit));
                    }
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                place.within_index(index, |place| objects(inner, place, visit));
            }
        }
        _ => {}
    }
}

/// Returns the pointers of all that some values refer to, directly or through others. A reference into a component counts
/// as one to the whole component.
pub(crate) fn reachable<'doc>(
    root: &'doc Value,
    values: impl IntoIterator<Item = &'doc Value>,
) -> BTreeSet<Pointer> {
    let mut found = BTreeSet::new();
    let mut seen = HashSet::new();
    let mut open: Vec<&Value> = values.into_iter().collect();
    while let Some(value) = open.pop() {
        let mut references = Vec::new();
        references_within(value, &mut references);
        for reference in references {
            if !seen.insert(reference) {
                continue;
            }
            let pointer = Pointer::from(reference.trim_start_matches('#'));
            let pointer = match pointer.keys().as_slice() {
                [components, section, name, ..] if components == "components" => {
                    Pointer::of(&[components, section, name])
                }
                _ => pointer,
            };
            if !found.contains(&pointer) {
                open.extend(pointer.get(root));
                found.insert(pointer);
            }
        }
    }
    found
}

/// Collects the references within a value, without those in data.
fn references_within<'doc>(value: &'doc Value, found: &mut Vec<&'doc str>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                match inner {
                    Value::String(reference) if key == "$ref" => found.push(reference),
                    _ if DATA.contains(&key.as_str()) => {}
                    Value::Object(named) if NAMED.contains(&key.as_str()) => named
                        .values()
                        .for_each(|inner| references_within(inner, found)),
                    inner => references_within(inner, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|inner| references_within(inner, found)),
        _ => {}
    }
}

/// Replaces each path item that is a `$ref` with what it refers to, and keeps the keys beside the `$ref`.
pub(crate) fn inline_path_items(root: &mut Value) {
    if !path_items_mut(root).any(|(_, item)| item.get("$ref").is_some()) {
        return;
    }
    let document = root.clone();
    for (_, item) in path_items_mut(root) {
        if item.get("$ref").is_some() {
            let mut whole = resolve(&document, item).clone();
            if let (Some(whole), Some(own)) = (whole.as_object_mut(), item.as_object()) {
                let own = own.iter().filter(|(key, _)| *key != "$ref");
                whole.extend(own.map(|(key, value)| (key.clone(), value.clone())));
            }
            *item = whole;
        }
    }
}

/// Rewrites percent-encoded references (RFC 6901, section 6) as the plain JSON pointers that all steps follow. A reference
/// that resolves as it is written stays as it is.
pub(crate) fn decode(root: &mut Value) {
    let mut encoded = BTreeSet::new();
    for_each_value(root, &mut |value| {
        if let Some(Value::String(reference)) = value.get("$ref")
            && reference.contains('%')
        {
            encoded.insert(reference.clone());
        }
    });
    let mut decoded = BTreeMap::new();
    for reference in encoded {
        if target(root, &reference).is_some() {
            continue;
        }
        if let Ok(plain) = percent_decode_str(&reference).decode_utf8()
            && target(root, &plain).is_some()
        {
            decoded.insert(reference.clone(), Value::from(plain.as_ref()));
        }
    }
    if decoded.is_empty() {
        return;
    }
    for_each_value(root, &mut |value| {
        if let Some(reference) = value.get_mut("$ref")
            && let Some(plain) = reference.as_str().and_then(|it| decoded.get(it))
        {
            *reference = plain.clone();
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_become_plain_pointers() {
        let mut root = json!({
            "paths": {"/a{id}": {"ü": 1}},
            "schemas": {"A B": {}, "100%": {}, "A%20C": {}},
            "refs": [
                {"$ref": "#/paths/~1a%7Bid%7d/%C3%BC"},
                {"$ref": "#/schemas/A%20B"},
                {"$ref": "#/schemas/A%20C"},
                {"$ref": "#/schemas/100%"},
                {"$ref": "#/schemas/100%25"},
                {"$ref": "#/schemas/%FF"},
                {"$ref": "#/schemas/No%20"}
            ]
        });
        decode(&mut root);
        let references: Vec<&str> = root["refs"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["$ref"].as_str())
            .collect();
        assert_eq!(
            references,
            [
                "#/paths/~1a{id}/ü",
                "#/schemas/A B",
                "#/schemas/A%20C",
                "#/schemas/100%",
                "#/schemas/100%",
                "#/schemas/%FF",
                "#/schemas/No%20",
            ]
        );
    }
}
