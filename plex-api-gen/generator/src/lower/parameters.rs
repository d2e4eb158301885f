//! Rules on the parameters of an operation.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::{Map, Value, json};

use super::{Shape, resolve, shape};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Vec<Problem>) {
    let document = root.clone();
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
            in_a_path(parameter);
            objects(&document, parameter, &mut warn);
            lists(&document, parameter, &mut warn);
            values_that_collide(&document, parameter, &mut warn);
        }
        undeclared(path, &mut parameters, &mut warn);
        one_of_a_name(&mut parameters, &mut warn);
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
        .collect();
    let is_same =
        |one: &Value, other: &Value| one["in"] == other["in"] && one["name"] == other["name"];
    let of_path = of_path
        .map(|parameter| resolve(document, parameter))
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

/// A parameter with a media type is text that the caller writes.
fn content(parameter: &mut Value, warn: &mut impl FnMut(&Value, &str)) {
    let Some(content) = parameter.get("content").and_then(Value::as_object) else {
        return;
    };
    let media_type = content.keys().next().cloned().unwrap_or_default();
    warn(parameter, &format!("is text: write it as {media_type}"));
    as_text(parameter);
    if let Some(parameter) = parameter.as_object_mut() {
        parameter.remove("content");
    }
}

/// What stands in a path is always there, and never null.
fn in_a_path(parameter: &mut Value) {
    if parameter["in"] == "path" {
        parameter["required"] = json!(true);
        if let Some(parameter) = parameter.as_object_mut() {
            parameter.remove("style");
            parameter.remove("explode");
        }
    }
}

/// An object has no form in an address that servers agree on: it is text that the caller writes.
fn objects(document: &Value, parameter: &mut Value, warn: &mut impl FnMut(&Value, &str)) {
    if shape(document, &parameter["schema"]) == Shape::Object {
        warn(
            parameter,
            "is text: objects and alternatives have no one form in an address; write it as the server reads it",
        );
        as_text(parameter);
    }
}

/// Lists are repeated in a query, `a=1&a=2`. Where the spec wants them in one value, the caller writes it.
fn lists(document: &Value, parameter: &mut Value, warn: &mut impl FnMut(&Value, &str)) {
    if shape(document, &parameter["schema"]) != Shape::List {
        return;
    }
    let separator = match parameter["style"].as_str() {
        Some("pipeDelimited") => Some("|"),
        Some("spaceDelimited") => Some(" "),
        _ if parameter["in"] != "query" || parameter["explode"] == json!(false) => Some(","),
        _ => None,
    };
    if let Some(separator) = separator {
        warn(
            parameter,
            &format!("is text: write its values in one, separated by `{separator}`"),
        );
        as_text(parameter);
    }
}

/// Of values that make the same Rust name no enum can be made: they are text.
fn values_that_collide(
    document: &Value,
    parameter: &mut Value,
    warn: &mut impl FnMut(&Value, &str),
) {
    let schema = resolve(document, &parameter["schema"]);
    let Some(values) = schema.get("enum").and_then(Value::as_array) else {
        return;
    };
    if schema["type"] != "string" {
        // Numbers are numbers: an enum of them would have no names.
        let mut plain = schema.clone();
        if let Some(plain) = plain.as_object_mut() {
            plain.remove("enum");
        }
        parameter["schema"] = plain;
        return;
    }
    let names: BTreeSet<String> = values
        .iter()
        .filter_map(Value::as_str)
        .map(|value| value.to_upper_camel_case())
        .filter(|name| name.starts_with(char::is_alphabetic))
        .collect();
    if names.len() < values.len() {
        warn(
            parameter,
            "is text: its values do not make names for an enum",
        );
        as_text(parameter);
    }
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
/// first.
fn one_of_a_name(parameters: &mut Vec<Value>, warn: &mut impl FnMut(&Value, &str)) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    parameters.sort_by_key(|parameter| parameter["in"] != "path");
    parameters.retain(|parameter| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let is_header = parameter["in"] == "header";
        // Headers that are the client's are taken out later on, by place and name.
        let key = if is_header {
            format!("header {name}")
        } else {
            name.to_snake_case()
        };
        match seen.get(&key) {
            Some(other) => {
                warn(
                    parameter,
                    &format!("is left out: its name is taken by `{other}`"),
                );
                false
            }
            None => {
                seen.insert(key, name.to_owned());
                true
            }
        }
    });
}

fn as_text(parameter: &mut Value) {
    parameter["schema"] = json!({"type": "string"});
    if let Some(parameter) = parameter.as_object_mut() {
        parameter.remove("style");
        parameter.remove("explode");
    }
}
