use super::*;

#[test]
fn callbacks_are_left_out_with_a_warning() {
    let (operation, warnings) = get(json!({
        "operationId": "a",
        "callbacks": {"done": {"{$request.body#/url}": {"post": {"requestBody": {"$ref": "#/no"}, "responses": {}}}}}
    }));
    assert_eq!(operation.get("callbacks"), None);
    assert_eq!(
        warnings,
        ["/paths/~1a/get/callbacks: are left out: a client does not receive requests"]
    );
}

#[test]
fn references_in_data_links_and_extensions_do_not_count() {
    let dangling = json!({"$ref": "other.yaml#/no"});
    let schema = json!({"type": "object", "x-a": dangling, "properties": {
        "schema": {"type": "object", "default": dangling, "example": dangling, "examples": [dangling]},
        "x-kept": {"type": "string", "enum": ["a"]},
        "example": {"type": "string"}
    }});
    let (operation, warnings) = get(json!({
        "operationId": "a",
        "x-thing": dangling,
        "tags": [1],
        "parameters": [{"in": "query", "name": "q", "example": dangling, "examples": {"a": dangling}, "schema": {"type": "string"}}],
        "responses": {"200": {
            "description": "", "links": {"next": dangling}, "headers": {"X": dangling},
            "content": {"application/json": {"schema": schema, "examples": {"a": dangling}}}
        }}
    }));
    assert_eq!(warnings, [""; 0]);
    assert!(!operation.to_string().contains("no"), "{operation}");
}

#[test]
fn properties_may_have_the_names_of_unused_keywords() {
    let (schemas, warnings) = schemas_of_response(json!({
        "type": "object",
        "properties": {"links": {"type": "string"}, "x-a": {"type": "string"}, "tags": {"type": "string"}}
    }));
    let names = schemas["AResponse"]["properties"].as_object().unwrap();
    assert_eq!(names.keys().collect::<Vec<_>>(), ["links", "tags", "x-a"]);
    assert_eq!(warnings, [""; 0]);
}

fn schemas_of_response(schema: Value) -> (Value, Vec<String>) {
    let (root, warnings) = document(
        json!({"/a": {"get": {"operationId": "a", "responses": {"200": json_of(schema)}}}}),
        json!({}),
    );
    (root["components"]["schemas"].clone(), warnings)
}

#[test]
fn dynamic_references_are_any_json() {
    let (schemas, warnings) = schemas_of_response(json!({
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#T"}}},
        "$defs": {"generic": {"$dynamicAnchor": "T", "not": {}}}
    }));
    assert_eq!(
        schemas["AResponse"]["properties"]["items"]["items"],
        json!({})
    );
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].ends_with(
            "/properties/items/items/$dynamicRef: is any JSON: its target depends on the schema that refers to it"
        ),
        "{warnings:?}"
    );
}
