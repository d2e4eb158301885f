//! The shape of the values that a schema describes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::keywords::COMPOSITION;
use crate::document::resolve;

/// The shape of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Scalar,
    Array,
    Object,
}

/// Returns the shape of a schema, which can still be written in 3.1. A schema of several shapes counts as an object.
pub(super) fn shape(document: &Value, schema: &Value) -> Shape {
    let mut shapes = BTreeSet::new();
    find_shapes(document, schema, &mut BTreeSet::new(), &mut shapes);
    let mut shapes = shapes.into_iter();
    match (shapes.next(), shapes.next()) {
        (None, _) => Shape::Scalar,
        (Some(only), None) => only,
        _ => Shape::Object,
    }
}

/// Collects the shapes of a schema, its parts and its alternatives. `seen` holds the references followed so far, because
/// schemas can refer to themselves.
fn find_shapes(
    document: &Value,
    schema: &Value,
    seen: &mut BTreeSet<String>,
    shapes: &mut BTreeSet<Shape>,
) {
    let reference = schema.get("$ref").and_then(Value::as_str);
    if reference.is_some_and(|reference| !seen.insert(reference.to_owned())) {
        return;
    }
    let schema = resolve(document, schema);
    let types = match &schema["type"] {
        Value::Array(types) => types.as_slice(),
        one => std::slice::from_ref(one),
    };
    for name in types.iter().filter_map(Value::as_str) {
        match name {
            "null" => continue,
            "array" => shapes.insert(Shape::Array),
            "object" => shapes.insert(Shape::Object),
            _ => shapes.insert(Shape::Scalar),
        };
    }
    if schema.get("properties").is_some() {
        shapes.insert(Shape::Object);
    }
    if schema.get("items").is_some() {
        shapes.insert(Shape::Array);
    }
    for keyword in COMPOSITION {
        let several = schema.get(keyword).and_then(Value::as_array);
        for one in several.into_iter().flatten() {
            find_shapes(document, one, seen, shapes);
        }
    }
}
