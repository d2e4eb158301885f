//! Rules on the style of one parameter: how its value is serialized.

use serde_json::Value;

use super::parameter::Parameter;
use super::shape::{Shape, shape};
use super::warnings::Warnings;
use crate::document::resolve;

/// A parameter with a media type becomes a string that the caller serializes.
pub(super) fn content(parameter: &mut Parameter, warnings: &mut Warnings) {
    let Some(content) = parameter.value.get("content").and_then(Value::as_object) else {
        return;
    };
    let media_type = content.keys().next().cloned().unwrap_or_default();
    parameter.warn(&format!("is a string: write it as {media_type}"), warnings);
    parameter.make_string();
}

/// A parameter without a schema is a string.
pub(super) fn without_schema(parameter: &mut Parameter) {
    if !parameter.value["schema"].is_object() {
        parameter.make_string();
    }
}

/// Objects become a string that the caller serializes: servers do not agree on one style for them.
pub(super) fn objects(document: &Value, parameter: &mut Parameter, warnings: &mut Warnings) {
    let schema = resolve(document, &parameter.value["schema"]);
    let is_object = match shape(document, schema) {
        Shape::Object => true,
        Shape::Array => shape(document, &schema["items"]) != Shape::Scalar,
        Shape::Scalar => false,
    };
    if is_object {
        let what = "is a string: objects and alternatives have no common style; write it as the server reads it";
        parameter.warn(what, warnings);
        parameter.make_string();
    }
}

/// Arrays are repeated in a query, `a=1&a=2`. Where the spec joins them into one value, the caller does so.
pub(super) fn arrays(document: &Value, parameter: &mut Parameter, warnings: &mut Warnings) {
    if shape(document, &parameter.value["schema"]) != Shape::Array {
        return;
    }
    let separator = match parameter.value["style"].as_str() {
        Some("pipeDelimited") => "|",
        Some("spaceDelimited") => " ",
        _ if !parameter.is_in("query") || parameter.value["explode"] == false => ",",
        _ => return,
    };
    parameter.warn(
        &format!("is a string: join its values with `{separator}`"),
        warnings,
    );
    parameter.make_string();
}
