//! Rules on the style of one parameter: how its value is serialized.
//!
//! A parameter keeps `style`, `explode` and `allowReserved` where they differ from the defaults of its place. The style `json`
//! stands for `content: application/json`.

use serde_json::{Value, json};

use super::media_types::{essence, is_json};
use super::parameter::Parameter;
use super::shape::{Shape, shape};
use super::warnings::Warnings;
use crate::document::keywords::JSON_STYLE;
use crate::document::resolve;

/// A parameter with the media type JSON is written as JSON; with any other media type it is a string that the caller writes.
pub(super) fn content(parameter: &mut Parameter, warnings: &mut Warnings) {
    let Some(content) = parameter.value.get("content").and_then(Value::as_object) else {
        return;
    };
    let json = content.iter().find(|(media_type, _)| is_json(media_type));
    if let Some((_, body)) = json {
        let schema = body.get("schema").filter(|schema| schema.is_object());
        parameter.value["schema"] = schema.cloned().unwrap_or_else(|| json!({}));
        parameter.value["style"] = json!(JSON_STYLE);
        parameter.remove(&["explode", "content"]);
        return;
    }
    let media_type = content.keys().next().cloned().unwrap_or_default();
    if !essence(&media_type).starts_with("text/") {
        parameter.warn(&format!("is a string: write it as {media_type}"), warnings);
    }
    parameter.make_string();
}

/// A parameter without a schema is a string.
pub(super) fn without_schema(parameter: &mut Parameter) {
    if !parameter.value["schema"].is_object() {
        parameter.make_string();
    }
}

/// Removes a style that the place of the parameter does not have.
pub(super) fn of_location(parameter: &mut Parameter, warnings: &mut Warnings) {
    let Some(style) = parameter.value.get("style") else {
        return;
    };
    let style = style.as_str().unwrap_or_default().to_owned();
    let known: &[&str] = match parameter.value["in"].as_str() {
        Some("path") => &["simple", "label", "matrix"],
        Some("query") => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        _ => &["simple"],
    };
    if style != JSON_STYLE && !known.contains(&style.as_str()) {
        let usual = known[0];
        let what = format!("has the style `{style}`, which has no meaning here; it is `{usual}`");
        parameter.warn(&what, warnings);
        parameter.remove(&["style"]);
    }
}

/// Warns about objects within a value of a flat style, which OpenAPI does not define: they are sent as JSON.
pub(super) fn nested(document: &Value, parameter: &mut Parameter, warnings: &mut Warnings) {
    if ["deepObject", JSON_STYLE].contains(&parameter.value["style"].as_str().unwrap_or_default()) {
        return;
    }
    let schema = resolve(document, &parameter.value["schema"]);
    let is_flat = |schema: &Value| shape(document, schema) == Shape::Scalar;
    let members = schema.get("properties").and_then(Value::as_object);
    let is_nested = match shape(document, schema) {
        Shape::Scalar => false,
        Shape::Array => !is_flat(&schema["items"]),
        Shape::Object => members.is_some_and(|members| {
            let list = |schema: &Value| resolve(document, schema).get("items").is_some_and(is_flat);
            !members.values().all(|one| is_flat(one) || list(one))
        }),
    };
    if is_nested {
        let what = "holds objects within objects or arrays, which its style does not define; they are sent as JSON";
        parameter.warn(what, warnings);
    }
}
