//! Rules on the parameters of an operation.

use std::collections::BTreeSet;

use http::HeaderName;
use serde_json::{Map, Value, json};

use super::globals::Globals;
use super::parameter::Parameter;
use super::parameter_styles as styles;
use super::warnings::Warnings;
use crate::document::keywords::CONSTANTS;
use crate::document::{Pointer, operations_mut, parameter_key, path_items_mut, resolve};
use crate::error::Problem;

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) -> Result<(), Problem> {
    let document = root.clone();
    let globals = Globals::of(&document)?;
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("parameters");
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        let mut parameters = Parameter::of_operation(&document, key, operation);
        globals.remove_from(&mut parameters);
        cookies(&mut parameters, warnings);
        locations(&parameters)?;
        header_names(&parameters)?;
        headers_of_the_connection(&mut parameters, warnings);
        for parameter in &mut parameters {
            styles::content(parameter, warnings);
            styles::without_schema(parameter);
            styles::of_location(parameter, warnings);
            styles::nested(&document, parameter, warnings);
            if parameter.is_in("path") {
                parameter.value["required"] = json!(true);
            }
        }
        missing_in_path(key.path, &mut parameters, warnings);
        undeclared(key.path, &place, &mut parameters, warnings);
        listed_twice(&mut parameters, warnings);
        let constants = constants(&document, &mut parameters);
        if !constants.is_empty() {
            operation.insert(CONSTANTS.to_owned(), Value::Array(constants));
        }
        let moves = parameters.iter().enumerate();
        let moves = moves.map(|(index, one)| (one.place.clone(), place.index(index)));
        warnings.source_map.record_all(&moves.collect::<Vec<_>>());
        let values = parameters.into_iter().map(|parameter| parameter.value);
        operation.insert("parameters".to_owned(), values.collect());
    }
    for (_, item) in path_items_mut(root) {
        if let Some(item) = item.as_object_mut() {
            item.remove("parameters");
        }
    }
    Ok(())
}

/// Removes cookies, which are for browsers.
fn cookies(parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    parameters.retain(|parameter| {
        let is_cookie = parameter.is_in("cookie");
        if is_cookie {
            parameter.warn("is left out: the client sends no cookies", warnings);
        }
        !is_cookie
    });
}

/// Rejects parameters in places that OpenAPI does not have: without them the request would mean something else.
fn locations(parameters: &[Parameter]) -> Result<(), Problem> {
    let is_sent = |one: &Parameter| ["path", "query", "header"].iter().any(|at| one.is_in(at));
    match parameters.iter().find(|one| !is_sent(one)) {
        Some(parameter) => {
            let name = parameter.name();
            let what =
                format!("`{name}` is not `in` the path, the query or a header; fix its `in`");
            Err(Problem::new(&parameter.place, what))
        }
        None => Ok(()),
    }
}

/// Rejects headers that cannot be sent.
fn header_names(parameters: &[Parameter]) -> Result<(), Problem> {
    let is_bad = |one: &&Parameter| {
        one.is_in("header") && HeaderName::from_bytes(one.name().as_bytes()).is_err()
    };
    match parameters.iter().find(is_bad) {
        Some(parameter) => {
            let what = format!("{:?} is not the name of an HTTP header", parameter.name());
            Err(Problem::new(&parameter.place, what))
        }
        None => Ok(()),
    }
}

/// Headers that describe the connection or the framing of the message (RFC 9110, RFC 9112), besides `Proxy-*`.
const OF_THE_CONNECTION: [&str; 10] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Removes headers that the HTTP client writes itself: another value would break the request.
fn headers_of_the_connection(parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    parameters.retain(|parameter| {
        let name = parameter.name().to_ascii_lowercase();
        let is_named = OF_THE_CONNECTION.contains(&name.as_str()) || name.starts_with("proxy-");
        let is_removed = parameter.is_in("header") && is_named;
        if is_removed {
            parameter.warn("is left out: the HTTP client writes this header", warnings);
        }
        !is_removed
    });
}

/// Removes null from parameters of the path, the query and headers: an optional parameter is omitted instead.
pub(super) fn never_null(root: &mut Value) {
    for (_, operation) in operations_mut(root) {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let is_parameter =
                matches!(parameter["in"].as_str(), Some("path" | "query" | "header"));
            if let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut)
                && is_parameter
            {
                without_null(schema);
            }
        }
    }
}

fn without_null(schema: &mut Map<String, Value>) {
    schema.remove("nullable");
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
}

/// Takes out the required parameters with one possible value: the client writes them itself.
fn constants(document: &Value, parameters: &mut Vec<Parameter>) -> Vec<Value> {
    let mut constants = Vec::new();
    parameters.retain(|parameter| {
        let schema = resolve(document, &parameter.value["schema"]);
        let value = schema.get("const");
        let value =
            value.filter(|value| value.is_string() || value.is_number() || value.is_boolean());
        let value = value.filter(|_| parameter.value["required"] == true);
        if let Some(value) = value {
            let place = &parameter.value["in"];
            constants.push(json!({"in": place, "name": parameter.name(), "value": value}));
        }
        value.is_none()
    });
    constants
}

/// Removes path parameters that the path does not contain.
fn missing_in_path(path: &str, parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    parameters.retain(|parameter| {
        let variable = format!("{{{}}}", parameter.name());
        let is_sent = !parameter.is_in("path") || path.contains(&variable);
        if !is_sent {
            parameter.warn("is left out: the path does not contain it", warnings);
        }
        is_sent
    });
}

/// Adds the variables of the path that are not declared as strings.
fn undeclared(
    path: &str,
    place: &Pointer,
    parameters: &mut Vec<Parameter>,
    warnings: &mut Warnings,
) {
    let variables = path.split('{').skip(1);
    let variables = variables.filter_map(|rest| rest.split_once('}'));
    for (name, _) in variables {
        let is_declared = |one: &Parameter| one.is_in("path") && one.value["name"] == name;
        if !parameters.iter().any(is_declared) {
            let parameter = Parameter {
                place: place.clone(),
                value: json!({"in": "path", "name": name, "required": true, "schema": {"type": "string"}}),
            };
            parameter.warn("is in the path but not declared; it is a string", warnings);
            parameters.push(parameter);
        }
    }
}

/// Keeps the first of several parameters with the same place and name, which are one on the wire.
fn listed_twice(parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    let mut seen = BTreeSet::new();
    parameters.retain(|parameter| {
        let is_first = seen.insert(parameter_key(&parameter.value));
        if !is_first {
            parameter.warn("is left out: it is listed twice", warnings);
        }
        is_first
    });
}
