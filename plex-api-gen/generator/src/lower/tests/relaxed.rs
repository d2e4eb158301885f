use super::*;

/// Returns the model `It` of a response that is lowered without a warning.
fn relaxed(model: Value) -> Value {
    let (mut models, warnings) = in_response(json!({ "It": model }));
    assert_eq!(warnings, [""; 0]);
    models["It"].take()
}

/// Returns the schema of one of its fields.
fn field(schema: Value) -> Value {
    relaxed(json!({"type": "object", "properties": {"a": schema}}))["properties"]["a"].take()
}

#[test]
fn fields_are_optional_without_x_required() {
    let it = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let mut marked = it.clone();
    marked["x-required"] = json!(true);
    assert_eq!(relaxed(it.clone()).get("required"), None);
    assert_eq!(relaxed(marked), it);
    let mut marked_otherwise = it;
    marked_otherwise["x-required"] = json!("yes");
    assert_eq!(relaxed(marked_otherwise).get("required"), None);
}

/// An array body is one argument, so its items stay models.
fn array_of(name: &str) -> Value {
    json!({"type": "array", "items": reference(name)})
}

#[test]
fn models_of_requests_stay_strict() {
    let strict = json!({"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"type": "string", "enum": ["x", "y"]}
    }});
    let (root, warnings) = document(
        json!({"/a": {"put": {"operationId": "a", "requestBody": json_of(array_of("Strict")), "responses": {
            "200": json_of(reference("It"))
        }}}}),
        json!({"schemas": {"Strict": strict, "It": {"type": "object", "required": ["a"], "properties": {
            "a": reference("Deep")
        }}, "Deep": strict}}),
    );
    let models = &root["components"]["schemas"];
    let mut named = strict.clone();
    named["properties"]["a"] = reference("StrictA");
    assert_eq!(models["Strict"], named);
    assert_eq!(models["StrictA"], strict["properties"]["a"]);
    assert_eq!(models["It"].get("required"), None);
    assert_eq!(
        models["Deep"],
        json!({"type": "object", "properties": {
            "a": {"type": "string", "description": "Known values: `x`, `y`."}
        }})
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn enums_are_open() {
    for (before, after) in [
        (
            json!({"type": "string", "enum": ["asc", "ASC"], "description": "The order.\n"}),
            json!({"type": "string", "description": "The order.\n\nKnown values: `asc`, `ASC`."}),
        ),
        (
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "string", "nullable": true, "description": "Known values: `a`."}),
        ),
        (
            json!({"enum": [1, 2, null]}),
            json!({"type": "integer", "description": "Known values: `1`, `2`."}),
        ),
        (
            json!({"enum": [1, 0.5]}),
            json!({"type": "number", "description": "Known values: `1`, `0.5`."}),
        ),
        (
            json!({"const": true}),
            json!({"type": "boolean", "description": "Known values: `true`."}),
        ),
        (
            json!({"enum": ["a", 1]}),
            json!({"type": "string", "description": "Known values: `a`, `1`."}),
        ),
    ] {
        assert_eq!(field(before), after);
    }
}

#[test]
fn a_component_enum_of_a_response_is_inlined_as_a_scalar() {
    let (models, _) = in_response(json!({
        "It": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Kind", "description": "Mine."}}},
        "Kind": {"type": "integer", "enum": [1, 2]}
    }));
    assert_eq!(
        models,
        json!({"It": {"type": "object", "properties": {
            "a": {"type": "integer", "description": "Mine.\n\nKnown values: `1`, `2`."}
        }}})
    );
}

#[test]
fn enums_within_an_array_are_open() {
    let (root, _) = document(
        json!({"/a": {"get": {"operationId": "a", "responses": {
            "200": json_of(json!({"type": "array", "items": {"type": "string", "enum": ["x"]}}))
        }}}}),
        json!({}),
    );
    let response = &root["paths"]["/a"]["get"]["responses"]["200"];
    let schema = &response["content"]["application/json"]["schema"];
    assert_eq!(
        schema["items"],
        json!({"type": "string", "description": "Known values: `x`."})
    );
}

#[test]
fn unknown_fields_are_ignored_and_maps_are_kept() {
    let properties = json!({"a": {"type": "string"}});
    for (additional, is_map) in [
        (json!(true), true),
        (json!(false), false),
        (json!({"type": "string"}), true),
    ] {
        let model =
            json!({"type": "object", "properties": properties, "additionalProperties": additional});
        assert_eq!(
            relaxed(model),
            json!({"type": "object", "properties": properties})
        );
        let map = field(json!({"type": "object", "additionalProperties": additional}));
        assert_eq!(
            map.get("additionalProperties").is_some(),
            is_map,
            "{additional}"
        );
    }
}

