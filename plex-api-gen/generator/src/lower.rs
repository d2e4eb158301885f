//! Step 3: OpenAPI 3.1 becomes the OpenAPI 3.0 that progenitor reads.
//!
//! Each rule is one function on one schema object; [`lower`] applies them to every schema, the inner ones first.

use serde_json::{Map, Value, json};

use crate::error::Problem;
use crate::walk::for_each_schema;

/// Rewrites a whole document.
pub(crate) fn lower(root: &mut Value) -> Result<(), Problem> {
    version(root)?;
    for_each_schema(root, &mut |_, schema| {
        alternatives_with_null(schema);
        alternatives_of_text(schema);
        several_types(schema);
        const_to_enum(schema);
        content_media_type_to_binary(schema);
        siblings_of_a_reference(schema);
        limits(schema);
        unread_keywords(schema);
    });
    Ok(())
}

/// `openapi: 3.1.x` becomes `3.0.3`, without what only 3.1 has outside of schemas.
fn version(root: &mut Value) -> Result<(), Problem> {
    let Some(document) = root.as_object_mut() else {
        return Err(Problem::new(
            "",
            "is not an OpenAPI document: expected a mapping",
        ));
    };
    let version = document
        .get("openapi")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.starts_with("3.1.") && !version.starts_with("3.0.") {
        return Err(Problem::new(
            "/openapi",
            format!("is `{version}`; write `openapi: 3.1.0`"),
        ));
    }
    document.insert("openapi".to_owned(), json!("3.0.3"));
    document.remove("webhooks");
    document.remove("jsonSchemaDialect");
    if let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) {
        info.remove("summary");
        info.remove("license");
    }
    Ok(())
}

/// `oneOf: [X, {type: null}]` becomes a nullable X.
fn alternatives_with_null(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else {
            continue;
        };
        let before = alternatives.len();
        alternatives.retain(|alternative| !is_null(alternative));
        if alternatives.len() == before {
            continue;
        }
        if let [only] = alternatives.as_slice() {
            let only = only.clone();
            schema.remove(keyword);
            schema.insert("allOf".to_owned(), json!([only]));
        }
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// Texts of several formats are text.
fn alternatives_of_text(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get(keyword) else {
            continue;
        };
        let is_text = |alternative: &Value| {
            alternative["type"] == "string" && alternative["format"] != "password"
        };
        if !alternatives.is_empty() && alternatives.iter().all(is_text) {
            schema.remove(keyword);
            schema.insert("type".to_owned(), json!("string"));
        }
    }
}

/// The inner schemas are rewritten first, so `{type: null}` may already have lost its type.
fn is_null(schema: &Value) -> bool {
    schema == &json!({"type": "null"}) || schema == &json!({"nullable": true})
}

/// `type: [T, null]` becomes a nullable T. Where text is one of several types it becomes text alone: models read
/// numbers and booleans into text, too. Other mixtures become alternatives.
fn several_types(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else {
        return;
    };
    let mut types = types.clone();
    let before = types.len();
    types.retain(|name| name != "null");
    if types.len() < before {
        schema.insert("nullable".to_owned(), json!(true));
    }
    let is_scalar = |name: &Value| {
        ["string", "integer", "number", "boolean"]
            .iter()
            .any(|scalar| name == scalar)
    };
    match types.as_slice() {
        [] => {
            schema.remove("type");
        }
        [only] => {
            schema.insert("type".to_owned(), only.clone());
        }
        several if several.contains(&json!("string")) && several.iter().all(is_scalar) => {
            schema.insert("type".to_owned(), json!("string"));
        }
        several => {
            let alternatives: Vec<Value> =
                several.iter().map(|name| json!({"type": name})).collect();
            schema.remove("type");
            schema.insert("oneOf".to_owned(), Value::Array(alternatives));
        }
    }
}

/// `const: X` becomes `enum: [X]`.
fn const_to_enum(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
}

/// Text with a `contentMediaType` but no `contentEncoding` is bytes: `format: binary`.
fn content_media_type_to_binary(schema: &mut Map<String, Value>) {
    if schema.remove("contentMediaType").is_some() && !schema.contains_key("contentEncoding") {
        schema.insert("format".to_owned(), json!("binary"));
    }
}

/// What stands beside a `$ref` is lost in 3.0: the reference moves into an `allOf`.
fn siblings_of_a_reference(schema: &mut Map<String, Value>) {
    if schema.len() < 2 {
        return;
    }
    if let Some(reference) = schema.remove("$ref") {
        schema.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}

/// Bounds of a value are for those who test a server: models are read leniently and refuse nothing that can be read.
fn limits(schema: &mut Map<String, Value>) {
    for keyword in [
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "if",
        "then",
        "else",
    ] {
        schema.remove(keyword);
    }
}

/// What progenitor does not read, or stumbles over.
fn unread_keywords(schema: &mut Map<String, Value>) {
    schema.remove("examples");
    schema.remove("example");
    schema.retain(|keyword, _| !keyword.starts_with("x-"));
}

#[cfg(test)]
mod tests {
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
}
