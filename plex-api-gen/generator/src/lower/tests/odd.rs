use proptest::prelude::*;

use super::*;

/// Returns a small spec with a case for every rule.
fn spec() -> Value {
    json!({
        "openapi": "3.1.0", "info": {"title": "T"}, "servers": [{"url": "https://plex.tv"}],
        "x-speakeasy-globals": {"parameters": [{"in": "header", "name": "H"}]},
        "paths": {
            "/a/{id}": {
                "servers": [{"url": "https://other"}],
                "parameters": [{"in": "path", "name": "id", "schema": {"type": "array", "items": {"type": "string"}}}],
                "post": {
                    "parameters": [
                        {"$ref": "#/components/parameters/P"},
                        {"in": "query", "name": "kind", "schema": {"type": "string", "enum": ["a", "A"]}}
                    ],
                    "requestBody": {"content": {"application/json": {"schema": {"properties": {"a": {"type": ["string", "null"]}}}}}},
                    "responses": {"200": {"$ref": "#/components/responses/R"}, "201": json_of(reference("M"))}
                }
            },
            "/b": {"$ref": "#/components/pathItems/B"}
        },
        "components": {
            "parameters": {"P": {"in": "query", "name": "p", "content": {"application/json": {"schema": {}}}}},
            "pathItems": {"B": {"get": {"responses": {"200": json_of(json!({"items": {"properties": {}}}))}}}},
            "responses": {"R": json_of(json!({"allOf": [reference("M"), {"properties": {"b": {"const": 1}}}]}))},
            "schemas": {
                "M": {"type": "object", "required": ["a"], "properties": {
                    "a": {"oneOf": [reference("m"), {"type": "null"}]}, "b": {"allOf": [reference("M"), reference("m")]}
                }},
                "m": {"type": "string", "enum": ["x"], "nullable": true}
            }
        }
    })
}

/// Values that replace others in the spec.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(7)),
        Just(json!("")),
        Just(json!("array")),
        Just(json!([])),
        Just(json!([null, 1, "x", {}])),
        Just(json!({})),
        Just(json!({"$ref": "#/components/schemas/M"})),
        Just(json!({"$ref": "#/components/schemas/M/properties/b"})),
        Just(json!({"type": "object", "properties": null})),
        Just(
            json!({"allOf": [{"$ref": "#/components/schemas/M"}, {"$ref": "#/components/schemas/m"}]})
        ),
        Just(json!({"oneOf": [{"$ref": "#/components/schemas/M"}, {"type": "null"}, 1]})),
        Just(json!({"enum": [1, null, "x"], "schema": {"type": 1}, "content": {"text/html": 1}})),
    ]
}

fn places(value: &Value, place: &Pointer, found: &mut Vec<Pointer>) {
    found.push(place.clone());
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, inner)| places(inner, &place.join(key), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, inner)| places(inner, &place.index(index), found)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn malformed_documents_do_not_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd()), 1..4)
    ) {
        let mut root = spec();
        for (index, odd) in changes {
            let mut found = Vec::new();
            places(&root, &Pointer::default(), &mut found);
            let place = &found[index.index(found.len())];
            *root.pointer_mut(&place.to_string()).unwrap() = odd;
        }
        let _ = lower(&mut root);
    }
}

#[test]
fn recursive_models_do_not_grow_without_bound() {
    let itself = json!({"allOf": [reference("M"), reference("N")]});
    let mut root = spec();
    root["components"]["schemas"] = json!({
        "M": {"type": "object", "properties": {"a": itself, "b": itself}},
        "N": {"type": "object", "properties": {"c": {"oneOf": [itself, {"type": "null"}]}}}
    });
    lowered(&mut root);
    let size = root.to_string().len();
    assert!(size < 100_000, "{size}");
}
