//! Each rule, by a spec before and after it.

use serde_json::json;

use super::*;

/// A schema before and after the lowering.
fn lowered(schema: Value) -> Value {
    let mut root = json!({"openapi": "3.1.0", "components": {"schemas": {"It": schema}}});
    lower(&mut root).unwrap();
    root["components"]["schemas"]["It"].clone()
}

#[test]
fn version_and_what_only_3_1_has() {
    let mut root =
        json!({"openapi": "3.1.1", "webhooks": {}, "info": {"title": "T", "summary": "S"}});
    lower(&mut root).unwrap();
    assert_eq!(root, json!({"openapi": "3.0.3", "info": {"title": "T"}}));
}

#[test]
fn another_version_is_refused() {
    let problem = lower(&mut json!({"openapi": "2.0"})).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "/openapi: is `2.0`; write `openapi: 3.1.0`"
    );
}

#[test]
fn null_among_the_types() {
    assert_eq!(
        lowered(json!({"type": ["string", "null"]})),
        json!({"type": "string", "nullable": true})
    );
}

#[test]
fn text_or_a_number_is_text() {
    assert_eq!(
        lowered(json!({"type": ["string", "integer", "null"]})),
        json!({"type": "string", "nullable": true})
    );
}

#[test]
fn types_without_text_are_alternatives() {
    assert_eq!(
        lowered(json!({"type": ["integer", "object"]})),
        json!({"oneOf": [{"type": "integer"}, {"type": "object"}]})
    );
}

#[test]
fn null_among_the_alternatives() {
    let reference = json!({"$ref": "#/components/schemas/Token"});
    assert_eq!(
        lowered(json!({"oneOf": [reference, {"type": "null"}]})),
        json!({"allOf": [reference], "nullable": true})
    );
    assert_eq!(
        lowered(json!({"anyOf": [{"type": "string"}, reference, {"type": "null"}]})),
        json!({"anyOf": [{"type": "string"}, reference], "nullable": true})
    );
}

#[test]
fn const_is_an_enum_of_one() {
    assert_eq!(lowered(json!({"const": "sig"})), json!({"enum": ["sig"]}));
}

#[test]
fn a_media_type_makes_bytes() {
    assert_eq!(
        lowered(json!({"type": "string", "contentMediaType": "image/png"})),
        json!({"type": "string", "format": "binary"})
    );
}

#[test]
fn siblings_of_a_reference_survive() {
    assert_eq!(
        lowered(json!({"$ref": "#/components/schemas/A", "description": "D"})),
        json!({"allOf": [{"$ref": "#/components/schemas/A"}], "description": "D"})
    );
}

#[test]
fn texts_of_several_formats_are_text() {
    let (v4, v6) = (
        json!({"type": "string", "format": "ipv4"}),
        json!({"type": "string", "format": "ipv6"}),
    );
    assert_eq!(
        lowered(json!({"anyOf": [v4, v6]})),
        json!({"type": "string"})
    );
    let secret = json!({"anyOf": [{"type": "string", "format": "password"}]});
    assert_eq!(lowered(secret.clone()), secret);
}

#[test]
fn bounds_go() {
    assert_eq!(
        lowered(json!({
            "type": "string", "minLength": 1, "pattern": "^a", "if": {"const": "b"}, "else": {"const": "c"},
        })),
        json!({"type": "string"})
    );
    assert_eq!(
        lowered(json!({"type": "integer", "format": "int64", "minimum": 1})),
        json!({"type": "integer", "format": "int64"})
    );
}

#[test]
fn examples_and_extensions_go() {
    assert_eq!(
        lowered(
            json!({"type": "string", "examples": ["a"], "x-speakeasy-unknown-values": "allow"})
        ),
        json!({"type": "string"})
    );
}

#[test]
fn properties_named_like_keywords_stay() {
    let schema = json!({"type": "object", "properties": {"const": {"type": "string"}, "examples": {"type": "string"}}});
    assert_eq!(lowered(schema.clone()), schema);
}
