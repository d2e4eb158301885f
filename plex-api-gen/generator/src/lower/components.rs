//! Rules on component schemas and their names.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::warnings::Warnings;
use crate::document::keywords::SCHEMAS;
use crate::document::{
    Pointer, for_each_reference, for_each_schema, for_each_value, reachable, resolve,
};
use crate::names::first_free;

/// Returns the pointer of a component schema.
pub(super) fn schema(name: &str) -> Pointer {
    Pointer::from(SCHEMAS).join(name)
}

/// Returns a reference to a component schema.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": schema(name).to_reference()})
}

/// Takes a name, numbered if another schema has the same name in Rust.
pub(super) fn take_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    first_free(wanted, |name| taken.insert(name.to_upper_camel_case()))
}

/// Replaces references to anything but a component schema, such as to one of its properties, with what they refer to.
pub(super) fn references_into_schemas(root: &mut Value) {
    let is_component = |reference: &str| {
        let name = reference.trim_start_matches('#').strip_prefix(SCHEMAS);
        name.is_some_and(|name| name.matches('/').count() == 1)
    };
    let is_other_component = |reference: &str| {
        let within = reference.strip_prefix("#/components/");
        within.is_some_and(|it| !it.starts_with("schemas/") && it.matches('/').count() == 1)
    };
    // A target can be such a reference itself; progenitor rejects circles of them.
    for _ in 0..4 {
        let mut has_found = false;
        for_each_reference(root, &Pointer::default(), &mut |_, reference| {
            has_found |= !is_component(reference) && !is_other_component(reference);
        });
        if !has_found {
            break;
        }
        let document = root.clone();
        for_each_schema(root, &mut |_, schema| {
            let reference = schema.get("$ref").and_then(Value::as_str);
            if reference.is_none_or(is_component) {
                return;
            }
            let target = resolve(&document, &Value::Object(schema.clone())).clone();
            schema.remove("$ref");
            add_keywords(schema, &target);
        });
    }
}

/// Copies the keywords that a schema does not have itself.
fn add_keywords(schema: &mut Map<String, Value>, target: &Value) {
    for (keyword, value) in target.as_object().into_iter().flatten() {
        schema.entry(keyword).or_insert_with(|| value.clone());
    }
}

/// Numbers all but the first of several schemas that have the same name in Rust, such as `Foo` and `foo`.
pub(super) fn colliding_names(root: &mut Value, warnings: &mut Warnings) {
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    let mut taken = BTreeSet::new();
    let (first, others): (Vec<_>, Vec<_>) = std::mem::take(schemas)
        .into_iter()
        .partition(|(name, _)| taken.insert(name.to_upper_camel_case()));
    schemas.extend(first);
    let mut renamed = BTreeMap::new();
    for (name, value) in others {
        let new = take_name(&name, &mut taken);
        let what = format!("has the Rust name of another schema and is called `{new}`");
        warnings.push(schema(&name), what);
        warnings.source_map.record(schema(&name), schema(&new));
        renamed.insert(schema(&name).to_reference(), schema(&new).to_reference());
        schemas.insert(new, value);
    }
    for_each_value(root, &mut |value| {
        let reference = value.get("$ref").and_then(Value::as_str);
        if let Some(new) = reference.and_then(|reference| renamed.get(reference)) {
            value["$ref"] = json!(new);
        }
    });
}

/// Replaces references to schemas that make no Rust type, such as a string with a format, with these schemas: models are
/// read leniently field by field. Secrets stay, because they have types of their own.
pub(super) fn inline_simple_schemas(root: &mut Value) {
    let document = root.clone();
    let is_simple = |schema: &Value| {
        let makes_a_type = [
            "properties",
            "oneOf",
            "anyOf",
            "allOf",
            "additionalProperties",
            "enum",
        ];
        schema.is_object()
            && schema.get("$ref").is_none()
            && !makes_a_type
                .iter()
                .any(|keyword| schema.get(keyword).is_some())
            && schema["format"] != "password"
    };
    // Arrays of arrays that are components of their own need a pass for each level.
    for _ in 0..3 {
        let mut has_changed = false;
        for_each_schema(root, &mut |_, schema| {
            let referring = match schema.get("allOf").and_then(Value::as_array) {
                _ if schema.contains_key("$ref") => Value::Object(schema.clone()),
                Some(parts) if parts.len() == 1 => parts[0].clone(),
                _ => return,
            };
            let target = resolve(&document, &referring);
            if !is_simple(target) {
                return;
            }
            has_changed = true;
            schema.remove("$ref");
            schema.remove("allOf");
            if let (Some(Value::String(own)), Some(Value::String(other))) =
                (schema.get_mut("description"), target.get("description"))
                && *own != *other
            {
                *own = format!("{}\n\n{other}", own.trim_end());
            }
            add_keywords(schema, target);
        });
        if !has_changed {
            break;
        }
    }
}

/// Removes the components that no operation refers to. Security schemes, which are named without a reference, stay.
pub(super) fn remove_unused(root: &mut Value) {
    let Some(paths) = root.get("paths") else {
        return;
    };
    let needed = reachable(root, [paths]);
    let components = root.get_mut("components").and_then(Value::as_object_mut);
    for (section, components) in components.into_iter().flatten() {
        let is_needed = |name: &String| {
            section == "securitySchemes"
                || needed.contains(&Pointer::of(&["components", section, name]))
        };
        if let Some(components) = components.as_object_mut() {
            components.retain(|name, _| is_needed(name));
        }
    }
}
