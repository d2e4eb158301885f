//! Each rule, by a spec before and after it, and what it warns of. A module of rules has a module of tests.

use serde_json::json;

use super::*;

mod all_of;
mod alternatives;
mod answers;
mod bodies;
mod components;
mod forms;
mod globals;
mod lenient;
mod odd;
mod operations;
mod parameters;
mod schemas;

/// Rewrites a document, and tells what was given up. Of servers these tests say nothing, unless they are about them.
fn lowered(root: &mut Value) -> Vec<Problem> {
    let names_a_server = root.get("servers").is_some();
    let (mut warnings, _) = lower(root).unwrap();
    if !names_a_server {
        warnings.retain(|warning| warning.pointer != "/servers");
        root.as_object_mut().unwrap().remove("servers");
    }
    warnings
}

/// A document of these paths and components after the lowering, and the warnings. Operations that say nothing of their answers
/// answer with nothing.
fn document(paths: Value, components: Value) -> (Value, Vec<String>) {
    let mut root =
        json!({"openapi": "3.1.0", "security": [], "paths": paths, "components": components});
    crate::walk::for_each_operation(&mut root, |_, _, operation| {
        if operation.get("responses").is_none() {
            operation["responses"] = json!({"204": {"description": ""}});
        }
    });
    let warnings = lowered(&mut root);
    (root, warnings.iter().map(ToString::to_string).collect())
}

/// `GET /a` after the lowering, and the warnings.
fn get(operation: Value) -> (Value, Vec<String>) {
    let (root, warnings) = document(json!({"/a": {"get": operation}}), json!({}));
    (root["paths"]["/a"]["get"].clone(), warnings)
}

/// The schemas of a document without paths after the lowering, and the warnings.
fn schemas(schemas: Value) -> (Value, Vec<String>) {
    let mut root = json!({"openapi": "3.1.0", "components": {"schemas": schemas}});
    let warnings = lowered(&mut root);
    let schemas = root["components"]["schemas"].clone();
    (schemas, warnings.iter().map(ToString::to_string).collect())
}

/// A schema after the lowering, which says nothing.
fn schema(schema: Value) -> Value {
    let (mut schemas, warnings) = schemas(json!({ "It": schema }));
    assert_eq!(warnings, [""; 0]);
    schemas["It"].take()
}

/// The models of an answer after the lowering, of which `It` is what `GET /a` answers; and the warnings.
fn answered(models: Value) -> (Value, Vec<String>) {
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
fn version_and_what_only_3_1_has() {
    let mut root = json!({
        "openapi": "3.1.1", "webhooks": {}, "jsonSchemaDialect": "d",
        "info": {"title": "T", "summary": "S", "license": {"identifier": "MIT"}}
    });
    let warnings = lowered(&mut root);
    assert_eq!(
        root,
        json!({"openapi": "3.0.3", "info": {"title": "T"}, "paths": {}})
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
fn another_version_is_refused() {
    for (document, problem) in [
        (
            json!({"openapi": "2.0"}),
            "/openapi: is `2.0`; write `openapi: 3.1.0`",
        ),
        (json!({}), "/openapi: is ``; write `openapi: 3.1.0`"),
        (json!([]), "is not an OpenAPI document: expected a mapping"),
    ] {
        assert_eq!(
            lower(&mut document.clone())
                .map(|_| ())
                .unwrap_err()
                .to_string(),
            problem
        );
    }
}

#[test]
fn components_with_nothing_behind_them() {
    let (root, warnings) = document(json!({}), json!(null));
    assert_eq!(root.get("components"), None);
    let (root, _) = document(json!({}), json!({"schemas": null}));
    assert_eq!(root["components"], json!({}));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn shapes() {
    let document = json!({"components": {"schemas": {
        "Text": {"type": "string"},
        "Itself": {"allOf": [{"$ref": "#/components/schemas/Itself"}, {"properties": {}}]},
        "Circle": {"$ref": "#/components/schemas/Circle"}
    }}});
    for (schema, expected) in [
        (json!({}), Shape::Plain),
        (json!({"type": ["integer", "null"]}), Shape::Plain),
        (
            json!({"oneOf": [reference("Text"), {"type": "null"}]}),
            Shape::Plain,
        ),
        (json!({"type": "array"}), Shape::List),
        (json!({"items": {}}), Shape::List),
        (
            json!({"allOf": [{"type": "array"}, {"description": "D"}]}),
            Shape::List,
        ),
        (json!({"type": ["string", "array"]}), Shape::Object),
        (
            json!({"anyOf": [{"items": {}}, reference("Text")]}),
            Shape::Object,
        ),
        (reference("Itself"), Shape::Object),
        (reference("Circle"), Shape::Plain),
    ] {
        assert_eq!(shape(&document, &schema), expected, "{schema}");
    }
}
