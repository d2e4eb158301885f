//! Descriptions of the values of a schema, by which a union chooses an alternative. The runtime's type `Shape` has the same
//! variants.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::references::reference;
use crate::document::keywords::ALTERNATIVES;
use crate::document::target;

/// Describes a schema that has been lowered.
pub(super) fn shape(document: &Value, schema: &Value) -> Value {
    describe(document, schema, &mut BTreeSet::new())
}

/// `seen` holds the references on the way: what contains itself is any JSON there.
fn describe<'doc>(
    document: &'doc Value,
    schema: &'doc Value,
    seen: &mut BTreeSet<&'doc str>,
) -> Value {
    if let Some(reference) = reference(schema) {
        if !seen.insert(reference) {
            return json!("Any");
        }
        let found = target(document, reference).map(|schema| describe(document, schema, seen));
        seen.remove(reference);
        return found.unwrap_or(json!("Any"));
    }
    for keyword in ALTERNATIVES {
        if let Some(alternatives) = schema.get(keyword).and_then(Value::as_array) {
            let shapes = alternatives.iter().map(|one| describe(document, one, seen));
            return json!({"Union": shapes.collect::<Vec<_>>()});
        }
    }
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        return object(document, schema, properties);
    }
    match schema["type"].as_str() {
        Some("boolean") => json!("Boolean"),
        Some("integer") => json!("Integer"),
        Some("number") => json!("Number"),
        Some("string") => match schema.get("enum") {
            Some(values) => json!({ "OneOf": values }),
            None => json!("String"),
        },
        Some("array") => json!({"Array": describe(document, &schema["items"], seen)}),
        Some("object") => json!("Map"),
        _ => json!("Any"),
    }
}

fn object(document: &Value, schema: &Value, properties: &Map<String, Value>) -> Value {
    let mut known: Vec<&String> = properties.keys().collect();
    known.sort();
    let constants = properties.iter().filter_map(|(name, property)| {
        let property = match reference(property) {
            Some(reference) => target(document, reference)?,
            None => property,
        };
        match property["enum"].as_array()?.as_slice() {
            [Value::String(only)] => Some((name.clone(), json!(only))),
            _ => None,
        }
    });
    let constants: Map<String, Value> = constants.collect();
    let required = schema.get("required").cloned().unwrap_or(json!([]));
    json!({"Object": {"required": required, "known": known, "constants": constants}})
}
