//! Rules on the names of models.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::resolve;
use crate::check::visit;
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_schema;

const SCHEMAS: &str = "/components/schemas";

/// Models that get a name of their own, beside those that a document has.
pub(super) struct NewModels {
    taken: BTreeSet<String>,
    models: Vec<(String, Value)>,
}

impl NewModels {
    pub(super) fn beside(document: &Value) -> Self {
        let names = document.pointer(SCHEMAS).and_then(Value::as_object);
        let names = names.into_iter().flat_map(Map::keys);
        Self {
            taken: names.map(|name| name.to_upper_camel_case()).collect(),
            models: Vec::new(),
        }
    }

    /// Gives a model the name, numbered if it is taken, and returns a reference to it.
    pub(super) fn add(&mut self, wanted: &str, model: Value) -> Value {
        let name = free(wanted, &mut self.taken);
        let reference = reference(&name);
        self.models.push((name, model));
        reference
    }

    pub(super) fn add_to(self, root: &mut Value) {
        if self.models.is_empty() {
            return;
        }
        let schemas = &mut root["components"]["schemas"];
        if schemas.is_null() {
            *schemas = json!({});
        }
        if let Some(schemas) = schemas.as_object_mut() {
            schemas.extend(self.models);
        }
    }
}

fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(name.to_upper_camel_case()) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#{}", pointer(SCHEMAS, name))})
}

/// Models whose names are the same in Rust (`Foo` and `foo`) are numbered.
pub(super) fn names_that_collide(root: &mut Value, warnings: &mut Vec<Problem>) {
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    let mut taken = BTreeSet::new();
    let mut renamed = Vec::new();
    let mut kept = Map::new();
    for (name, schema) in std::mem::take(schemas) {
        let new = free(&name, &mut taken);
        if new != name {
            let what = format!("has a name that is taken and is called `{new}`");
            warnings.push(Problem::new(&pointer(SCHEMAS, &name), what));
            renamed.push((
                reference(&name)["$ref"].take(),
                reference(&new)["$ref"].take(),
            ));
        }
        kept.insert(new, schema);
    }
    *schemas = kept;
    for (old, new) in renamed {
        for_each_value(root, &mut |value| {
            if value.get("$ref") == Some(&old) {
                value["$ref"] = new.clone();
            }
        });
    }
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
                for (keyword, value) in target.as_object().into_iter().flatten() {
                    schema.entry(keyword).or_insert_with(|| value.clone());
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
pub(super) fn referred_to<'doc>(
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

/// A model within a model gets a name: that of the outer one and of the property. progenitor would find the same name, but
/// take another model of that name for it.
pub(super) fn inline_models_by_name(root: &mut Value) {
    let mut models = NewModels::beside(root);
    if let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) {
        for (name, schema) in schemas {
            name_inner(&name.to_upper_camel_case(), schema, &mut models);
        }
    }
    // What was named may have inner models itself; it is complete, since it is named from the inside out.
    models.add_to(root);
}

fn name_inner(name: &str, schema: &mut Value, models: &mut NewModels) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (property, inner) in properties {
            name_one(
                &format!("{name}{}", property.to_upper_camel_case()),
                inner,
                models,
            );
        }
    }
    if let Some(items) = schema.get_mut("items") {
        name_one(&format!("{name}Item"), items, models);
    }
    if let Some(value) = schema.get_mut("additionalProperties") {
        name_one(&format!("{name}Value"), value, models);
    }
}

fn name_one(name: &str, schema: &mut Value, models: &mut NewModels) {
    name_inner(name, schema, models);
    if !schema.get("properties").is_some_and(Value::is_object) {
        return;
    }
    let mut model = schema.take();
    let is_nullable = model
        .as_object_mut()
        .and_then(|model| model.remove("nullable"))
        .is_some();
    let description = model.get("description").cloned();
    let reference = models.add(name, model);
    *schema = match (is_nullable, description) {
        (false, None) => reference,
        (is_nullable, description) => {
            let mut wrapped = json!({"allOf": [reference]});
            if is_nullable {
                wrapped["nullable"] = json!(true);
            }
            if let Some(description) = description {
                wrapped["description"] = description;
            }
            wrapped
        }
    };
}

fn for_each_value(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Object(map) => map
            .values_mut()
            .for_each(|inner| for_each_value(inner, visit)),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|inner| for_each_value(inner, visit)),
        _ => {}
    }
}
