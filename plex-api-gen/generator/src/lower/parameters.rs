//! Rules on the parameters of an operation.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use http::HeaderName;
use serde_json::{Map, Value, json};

use super::globals::Globals;
use super::parameter::Parameter;
use super::parameter_styles as styles;
use super::warnings::Warnings;
use crate::document::{Pointer, operations_mut, path_items_mut};
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
        let own = operation.get("parameters").unwrap_or(&Value::Null);
        let own = Parameter::listed(&document, &place, own);
        let mut parameters = with_path_parameters(&document, key.path, own);
        globals.remove_from(&mut parameters);
        cookies(&mut parameters, warnings);
        header_names(&parameters)?;
        for parameter in &mut parameters {
            styles::content(parameter, warnings);
            styles::without_schema(parameter);
            in_path(parameter);
            styles::objects(&document, parameter, warnings);
            styles::arrays(&document, parameter, warnings);
        }
        missing_in_path(key.path, &mut parameters, warnings);
        undeclared(key.path, &place, &mut parameters, warnings);
        let mut taken = BTreeMap::from([("header_map".to_owned(), "headers".to_owned())]);
        if operation.contains_key("requestBody") {
            taken.insert("body".to_owned(), "requestBody".to_owned());
        }
        distinct_names(&mut parameters, taken, warnings);
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

/// Adds the parameters of the path item that the operation does not declare itself.
fn with_path_parameters(document: &Value, path: &str, own: Vec<Parameter>) -> Vec<Parameter> {
    let place = Pointer::of(&["paths", path, "parameters"]);
    let shared = place.get(document).unwrap_or(&Value::Null);
    let mut all = Parameter::listed(document, &place, shared);
    all.retain(|shared| !own.iter().any(|own| own.key() == shared.key()));
    all.extend(own);
    all
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

/// Rejects headers that cannot be sent; the generated method would panic.
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

/// Makes path parameters required.
fn in_path(parameter: &mut Parameter) {
    if parameter.is_in("path") {
        parameter.value["required"] = json!(true);
        parameter.remove(&["style", "explode"]);
    }
}

/// Makes parameters of paths and headers strings, where progenitor has no `Display` for their type.
pub(super) fn strings(root: &mut Value) {
    for_each_parameter(root, |location, schema| {
        if location != "path" && location != "header" {
            return;
        }
        let mut keywords = ["type", "$ref", "allOf", "enum"].iter();
        if schema.get("type") == Some(&json!("string")) {
            schema.remove("format");
        } else if !keywords.any(|keyword| schema.contains_key(*keyword)) {
            schema.insert("type".to_owned(), json!("string"));
        }
    });
}

/// Removes null: an optional parameter is omitted instead.
pub(super) fn never_null(root: &mut Value) {
    for_each_parameter(root, |_, schema| {
        schema.remove("nullable");
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    });
}

/// Calls `visit` with the location (`path`, `query` or `header`) and the schema of each parameter.
fn for_each_parameter(root: &mut Value, mut visit: impl FnMut(&str, &mut Map<String, Value>)) {
    for (_, operation) in operations_mut(root) {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let location = parameter["in"].as_str().unwrap_or_default().to_owned();
            if let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) {
                visit(&location, schema);
            }
        }
    }
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

/// Keeps one of several parameters with the same Rust name: the one in the path, or else the first. `taken` holds the names
/// that the method needs itself.
fn distinct_names(
    parameters: &mut Vec<Parameter>,
    mut taken: BTreeMap<String, String>,
    warnings: &mut Warnings,
) {
    parameters.sort_by_key(|parameter| !parameter.is_in("path"));
    parameters.retain(|parameter| {
        let name = parameter.name();
        match taken.get(&name.to_snake_case()) {
            Some(other) => {
                let what = format!("is left out: its name is taken by `{other}`");
                parameter.warn(&what, warnings);
                false
            }
            None => {
                taken.insert(name.to_snake_case(), name.to_owned());
                true
            }
        }
    });
}
