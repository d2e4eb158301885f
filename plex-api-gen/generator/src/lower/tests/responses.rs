use super::*;

/// Returns the lowered responses of an operation, the models, and the warnings without their place.
fn lowered_responses(responses: Value) -> (Value, Value, Vec<String>) {
    let (mut root, warnings) = document(
        json!({"/a": {"get": {"operationId": "getIt", "responses": responses}}}),
        json!({"responses": {
            "Shared": json_of(json!({"type": "object", "properties": {"a": {"type": "string"}}})),
            "Through": {"$ref": "#/components/responses/Shared"}
        }}),
    );
    let models = root["components"]["schemas"].take();
    let place = "/paths/~1a/get/responses: ";
    let warnings = warnings.iter().map(|warning| warning.replace(place, ""));
    (
        root["paths"]["/a"]["get"]["responses"].take(),
        models,
        warnings.collect(),
    )
}

/// Returns the content of a success that is lowered without a warning.
fn content(content: Value) -> Value {
    let (mut lowered, _, warnings) = lowered_responses(json!({"200": {"content": content}}));
    assert_eq!(warnings, [""; 0]);
    lowered["200"]["content"].take()
}

#[test]
fn json_under_any_media_type_is_read_as_its_schema() {
    let text = json!({"schema": {"type": "string"}});
    for media_type in [
        "application/json; charset=utf-8",
        "application/vnd.plex+json",
        "application/json",
    ] {
        assert_eq!(
            content(json!({media_type: text, "text/xml": {}})),
            json!({ "application/json": text })
        );
    }
    for schema in [json!({}), json!({"schema": true}), json!(null)] {
        assert_eq!(
            content(json!({ "application/json": schema })),
            json!({"application/json": {"schema": {}}})
        );
    }
}

#[test]
fn html_alone_and_the_rest_are_bytes() {
    let bytes = json!({"schema": {"type": "string", "format": "binary"}});
    assert_eq!(
        content(json!({"text/html; charset=utf-8": {"schema": {"type": "string"}}})),
        json!({ "text/html; charset=utf-8": bytes })
    );
    assert_eq!(
        content(json!({"text/html": {}, "video/mp4": {}})),
        json!({ "video/mp4": bytes })
    );
}

#[test]
fn bytes_of_several_media_types_are_all_accepted() {
    let content = json!({"image/png": {}, "text/html": {}, "video/mp4": {}});
    let responses = json!({"200": {"description": "", "content": content}});
    let (lowered, ..) = lowered_responses(responses);
    assert_eq!(
        lowered["200"]["x-accept"],
        "image/png, video/mp4, text/html"
    );
}

#[test]
fn one_success_is_kept() {
    let text = json_of(json!({"type": "string"}));
    let (lowered, _, warnings) = lowered_responses(json!({
        "200": {"description": "", "content": {"image/png": {}}}, "201": text, "202": text
    }));
    assert_eq!(lowered, json!({ "201": text }));
    assert_eq!(warnings, ["have several successes; 200 is read like 201"]);
}

#[test]
fn a_success_without_content_makes_another_one_optional() {
    let mut kept = json_of(json!({"type": "string"}));
    let responses = json!({"200": kept, "202": {"description": ""}, "204": {"description": ""}});
    let (lowered, _, warnings) = lowered_responses(responses);
    kept["x-optional"] = json!(true);
    assert_eq!(lowered, json!({ "200": kept }));
    assert_eq!(warnings, [""; 0]);
    let nothing = json!({"202": {"description": ""}, "204": {"description": ""}});
    let (lowered, ..) = lowered_responses(nothing);
    assert_eq!(lowered, json!({"202": {"description": ""}}));
}

#[test]
fn successes_with_different_json_are_any_json() {
    let (lowered, _, warnings) = lowered_responses(json!({
        "200": json_of(json!({"type": "string"})), "201": json_of(json!({"type": "integer"}))
    }));
    assert_eq!(lowered, json!({"200": json_of(json!({}))}));
    assert_eq!(
        warnings,
        ["have several successes; 200 and 201 are read as any JSON"]
    );
}

#[test]
fn the_media_type_of_json_is_accepted() {
    for (media_types, accept) in [
        (
            json!({"application/vnd.api+json": {}}),
            json!("application/vnd.api+json"),
        ),
        (
            json!({"text/json; charset=utf-8": {}}),
            json!("text/json; charset=utf-8"),
        ),
        (
            json!({"application/problem+json": {}, "application/json": {}}),
            json!(null),
        ),
        (json!({"application/json; charset=utf-8": {}}), json!(null)),
    ] {
        let (lowered, ..) = lowered_responses(json!({ "200": {"content": media_types} }));
        assert_eq!(lowered["200"]["x-accept"], accept, "{lowered}");
        assert_eq!(
            lowered["200"]["content"],
            json!({"application/json": {"schema": {}}})
        );
    }
    let (lowered, ..) = lowered_responses(json!({"200": {"content": {"application/jsonl": {}}}}));
    assert_eq!(
        lowered["200"]["content"],
        json!({"application/jsonl": {"schema": {"type": "string", "format": "binary"}}}),
        "lines of JSON are not JSON"
    );
}

#[test]
fn default_is_the_success_where_there_is_no_other() {
    let text = json_of(json!({"type": "string"}));
    for others in [
        json!({}),
        json!({"302": {"description": ""}, "404": {"description": ""}}),
    ] {
        let mut before = others.clone();
        before["default"] = text.clone();
        let mut after = others;
        after["2XX"] = text.clone();
        let (lowered, _, warnings) = lowered_responses(before);
        assert_eq!(lowered, after);
        assert_eq!(warnings, [""; 0]);
    }
    let (lowered, ..) =
        lowered_responses(json!({"default": {"$ref": "#/components/responses/Shared"}}));
    assert_eq!(lowered["2XX"], json_of(reference("SharedResponse")));
}

