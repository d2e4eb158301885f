//! Step 3: OpenAPI as it is written in the wild becomes the OpenAPI 3.0 that progenitor reads.
//!
//! Each rule is one function; they are applied in the order of [`lower`], the rules of `schemas` to every schema, the inner
//! ones first. What a rule has to give up is a warning with its place: nothing is dropped silently.

mod all_of;
mod answers;
mod bodies;
mod components;
mod lenient;
mod operations;
mod parameters;
mod schemas;

use serde_json::{Value, json};

use crate::error::Problem;
use crate::walk::for_each_schema;

/// Rewrites a whole document, and tells what was given up.
pub(crate) fn lower(root: &mut Value) -> Result<Vec<Problem>, Problem> {
    let mut warnings = Vec::new();
    version(root, &mut warnings)?;
    operations::path_items_by_reference(root);
    operations::methods_without_rust(root, &mut warnings);
    operations::ids(root, &mut warnings);
    operations::inherited_security(root, &mut warnings);
    parameters::lower(root, &mut warnings);
    bodies::lower(root, &mut warnings);
    answers::lower(root, &mut warnings);
    components::names_that_collide(root, &mut warnings);
    all_of::flatten(root, &mut warnings);
    for_each_schema(root, &mut |place, schema| {
        schemas::lower(place, schema, &mut warnings);
    });
    components::plain_ones_in_place(root);
    components::unused_ones(root);
    components::inline_models_by_name(root);
    lenient::answers(root, &mut warnings);
    Ok(warnings)
}

/// `openapi: 3.1.x` becomes `3.0.3`, without what only 3.1 has outside of schemas.
fn version(root: &mut Value, warnings: &mut Vec<Problem>) -> Result<(), Problem> {
    let Some(document) = root.as_object_mut() else {
        return Err(Problem::new(
            "",
            "is not an OpenAPI document: expected a mapping",
        ));
    };
    let version = document
        .get("openapi")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.starts_with("3.1.") && !version.starts_with("3.0.") {
        return Err(Problem::new(
            "/openapi",
            format!("is `{version}`; write `openapi: 3.1.0`"),
        ));
    }
    document.insert("openapi".to_owned(), json!("3.0.3"));
    if document.remove("webhooks").is_some() {
        let what = "are left out: a client does not receive requests";
        warnings.push(Problem::new("/webhooks", what));
    }
    document.remove("jsonSchemaDialect");
    if let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) {
        info.remove("summary");
        info.remove("license");
    }
    Ok(())
}

/// What a `$ref` refers to, followed to its end; anything else is itself. References that lead nowhere have been refused, and
/// those that go round in a circle end somewhere on it.
fn resolve<'doc>(document: &'doc Value, value: &'doc Value) -> &'doc Value {
    let mut value = value;
    for _ in 0..32 {
        let target = value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| document.pointer(reference.trim_start_matches('#')));
        match target {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

/// The shape of what a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Plain,
    List,
    Object,
}

/// The shape of a schema, which may still be written in 3.1. What can have several shapes counts as an object.
fn shape(document: &Value, schema: &Value) -> Shape {
    let schema = resolve(document, schema);
    let alternatives = ["oneOf", "anyOf"]
        .iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array());
    let mut shapes: Vec<Shape> = alternatives
        .flatten()
        .filter(|alternative| alternative["type"] != "null")
        .map(|alternative| shape(document, alternative))
        .collect();
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    shapes.extend(types.iter().filter_map(Value::as_str).filter_map(|name| {
        Some(match name {
            "null" => return None,
            "array" => Shape::List,
            "object" => Shape::Object,
            _ => Shape::Plain,
        })
    }));
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        shapes.extend(parts.iter().map(|part| shape(document, part)));
    }
    if schema.get("properties").is_some() {
        shapes.push(Shape::Object);
    }
    if schema.get("items").is_some() {
        shapes.push(Shape::List);
    }
    match shapes.as_slice() {
        [] => Shape::Plain,
        [first, rest @ ..] if rest.iter().all(|other| other == first) => *first,
        _ => Shape::Object,
    }
}

#[cfg(test)]
mod tests;
