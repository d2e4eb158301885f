//! Rules on component schemas and their names.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::facts::UNION;
use super::references::reference as reference_of;
use super::warnings::Warnings;
use crate::document::keywords::{ANNOTATIONS, SCHEMAS};
use crate::document::{
    Pointer, components_alone, for_each_reference, for_each_schema, for_each_value, resolve, target,
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

/// Takes the name of the Rust type of a schema, numbered if another schema has it.
pub(super) fn take_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    first_free(&type_name(wanted), |name| taken.insert(name.to_owned()))
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

/// Gives every schema the name of its Rust type, and numbers all but the first of several with the same one, such as `Foo`
/// and `foo`.
pub(super) fn rust_names(root: &mut Value, warnings: &mut Warnings) {
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    let mut taken = BTreeSet::new();
    let (first, others): (Vec<_>, Vec<_>) = std::mem::take(schemas)
        .into_iter()
        .partition(|(name, _)| *name == type_name(name) && taken.insert(name.clone()));
    schemas.extend(first);
    let mut renamed = BTreeMap::new();
    let mut moves = Vec::new();
    for (name, value) in others {
        let wanted = type_name(&name);
        let new = take_name(&name, &mut taken);
        if new != wanted {
            let what = format!("has the Rust name of another schema and is called `{new}`");
            warnings.push(schema(&name), what);
        }
        moves.push((schema(&name), schema(&new)));
        renamed.insert(schema(&name).to_reference(), schema(&new).to_reference());
        schemas.insert(new, value);
    }
    warnings.source_map.record_all(&moves);
    if renamed.is_empty() {
        return;
    }
    for_each_value(root, &mut |value| {
        let reference = value.get("$ref").and_then(Value::as_str);
        if let Some(new) = reference.and_then(|reference| renamed.get(reference)) {
            value["$ref"] = json!(new);
        }
    });
}

/// Returns the name of the Rust type of a schema. It is not one of the names that generated code uses for values.
fn type_name(name: &str) -> String {
    let words: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let mut name = words.to_upper_camel_case();
    // typify does the same with the name: `A B` is `AB`, and then `Ab`.
    while name != name.to_upper_camel_case() {
        name = name.to_upper_camel_case();
    }
    match name.as_str() {
        "" => "Schema".to_owned(),
        "Ok" | "Err" | "Some" | "None" | "Self" => format!("{name}Schema"),
        _ if name.starts_with(|c: char| !c.is_alphabetic()) => format!("X{name}"),
        _ => name,
    }
}

/// Moves `nullable` from components to the schemas that refer to them: a type is not optional, its use is.
pub(super) fn nullable(root: &mut Value) {
    let Some(Value::Object(schemas)) = root.pointer(SCHEMAS) else {
        return;
    };
    let is_nullable = |value: &Value| value.get("nullable") == Some(&json!(true));
    let nullable = schemas.iter().filter(|(_, value)| is_nullable(value));
    let nullable = nullable.map(|(name, _)| schema(name).to_reference());
    let mut nullable: BTreeSet<String> = nullable.collect();
    if nullable.is_empty() {
        return;
    }
    // What only refers to a nullable component is nullable too.
    loop {
        let others = schemas.iter().filter(|(name, value)| {
            let target = reference_of(value);
            target.is_some_and(|target| nullable.contains(target))
                && !nullable.contains(&schema(name).to_reference())
        });
        let others: Vec<String> = others
            .map(|(name, _)| schema(name).to_reference())
            .collect();
        if others.is_empty() {
            break;
        }
        nullable.extend(others);
    }
    let mut used = BTreeSet::new();
    for_each_reference(root, &Pointer::default(), &mut |_, reference| {
        used.insert(reference.to_owned());
    });
    if let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) {
        for (name, value) in schemas {
            if used.contains(&schema(name).to_reference())
                && let Some(value) = value.as_object_mut()
            {
                value.remove("nullable");
            }
        }
    }
    for_each_schema(root, &mut |place, schema| {
        if !schema.contains_key("$ref") && !schema.contains_key("allOf") {
            return;
        }
        let keys = place.keys();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let is_value = match keys.as_slice() {
            ["paths", _, _, "responses", .., "schema"] => true,
            [.., key, last] => [key, last]
                .iter()
                .any(|key| ["properties", "items", "additionalProperties"].contains(key)),
            _ => false,
        };
        let whole = Value::Object(schema.clone());
        let is_nullable =
            reference_of(&whole).is_some_and(|reference| nullable.contains(reference));
        if !is_value || !is_nullable {
            return;
        }
        if let Some(reference) = schema.remove("$ref") {
            schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
        }
        schema.insert("nullable".to_owned(), json!(true));
    });
}

/// Replaces references to a component that only refers to an enum or a union with references to that: typify would write a type
/// for it whose conversions those do not have.
pub(super) fn aliases(root: &mut Value) {
    let document = root.clone();
    let schemas = document.pointer(SCHEMAS).and_then(Value::as_object);
    let is_alias = |value: &Value| {
        let is_read = |key: &String| {
            ["$ref", "allOf", "nullable"].contains(&key.as_str())
                || ANNOTATIONS.contains(&key.as_str())
        };
        value
            .as_object()
            .is_some_and(|value| value.keys().all(is_read))
    };
    let mut targets = BTreeMap::new();
    for (name, value) in schemas.into_iter().flatten() {
        let mut seen = BTreeSet::new();
        let mut last = None;
        let mut next = Some(value);
        while let Some(value) = next.filter(|value| is_alias(value))
            && let Some(reference) = reference_of(value).filter(|it| seen.insert(*it))
        {
            last = Some(reference);
            next = target(&document, reference);
        }
        let has_own_type =
            next.is_some_and(|value| value.get("enum").is_some() || value.get(UNION).is_some());
        if let Some(last) = last.filter(|_| has_own_type) {
            targets.insert(schema(name).to_reference(), last.to_owned());
        }
    }
    for_each_schema(root, &mut |_, schema| {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if let Some(target) = reference.and_then(|reference| targets.get(reference)) {
            schema.insert("$ref".to_owned(), json!(target));
        }
    });
}

/// Replaces references to schemas that make no Rust type, such as a string with a format, with these schemas: models are
/// read leniently field by field. Secrets stay, because they have types of their own.
pub(super) fn inline_simple_schemas(root: &mut Value) {
    let document = components_alone(root);
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
