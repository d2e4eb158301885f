//! Reads the arguments of an operation.

use serde_json::Value;

use super::facts::{Argument, Body, Constant, Place, Style};
use crate::document::keywords::{BODY, FILE, JSON_STYLE, KNOWN_VALUES, SENT_AS_NUMBER};
use crate::document::resolve;
use crate::names::argument_names;

/// Returns the arguments of a lowered operation.
pub(super) fn arguments(document: &Value, operation: &Value) -> Vec<Argument> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
    let keys: Vec<(&str, &str)> = parameters
        .iter()
        .map(|one| (text(one, "name"), text(one, "in")))
        .collect();
    let names = argument_names(&keys).into_iter();
    let body_kind = operation.get(BODY).map_or("", |body| text(body, "kind"));
    let arguments = parameters.iter().zip(names);
    let argument = |(parameter, rust_name)| Argument {
        rust_name,
        name: text(parameter, "name").to_owned(),
        place: place(document, parameter, body_kind),
        is_required: parameter.get("required") == Some(&Value::Bool(true)),
        is_nullable: is_nullable(document, parameter),
        is_deprecated: parameter.get("deprecated") == Some(&Value::Bool(true)),
        is_sent_as_number: parameter.get(SENT_AS_NUMBER).is_some(),
        description: description(document, parameter),
    };
    arguments.map(argument).collect()
}

/// Returns the description of an argument, with the known values of its schema.
fn description(document: &Value, parameter: &Value) -> String {
    let own = text(parameter, "description").trim();
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    let schema = resolve(document, schema.get("items").unwrap_or(schema));
    let known = text(schema, "description").rsplit("\n\n").next();
    match known.filter(|known| known.starts_with(KNOWN_VALUES)) {
        Some(known) if !own.contains(known) => format!("{own}\n\n{known}").trim_start().to_owned(),
        _ => own.to_owned(),
    }
}

/// Returns the body of a lowered operation.
pub(super) fn body(operation: &Value) -> Option<Body> {
    let body = operation.get(BODY)?;
    Some(Body {
        media_type: text(body, "mediaType").to_owned(),
        is_required: body["required"] == true,
        constants: constants(body.get("constants")),
    })
}

/// Reads parameters or fields with one possible value, which the lowering has found.
pub(super) fn constants(written: Option<&Value>) -> Vec<Constant> {
    let constants = written.and_then(Value::as_array).into_iter().flatten();
    let constant = |constant: &Value| Constant {
        place: match text(constant, "in") {
            "path" => Place::Path(Style::Simple { explode: false }),
            "query" => Place::Query(style(constant, "form")),
            "header" => Place::Header(Style::Simple { explode: false }),
            "form" => Place::Form(Style::Field),
            "part" => Place::Part(None),
            _ => Place::Field,
        },
        name: text(constant, "name").to_owned(),
        value: constant["value"].clone(),
    };
    constants.map(constant).collect()
}

fn place(document: &Value, parameter: &Value, body_kind: &str) -> Place {
    let media_type = parameter.get("mediaType").and_then(Value::as_str);
    let media_type = media_type.map(str::to_owned);
    match (text(parameter, "in"), body_kind) {
        ("path", _) => Place::Path(style(parameter, "simple")),
        ("query", _) => Place::Query(style(parameter, "form")),
        ("header", _) => Place::Header(style(parameter, "simple")),
        ("form", _) => Place::Form(match parameter.get("style") {
            Some(_) => style(parameter, "form"),
            None => Style::Field,
        }),
        ("part", _) if is_file(document, parameter) => Place::File(media_type),
        ("part", _) => Place::Part(media_type),
        ("json", _) => Place::Field,
        (_, "text") => Place::Text,
        (_, "bytes") => Place::Bytes,
        _ => Place::Json,
    }
}

/// Returns whether an argument may be null.
fn is_nullable(document: &Value, parameter: &Value) -> bool {
    let schema = &parameter["schema"];
    [schema, resolve(document, schema)]
        .iter()
        .any(|schema| schema["nullable"] == true)
}

fn is_file(document: &Value, parameter: &Value) -> bool {
    let schema = resolve(document, &parameter["schema"]);
    schema["format"] == FILE || schema["items"]["format"] == FILE
}

/// Returns the style of a parameter, whose place has the style `usual`.
fn style(parameter: &Value, usual: &str) -> Style {
    let style = parameter.get("style").and_then(Value::as_str);
    let style = style.unwrap_or(usual);
    let written = parameter.get("explode").and_then(Value::as_bool);
    let explode = written.unwrap_or(style == "form");
    let form = |explode| Style::Form {
        explode,
        reserved: parameter.get("allowReserved") == Some(&Value::Bool(true)),
    };
    match style {
        JSON_STYLE => Style::Json,
        "label" => Style::Label { explode },
        "matrix" => Style::Matrix { explode },
        "deepObject" => Style::DeepObject,
        "spaceDelimited" if !explode => Style::SpaceDelimited,
        "pipeDelimited" if !explode => Style::PipeDelimited,
        "spaceDelimited" | "pipeDelimited" | "form" => form(explode),
        _ => Style::Simple { explode },
    }
}

fn text<'doc>(value: &'doc Value, key: &str) -> &'doc str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
