//! Answers are read leniently: what a server promises and what it sends are two things.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Warnings;
use super::components::referred_to;
use super::forms::make_names;
use crate::emit::SECRET_COMPONENTS;
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Says in the spec that what a model requires must be there when it is read.
pub(super) const REQUIRED: &str = "x-required";

/// Loosens every model that is part of an answer. Requests stay as they are.
pub(super) fn answers(root: &mut Value, warnings: &mut Warnings) {
    let names = in_answers(root);
    in_place(root, warnings);
    let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") else {
        return;
    };
    for (name, schema) in schemas {
        let place = pointer("/components/schemas", name);
        if names.contains(&place) {
            loosen(&place, schema, warnings);
        } else {
            values_that_collide(&place, schema, warnings);
        }
        if let Some(schema) = schema.as_object_mut() {
            schema.remove(REQUIRED);
        }
    }
}

/// Answers that are no models themselves, such as a list of values, are loosened where they stand.
fn in_place(root: &mut Value, warnings: &mut Warnings) {
    for_each_operation(root, |path, method, operation| {
        let place = pointer(&pointer(&pointer("/paths", path), method), "responses");
        let answers = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (status, answer) in answers.into_iter().flatten() {
            let place = format!(
                "{}/content/application~1json/schema",
                pointer(&place, status)
            );
            if let Some(schema) = answer.pointer_mut("/content/application~1json/schema") {
                loosen(&place, schema, warnings);
            }
        }
    });
}

/// Of values that make the same Rust name no enum can be made: they are text. Of values of several types neither.
fn values_that_collide(place: &str, schema: &mut Value, warnings: &mut Warnings) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| are_mixed(values)) && !schema.contains_key("type") {
        let what = "is any JSON: its values are of several types";
        warnings.push(Problem::new(&pointer(place, "enum"), what));
        schema.remove("enum");
    } else if values.is_some_and(|values| !make_names(values)) {
        let what = "is text: its values do not make names for an enum";
        warnings.push(Problem::new(&pointer(place, "enum"), what));
        schema.remove("enum");
    }
    for_each_inner(place, schema, &mut |place, inner| {
        values_that_collide(place, inner, warnings);
    });
}

/// Whether some values are text and others are not; null aside.
fn are_mixed(values: &[Value]) -> bool {
    let mut values = values.iter().filter(|value| !value.is_null());
    let is_text = values.next().map(Value::is_string);
    values.any(|value| Some(value.is_string()) != is_text)
}

/// The schemas of the fields, items, values and parts of a schema.
fn for_each_inner(
    place: &str,
    schema: &mut Map<String, Value>,
    visit: &mut impl FnMut(&str, &mut Value),
) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, inner) in properties {
            visit(&pointer(&pointer(place, "properties"), name), inner);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(keyword) {
            visit(&pointer(place, keyword), inner);
        }
    }
    if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
        for (index, inner) in parts.iter_mut().enumerate() {
            visit(
                &pointer(&pointer(place, "allOf"), &index.to_string()),
                inner,
            );
        }
    }
}

/// The places of the models that answers refer to, and of those that these refer to.
fn in_answers(root: &Value) -> BTreeSet<String> {
    let items = root.get("paths").and_then(Value::as_object);
    let operations = items
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flat_map(Map::values);
    let answers = operations
        .filter_map(|operation| operation.get("responses"))
        .filter_map(Value::as_object)
        .flatten();
    let successes = answers.filter(|(status, _)| status.starts_with('2'));
    referred_to(root, successes.map(|(_, answer)| answer))
}

fn loosen(place: &str, schema: &mut Value, warnings: &mut Warnings) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    fields_may_be_missing(schema);
    no_list_is_an_empty_list(schema);
    unknown_values_are_values(schema);
    unknown_fields_are_ignored(schema);
    alternatives_are_any_json(place, schema, warnings);
    for_each_inner(place, schema, &mut |place, inner| {
        loosen(place, inner, warnings);
    });
}

/// What is `required` counts only where the spec says so by `x-required: true`.
fn fields_may_be_missing(schema: &mut Map<String, Value>) {
    match schema.get(REQUIRED) {
        Some(Value::Bool(true)) => {}
        // Of an object of several parts, what those parts require that say so.
        Some(Value::Array(names)) => {
            let names = names.clone();
            schema.insert("required".to_owned(), json!(names));
        }
        _ => {
            schema.remove("required");
        }
    }
}

/// A list that is null has nothing in it, and null in a list is left out.
fn no_list_is_an_empty_list(schema: &mut Map<String, Value>) {
    if schema.get("type") == Some(&json!("array")) {
        schema.remove("nullable");
        if let Some(items) = schema.get_mut("items").and_then(Value::as_object_mut) {
            items.remove("nullable");
        }
    }
}

/// An enum of an answer is open: a text or a number, whose known values are part of the documentation.
fn unknown_values_are_values(schema: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = schema.remove("enum") else {
        return;
    };
    let texts: Vec<String> = values
        .iter()
        .filter(|value| !value.is_null())
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .map(|value| format!("`{value}`"))
        .collect();
    if !schema.contains_key("type") {
        let all = |is: fn(&Value) -> bool| values.iter().all(|value| value.is_null() || is(value));
        let name = match () {
            () if all(Value::is_i64) => "integer",
            () if all(Value::is_number) => "number",
            () if all(Value::is_boolean) => "boolean",
            () => "string",
        };
        schema.insert("type".to_owned(), json!(name));
    }
    let known = format!("Known values: {}.", texts.join(", "));
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) => format!("{}\n\n{known}", text.trim_end()),
        None => known,
    };
    schema.insert("description".to_owned(), json!(description));
}

fn unknown_fields_are_ignored(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties")
        || schema.get("additionalProperties") == Some(&json!(false))
    {
        schema.remove("additionalProperties");
    }
}

/// Which of several alternatives came cannot be told from one that is not quite as promised.
fn alternatives_are_any_json(
    place: &str,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(alternatives) = schema.remove(keyword) else {
            continue;
        };
        let place = pointer(place, keyword);
        if holds_a_secret(&alternatives) {
            let what = "are text that is not shown: one of them is a secret";
            warnings.push(Problem::new(&place, what));
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("password"));
        } else if schema.contains_key("properties") {
            let what = "are left out: only the fields that stand beside them are read";
            warnings.push(Problem::new(&place, what));
        } else {
            let what = "are any JSON: look for yourself which one came";
            warnings.push(Problem::new(&place, what));
        }
    }
}

/// Whether something is text that must not be shown. The components of secrets have types of their own.
fn holds_a_secret(alternatives: &Value) -> bool {
    let Some(alternatives) = alternatives.as_array() else {
        return false;
    };
    alternatives.iter().any(|alternative| {
        let reference = alternative.get("$ref").and_then(Value::as_str);
        let component = reference.and_then(|reference| reference.rsplit('/').next());
        let part = alternative.get("allOf");
        alternative["format"] == "password"
            || component.is_some_and(|name| SECRET_COMPONENTS.contains(&name))
            || part.is_some_and(holds_a_secret)
    })
}
