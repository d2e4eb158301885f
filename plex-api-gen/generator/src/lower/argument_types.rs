//! Rules on the types of arguments: flags and shared enums.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::facts::FLAG;
use super::hoisted::HoistedSchemas;
use super::warnings::Warnings;
use crate::document::keywords::{SCHEMAS, SENT_AS_NUMBER};
use crate::document::{Pointer, components_alone, operations, operations_mut, resolve};

/// Applies the rules to every argument.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = components_alone(root);
    for (_, operation) in operations_mut(root) {
        let arguments = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for argument in arguments.into_iter().flatten() {
            flag(&document, argument);
        }
    }
    shared_enums(root, warnings);
}

/// Turns an integer that is 0 or 1 by its enum into a boolean.
fn flag(document: &Value, argument: &mut Value) {
    let schema = resolve(document, single_part(&argument["schema"]));
    if schema.get(FLAG).is_some() {
        let is_nullable = [&argument["schema"], schema]
            .iter()
            .any(|schema| schema["nullable"] == true);
        argument["schema"] = json!({"type": "boolean"});
        if is_nullable {
            argument["schema"]["nullable"] = json!(true);
        }
        argument[SENT_AS_NUMBER] = json!(true);
    }
}

/// Returns the only part of an `allOf`, which stands for a reference with annotations beside it.
fn single_part(schema: &Value) -> &Value {
    match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) if schema.get("properties").is_none() => only,
        _ => schema,
    }
}

/// Gives an inline enum the name of its parameter, if every parameter of this name in the document has the same values.
fn shared_enums(root: &mut Value, warnings: &mut Warnings) {
    let mut values: BTreeMap<String, BTreeSet<Option<Vec<String>>>> = BTreeMap::new();
    for (_, operation) in operations(root) {
        let arguments = operation.get("parameters").and_then(Value::as_array);
        for argument in arguments.into_iter().flatten() {
            let (name, schema) = (type_name(argument), enum_schema(&argument["schema"]));
            let values = values.entry(name).or_default();
            values.insert(schema.map(sorted_values));
        }
    }
    let schemas = root.pointer(SCHEMAS).and_then(Value::as_object);
    let components = schemas.into_iter().flatten();
    let taken: BTreeSet<String> = components
        .map(|(name, _)| name.to_upper_camel_case())
        .collect();
    let is_shared = |name: &String| {
        !taken.contains(name) && values.get(name).is_some_and(|values| values.len() == 1)
    };
    let mut hoisted = HoistedSchemas::new(root);
    let mut references: BTreeMap<String, Value> = BTreeMap::new();
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("parameters");
        let arguments = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, argument) in arguments.into_iter().flatten().enumerate() {
            let name = type_name(argument);
            if !is_shared(&name) {
                continue;
            }
            let place = place.index(index).join("schema");
            if let Some((place, schema)) = enum_schema_mut(&mut argument["schema"], place) {
                let written = schema.take();
                let reference = references.entry(name.clone());
                *schema = reference
                    .or_insert_with(|| hoisted.add(&name, &place, without_null(written)))
                    .clone();
            }
        }
    }
    hoisted.add_to(root, &mut warnings.source_map);
}

fn type_name(argument: &Value) -> String {
    let name = argument["name"].as_str().unwrap_or_default();
    name.to_upper_camel_case()
}

/// Returns an inline enum of strings, which can be the items of an array.
fn enum_schema(schema: &Value) -> Option<&Value> {
    let one = schema.get("items").unwrap_or(schema);
    let values = one.get("enum")?.as_array()?;
    values.iter().any(Value::is_string).then_some(one)
}

fn enum_schema_mut(schema: &mut Value, place: Pointer) -> Option<(Pointer, &mut Value)> {
    enum_schema(schema)?;
    if schema.get("items").is_some() {
        Some((place.join("items"), &mut schema["items"]))
    } else {
        Some((place, schema))
    }
}

fn sorted_values(schema: &Value) -> Vec<String> {
    let values = schema["enum"].as_array().into_iter().flatten();
    let values = values.filter(|value| !value.is_null());
    let mut values: Vec<String> = values.map(ToString::to_string).collect();
    values.sort();
    values.dedup();
    values
}

/// Removes what belongs to one argument, its description included.
fn without_null(mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, _| key == "type" || key == "enum");
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    }
    schema
}
