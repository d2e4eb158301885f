use super::*;

/// Returns the lowered operation `POST /a` with a body of this media type, in a document with two users of `Shared`.
fn post(media_type: &str, content: &Value, is_required: bool) -> (Value, Vec<String>) {
    let (mut root, warnings) = document(
        json!({
            "/a": {"post": {"operationId": "setIt", "requestBody": {
                "required": is_required, "content": {media_type: content}
            }}},
            "/b": {"get": {"operationId": "b", "responses": {"200": json_of(reference("Shared"))}}}
        }),
        json!({"schemas": {
            "Shared": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Own": {"type": "object", "required": ["z"], "properties": {"z": {"type": "string"}, "a": {"type": "integer"}}},
            "Many": {"allOf": [reference("Own"), {"properties": {"m": {"type": "boolean"}}}]},
            "Map": {"type": "object", "additionalProperties": {"type": "string"}},
            "Open": {"type": "object", "properties": {"a": {}}, "additionalProperties": true},
            "Tree": {"type": "object", "properties": {"tree": reference("Tree")}}
        }}),
    );
    (root["paths"]["/a"]["post"].take(), warnings)
}

/// Returns `in` and name of each argument; a required one with an exclamation mark.
fn arguments(operation: &Value) -> String {
    let arguments = operation["parameters"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let written = arguments.map(|one| {
        let mark = if one["required"] == true { "!" } else { "" };
        format!("{} {}{mark}", text(&one["in"]), text(&one["name"]))
    });
    written.collect::<Vec<_>>().join(", ")
}

fn json_body(schema: Value) -> String {
    let (operation, warnings) = post("application/json", &json!({ "schema": schema }), true);
    assert_eq!(warnings, [""; 0]);
    arguments(&operation)
}

#[test]
fn fields_of_an_object_that_one_operation_uses_are_arguments() {
    assert_eq!(
        json_body(json!({"properties": {"a": {"type": "string"}}})),
        "json a"
    );
    assert_eq!(json_body(reference("Own")), "json z!, json a");
    assert_eq!(
        json_body(json!({"allOf": [reference("Own")], "description": "D"})),
        "json z!, json a"
    );
}

#[test]
fn other_bodies_are_one_argument() {
    for schema in [
        reference("Shared"),
        reference("Map"),
        reference("Open"),
        reference("Tree"),
        json!({"type": "array", "items": reference("Own")}),
        json!({"oneOf": [reference("Own"), reference("Map")]}),
        json!({"type": "string"}),
        json!({"type": "object"}),
    ] {
        assert_eq!(json_body(schema.clone()), "body body!", "{schema}");
    }
}

#[test]
fn no_field_of_an_optional_body_is_required() {
    let (operation, _) = post(
        "application/json",
        &json!({"schema": reference("Own")}),
        false,
    );
    assert_eq!(arguments(&operation), "json z, json a");
    assert_eq!(operation["x-body"]["required"], false);
}

#[test]
fn fields_have_the_order_of_the_spec() {
    let schema = json!({"properties": {"c": {"type": "string"}, "a": {"type": "string"}, "b": {"type": "string"}}});
    let mut names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let wanted: Vec<String> = names.drain(..).map(|name| format!("json {name}")).collect();
    assert_eq!(json_body(schema.clone()), wanted.join(", "));
}

#[test]
fn read_only_fields_are_not_arguments_and_constants_are_written() {
    let schema = json!({"required": ["kind", "id"], "properties": {
        "id": {"type": "integer", "readOnly": true}, "kind": {"const": "cat"}, "on": {"type": "boolean"}
    }});
    let (operation, warnings) = post("application/json", &json!({ "schema": schema }), true);
    assert_eq!(arguments(&operation), "json on");
    assert_eq!(
        operation["x-body"]["constants"],
        json!([{"in": "json", "name": "kind", "value": "cat"}])
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn forms_are_always_split_and_keep_styles() {
    let form = "application/x-www-form-urlencoded";
    let content = json!({"schema": reference("Shared"), "encoding": {"a": {"explode": false}}});
    let (operation, _) = post(form, &content, true);
    assert_eq!(arguments(&operation), "form a");
    let argument = &operation["parameters"][0];
    assert_eq!(
        (&argument["style"], &argument["explode"]),
        (&json!("form"), &json!(false))
    );
    let (operation, _) = post(form, &json!({"schema": reference("Own")}), true);
    assert_eq!(arguments(&operation), "form z!, form a");
    assert_eq!(operation["parameters"][0].get("style"), None);
    let (operation, _) = post(form, &json!({"schema": reference("Map")}), true);
    assert_eq!(arguments(&operation), "form body!");
    assert_eq!(operation["parameters"][0]["style"], "form");
}

#[test]
fn files_of_a_multipart_body_are_marked() {
    let content = json!({
        "schema": {"properties": {
            "a": {"type": "string", "format": "binary"},
            "b": {"type": "string", "contentMediaType": "image/png"},
            "c": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "d": {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
            "e": {"type": "object", "properties": {"x": {"type": "string"}}},
            "f": {"type": "string", "contentMediaType": "image/gif"},
            "g": {"type": "array", "items": {"type": "string", "contentMediaType": "image/gif"}}
        }},
        "encoding": {"a": {"contentType": "image/jpeg"}, "b": {"contentType": "image/png, image/gif"}}
    });
    let (operation, warnings) = post("multipart/form-data", &content, true);
    assert_eq!(
        arguments(&operation),
        "part a, part b, part c, part d, part e, part f, part g"
    );
    let file = json!({"type": "string", "format": "x-file"});
    let parameters = &operation["parameters"];
    assert_eq!(parameters[0]["schema"], file);
    assert_eq!(parameters[0]["mediaType"], "image/jpeg");
    assert_eq!(parameters[1]["schema"], file);
    assert_eq!(parameters[1].get("mediaType"), None);
    assert_eq!(
        parameters[2]["schema"],
        json!({"type": "array", "items": file})
    );
    assert_eq!(parameters[3]["schema"]["type"], "string");
    assert_ne!(parameters[3]["schema"], file);
    assert_eq!(parameters[3]["mediaType"], "image/png");
    assert_eq!(parameters[5]["mediaType"], "image/gif");
    assert_eq!(parameters[6]["mediaType"], "image/gif");
    assert_eq!(parameters[4]["schema"], reference("E"));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_multipart_body_without_properties_has_no_parts() {
    let (operation, warnings) = post(
        "multipart/form-data",
        &json!({"schema": reference("Map")}),
        true,
    );
    assert_eq!(arguments(&operation), "");
    assert_eq!(
        warnings,
        [
            "/paths/~1a/post/requestBody: is multipart but not an object with properties; it is sent without parts"
        ]
    );
}

#[test]
fn constants_and_read_only_fields_of_parts_are_no_arguments() {
    let base = json!({"properties": {
        "t": {"type": "string"}, "seen": {"type": "string", "readOnly": true}, "own": {"type": "string"}
    }});
    let narrow =
        json!({"properties": {"t": {"const": "go"}, "v": {"const": 2}}, "required": ["t"]});
    let content = json!({"schema": {"allOf": [base, narrow]}});
    let (operation, warnings) = post("application/json", &content, true);
    assert_eq!(warnings, [""; 0]);
    assert_eq!(arguments(&operation), "json own");
    assert_eq!(
        operation["x-body"]["constants"],
        json!([
            {"in": "json", "name": "t", "value": "go"},
            {"in": "json", "name": "v", "value": 2}
        ])
    );
}
