//! Rules on the names of models.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::{Warnings, resolve};
use crate::check::visit;
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::{for_each_schema, for_each_value};

pub(super) const SCHEMAS: &str = "/components/schemas";

pub(super) fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(name.to_upper_camel_case()) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#{}", pointer(SCHEMAS, name))})
}

/// A reference to a part of something, such as a field of a model, becomes that part.
pub(super) fn references_into_models(root: &mut Value) {
    let is_model = |reference: &str| {
        let name = reference.trim_start_matches('#').strip_prefix(SCHEMAS);
        name.is_some_and(|name| name.matches('/').count() == 1)
    };
    // A part may refer to another part; those that go round in a circle are refused later on.
    for _ in 0..4 {
        let document = root.clone();
        let mut has_found = false;
        for_each_schema(root, &mut |_, schema| {
            let reference = schema.get("$ref").and_then(Value::as_str);
            if reference.is_none_or(is_model) {
                return;
            }
            has_found = true;
            let target = resolve(&document, &Value::Object(schema.clone())).clone();
            schema.remove("$ref");
            for (keyword, value) in target.as_object().into_iter().flatten() {
                schema.entry(keyword).or_insert_with(|| value.clone());
            }
        });
        if !has_found {
            break;
        }
    }
}

/// Models whose names are the same in Rust (`Foo` and `foo`): all but the first are numbered.
pub(super) fn names_that_collide(root: &mut Value, warnings: &mut Warnings) {
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    let mut taken = BTreeSet::new();
    let (first, others): (Vec<_>, Vec<_>) = std::mem::take(schemas)
        .into_iter()
        .partition(|(name, _)| taken.insert(name.to_upper_camel_case()));
    schemas.extend(first);
    let mut renamed = BTreeMap::new();
    for (name, schema) in others {
        let new = free(&name, &mut taken);
        let place = pointer(SCHEMAS, &name);
        let what = format!("has a name that is taken and is called `{new}`");
        warnings.push(Problem::new(&place, what));
        warnings.moved.note(&place, &pointer(SCHEMAS, &new));
        renamed.insert(format!("#{place}"), reference(&new)["$ref"].take());
        schemas.insert(new, schema);
    }
    for_each_value(root, &mut |value| {
        let reference = value.get("$ref").and_then(Value::as_str);
        if let Some(new) = reference.and_then(|reference| renamed.get(reference)) {
            value["$ref"] = new.clone();
        }
    });
}

/// Components that are no objects, such as a text with a format, stand in the place of their references: models are read
/// leniently field by field. Secrets stay: they have types of their own.
pub(super) fn plain_ones_in_place(root: &mut Value) {
    let document = root.clone();
    let is_in_place = |schema: &Value| {
        let is_model = [
            "properties",
            "oneOf",
            "anyOf",
            "allOf",
            "additionalProperties",
            "enum",
        ]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
        schema.is_object()
            && schema.get("$ref").is_none()
            && !is_model
            && schema["format"] != "password"
    };
    // A list of lists of itself is the deepest that anybody writes.
    for _ in 0..3 {
        for_each_schema(root, &mut |_, schema| {
            let parts = schema.get("allOf").and_then(Value::as_array);
            let only = parts.and_then(|parts| match parts.as_slice() {
                [only] => Some(only),
                _ => None,
            });
            let referring = schema
                .contains_key("$ref")
                .then(|| Value::Object(schema.clone()))
                .or_else(|| only.cloned());
            let Some(target) = referring.map(|value| resolve(&document, &value).clone()) else {
                return;
            };
            if is_in_place(&target) {
                schema.remove("$ref");
                schema.remove("allOf");
                let descriptions = (schema.get("description"), target.get("description"));
                let both = match descriptions {
                    (Some(Value::String(own)), Some(Value::String(other))) if own != other => {
                        Some(json!(format!("{}\n\n{other}", own.trim_end())))
                    }
                    _ => None,
                };
                for (keyword, value) in target.as_object().into_iter().flatten() {
                    schema.entry(keyword).or_insert_with(|| value.clone());
                }
                if let Some(both) = both {
                    schema.insert("description".to_owned(), both);
                }
            }
        });
    }
}

/// Models that no operation refers to are none of the client's.
pub(super) fn unused_ones(root: &mut Value) {
    let Some(paths) = root.get("paths") else {
        return;
    };
    let used = referred_to(root, [paths]);
    if let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) {
        schemas.retain(|name, _| used.contains(&pointer(SCHEMAS, name)));
    }
}

/// The places that some values refer to, and that these refer to in their turn.
pub(crate) fn referred_to<'doc>(
    root: &'doc Value,
    values: impl IntoIterator<Item = &'doc Value>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Value> = values.into_iter().collect();
    while let Some(value) = open.pop() {
        visit(value, "", &mut |_, reference| {
            let place = reference.trim_start_matches('#');
            if found.insert(place.to_owned()) {
                open.extend(root.pointer(place));
            }
        });
    }
    found
}
