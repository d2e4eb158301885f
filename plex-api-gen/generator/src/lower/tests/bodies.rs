use super::*;

const PLACE: &str = "/paths/~1a/post/requestBody: ";

/// Returns the lowered body, the models beside it, and the warnings without their place.
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
    (
        root["paths"]["/a"]["post"]["requestBody"].take(),
        models,
        warnings.collect(),
    )
}

fn content(content: Value) -> (Value, Vec<String>) {
    let (mut body, _, warnings) = sent(json!({ "content": content }));
    (body["content"].take(), warnings)
}

#[test]
fn a_body_has_one_media_type() {
    let it = json!({"schema": reference("It")});
    assert_eq!(
        content(json!({"application/json; charset=utf-8": it})),
        (json!({ "application/json": it }), vec![])
    );
    assert_eq!(
        content(
            json!({"application/x-www-form-urlencoded": it, "application/json": it, "text/xml": it})
        ),
        (
            json!({ "application/json": it }),
            vec![
                "also allows `application/x-www-form-urlencoded`; it is sent as `application/json`"
                    .to_owned(),
                "also allows `text/xml`; it is sent as `application/json`".to_owned(),
            ]
        )
    );
    assert_eq!(
        content(json!({"application/merge-patch+json": it})),
        (
            json!({ "application/json": it }),
            vec!["is `application/merge-patch+json`; it is sent as `application/json`".to_owned()]
        )
    );
    assert_eq!(
        content(json!({"multipart/form-data": it})),
        (
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
            vec!["is `multipart/form-data`; it is sent as `application/octet-stream`".to_owned()]
        )
    );
}

#[test]
fn a_body_without_a_schema_is_any_json_or_a_string() {
    for (before, after) in [
        (
            json!({"application/json": {}}),
            json!({"application/json": {"schema": {}}}),
        ),
        (
            json!({"application/json": {"schema": true}}),
            json!({"application/json": {"schema": {}}}),
        ),
        (
            json!({"text/plain": {"schema": {}}}),
            json!({"text/plain": {"schema": {"type": "string"}}}),
        ),
        (
            json!({"application/x-www-form-urlencoded": {"schema": reference("It"), "encoding": {"a": {}}}}),
            json!({"application/x-www-form-urlencoded": {"schema": reference("It")}}),
        ),
    ] {
        assert_eq!(content(before), (after, vec![]));
    }
}

#[test]
fn a_body_without_content_is_left_out() {
    for body in [json!({"content": {}}), json!({}), json!(null)] {
        let (body, _, warnings) = sent(body);
        assert_eq!(body, json!(null));
        assert_eq!(warnings, ["is left out: it has no content"]);
    }
}

#[test]
fn a_shared_body_is_inlined() {
    let (body, _, warnings) = sent(json!({"$ref": "#/components/requestBodies/Shared"}));
    assert_eq!(
        body,
        json!({"content": {"text/plain": {"schema": {"type": "string"}}}})
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn an_optional_body_stays_optional() {
    let (body, ..) = sent(json!({"content": {"text/plain": {}}, "required": false}));
    assert_eq!(body["required"], json!(false));
}

#[test]
fn an_object_is_hoisted() {
    let model =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let (body, models, warnings) =
        sent(json!({"content": {"application/json": {"schema": model}}}));
    assert_eq!(
        body["content"]["application/json"]["schema"],
        reference("SetItBody")
    );
    assert_eq!(models["SetItBody"], model, "a request is strict");
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn an_object_within_an_array_is_hoisted() {
    let model = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (body, models, _) = sent(
        json!({"content": {"application/json": {"schema": {"type": "array", "items": model}}}}),
    );
    assert_eq!(
        body["content"]["application/json"]["schema"],
        json!({"type": "array", "items": reference("SetItBodyItem")})
    );
    assert_eq!(models["SetItBodyItem"], model);
}

#[test]
fn an_enum_is_hoisted_under_a_free_name() {
    let values = |value: &str| json!({"type": "string", "enum": [value, "z"]});
    let text = json!({"type": "string"});
    let (root, warnings) = document(
        json!({"/a": {"post": {
            "operationId": "setIt",
            "parameters": [
                {"in": "query", "name": "sort", "schema": values("a")},
                {"in": "query", "name": "more", "schema": {"type": "array", "items": values("b")}}
            ],
            "requestBody": {"content": {"application/json": {"schema": {"properties": {
                "kind": values("c"), "other": reference("SetItBodyKind"), "sort": reference("SetItSort"),
                "state": {"type": ["string", "null"], "enum": ["d", "e", null], "description": "D"}
            }}}}}
        }}}),
        json!({"schemas": {
            "SetItBodyKind": {"type": "object", "properties": {"a": {}}}, "SetItSort": values("e")
        }}),
    );
    let models = &root["components"]["schemas"];
    let parameters = &root["paths"]["/a"]["post"]["parameters"];
    assert_eq!(parameters[0]["schema"], reference("SetItSort2"));
    assert_eq!(models["SetItSort2"], text);
    assert_eq!(
        parameters[1]["schema"],
        json!({"type": "array", "items": reference("SetItMoreItem")})
    );
    assert_eq!(models["SetItMoreItem"], text);
    assert_eq!(
        models["SetItBody"]["properties"],
        json!({
            "kind": reference("SetItBodyKind2"), "other": reference("SetItBodyKind"), "sort": reference("SetItSort"),
            "state": {"allOf": [reference("SetItBodyState")], "nullable": true, "description": "D"}
        })
    );
    assert_eq!(models["SetItBodyKind2"], text);
    assert_eq!(
        models["SetItBodyState"],
        json!({"type": "string", "description": "D"})
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_warning_within_a_hoisted_schema_has_its_place_in_the_file() {
    let (.., warnings) = sent(json!({"content": {"application/json": {"schema": {
        "properties": {"a": {"properties": {"b": {
            "oneOf": [{"type": "string"}, {"type": "array"}], "anyOf": [{"type": "string"}, {"type": "array"}]
        }}}}
    }}}}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/post/requestBody/content/application~1json/schema/properties/a/properties/b/anyOf: \
             is left out: a union has either oneOf or anyOf"
        ]
    );
}
