//! Requests and responses: a model that is part of both has a form for each, where their rules differ.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::components::{self, take_name};
use super::warnings::Warnings;
use crate::document::keywords::{REQUIRED, SCHEMAS};
use crate::document::{
    Pointer, for_each_reference, for_each_value, operations, operations_mut, reachable, successes,
};

/// The component schemas of requests and of responses.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) requests: BTreeSet<Pointer>,
    pub(super) responses: BTreeSet<Pointer>,
}

impl Forms {
    pub(super) fn of(root: &Value) -> Self {
        let requests = operations(root).filter_map(|(_, operation)| operation.get("parameters"));
        let responses = operations(root)
            .flat_map(|(_, operation)| successes(operation))
            .map(|(_, response)| response);
        Self {
            requests: reachable(root, requests),
            responses: reachable(root, responses),
        }
    }
}

/// Gives each model that is part of both, and whose rules differ, a second form `<Name>Input` for requests.
pub(super) fn split(root: &mut Value, warnings: &mut Warnings) {
    let forms = Forms::of(root);
    let schemas = root.pointer(SCHEMAS).and_then(Value::as_object);
    let both: BTreeMap<String, &Value> = schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema))
        .filter(|(name, _)| {
            let place = components::schema(name);
            forms.requests.contains(&place) && forms.responses.contains(&place)
        })
        .collect();
    let mut split: BTreeSet<String> = both
        .iter()
        .filter(|(_, schema)| differs(schema))
        .map(|(name, _)| name.clone())
        .collect();
    // What refers to a model with two forms has two forms itself.
    loop {
        let references: BTreeSet<Pointer> =
            split.iter().map(|name| components::schema(name)).collect();
        let refers = |schema: &Value| {
            let mut found = false;
            for_each_reference(schema, &Pointer::default(), &mut |_, reference| {
                let pointer = Pointer::from(reference.trim_start_matches('#'));
                found |= references.contains(&pointer);
            });
            found
        };
        let more = both
            .iter()
            .filter(|(name, schema)| !split.contains(*name) && refers(schema));
        let more: Vec<String> = more.map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            break;
        }
        split.extend(more);
    }
    if split.is_empty() {
        return;
    }
    add_inputs(root, &split, &forms, warnings);
}

fn add_inputs(root: &mut Value, split: &BTreeSet<String>, forms: &Forms, warnings: &mut Warnings) {
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    let mut taken: BTreeSet<String> = schemas
        .keys()
        .map(|name| name.to_upper_camel_case())
        .collect();
    let mut inputs = BTreeMap::new();
    let mut forms_of_requests = Vec::new();
    for name in split {
        let input = take_name(&format!("{name}Input"), &mut taken);
        let (from, to) = (components::schema(name), components::schema(&input));
        warnings.source_map.record(from.clone(), to.clone());
        inputs.insert(from.to_reference(), to.to_reference());
        forms_of_requests.push((input, schemas[name].clone()));
    }
    schemas.extend(forms_of_requests);
    let refer_to_inputs = |value: &mut Value| {
        for_each_value(value, &mut |value| {
            let reference = value.get("$ref").and_then(Value::as_str);
            if let Some(input) = reference.and_then(|reference| inputs.get(reference)) {
                value["$ref"] = json!(input);
            }
        });
    };
    for (name, schema) in schemas {
        let place = components::schema(name);
        let is_input = inputs.values().any(|input| *input == place.to_reference());
        let is_of_requests = forms.requests.contains(&place) && !forms.responses.contains(&place);
        if is_input || is_of_requests {
            refer_to_inputs(schema);
        }
    }
    for (_, operation) in operations_mut(root) {
        if let Some(arguments) = operation.get_mut("parameters") {
            refer_to_inputs(arguments);
        }
    }
}

/// Returns whether the rules of requests and of responses make different types of a schema.
fn differs(schema: &Value) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    let is_strict = |name: &Value| match schema.get(REQUIRED) {
        Some(Value::Array(strict)) => strict.contains(name),
        strict => strict == Some(&json!(true)),
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let is_one_way = |property: &Value| {
        ["readOnly", "writeOnly"]
            .iter()
            .any(|key| property[*key] == true)
    };
    required.is_some_and(|names| !names.iter().all(is_strict))
        || properties.is_some_and(|properties| properties.values().any(is_one_way))
}

/// Removes the properties that only responses have, or only requests.
pub(super) fn without_one_way(schema: &mut Value, keyword: &str) {
    let mut removed = Vec::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, property| {
            let is_removed = property[keyword] == true;
            if is_removed {
                removed.push(json!(name));
            }
            !is_removed
        });
    }
    for names in ["required", REQUIRED] {
        if let Some(Value::Array(names)) = schema.get_mut(names) {
            names.retain(|name| !removed.contains(name));
        }
    }
}
