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
    /// Where the document has each of them.
    places: Vec<String>,
    /// Which schemas get a name.
    is_of_kind: fn(&Value) -> bool,
}

impl NewModels {
    pub(super) fn beside(document: &Value) -> Self {
        let names = document.pointer(SCHEMAS).and_then(Value::as_object);
        let names = names.into_iter().flat_map(Map::keys);
        Self {
            taken: names.map(|name| name.to_upper_camel_case()).collect(),
            models: Vec::new(),
            places: Vec::new(),
            is_of_kind: |_| true,
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
        let names = self.models.iter().map(|(name, _)| pointer(SCHEMAS, name));
        let moves: Vec<_> = self.places.into_iter().zip(names).collect();
        moved.note_all(&moves);
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
    by_name(root, moved, |schema| {
        schema.get("properties").is_some_and(Value::is_object)
    });
}

/// So does an enum that is not a component: of a body's field, or of a parameter.
pub(super) fn inline_enums_by_name(root: &mut Value, moved: &mut Moved) {
    by_name(root, moved, |schema| {
        schema.get("enum").is_some_and(Value::is_array)
    });
}

/// Names all of a kind that are within models, bodies, answers and parameters.
fn by_name(root: &mut Value, moved: &mut Moved, is_of_kind: fn(&Value) -> bool) {
    let mut models = NewModels::beside(root);
    models.is_of_kind = is_of_kind;
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
        name_in_parameters(&id, &place, operation, &mut models);
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

/// A parameter's schema is named after the operation and the parameter.
fn name_in_parameters(id: &str, place: &str, operation: &mut Value, models: &mut NewModels) {
    let place = pointer(place, "parameters");
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let name = format!("{id}{}", name.to_upper_camel_case());
        let place = pointer(&pointer(&place, &index.to_string()), "schema");
        if let Some(schema) = parameter.get_mut("schema") {
            name_one(&name, &place, schema, models);
        }
    }
}

fn name_in_content(name: &str, place: &str, holder: &mut Value, models: &mut NewModels) {
    let content = holder.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, form) in content.into_iter().flatten() {
        let place = pointer(&pointer(place, "content"), media_type);
        if let Some(schema) = form.get_mut("schema") {
            name_one(name, &pointer(&place, "schema"), schema, models);
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

/// Takes null out of the values of an enum, and says whether it was there: an enum itself is never null.
fn without_null(model: &mut Value) -> bool {
    let Some(Value::Array(values)) = model.get_mut("enum") else {
        return false;
    };
    let before = values.len();
    values.retain(|value| !value.is_null());
    values.len() < before
}

fn name_one(name: &str, place: &str, schema: &mut Value, models: &mut NewModels) {
    name_inner(name, place, schema, models);
    if !(models.is_of_kind)(schema) {
        return;
    }
    let mut model = schema.take();
    let nullable = model
        .as_object_mut()
        .and_then(|model| model.remove("nullable"));
    let is_nullable = without_null(&mut model) || nullable == Some(json!(true));
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
