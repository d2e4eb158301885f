use super::*;

const PLACE: &str = "/paths/~1a/post/requestBody: ";

/// A body after the lowering, the models beside it, and the warnings without their place.
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
fn a_body_is_sent_in_one_form() {
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
                "can be `application/x-www-form-urlencoded`, too; it is sent as `application/json`"
                    .to_owned(),
                "can be `text/xml`, too; it is sent as `application/json`".to_owned(),
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
fn without_a_schema_it_is_any_json_or_text_or_bytes() {
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
fn a_shared_body_stands_in_its_place() {
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
fn a_model_gets_a_name() {
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
fn a_model_within_a_list_gets_a_name() {
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
fn an_enum_within_a_model_or_a_parameter_gets_a_name_that_is_not_taken() {
    let values = |value: &str| json!({"type": "string", "enum": [value]});
    let (root, warnings) = document(
        json!({"/a": {"post": {
            "operationId": "setIt",
            "parameters": [
                {"in": "query", "name": "sort", "schema": values("a")},
                {"in": "query", "name": "more", "schema": {"type": "array", "items": values("b")}}
            ],
            "requestBody": {"content": {"application/json": {"schema": {"properties": {
                "kind": values("c"), "other": reference("SetItBodyKind"), "sort": reference("SetItSort"),
                "state": {"type": ["string", "null"], "enum": ["d", null], "description": "D"}
            }}}}}
        }}}),
        json!({"schemas": {
            "SetItBodyKind": {"type": "object", "properties": {"a": {}}}, "SetItSort": values("e")
        }}),
    );
    let models = &root["components"]["schemas"];
    let parameters = &root["paths"]["/a"]["post"]["parameters"];
    assert_eq!(parameters[0]["schema"], reference("SetItSort2"));
    assert_eq!(models["SetItSort2"], values("a"));
    assert_eq!(
        parameters[1]["schema"],
        json!({"type": "array", "items": reference("SetItMoreItem")})
    );
    assert_eq!(models["SetItMoreItem"], values("b"));
    assert_eq!(
        models["SetItBody"]["properties"],
        json!({
            "kind": reference("SetItBodyKind2"), "other": reference("SetItBodyKind"), "sort": reference("SetItSort"),
            "state": {"allOf": [reference("SetItBodyState")], "nullable": true, "description": "D"}
        })
    );
    assert_eq!(models["SetItBodyKind2"], values("c"));
    assert_eq!(
        models["SetItBodyState"],
        json!({"type": "string", "enum": ["d"], "description": "D"})
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_warning_within_a_model_names_its_place_in_the_file() {
    let (.., warnings) = sent(json!({"content": {"application/json": {"schema": {
        "properties": {"a": {"properties": {"b": {"type": "string", "enum": ["x", "X"]}}}}
    }}}}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/post/requestBody/content/application~1json/schema/properties/a/properties/b/enum: \
             is text: its values do not make names for an enum"
        ]
    );
}
