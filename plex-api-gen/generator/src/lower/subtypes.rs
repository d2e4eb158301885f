//! Rules on `discriminator`: a base with subtypes becomes the alternatives that its subtypes are.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::components;
use crate::document::keywords::{ALTERNATIVES, COMPOSITION, NAME, SCHEMAS, TAGS};
use crate::document::{Pointer, for_each_schema};

/// Replaces every discriminator by its tags, and adds the subtypes of a base as its alternatives.
pub(super) fn lower(root: &mut Value) {
    let document = root.clone();
    let derived = derived(&document);
    for_each_schema(root, &mut |place, schema| {
        let Some(discriminator) = schema.remove("discriminator") else {
            return;
        };
        let Some(property) = discriminator["propertyName"].as_str() else {
            return;
        };
        let mapping = mapping(&document, &discriminator);
        if !ALTERNATIVES
            .iter()
            .any(|keyword| schema.contains_key(*keyword))
        {
            let own = place.to_reference();
            let subtypes = subtypes(&own, &mapping, &derived);
            if subtypes.is_empty() {
                return;
            }
            let base = base(place, schema);
            let alternatives = subtypes.iter().map(|reference| {
                if *reference == own {
                    base.clone()
                } else {
                    json!({ "$ref": reference })
                }
            });
            let alternatives = alternatives.collect();
            schema.insert("oneOf".to_owned(), Value::Array(alternatives));
        }
        let tags = tags(schema, &place.to_reference(), &mapping);
        schema.insert(TAGS.to_owned(), json!({"property": property, "tags": tags}));
    });
}

/// Returns the values of the discriminator and the references that they mean.
fn mapping(document: &Value, discriminator: &Value) -> Vec<(String, String)> {
    let mapping = discriminator["mapping"].as_object();
    let mapping = mapping.into_iter().flatten();
    let target = |target: &str| {
        let by_name = components::schema(target);
        if by_name.get(document).is_some() {
            return Some(by_name.to_reference());
        }
        let file = target.rsplit('/').next()?;
        let by_file = components::schema(file.split('.').next()?);
        let exists = |reference: &str| crate::document::target(document, reference).is_some();
        [target.to_owned(), by_file.to_reference()]
            .into_iter()
            .find(|reference| exists(reference))
    };
    mapping
        .filter_map(|(tag, value)| Some((tag.clone(), target(value.as_str()?)?)))
        .collect()
}

/// Returns the components that have another one among the parts of their `allOf`, by the reference to that one.
fn derived(document: &Value) -> BTreeMap<String, Vec<String>> {
    let mut derived: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let schemas = document.pointer(SCHEMAS).and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let parts = schema.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            if let Some(base) = part.get("$ref").and_then(Value::as_str) {
                let subtypes = derived.entry(base.to_owned()).or_default();
                subtypes.push(components::schema(name).to_reference());
            }
        }
    }
    derived
}

/// Returns the references to the subtypes of a base: the mapped ones, then those that are derived from it.
fn subtypes(
    own: &str,
    mapping: &[(String, String)],
    derived: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<&String> = mapping.iter().map(|(_, reference)| reference).collect();
    open.extend(derived.get(own).into_iter().flatten());
    let mut next = 0;
    while let Some(reference) = open.get(next) {
        next += 1;
        if !found.contains(reference) {
            found.push((*reference).clone());
            if *reference != own {
                open.extend(derived.get(*reference).into_iter().flatten());
            }
        }
    }
    if found.iter().all(|reference| reference == own) {
        found.clear();
    }
    found
}

/// Returns the base itself as an alternative, without its subtypes.
fn base(place: &Pointer, schema: &Map<String, Value>) -> Value {
    let mut base = schema.clone();
    base.insert(NAME.to_owned(), json!(place.last_key()));
    Value::Object(base)
}

/// Returns which values of the discriminator mean which alternative: those of the mapping, or else its name.
fn tags(schema: &Map<String, Value>, own: &str, mapping: &[(String, String)]) -> Vec<Value> {
    let alternatives = ALTERNATIVES
        .iter()
        .filter_map(|keyword| schema.get(*keyword));
    let alternatives = alternatives.filter_map(Value::as_array).flatten();
    let mut found = Vec::new();
    for alternative in alternatives {
        let reference = match alternative.get("$ref").and_then(Value::as_str) {
            Some(reference) => reference,
            None if alternative.get(NAME).is_some() => own,
            None => continue,
        };
        let mapped = mapping.iter().filter(|(_, target)| target == reference);
        let mut values: Vec<String> = mapped.map(|(tag, _)| tag.clone()).collect();
        if values.is_empty() {
            values.push(Pointer::from(reference.trim_start_matches('#')).last_key());
        }
        found.push(json!({"values": values, "of": {"$ref": reference}}));
    }
    found
}

/// Gives the discriminator of each alternative its only value.
pub(super) fn constants(root: &mut Value) {
    let mut wanted: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for_each_schema(root, &mut |_, schema| {
        let Some(tags) = schema.get(TAGS) else { return };
        let property = tags["property"].as_str().unwrap_or_default();
        for tag in tags["tags"].as_array().into_iter().flatten() {
            let reference = tag["of"]["$ref"].as_str().unwrap_or_default().to_owned();
            let constant = (property.to_owned(), tag["values"].clone());
            let constants = wanted.entry(reference).or_default();
            if !constants.contains(&constant) {
                constants.push(constant);
            }
        }
    });
    for (reference, constants) in wanted {
        let [(property, values)] = constants.as_slice() else {
            continue;
        };
        let pointer = Pointer::from(reference.trim_start_matches('#'));
        let schema = pointer.get_mut(root).and_then(Value::as_object_mut);
        let (Some(schema), Some([value])) = (schema, values.as_array().map(Vec::as_slice)) else {
            continue;
        };
        let has_parts = COMPOSITION
            .iter()
            .any(|keyword| schema.contains_key(*keyword));
        let Some(Value::Object(properties)) = schema.get_mut("properties").filter(|_| !has_parts)
        else {
            continue;
        };
        let mut constant = json!({"type": "string", "enum": [value]});
        if let Some(text) = properties
            .get(property)
            .and_then(|before| before.get("description"))
        {
            constant["description"] = text.clone();
        }
        properties.insert(property.clone(), constant);
    }
}
