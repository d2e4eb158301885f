//! Models that are written in their place get names.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::Moved;
use super::components::{SCHEMAS, free, reference};
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Models that get a name of their own, beside those that a document has.
pub(super) struct NewModels {
    taken: BTreeSet<String>,
    models: Vec<(String, Value)>,
    /// Where the file has each of them.
    places: Vec<String>,
}

impl NewModels {
    pub(super) fn beside(document: &Value) -> Self {
        let names = document.pointer(SCHEMAS).and_then(Value::as_object);
        let names = names.into_iter().flat_map(Map::keys);
        Self {
            taken: names.map(|name| name.to_upper_camel_case()).collect(),
            models: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Gives a model of some place the name, numbered if it is taken, and returns a reference to it.
    pub(super) fn add(&mut self, wanted: &str, place: &str, model: Value) -> Value {
        let name = free(wanted, &mut self.taken);
        let reference = reference(&name);
        self.models.push((name, model));
        self.places.push(place.to_owned());
        reference
    }

    pub(super) fn add_to(self, root: &mut Value, moved: &mut Moved) {
        if self.models.is_empty() {
            return;
        }
        for ((name, _), place) in self.models.iter().zip(&self.places) {
            moved.note(place, &pointer(SCHEMAS, name));
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

/// A model within a model gets a name: that of the outer one and of the property. progenitor would find the same name, but
/// take another model of that name for it. So does a model within a list that is an answer or a body.
pub(super) fn inline_models_by_name(root: &mut Value, moved: &mut Moved) {
    let mut models = NewModels::beside(root);
    if let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) {
        for (name, schema) in schemas {
            let place = pointer(SCHEMAS, name);
            name_inner(&name.to_upper_camel_case(), &place, schema, &mut models);
        }
    }
    for_each_operation(root, |path, method, operation| {
        let place = pointer(&pointer("/paths", path), method);
        let id = operation["operationId"].as_str().unwrap_or_default();
        let id = id.to_upper_camel_case();
        if let Some(body) = operation.get_mut("requestBody") {
            let place = pointer(&place, "requestBody");
            name_in_content(&format!("{id}Body"), &place, body, &mut models);
        }
        let answers = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        let answers = answers.into_iter().flatten();
        for (status, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
            let place = pointer(&pointer(&place, "responses"), status);
            name_in_content(&format!("{id}Response"), &place, answer, &mut models);
        }
    });
    // What was named may have inner models itself; it is complete, since it is named from the inside out.
    models.add_to(root, moved);
}

fn name_in_content(name: &str, place: &str, holder: &mut Value, models: &mut NewModels) {
    let content = holder.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, form) in content.into_iter().flatten() {
        let place = pointer(&pointer(place, "content"), media_type);
        if let Some(schema) = form.get_mut("schema") {
            name_inner(name, &pointer(&place, "schema"), schema, models);
        }
    }
}

fn name_inner(name: &str, place: &str, schema: &mut Value, models: &mut NewModels) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (property, inner) in properties {
            let name = format!("{name}{}", property.to_upper_camel_case());
            let place = pointer(&pointer(place, "properties"), property);
            name_one(&name, &place, inner, models);
        }
    }
    for (keyword, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
        if let Some(inner) = schema.get_mut(keyword) {
            let place = pointer(place, keyword);
            name_one(&format!("{name}{suffix}"), &place, inner, models);
        }
    }
}

fn name_one(name: &str, place: &str, schema: &mut Value, models: &mut NewModels) {
    name_inner(name, place, schema, models);
    if !schema.get("properties").is_some_and(Value::is_object) {
        return;
    }
    let mut model = schema.take();
    let nullable = model
        .as_object_mut()
        .and_then(|model| model.remove("nullable"));
    let is_nullable = nullable == Some(json!(true));
    let description = model.get("description").cloned();
    let reference = models.add(name, place, model);
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
