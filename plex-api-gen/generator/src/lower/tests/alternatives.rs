use super::*;

#[test]
fn null_among_the_types() {
    assert_eq!(
        schema(json!({"type": ["string", "null"]})),
        json!({"type": "string", "nullable": true})
    );
    for null in [
        json!({"type": "null"}),
        json!({"type": ["null"]}),
        json!({"const": null}),
    ] {
        assert_eq!(schema(null), json!({"nullable": true}));
    }
}

#[test]
fn a_string_or_a_number_is_a_string() {
    assert_eq!(
        schema(json!({"type": ["string", "integer", "null"]})),
        json!({"type": "string", "nullable": true})
    );
}

#[test]
fn one_of_two_numbers_is_a_number() {
    assert_eq!(
        schema(json!({"type": ["integer", "number"]})),
        json!({"type": "number"})
    );
}

#[test]
fn other_types_are_alternatives_with_their_keywords() {
    assert_eq!(
        schema(json!({
            "type": ["integer", "object", "array"], "description": "D",
            "properties": {"a": {}}, "required": ["a"], "items": {"type": "string"}
        })),
        json!({"description": "D", "type": "object", "properties": {
            "alternative0": {"type": "integer"},
            "alternative1": reference("ItObject"),
            "alternative2": {"type": "array", "items": {"type": "string"}}
        }})
    );
}

#[test]
fn null_among_the_alternatives() {
    let token = reference("Token");
    assert_eq!(
        schema(json!({"oneOf": [token, {"type": "null", "description": "None."}]})),
        json!({"allOf": [token], "nullable": true})
    );
    assert_eq!(
        schema(
            json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {}}, {"type": "null"}]})
        ),
        json!({"type": "object", "nullable": true, "properties": {
            "alternative0": {"type": "string"}, "alternative1": {"type": "array", "items": {}}
        }})
    );
    assert_eq!(
        schema(
            json!({"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "null"}], "description": "D"})
        ),
        json!({"type": "object", "properties": {"a": {}}, "nullable": true, "description": "D"})
    );
}

#[test]
fn a_single_alternative_is_inlined() {
    assert_eq!(
        schema(json!({"oneOf": [reference("A")]})),
        json!({"allOf": [reference("A")]})
    );
    assert_eq!(schema(json!({"oneOf": []})), json!({}));
    assert_eq!(
        schema(json!({"oneOf": [{"type": "object", "description": "Other."}], "description": "D"})),
        json!({"type": "object", "description": "D"})
    );
}

#[test]
fn alternatives_of_scalars_become_the_widest() {
    for (alternatives, widest) in [
        (
            json!([{"type": "string", "format": "ipv4"}, {"type": "integer"}]),
            json!({"type": "string"}),
        ),
        (
            json!([{"type": "integer"}, {"type": "integer"}]),
            json!({"type": "integer"}),
        ),
        (
            json!([{"type": "boolean"}, {"type": "boolean"}]),
            json!({"type": "boolean"}),
        ),
        (
            json!([{"type": "integer"}, {"type": "number"}]),
            json!({"type": "number"}),
        ),
        (
            json!([{"type": ["string", "null"]}, {"type": "integer"}]),
            json!({"type": "string", "nullable": true}),
        ),
    ] {
        assert_eq!(schema(json!({ "anyOf": alternatives })), widest);
    }
}

#[test]
fn a_boolean_or_a_number_is_a_string() {
    assert_eq!(
        schema(json!({"type": ["integer", "boolean"]})),
        json!({"type": "string"})
    );
}
