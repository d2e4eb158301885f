//! Rules on the parameters of an operation.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::{Map, Value, json};

use super::forms::{content, lists, objects, values_that_collide, without_schema};
use super::resolve;
use crate::error::Problem;
use crate::operations::{globals, place_and_name};
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Vec<Problem>) {
    let document = root.clone();
    let globals = globals(&document).unwrap_or_default();
    for_each_operation(root, |path, method, operation| {
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let place = pointer(&pointer(&pointer("/paths", path), method), "parameters");
        let mut warn = |parameter: &Value, what: &str| {
            let name = parameter["name"].as_str().unwrap_or("?");
            warnings.push(Problem::new(&place, format!("`{name}` {what}")));
        };
        let mut parameters = with_those_of_the_path(&document, path, operation);
        cookies(&mut parameters, &mut warn);
        for parameter in &mut parameters {
            content(parameter, &mut warn);
            without_schema(parameter);
            in_a_path(parameter);
            objects(&document, parameter, &mut warn);
            lists(&document, parameter, &mut warn);
            values_that_collide(&document, parameter, &mut warn);
        }
        not_in_the_path(path, &mut parameters, &mut warn);
        undeclared(path, &mut parameters, &mut warn);
        let mut taken = BTreeMap::from([("header_map".to_owned(), "headers".to_owned())]);
        if operation.contains_key("requestBody") {
            taken.insert("body".to_owned(), "requestBody".to_owned());
        }
        one_of_a_name(&mut parameters, taken, &globals, &mut warn);
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    });
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        if let Some(item) = item.as_object_mut() {
            item.remove("parameters");
        }
    }
}

/// References become what they refer to, and what the path says for all its operations is said by each.
fn with_those_of_the_path(
    document: &Value,
    path: &str,
    operation: &Map<String, Value>,
) -> Vec<Value> {
    let shared = document.pointer(&pointer(&pointer("/paths", path), "parameters"));
    let of_path = shared.and_then(Value::as_array).into_iter().flatten();
    let own = operation.get("parameters").and_then(Value::as_array);
    let own: Vec<Value> = own
        .into_iter()
        .flatten()
        .map(|parameter| resolve(document, parameter).clone())
        .filter(Value::is_object)
        .collect();
    let is_same =
        |one: &Value, other: &Value| one["in"] == other["in"] && one["name"] == other["name"];
    let of_path = of_path
        .map(|parameter| resolve(document, parameter))
        .filter(|shared| shared.is_object())
        .filter(|shared| !own.iter().any(|own| is_same(own, shared)))
        .cloned();
    let mut all: Vec<Value> = of_path.collect();
    all.extend(own);
    all
}

/// Cookies are for browsers.
fn cookies(parameters: &mut Vec<Value>, warn: &mut impl FnMut(&Value, &str)) {
    parameters.retain(|parameter| {
        let is_cookie = parameter["in"] == "cookie";
        if is_cookie {
            warn(parameter, "is left out: the client sends no cookies");
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

/// Parameters are left out rather than null.
pub(super) fn never_null(root: &mut Value) {
    for_each_operation(root, |_, _, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let schema = parameter.get_mut("schema").and_then(Value::as_object_mut);
            if let Some(schema) = schema {
                schema.remove("nullable");
                if let Some(Value::Array(values)) = schema.get_mut("enum") {
                    values.retain(|value| !value.is_null());
                }
            }
        }
    });
}

/// What is said to stand in the path, and does not, cannot be sent.
fn not_in_the_path(path: &str, parameters: &mut Vec<Value>, warn: &mut impl FnMut(&Value, &str)) {
    parameters.retain(|parameter| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let has_place = parameter["in"] != "path" || path.contains(&format!("{{{name}}}"));
        if !has_place {
            warn(parameter, "is left out: the path has no place for it");
        }
        has_place
    });
}

/// What stands in the path and is not declared is text.
fn undeclared(path: &str, parameters: &mut Vec<Value>, warn: &mut impl FnMut(&Value, &str)) {
    let named = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    for (name, _) in named {
        let is_declared =
            |parameter: &Value| parameter["in"] == "path" && parameter["name"] == name;
        if !parameters.iter().any(is_declared) {
            let parameter =
                json!({"in": "path", "name": name, "required": true, "schema": {"type": "string"}});
            warn(
                &parameter,
                "stands in the path and is not declared; it is text",
            );
            parameters.push(parameter);
        }
    }
}

/// The arguments of a method have different names: of two parameters with one name the one in the path stays, or else the
/// first. `taken` are the names that the method itself needs. Parameters that are the client's are taken out later on, and
/// take no name.
fn one_of_a_name(
    parameters: &mut Vec<Value>,
    mut taken: BTreeMap<String, String>,
    globals: &BTreeSet<(String, String)>,
    warn: &mut impl FnMut(&Value, &str),
) {
    parameters.sort_by_key(|parameter| parameter["in"] != "path");
    parameters.retain(|parameter| {
        if place_and_name(parameter).is_some_and(|key| globals.contains(&key)) {
            return true;
        }
        let name = parameter["name"].as_str().unwrap_or_default();
        match taken.get(&name.to_snake_case()) {
            Some(other) => {
                warn(
                    parameter,
                    &format!("is left out: its name is taken by `{other}`"),
                );
                false
            }
            None => {
                taken.insert(name.to_snake_case(), name.to_owned());
                true
            }
        }
    });
}
