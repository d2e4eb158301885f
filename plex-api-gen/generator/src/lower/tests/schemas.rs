use super::*;

/// Returns the warnings of a schema that becomes the expected one.
fn warned(schema: Value, expected: Value) -> Vec<String> {
    let (lowered, warnings) = schemas(json!({ "It": schema }));
    assert_eq!(lowered["It"], expected);
    warnings
}

#[test]
fn const_is_an_enum_of_one() {
    assert_eq!(field(json!({"const": "sig"})), reference("ItA"));
}

#[test]
fn a_title_becomes_the_description() {
    assert_eq!(
        schema(json!({"title": "T", "type": "string"})),
        json!({"description": "T", "type": "string"})
    );
    assert_eq!(
        schema(json!({"title": "T", "description": "D"})),
        json!({"description": "D"})
    );
}

#[test]
fn an_enum_without_values_is_removed() {
    assert_eq!(
        schema(json!({"type": "string", "enum": []})),
        json!({"type": "string"})
    );
    assert_eq!(
        schema(json!({"type": "string", "enum": [null]})),
        json!({"type": "string", "nullable": true})
    );
}

#[test]
fn a_content_media_type_means_bytes() {
    assert_eq!(
        schema(json!({"type": "string", "contentMediaType": "image/png"})),
        json!({"type": "string", "format": "binary"})
    );
    assert_eq!(
        schema(
            json!({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"})
        ),
        json!({"type": "string", "contentEncoding": "base64"})
    );
}

#[test]
fn siblings_of_a_reference_are_kept() {
    let a = reference("A");
    assert_eq!(
        schema(json!({"$ref": "#/components/schemas/A", "description": "D", "nullable": true})),
        json!({"allOf": [a], "description": "D", "nullable": true})
    );
    assert_eq!(schema(a.clone()), a);
}

#[test]
fn bounds_and_defaults_are_removed() {
    assert_eq!(
        schema(json!({
            "type": "string", "minLength": 1, "pattern": "^a", "default": "a",
            "if": {"const": "b"}, "then": true, "else": {"const": "c"}
        })),
        json!({"type": "string"})
    );
    assert_eq!(
        schema(
            json!({"type": "integer", "format": "int64", "exclusiveMinimum": 1, "exclusiveMaximum": 9})
        ),
        json!({"type": "integer", "format": "int64"})
    );
}

#[test]
fn unknown_formats_are_removed() {
    for format in ["uri", "uuid", "date", "uint16"] {
        assert_eq!(
            schema(json!({"type": "string", "format": format})),
            json!({"type": "string"})
        );
    }
    let known = json!({"type": "string", "format": "date-time"});
    assert_eq!(schema(known.clone()), known);
}

#[test]
fn examples_and_extensions_are_removed() {
    assert_eq!(
        schema(json!({
            "type": "string", "examples": ["a"], "example": "a", "deprecated": true,
            "x-speakeasy-unknown-values": "allow", "discriminator": {"propertyName": "a"}
        })),
        json!({"type": "string"})
    );
}

#[test]
fn properties_named_like_keywords_are_kept() {
    let it = json!({"type": "object", "properties": {"const": {"type": "string"}, "examples": {"type": "string"}}});
    assert_eq!(schema(it.clone()), it);
}

#[test]
fn keywords_that_rust_cannot_express_are_warned_of() {
    assert_eq!(
        warned(
            json!({"type": "object", "patternProperties": {"^a": {}}, "properties": {"a": {"not": {"type": "string"}}}}),
            json!({"type": "object", "properties": {"a": {}}}),
        ),
        [
            "/components/schemas/It/patternProperties: is left out: no Rust type can express it",
            "/components/schemas/It/properties/a/not: is left out: no Rust type can express it",
        ]
    );
}

#[test]
fn an_unknown_type_is_any_json() {
    assert_eq!(
        warned(
            json!({"properties": {"a": {"type": "file"}}}),
            json!({"properties": {"a": {}}})
        ),
        [
            "/components/schemas/It/properties/a/type: is `file`, which is not a JSON type; it is any JSON"
        ]
    );
}

#[test]
fn values_that_are_not_schemas_are_any_json() {
    assert_eq!(
        warned(
            json!({"properties": {"a": true, "b": null, "c": false}, "additionalProperties": true}),
            json!({"properties": {"a": {}, "b": {}, "c": {}}}),
        ),
        ["/components/schemas/It/properties/c: is any JSON: it is not a schema"]
    );
    assert_eq!(
        warned(
            json!({"type": "array", "items": false}),
            json!({"type": "array", "items": {}})
        ),
        ["/components/schemas/It/items: is any JSON: it is not a schema"]
    );
}

#[test]
fn a_schema_with_properties_and_items_is_an_object() {
    assert_eq!(
        warned(
            json!({"properties": {"a": {}}, "items": {"type": "string"}}),
            json!({"properties": {"a": {}}}),
        ),
        [
            "/components/schemas/It/items: is left out: the schema also has properties, and is an object"
        ]
    );
}

#[test]
fn required_is_an_array_of_names() {
    assert_eq!(
        warned(
            json!({"type": "object", "required": ["a", "a"], "properties": {"a": {"type": "string", "required": true}}}),
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}),
        ),
        ["/components/schemas/It/properties/a/required: is left out: it is not an array of names"]
    );
}