#[test]
fn arrays_are_not_nullable() {
    assert_eq!(
        field(json!({"type": ["array", "null"], "items": {"type": "string"}})),
        json!({"type": "array", "items": {"type": "string"}})
    );
}

#[test]
fn alternatives_are_any_json() {
    let object = json!({"type": "object", "properties": {}});
    let (models, warnings) = in_response(json!({"It": {"type": "object", "properties": {
        "a": {"description": "D", "oneOf": [{"type": "string"}, object]},
        "b": {"type": "array", "items": {"anyOf": [{"type": "string"}, object]}}
    }}}));
    assert_eq!(
        models["It"]["properties"],
        json!({"a": {"description": "D"}, "b": {"type": "array", "items": {}}})
    );
    assert_eq!(
        warnings,
        [
            "/components/schemas/It/properties/a/oneOf: are any JSON; check which one was sent",
            "/components/schemas/It/properties/b/items/anyOf: are any JSON; check which one was sent",
        ]
    );
}

#[test]
fn request_enums_without_distinct_names_are_strings() {
    let (root, warnings) = document(
        json!({"/a": {"put": {"operationId": "a", "requestBody": json_of(array_of("It"))}}}),
        json!({"schemas": {"It": {"type": "object", "properties": {"a": {"type": "string", "enum": ["x", "X"]}}}}}),
    );
    assert_eq!(
        root["components"]["schemas"]["It"]["properties"]["a"],
        json!({"type": "string"})
    );
    assert_eq!(
        warnings,
        [
            "/components/schemas/It/properties/a/enum: is a string: its values do not make distinct Rust names"
        ]
    );
}

#[test]
fn enums_within_parts_are_open() {
    for values in [
        json!({"allOf": [{"type": "integer", "enum": [1, 2]}]}),
        json!({"type": "integer", "allOf": [{"enum": [1, 2]}, {"minimum": 1}]}),
    ] {
        assert_eq!(
            field(values),
            json!({"type": "integer", "description": "Known values: `1`, `2`."})
        );
    }
}

#[test]
fn request_enums_of_several_types_are_any_json() {
    let (root, warnings) = document(
        json!({"/a": {"put": {"operationId": "a", "requestBody": json_of(array_of("It"))}}}),
        json!({"schemas": {"It": {"type": "object", "properties": {"a": {"enum": [1, "x", null]}}}}}),
    );
    assert_eq!(
        root["components"]["schemas"]["It"]["properties"]["a"],
        json!({})
    );
    assert_eq!(
        warnings,
        ["/components/schemas/It/properties/a/enum: is any JSON: its values are of several types"]
    );
}

#[test]
fn error_responses_relax_no_model() {
    let strict =
        json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}});
    let (root, _) = document(
        json!({"/a": {"put": {"operationId": "a", "requestBody": json_of(array_of("It")), "responses": {
            "204": {"description": ""}, "409": json_of(reference("It"))
        }}}}),
        json!({"schemas": {"It": strict}}),
    );
    assert_eq!(root["components"]["schemas"]["It"], strict);
}

#[test]
fn items_of_arrays_are_not_nullable() {
    assert_eq!(
        field(json!({"type": "array", "items": {"type": ["string", "null"]}})),
        json!({"type": "array", "items": {"type": "string"}})
    );
}

#[test]
fn a_secret_among_alternatives_stays_hidden() {
    let secret = json!({"type": "string", "format": "password"});
    for alternatives in [
        json!([secret, {"type": "object"}]),
        json!([reference("Token"), {"type": "integer"}]),
    ] {
        let (models, warnings) = in_response(json!({
            "Token": secret, "It": {"type": "object", "properties": {"a": {"oneOf": alternatives}}}
        }));
        assert_eq!(models["It"]["properties"]["a"], secret);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }
}

#[test]
fn alternatives_beside_fields_are_left_out() {
    let (models, warnings) = in_response(json!({
        "It": {"type": "object", "properties": {"a": {"type": "string"}}, "anyOf": [
            {"properties": {"b": {}}}, {"properties": {"c": {}}}
        ]}
    }));
    assert_eq!(models["It"].get("anyOf"), None);
    assert!(warnings[0].contains("are left out"), "{warnings:?}");
}

#[test]
fn strictly_required_fields_of_a_part_are_kept() {
    let (models, _) = in_response(json!({
        "Base": {"type": "object", "x-required": true, "required": ["id"], "properties": {"id": {"type": "integer"}}},
        "It": {"allOf": [reference("Base"), {"required": ["b"], "properties": {"b": {"type": "string"}}}]}
    }));
    assert_eq!(models["It"]["required"], json!(["id"]));
}
