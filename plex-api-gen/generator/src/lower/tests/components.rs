use super::*;

#[test]
fn colliding_names_are_numbered() {
    let (models, warnings) = schemas(json!({
        "Foo": {"type": "object", "properties": {"a": reference("foo"), "b": reference("foo2")}},
        "foo": {"type": "object", "properties": {"one": {"type": "string"}}},
        "foo2": {"type": "object", "properties": {"two": {"type": "string"}}}
    }));
    assert_eq!(
        models["Foo"]["properties"],
        json!({"a": reference("Foo2"), "b": reference("Foo22")})
    );
    assert_eq!(
        models["Foo2"]["properties"],
        json!({"one": {"type": "string"}})
    );
    assert_eq!(
        models["Foo22"]["properties"],
        json!({"two": {"type": "string"}})
    );
    assert_eq!(
        warnings,
        [
            "/components/schemas/foo: has the Rust name of another schema and is called `Foo2`",
            "/components/schemas/foo2: has the Rust name of another schema and is called `Foo22`",
        ]
    );
}

#[test]
fn a_warning_within_a_renamed_schema_has_its_place_in_the_file() {
    let (_, warnings) = schemas(json!({"Foo": {}, "foo": {"properties": {"a": {"not": {}}}}}));
    assert_eq!(
        warnings[1],
        "/components/schemas/foo/properties/a/not: is left out: no Rust type can express it"
    );
}

#[test]
fn simple_schemas_are_inlined() {
    let (models, _) = schemas(json!({
        "Date": {"type": "string", "format": "date-time", "description": "A date."},
        "Dates": {"type": "array", "items": reference("Date")},
        "Secret": {"type": "string", "format": "password"},
        "Kind": {"type": "string", "enum": ["a"]},
        "It": {"type": "object", "properties": {
            "date": reference("Date"),
            "own": {"$ref": "#/components/schemas/Date", "description": "Mine."},
            "maybe": {"oneOf": [reference("Date"), {"type": "null"}]},
            "dates": reference("Dates"),
            "secret": reference("Secret"),
            "kind": reference("Kind")
        }}
    }));
    let date = json!({"type": "string", "format": "date-time", "description": "A date."});
    assert_eq!(
        models["It"]["properties"],
        json!({
            "date": date,
            "own": {"type": "string", "format": "date-time", "description": "Mine.\n\nA date."},
            "maybe": {"type": "string", "format": "date-time", "description": "A date.", "nullable": true},
            "dates": {"type": "array", "items": date},
            "secret": reference("Secret"),
            "kind": reference("Kind")
        })
    );
}

#[test]
fn a_recursive_array_terminates() {
    let (models, _) = schemas(json!({"Tree": {"type": "array", "items": reference("Tree")}}));
    assert_eq!(models["Tree"]["type"], "array");
}

#[test]
fn references_into_schemas_are_inlined() {
    let (models, warnings) = schemas(json!({
        "A": {"type": "object", "properties": {"a": {"type": "integer", "description": "A."}}},
        "B": {"type": "object", "properties": {
            "one": {"$ref": "#/components/schemas/A/properties/a"},
            "two": {"$ref": "#/components/schemas/B/properties/one", "description": "Two."}
        }}
    }));
    assert_eq!(
        models["B"]["properties"],
        json!({
            "one": {"type": "integer", "description": "A."},
            "two": {"type": "integer", "description": "Two."}
        })
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn objects_within_schemas_are_hoisted() {
    let inner = json!({"type": "object", "properties": {"x": {"type": "string"}}});
    let (models, warnings) = schemas(json!({
        "Pin": {"type": "object", "properties": {
            "user": inner, "users": {"type": "array", "items": inner},
            "by-name": {"type": "object", "additionalProperties": inner}
        }},
        "PinUser": {"type": "object", "properties": {"other": {"type": "string"}}}
    }));
    assert_eq!(
        models["Pin"]["properties"],
        json!({
            "user": reference("PinUser2"),
            "users": {"type": "array", "items": reference("PinUsersItem")},
            "by-name": {"type": "object", "additionalProperties": reference("PinByNameValue")}
        })
    );
    for name in ["PinUser2", "PinUsersItem", "PinByNameValue"] {
        assert_eq!(models[name], inner);
    }
    assert_eq!(
        models["PinUser"]["properties"],
        json!({"other": {"type": "string"}})
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_hoisted_schema_keeps_its_description_and_nullability() {
    let it = |model: Value| {
        let (models, _) = schemas(json!({"It": {"type": "object", "properties": {"a": model}}}));
        models["It"]["properties"]["a"].clone()
    };
    let properties = json!({"x": {"type": "string"}});
    assert_eq!(
        it(json!({"type": ["object", "null"], "properties": properties, "description": "D"})),
        json!({"allOf": [reference("ItA")], "nullable": true, "description": "D"})
    );
    assert_eq!(
        it(json!({"anyOf": [{"type": "object", "properties": properties}, {"type": "null"}]})),
        json!({"allOf": [reference("ItA")], "nullable": true})
    );
    assert_eq!(
        it(json!({"type": "object", "properties": properties, "nullable": false})),
        reference("ItA")
    );
}

#[test]
fn unused_components_are_removed() {
    let model = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (models, _) = in_response(json!({"It": model, "Unused": model}));
    assert_eq!(models, json!({ "It": model }));
}

#[test]
fn a_schema_has_the_name_of_its_rust_type() {
    let (models, warnings) = schemas(json!({
        "A B": {}, "user_profile": {}, "some": {}, "3D": {}, "#": {}, "JSONWebKey": {}
    }));
    let names: Vec<&String> = models.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Ab",
            "JsonWebKey",
            "Schema",
            "SomeSchema",
            "UserProfile",
            "X3d"
        ]
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn the_use_of_a_nullable_component_is_optional() {
    let (models, _) = schemas(json!({
        "Stop": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
        "It": {"properties": {"stop": reference("Stop"), "stops": {"items": reference("Stop"), "type": "array"}}}
    }));
    let nullable = json!({"allOf": [reference("Stop")], "nullable": true});
    assert_eq!(models["It"]["properties"]["stop"], nullable);
    assert_eq!(models["It"]["properties"]["stops"]["items"], nullable);
    assert_eq!(models["Stop"].get("nullable"), None);
}

#[test]
fn what_only_refers_to_an_enum_or_a_union_is_that() {
    let (models, _) = schemas(json!({
        "Sort": {"type": "string", "enum": ["up", "down"]},
        "MaybeSort": {"anyOf": [reference("Sort"), {"type": "null"}]},
        "Through": reference("MaybeSort"),
        "Either": {"oneOf": [reference("Model"), {"type": "array", "items": {"type": "string"}}]},
        "MaybeEither": {"anyOf": [reference("Either"), {"type": "null"}], "description": "D"},
        "Plain": reference("Sort"),
        "Model": {"properties": {"a": {"type": "string"}}},
        "It": {"properties": {
            "maybe": reference("MaybeSort"),
            "through": reference("Through"),
            "either": reference("MaybeEither"),
            "plain": reference("Plain")
        }}
    }));
    let nullable = |name: &str| json!({"allOf": [reference(name)], "nullable": true});
    assert_eq!(
        models["It"]["properties"],
        json!({
            "either": nullable("Either"),
            "maybe": nullable("Sort"),
            "plain": reference("Sort"),
            "through": nullable("Sort")
        })
    );
}
