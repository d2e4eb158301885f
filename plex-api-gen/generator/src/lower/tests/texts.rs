use super::*;

#[test]
fn what_is_not_text_where_text_is_expected_is_left_out() {
    let (operation, warnings) = get(json!({
        "operationId": "a", "summary": null, "description": ["a"], "responses": {"204": {"description": null}}
    }));
    assert_eq!(operation.get("summary"), None);
    assert_eq!(operation.get("description"), None);
    assert_eq!(operation["responses"]["204"]["description"], "");
    assert_eq!(
        warnings,
        ["/paths/~1a/get/description: is left out: it is not text"]
    );
}

#[test]
fn a_response_needs_no_description() {
    let (root, warnings) = document(
        json!({"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/R"}}}}}),
        json!({"responses": {"R": {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}}}}),
    );
    assert_eq!(
        root["paths"]["/a"]["get"]["responses"]["200"]["description"],
        ""
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn properties_may_have_the_names_of_texts() {
    let properties = json!({"title": {"type": "string"}, "description": {"type": "string"}, "type": {"type": "string"}});
    let (schemas, warnings) =
        in_response(json!({"It": {"type": "object", "properties": properties}}));
    assert_eq!(schemas["It"]["properties"], properties);
    assert_eq!(warnings, [""; 0]);
}
