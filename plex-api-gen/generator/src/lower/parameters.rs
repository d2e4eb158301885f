//! Rules on the parameters of an operation.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Map, Value, json};

use super::forms::{content, lists, objects, values_that_collide, without_schema};
use super::globals::{Globals, place_and_name};
use super::{Warnings, resolve};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// A parameter, and the place in the file where an operation or its path lists it.
pub(super) struct Parameter {
    place: String,
    pub(super) value: Value,
}

impl Parameter {
    pub(super) fn problem(&self, what: &str) -> Problem {
        let name = self.value["name"].as_str().unwrap_or("?");
        Problem::new(&self.place, format!("`{name}` {what}"))
    }
}

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) -> Result<(), Problem> {
    let document = root.clone();
    let globals = Globals::of(&document)?;
    for_each_operation(root, |path, method, operation| {
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let place = pointer(&pointer(&pointer("/paths", path), method), "parameters");
        let own = operation.get("parameters").unwrap_or(&Value::Null);
        let own = listed(&document, &place, own);
        let mut parameters = with_those_of_the_path(&document, path, own);
        globals.take_out(&mut parameters);
        cookies(&mut parameters, warnings);
        for parameter in &mut parameters {
            content(parameter, warnings);
            without_schema(parameter);
            in_a_path(&mut parameter.value);
            objects(&document, parameter, warnings);
            lists(&document, parameter, warnings);
            values_that_collide(&document, parameter, warnings);
        }
        not_in_the_path(path, &mut parameters, warnings);
        undeclared(path, &place, &mut parameters, warnings);
        let mut taken = BTreeMap::from([("header_map".to_owned(), "headers".to_owned())]);
        if operation.contains_key("requestBody") {
            taken.insert("body".to_owned(), "requestBody".to_owned());
        }
        one_of_a_name(&mut parameters, taken, warnings);
        let new_place = |(index, one): (usize, &Parameter)| {
            (one.place.clone(), pointer(&place, &index.to_string()))
        };
        let moves: Vec<_> = parameters.iter().enumerate().map(new_place).collect();
        warnings.moved.note_all(&moves);
        let values = parameters.into_iter().map(|parameter| parameter.value);
        operation.insert("parameters".to_owned(), values.collect());
    });
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        if let Some(item) = item.as_object_mut() {
            item.remove("parameters");
        }
    }
    Ok(())
}

/// The parameters of a list, and their places; references become what they refer to.
fn listed(document: &Value, place: &str, list: &Value) -> Vec<Parameter> {
    let list = list.as_array().into_iter().flatten().enumerate();
    list.map(|(index, parameter)| Parameter {
        place: pointer(place, &index.to_string()),
        value: resolve(document, parameter).clone(),
    })
    .filter(|parameter| parameter.value.is_object())
    .collect()
}

/// What the path says for all its operations is said by each.
fn with_those_of_the_path(document: &Value, path: &str, own: Vec<Parameter>) -> Vec<Parameter> {
    let place = pointer(&pointer("/paths", path), "parameters");
    let of_path = document.pointer(&place).unwrap_or(&Value::Null);
    let mut all = listed(document, &place, of_path);
    let key = |parameter: &Parameter| place_and_name(&parameter.value);
    all.retain(|shared| !own.iter().any(|own| key(own) == key(shared)));
    all.extend(own);
    all
}

/// Cookies are for browsers.
fn cookies(parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    parameters.retain(|parameter| {
        let is_cookie = parameter.value["in"] == "cookie";
        if is_cookie {
            warnings.push(parameter.problem("is left out: the client sends no cookies"));
        }
        !is_cookie
    });
}

/// What stands in a path is always there.
fn in_a_path(parameter: &mut Value) {
    if parameter["in"] == "path" {
        parameter["required"] = json!(true);
        if let Some(parameter) = parameter.as_object_mut() {
            parameter.remove("style");
            parameter.remove("explode");
        }
    }
}

/// In a path or a header a value is written as text: what it is that progenitor has no text for, the caller writes.
pub(super) fn texts(root: &mut Value) {
    for_each_parameter(root, |place, schema| {
        if place != "path" && place != "header" {
            return;
        }
        if schema.get("type") == Some(&json!("string")) {
            schema.remove("format");
        } else if ["type", "$ref", "allOf", "enum"]
            .iter()
            .all(|keyword| !schema.contains_key(*keyword))
        {
            schema.insert("type".to_owned(), json!("string"));
        }
    });
}

/// Parameters are left out rather than null.
pub(super) fn never_null(root: &mut Value) {
    for_each_parameter(root, |_, schema| {
        schema.remove("nullable");
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    });
}

/// Calls `visit` with where each parameter stands (`path`, `query` or `header`) and its schema.
fn for_each_parameter(root: &mut Value, mut visit: impl FnMut(&str, &mut Map<String, Value>)) {
    for_each_operation(root, |_, _, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let place = parameter["in"].as_str().unwrap_or_default().to_owned();
            if let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) {
                visit(&place, schema);
            }
        }
    });
}

/// What is said to stand in the path, and does not, cannot be sent.
fn not_in_the_path(path: &str, parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    parameters.retain(|parameter| {
        let name = parameter.value["name"].as_str().unwrap_or_default();
        let has_place = parameter.value["in"] != "path" || path.contains(&format!("{{{name}}}"));
        if !has_place {
            warnings.push(parameter.problem("is left out: the path has no place for it"));
        }
        has_place
    });
}

/// What stands in the path and is not declared is text.
fn undeclared(path: &str, place: &str, parameters: &mut Vec<Parameter>, warnings: &mut Warnings) {
    let named = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    for (name, _) in named {
        let is_declared = |parameter: &Parameter| {
            parameter.value["in"] == "path" && parameter.value["name"] == name
        };
        if !parameters.iter().any(is_declared) {
            let parameter = Parameter {
                place: place.to_owned(),
                value: json!({"in": "path", "name": name, "required": true, "schema": {"type": "string"}}),
            };
            let what = "stands in the path and is not declared; it is text";
            warnings.push(parameter.problem(what));
            parameters.push(parameter);
        }
    }
}

/// The arguments of a method have different names: of two parameters with one name the one in the path stays, or else the
/// first. `taken` are the names that the method itself needs.
fn one_of_a_name(
    parameters: &mut Vec<Parameter>,
    mut taken: BTreeMap<String, String>,
    warnings: &mut Warnings,
) {
    parameters.sort_by_key(|parameter| parameter.value["in"] != "path");
    parameters.retain(|parameter| {
        let name = parameter.value["name"].as_str().unwrap_or_default();
        match taken.get(&name.to_snake_case()) {
            Some(other) => {
                let what = format!("is left out: its name is taken by `{other}`");
                warnings.push(parameter.problem(&what));
                false
            }
            None => {
                taken.insert(name.to_snake_case(), name.to_owned());
                true
            }
        }
    });
}
