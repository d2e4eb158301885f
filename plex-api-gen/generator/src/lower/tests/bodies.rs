use super::*;

const PLACE: &str = "/paths/~1a/post/requestBody: ";

/// Returns the lowered operation with this body, the models, and the warnings without their place.
fn sent(body: Value) -> (Value, Value, Vec<String>) {
    let (mut root, warnings) = document(
        json!({"/a": {"post": {"operationId": "setIt", "requestBody": body}}}),
        json!({
            "schemas": {"It": {"type": "object", "properties": {"a": {"type": "string"}}}},
            "requestBodies": {"Shared": {"content": {"text/plain": {}}}}
        }),
    );
    let models = root["components"]["schemas"].take();
    let warnings = warnings.iter().map(|warning| warning.replace(PLACE, ""));
    let operation = root["paths"]["/a"]["post"].take();
    (operation, models, warnings.collect())
}

/// Returns the media type and the kind of a body, its arguments, and the warnings.
fn content(content: Value) -> (String, Value, Vec<String>) {
    let (mut operation, _, warnings) = sent(json!({ "content": content }));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let body = &operation["x-body"];
    let sent = format!("{} {}", text(&body["kind"]), text(&body["mediaType"]));
    (sent, operation["parameters"].take(), warnings)
}

fn body(schema: Value) -> Value {
    json!([{"in": "body", "name": "body", "required": false, "schema": schema}])
}

#[test]
fn a_body_is_sent_under_its_own_media_type() {
    let text = json!({"type": "string"});
    for (media_type, kind, argument) in [
        ("application/json; charset=utf-8", "json", json!({})),
        ("application/merge-patch+json", "json", json!({})),
        ("text/csv", "text", text.clone()),
        ("image/jpeg", "bytes", text.clone()),
        ("application/xml", "bytes", text),
    ] {
        let (sent, arguments, warnings) = content(json!({ media_type: {} }));
        assert_eq!(sent, format!("{kind} {media_type}"));
        assert_eq!(arguments, body(argument));
        assert_eq!(warnings, [""; 0]);
    }
}

#[test]
fn json_is_preferred_then_forms_then_text_and_the_others_are_named() {
    let mut offered = vec![
        "application/json",
        "application/vnd.x+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "application/xml",
    ];
    while offered.len() > 1 {
        let all: serde_json::Map<_, _> = offered
            .iter()
            .map(|name| ((*name).to_owned(), json!({"schema": reference("It")})))
            .collect();
        let (sent, _, warnings) = content(Value::Object(all));
        let chosen = offered.remove(0);
        assert!(sent.ends_with(chosen), "{sent}");
        assert_eq!(warnings.len(), offered.len(), "{warnings:?}");
        for (warning, other) in warnings.iter().zip(&offered) {
            assert!(
                warning.ends_with(&format!("; it is sent as `{chosen}`")),
                "{warning} {other}"
            );
        }
    }
}

#[test]
fn a_range_of_media_types_is_json_for_objects_and_else_bytes() {
    for (range, schema, sent_as) in [
        ("*/*", reference("It"), "json application/json"),
        (
            "*/*",
            json!({"type": "string"}),
            "bytes application/octet-stream",
        ),
        ("image/*", json!({}), "bytes application/octet-stream"),
    ] {
        let (sent, _, warnings) = content(json!({range: {"schema": schema}}));
        assert_eq!(sent, sent_as);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].starts_with(&format!("is `{range}`; it is sent as")));
    }
}

#[test]
fn a_body_without_content_is_left_out() {
    for body in [json!({"content": {}}), json!({}), json!(null)] {
        let (operation, _, warnings) = sent(body);
        assert_eq!(operation.get("x-body"), None);
        assert_eq!(operation["parameters"], json!([]));
        assert_eq!(warnings, ["is left out: it has no content"]);
    }
}

#[test]
fn a_shared_body_is_inlined() {
    let (operation, _, warnings) = sent(json!({"$ref": "#/components/requestBodies/Shared"}));
    assert_eq!(operation["parameters"], body(json!({"type": "string"})));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn an_object_within_an_array_is_hoisted() {
    let model = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (operation, models, _) = sent(
        json!({"content": {"application/json": {"schema": {"type": "array", "items": model}}}}),
    );
    assert_eq!(
        operation["parameters"],
        body(json!({"type": "array", "items": reference("SetItBodyItem")}))
    );
    assert_eq!(models["SetItBodyItem"], model);
}

#[test]
fn a_warning_within_a_hoisted_schema_has_its_place_in_the_file() {
    let (.., warnings) = sent(json!({"content": {"application/json": {"schema": {
        "properties": {"a": {"properties": {"b": {"type": "string", "enum": ["x", "X"]}}}}
    }}}}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/post/requestBody/content/application~1json/schema/properties/a/properties/b/enum: \
             is a string: its values do not make distinct Rust names"
        ]
    );
}
