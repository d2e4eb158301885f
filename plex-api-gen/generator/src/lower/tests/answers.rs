use super::*;

/// The answers of an operation after the lowering, the models, and the warnings without their place.
fn answers(answers: Value) -> (Value, Value, Vec<String>) {
    let (mut root, warnings) = document(
        json!({"/a": {"get": {"operationId": "getIt", "responses": answers}}}),
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

/// The content of a success after the lowering, of which nothing is said.
fn content(content: Value) -> Value {
    let (mut lowered, _, warnings) = answers(json!({"200": {"content": content}}));
    assert_eq!(warnings, [""; 0]);
    lowered["200"]["content"].take()
}

#[test]
fn json_is_read_as_its_model_whatever_it_is_called() {
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
fn a_page_says_nothing_and_the_rest_is_bytes() {
    assert_eq!(
        content(json!({"text/html": {"schema": {"type": "string"}}})),
        json!(null)
    );
    let bytes = json!({"schema": {"type": "string", "format": "binary"}});
    assert_eq!(
        content(json!({"image/png": {}, "text/html": {}})),
        json!({ "image/png": bytes })
    );
}

#[test]
fn every_success_is_read_in_one_way() {
    let (lowered, _, warnings) = answers(json!({
        "200": {"description": "", "content": {"image/png": {}}},
        "201": json_of(json!({"type": "string"})),
        "202": json_of(json!({"type": "string"})),
        "204": {"description": ""}
    }));
    assert_eq!(lowered, json!({"201": json_of(json!({"type": "string"}))}));
    assert_eq!(
        warnings,
        [
            "has several successes: 200 is read as 201 is",
            "has several successes: 204 is read as 201 is",
        ]
    );
}

#[test]
fn json_of_another_name_is_asked_for_by_it() {
    for (media_types, asked) in [
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
        let (lowered, ..) = answers(json!({ "200": {"content": media_types} }));
        assert_eq!(lowered["200"]["x-accept"], asked, "{lowered}");
        assert_eq!(
            lowered["200"]["content"],
            json!({"application/json": {"schema": {}}})
        );
    }
    let (lowered, ..) = answers(json!({"200": {"content": {"application/jsonl": {}}}}));
    assert_eq!(
        lowered["200"]["content"],
        json!({"application/jsonl": {"schema": {"type": "string", "format": "binary"}}}),
        "lines of JSON are no JSON"
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
        let (lowered, _, warnings) = answers(before);
        assert_eq!(lowered, after);
        assert_eq!(warnings, [""; 0]);
    }
    let (lowered, ..) = answers(json!({"default": {"$ref": "#/components/responses/Shared"}}));
    assert_eq!(lowered["2XX"], json_of(reference("SharedAnswer")));
}

#[test]
fn a_warning_within_a_default_names_its_place_in_the_file() {
    let model = json!({"properties": {"a": {"type": "file"}}});
    let (.., warnings) = answers(json!({"default": json_of(model)}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/get/responses/default/content/application~1json/schema/properties/a/type: \
             is `file`, which is no type; it is any JSON"
        ]
    );
}

#[test]
fn an_operation_without_a_success_answers_with_bytes() {
    let bytes = json!({"schema": {"type": "string", "format": "binary"}});
    let success = json!({"description": "", "x-accept": "*/*", "content": {"application/octet-stream": bytes}});
    for before in [
        json!({"302": {"description": ""}}),
        json!({"404": json_of(json!({}))}),
        json!({}),
        json!(null),
    ] {
        let (lowered, _, warnings) = answers(before);
        assert_eq!(lowered["2XX"], success);
        assert_eq!(
            warnings,
            ["have no success: what comes with a status 2xx is read as bytes"]
        );
    }
}

#[test]
fn errors_do_no_harm() {
    let errors = json!({
        "200": {"description": ""},
        "400": json_of(json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}})),
        "404": {"description": "", "content": {"text/html": {}}},
        "default": json_of(json!({"type": "object", "properties": {"b": {"type": "string"}}}))
    });
    let (lowered, models, warnings) = answers(errors.clone());
    assert_eq!(lowered, errors);
    assert_eq!(models, json!({}));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_model_gets_a_name_that_is_not_taken() {
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
fn a_shared_model_is_one_model() {
    let (root, _) = document(
        json!({"/a": {
            "get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/the-one"}}},
            "put": {"operationId": "b", "responses": {"200": {"$ref": "#/components/responses/the-one"}}}
        }}),
        json!({"responses": {"the-one": json_of(json!({"properties": {"a": {"type": "string"}}}))}}),
    );
    for method in ["get", "put"] {
        let answer = &root["paths"]["/a"][method]["responses"]["200"];
        assert_eq!(*answer, json_of(reference("TheOneAnswer")));
    }
}

#[test]
fn shared_answers_stand_in_their_place() {
    for name in ["Shared", "Through"] {
        let (lowered, ..) =
            answers(json!({"200": {"$ref": format!("#/components/responses/{name}")}}));
        assert_eq!(lowered["200"], json_of(reference("SharedAnswer")));
    }
}

#[test]
fn a_model_within_a_list_gets_a_name_and_is_loosened() {
    let model =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let (lowered, models, _) =
        answers(json!({"200": json_of(json!({"type": "array", "items": model}))}));
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
fn a_warning_within_a_model_names_its_place_in_the_file() {
    let alternatives =
        json!({"oneOf": [{"type": "string"}, {"type": "object", "properties": {"b": {}}}]});
    let (.., warnings) =
        answers(json!({"200": json_of(json!({"properties": {"a": alternatives}}))}));
    assert_eq!(
        warnings,
        [
            "/paths/~1a/get/responses/200/content/application~1json/schema/properties/a/oneOf: \
             are any JSON: look for yourself which one came"
        ]
    );
}
