//! Rules on the form in which one parameter is written.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::parameters::Parameter;
use super::{Shape, Warnings, resolve, shape};

/// A parameter with a media type is text that the caller writes.
pub(super) fn content(parameter: &mut Parameter, warnings: &mut Warnings) {
    let Some(content) = parameter.value.get("content").and_then(Value::as_object) else {
        return;
    };
    let media_type = content.keys().next().cloned().unwrap_or_default();
    warnings.push(parameter.problem(&format!("is text: write it as {media_type}")));
    as_text(parameter);
    if let Some(parameter) = parameter.value.as_object_mut() {
        parameter.remove("content");
    }
}

/// What nothing is said of is text.
pub(super) fn without_schema(parameter: &mut Parameter) {
    if !parameter.value["schema"].is_object() {
        as_text(parameter);
    }
}

/// An object has no form in an address that servers agree on: it is text that the caller writes.
pub(super) fn objects(document: &Value, parameter: &mut Parameter, warnings: &mut Warnings) {
    let schema = resolve(document, &parameter.value["schema"]);
    let is_object = match shape(document, schema) {
        Shape::Object => true,
        Shape::List => shape(document, &schema["items"]) != Shape::Plain,
        Shape::Plain => false,
    };
    if is_object {
        let what = "is text: objects and alternatives have no one form in an address; write it as the server reads it";
        warnings.push(parameter.problem(what));
        as_text(parameter);
    }
}

/// Lists are repeated in a query, `a=1&a=2`. Where the spec wants them in one value, the caller writes it.
pub(super) fn lists(document: &Value, parameter: &mut Parameter, warnings: &mut Warnings) {
    if shape(document, &parameter.value["schema"]) != Shape::List {
        return;
    }
    let separator = match parameter.value["style"].as_str() {
        Some("pipeDelimited") => Some("|"),
        Some("spaceDelimited") => Some(" "),
        _ if parameter.value["in"] != "query" || parameter.value["explode"] == json!(false) => {
            Some(",")
        }
        _ => None,
    };
    if let Some(separator) = separator {
        let what = format!("is text: write its values in one, separated by `{separator}`");
        warnings.push(parameter.problem(&what));
        as_text(parameter);
    }
}

/// Of values that make the same Rust name no enum can be made: they are text.
pub(super) fn values_that_collide(
    document: &Value,
    parameter: &mut Parameter,
    warnings: &mut Warnings,
) {
    let schema = resolve(document, &parameter.value["schema"]);
    let is_list = shape(document, schema) == Shape::List;
    let one = if is_list {
        resolve(document, &schema["items"])
    } else {
        schema
    };
    let Some(Value::Array(values)) = one.get("enum") else {
        return;
    };
    if values
        .iter()
        .all(|value| value.is_string() || value.is_null())
    {
        if make_names(values) {
            return;
        }
        warnings.push(parameter.problem("is text: its values do not make names for an enum"));
    }
    // Numbers are numbers: an enum of them would have no names.
    let mut plain = one.clone();
    if let Some(plain) = plain.as_object_mut() {
        plain.remove("enum");
    }
    parameter.value["schema"] = if is_list {
        json!({"type": "array", "items": plain})
    } else {
        plain
    };
}

/// Whether the values of an enum have names of their own in Rust.
pub(super) fn make_names(values: &[Value]) -> bool {
    let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let names: BTreeSet<String> = texts
        .iter()
        .map(|value| value.to_upper_camel_case())
        .filter(|name| name.starts_with(char::is_alphabetic))
        .collect();
    names.len() == texts.len()
}

fn as_text(parameter: &mut Parameter) {
    parameter.value["schema"] = json!({"type": "string"});
    if let Some(parameter) = parameter.value.as_object_mut() {
        parameter.remove("style");
        parameter.remove("explode");
    }
}
