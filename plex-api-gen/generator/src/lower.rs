//! Step 3: OpenAPI as it is written in the wild becomes the OpenAPI 3.0 that progenitor reads.
//!
//! Each rule is one function; they are applied in the order of [`lower`], the rules of `schemas` to every schema, the inner
//! ones first. What a rule has to give up is a warning with its place: nothing is dropped silently.

mod all_of;
mod alternatives;
mod answers;
mod bodies;
mod components;
mod forms;
mod globals;
mod lenient;
mod media_types;
mod moved;
mod new_models;
mod operations;
mod parameters;
mod schemas;
mod warnings;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::error::Problem;
use crate::walk::for_each_schema;
pub(crate) use components::referred_to;
use moved::Moved;
pub(crate) use operations::path_items_by_reference;
use warnings::Warnings;

/// Rewrites a whole document, and tells what was given up and what was moved.
pub(crate) fn lower(root: &mut Value) -> Result<(Vec<Problem>, Moved), Problem> {
    let mut warnings = Warnings::default();
    version(root, &mut warnings)?;
    // Names that are taken are numbered in the order of the document, which is the same whatever the file's is.
    root.sort_all_objects();
    sections_without_content(root);
    operations::path_items_by_reference(root);
    operations::methods_without_rust(root, &mut warnings);
    operations::ids(root, &mut warnings);
    operations::inherited_security(root, &mut warnings);
    operations::no_server(root, &mut warnings);
    operations::servers_of_a_path(root);
    parameters::lower(root, &mut warnings)?;
    bodies::lower(root, &mut warnings);
    answers::lower(root, &mut warnings);
    components::references_into_models(root);
    components::names_that_collide(root, &mut warnings);
    all_of::flatten(root, &mut warnings);
    for_each_schema(root, &mut |place, schema| {
        schemas::lower(place, schema, &mut warnings);
    });
    components::plain_ones_in_place(root);
    components::unused_ones(root);
    root.sort_all_objects();
    new_models::inline_models_by_name(root, &mut warnings.moved);
    lenient::answers(root, &mut warnings);
    // Enums of answers have become plain.
    components::plain_ones_in_place(root);
    components::unused_ones(root);
    parameters::never_null(root);
    parameters::texts(root);
    root.sort_all_objects();
    new_models::inline_enums_by_name(root, &mut warnings.moved);
    no_paths(root);
    Ok(warnings.in_order())
}

/// `components:` with nothing behind it is no components.
fn sections_without_content(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.retain(|key, value| key != "components" || value.is_object());
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|_, kind| kind.is_object());
    }
}

/// A document of 3.1 need not have paths.
fn no_paths(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.entry("paths").or_insert_with(|| json!({}));
    }
}

/// `openapi: 3.1.x` becomes `3.0.3`, without what only 3.1 has outside of schemas.
fn version(root: &mut Value, warnings: &mut Warnings) -> Result<(), Problem> {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Plain,
    List,
    Object,
}

/// The shape of a schema, which may still be written in 3.1. What can have several shapes counts as an object.
fn shape(document: &Value, schema: &Value) -> Shape {
    let mut shapes = BTreeSet::new();
    find_shapes(document, schema, &mut BTreeSet::new(), &mut shapes);
    let mut shapes = shapes.into_iter();
    match (shapes.next(), shapes.next()) {
        (None, _) => Shape::Plain,
        (Some(only), None) => only,
        _ => Shape::Object,
    }
}

/// The shapes of a schema, its parts and its alternatives; `seen` are the references that have been followed, since schemas
/// may refer to themselves.
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
            "array" => shapes.insert(Shape::List),
            "object" => shapes.insert(Shape::Object),
            _ => shapes.insert(Shape::Plain),
        };
    }
    if schema.get("properties").is_some() {
        shapes.insert(Shape::Object);
    }
    if schema.get("items").is_some() {
        shapes.insert(Shape::List);
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        let several = schema.get(keyword).and_then(Value::as_array);
        for one in several.into_iter().flatten() {
            find_shapes(document, one, seen, shapes);
        }
    }
}

#[cfg(test)]
mod tests;
