//! Where the references of schemas lead.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::keywords::COMPOSITION;
use crate::document::target;

/// Returns whether schemas are, by their parts or alternatives, the target of a reference.
pub(super) fn lead_to(document: &Value, schemas: &Value, wanted: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Value> = schemas
        .as_array()
        .map_or(vec![schemas], |all| all.iter().collect());
    while let Some(schema) = open.pop() {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if reference == wanted {
                return true;
            }
            if seen.insert(reference) {
                open.extend(target(document, reference));
            }
        }
        for keyword in COMPOSITION {
            let inner = schema.get(keyword).and_then(Value::as_array);
            open.extend(inner.into_iter().flatten());
        }
    }
    false
}

/// Returns the reference of a schema, which can be the only part of an `allOf`.
pub(super) fn reference(schema: &Value) -> Option<&str> {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let part = parts
        .filter(|parts| parts.len() == 1)
        .and_then(|parts| parts.first());
    part.unwrap_or(schema).get("$ref")?.as_str()
}
