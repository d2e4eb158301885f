use super::*;

/// Returns the lowered models of which `It` is the body and the response of `PUT /a`, and the facts about them.
fn both(models: Value) -> (Value, Facts) {
    let mut root = json!({
        "openapi": "3.1.0", "security": [], "servers": [{"url": "https://example.test"}],
        "paths": {"/a": {"put": {
            "operationId": "a", "requestBody": json_of(reference("It")), "responses": {"200": json_of(reference("It"))}
        }}},
        "components": {"schemas": models}
    });
    let (warnings, _, facts) = lower(&mut root).unwrap();
    assert_eq!(warnings, []);
    let body = &root["paths"]["/a"]["put"]["parameters"][0]["schema"];
    let models = &root["components"]["schemas"];
    let is_split = models.get("ItInput").is_some();
    assert_eq!(*body, reference(if is_split { "ItInput" } else { "It" }));
    (models.clone(), facts)
}

#[test]
fn a_model_has_two_forms_where_their_rules_differ() {
    let (models, facts) = both(json!({
        "It": {"type": "object", "properties": {"list": {"type": "array", "items": reference("Deep")}}},
        "Deep": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "integer"}, "same": reference("Same")
        }},
        "Same": {"type": "object", "properties": {"a": {"type": "string"}}}
    }));
    assert_eq!(
        models["It"]["properties"]["list"]["items"],
        reference("Deep")
    );
    assert_eq!(
        models["ItInput"]["properties"]["list"]["items"],
        reference("DeepInput")
    );
    assert_eq!(models["Deep"].get("required"), None);
    assert_eq!(models["DeepInput"]["required"], json!(["id"]));
    assert_eq!(models["DeepInput"]["properties"]["same"], reference("Same"));
    assert_eq!(models.get("SameInput"), None);
    let extra: Vec<&String> = facts.extra.iter().collect();
    assert_eq!(extra, ["Deep", "It", "Same"]);
}

#[test]
fn a_model_has_one_form_where_its_required_fields_are_strict() {
    let (models, _) = both(json!({
        "It": {"type": "object", "x-required": true, "required": ["id"], "properties": {"id": {"type": "integer"}}}
    }));
    assert_eq!(models["It"]["required"], json!(["id"]));
}

#[test]
fn fields_of_one_direction_are_left_out_of_the_other() {
    let (models, _) = both(json!({
        "It": {"type": "object", "required": ["id", "kind"], "properties": {
            "id": {"type": "integer", "readOnly": true},
            "kind": {"type": "string", "enum": ["a", "b"], "readOnly": true, "description": "The kind."},
            "password": {"type": "string", "writeOnly": true},
            "name": {"type": "string"}
        }}
    }));
    let names = |model: &str| -> Vec<String> {
        models[model]["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(names("It"), ["id", "kind", "name"]);
    assert_eq!(names("ItInput"), ["name", "password"]);
    assert_eq!(models["ItInput"]["required"], json!([]));
}

#[test]
fn a_constant_is_required_in_requests() {
    let (models, facts) = both(json!({
        "It": {"type": "object", "required": ["kind"], "properties": {
            "kind": {"const": "cat"}, "version": {"const": 2}, "sort": {"type": "string", "enum": ["only"]}
        }}
    }));
    assert_eq!(
        models["ItInput"]["required"],
        json!(["kind", "sort", "version"])
    );
    assert_eq!(models["It"].get("required"), None);
    assert_eq!(facts.enums["ItKind"], ["cat"]);
    assert_eq!(facts.constants["ItInput"]["version"], json!(2));
}

#[test]
fn a_request_keeps_the_fields_that_the_spec_allows() {
    let model = |additional: Value| json!({"type": "object", "properties": {"a": {}}, "additionalProperties": additional});
    for (additional, is_kept) in [
        (json!(true), true),
        (json!({"type": "string"}), true),
        (json!(false), false),
    ] {
        let mut root = json!({
            "openapi": "3.1.0",
            "paths": {"/a": {"put": {"operationId": "a", "requestBody": json_of(json!({"type": "array", "items": reference("It")}))}}},
            "components": {"schemas": {"It": model(additional)}}
        });
        let (_, _, facts) = lower(&mut root).unwrap();
        assert_eq!(facts.extra.contains("It"), is_kept);
    }
}
