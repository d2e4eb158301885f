//! Each rule: a document before and after it, and its warnings. Each module of rules has a module of tests.

use serde_json::json;

use super::shape::{Shape, shape};
use super::*;
use crate::document::{Pointer, inline_path_items, operations_mut};

mod all_of;
mod alternatives;
mod argument_types;
mod bodies;
mod body_arguments;
mod components;
mod definitions;
mod globals;
mod odd;
mod operations;
mod parameter_styles;
mod parameters;
mod relaxed;
mod responses;
mod schemas;
mod security;
mod servers;
mod texts;
mod unused;

/// Lowers a document, and returns the warnings; the one about missing servers is dropped.
fn lowered(root: &mut Value) -> Vec<Problem> {
    let has_servers = root.get("servers").is_some();
    inline_path_items(root);
    let (mut warnings, _) = lower(root).unwrap();
    if !has_servers {
        warnings.retain(|warning| warning.pointer != Pointer::from("/servers"));
        root.as_object_mut().unwrap().remove("servers");
    }
    warnings
}

/// Returns the lowered document of these paths and components, and the warnings. Operations without responses get a 204.
fn document(paths: Value, components: Value) -> (Value, Vec<String>) {
    let mut root =
        json!({"openapi": "3.1.0", "security": [], "paths": paths, "components": components});
    for (_, operation) in operations_mut(&mut root) {
        if operation.get("responses").is_none() {
            operation["responses"] = json!({"204": {"description": ""}});
        }
    }
    let warnings = lowered(&mut root);
    (root, warnings.iter().map(ToString::to_string).collect())
}

/// Returns the lowered operation `GET /a`, and the warnings.
fn get(operation: Value) -> (Value, Vec<String>) {
    let (root, warnings) = document(json!({"/a": {"get": operation}}), json!({}));
    (root["paths"]["/a"]["get"].clone(), warnings)
}

/// Returns the lowered schemas of a document without paths, and the warnings.
fn schemas(schemas: Value) -> (Value, Vec<String>) {
    let mut root = json!({"openapi": "3.1.0", "components": {"schemas": schemas}});
    let warnings = lowered(&mut root);
    let schemas = root["components"]["schemas"].clone();
    (schemas, warnings.iter().map(ToString::to_string).collect())
}

/// Returns a schema that is lowered without a warning.
fn schema(schema: Value) -> Value {
    let (mut schemas, warnings) = schemas(json!({ "It": schema }));
    assert_eq!(warnings, [""; 0]);
    schemas["It"].take()
}

/// Returns the lowered models of which `It` is the response of `GET /a`, and the warnings.
fn in_response(models: Value) -> (Value, Vec<String>) {
    let (root, warnings) = document(
        json!({"/a": {"get": {"operationId": "a", "responses": {"200": json_of(reference("It"))}}}}),
        json!({ "schemas": models }),
    );
    (root["components"]["schemas"].clone(), warnings)
}

fn json_of(schema: Value) -> Value {
    json!({"description": "", "content": {"application/json": {"schema": schema}}})
}

fn reference(model: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{model}")})
}

#[test]
fn the_version_becomes_3_0_without_the_keys_of_3_1() {
    let mut root = json!({
        "openapi": "3.1.1", "webhooks": {}, "jsonSchemaDialect": "d",
        "info": {"title": "T", "summary": "S", "license": {"identifier": "MIT"}}
    });
    let warnings = lowered(&mut root);
    assert_eq!(
        root,
        json!({"openapi": "3.0.3", "info": {"title": "T", "version": ""}, "paths": {}})
    );
    assert_eq!(
        warnings,
        [Problem::new(
            "/webhooks",
            "are left out: a client does not receive requests"
        )]
    );
}

#[test]
fn another_version_is_rejected() {
    for (document, problem) in [
        (
            json!({"swagger": "2.0"}),
            "/swagger: is `2.0`; convert the document to OpenAPI 3",
        ),
        (
            json!({"openapi": "3.10.0"}),
            "/openapi: is `3.10.0`; write `openapi: 3.1.0`",
        ),
        (
            json!({"openapi": "2.0"}),
            "/openapi: is `2.0`; write `openapi: 3.1.0`",
        ),
        (json!({}), "/openapi: is ``; write `openapi: 3.1.0`"),
        (json!([]), "is not an OpenAPI document: expected a mapping"),
    ] {
        assert_eq!(
            lower(&mut document.clone()).map(|_| ()).unwrap_err()[0].to_string(),
            problem
        );
    }
}

#[test]
fn a_version_may_have_two_numbers() {
    for version in ["3.0", "3.1", "3.1.2-rc"] {
        assert!(
            lower(&mut json!({ "openapi": version })).is_ok(),
            "{version}"
        );
    }
}

#[test]
fn empty_sections_are_removed() {
    let (root, warnings) = document(json!({}), json!(null));
    assert_eq!(root.get("components"), None);
    let (root, _) = document(json!({}), json!({"schemas": null}));
    assert_eq!(root["components"], json!({}));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn shapes() {
    let document = json!({"components": {"schemas": {
        "String": {"type": "string"},
        "Itself": {"allOf": [{"$ref": "#/components/schemas/Itself"}, {"properties": {}}]},
        "Circle": {"$ref": "#/components/schemas/Circle"}
    }}});
    for (schema, expected) in [
        (json!({}), Shape::Scalar),
        (json!({"type": ["integer", "null"]}), Shape::Scalar),
        (
            json!({"oneOf": [reference("String"), {"type": "null"}]}),
            Shape::Scalar,
        ),
        (json!({"type": "array"}), Shape::Array),
        (json!({"items": {}}), Shape::Array),
        (
            json!({"allOf": [{"type": "array"}, {"description": "D"}]}),
            Shape::Array,
        ),
        (json!({"type": ["string", "array"]}), Shape::Object),
        (
            json!({"anyOf": [{"items": {}}, reference("String")]}),
            Shape::Object,
        ),
        (reference("Itself"), Shape::Object),
        (reference("Circle"), Shape::Scalar),
    ] {
        assert_eq!(shape(&document, &schema), expected, "{schema}");
    }
}