#[test]
fn a_warning_within_a_default_has_its_place_in_the_file() {
    let model = json!({"properties": {"a": {"type": "file"}}});
    let (.., warnings) = lowered_responses(json!({"default": json_of(model)}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/get/responses/default/content/application~1json/schema/properties/a/type: \
             is `file`, which is not a JSON type; it is any JSON"
        ]
    );
}

#[test]
fn without_a_success_the_body_is_bytes() {
    let bytes = json!({"schema": {"type": "string", "format": "binary"}});
    let success = json!({"description": "", "x-accept": "*/*", "content": {"application/octet-stream": bytes}});
    for before in [
        json!({"302": {"description": ""}}),
        json!({"404": json_of(json!({}))}),
        json!({}),
        json!(null),
    ] {
        let (lowered, _, warnings) = lowered_responses(before);
        assert_eq!(lowered["2XX"], success);
        assert_eq!(
            warnings,
            ["declare no success; the body of a 2xx response is read as bytes"]
        );
    }
}

#[test]
fn error_responses_stay_as_they_are() {
    let errors = json!({
        "200": {"description": ""},
        "400": json_of(json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}})),
        "404": {"description": "", "content": {"text/html": {}}},
        "default": json_of(json!({"type": "object", "properties": {"b": {"type": "string"}}}))
    });
    let (lowered, models, warnings) = lowered_responses(errors.clone());
    assert_eq!(lowered, errors);
    assert_eq!(models, json!({}));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn an_object_is_hoisted_under_a_free_name() {
    let model = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (root, _) = document(
        json!({"/a": {"get": {"operationId": "getIt", "responses": {"200": json_of(model.clone())}}}}),
        json!({"schemas": {"get_it_response": {"type": "object"}, "GetItResponse3": {}}}),
    );
    let schema =
        &root["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(*schema, reference("GetItResponse2"));
    assert_eq!(root["components"]["schemas"]["GetItResponse2"], model);
}

#[test]
fn a_shared_response_is_hoisted_once() {
    let (root, _) = document(
        json!({"/a": {
            "get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/the-one"}}},
            "put": {"operationId": "b", "responses": {"200": {"$ref": "#/components/responses/the-one"}}}
        }}),
        json!({"responses": {"the-one": json_of(json!({"properties": {"a": {"type": "string"}}}))}}),
    );
    for method in ["get", "put"] {
        let response = &root["paths"]["/a"][method]["responses"]["200"];
        assert_eq!(*response, json_of(reference("TheOneResponse")));
    }
}

#[test]
fn shared_responses_are_inlined() {
    for name in ["Shared", "Through"] {
        let (lowered, ..) =
            lowered_responses(json!({"200": {"$ref": format!("#/components/responses/{name}")}}));
        assert_eq!(lowered["200"], json_of(reference("SharedResponse")));
    }
}

#[test]
fn an_object_within_an_array_is_hoisted_and_relaxed() {
    let model =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let (lowered, models, _) =
        lowered_responses(json!({"200": json_of(json!({"type": "array", "items": model}))}));
    assert_eq!(
        lowered["200"],
        json_of(json!({"type": "array", "items": reference("GetItResponseItem")}))
    );
    assert_eq!(
        models["GetItResponseItem"],
        json!({"type": "object", "properties": {"a": {"type": "string"}}})
    );
}

#[test]
fn a_warning_within_a_hoisted_schema_has_its_place_in_the_file() {
    let alternatives = json!({"oneOf": [{"type": "string"}, {"type": "object", "properties": {"b": {"not": {}}}}]});
    let (.., warnings) =
        lowered_responses(json!({"200": json_of(json!({"properties": {"a": alternatives}}))}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/get/responses/200/content/application~1json/schema/properties/a/oneOf/1/properties/b/not: \
             is left out: no Rust type can express it"
        ]
    );
}

#[test]
fn a_response_that_may_be_null_is_optional() {
    let it = reference("It");
    let nothing = json!({"type": "null"});
    for (schema, target) in [
        (json!({"anyOf": [it, nothing]}), "It"),
        (json!({"oneOf": [nothing, it], "description": "D"}), "It"),
        (json!({"allOf": [it], "nullable": true}), "It"),
        (reference("Maybe"), "Maybe"),
        (reference("Through"), "Through"),
        (
            json!({"type": ["object", "null"], "properties": {"b": {"type": "string"}}}),
            "GetItResponse",
        ),
        (
            json!({"oneOf": [it, {"type": "array", "items": {"type": "string"}}, nothing]}),
            "GetItResponse",
        ),
    ] {
        let (root, _) = document(
            json!({"/a": {"get": {"operationId": "getIt", "responses": {"200": json_of(schema.clone())}}}}),
            json!({"schemas": {
                "It": {"type": "object", "properties": {"a": {"type": "string"}}},
                "Maybe": {"type": ["object", "null"], "properties": {"b": {"type": "string"}}},
                "Through": reference("Maybe")
            }}),
        );
        let place = "/paths/~1a/get/responses/200/content/application~1json/schema";
        let lowered = root.pointer(place).unwrap();
        assert_eq!(lowered["nullable"], true, "{schema}");
        assert_eq!(lowered["allOf"], json!([reference(target)]), "{schema}");
    }
}
