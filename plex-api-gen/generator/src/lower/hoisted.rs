//! Hoisted schemas: inline schemas that become component schemas, because a Rust type needs a name.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::components::{reference, schema, take_name};
use super::source_map::SourceMap;
use crate::document::keywords::SCHEMAS;
use crate::document::{OperationKey, Pointer, for_each_subschema, operations_mut, successes_mut};

/// Schemas that will be added to those that a document has.
pub(super) struct HoistedSchemas {
    taken: BTreeSet<String>,
    schemas: Vec<(String, Value)>,
    /// Their places in the document, in the same order.
    places: Vec<Pointer>,
}

impl HoistedSchemas {
    pub(super) fn new(document: &Value) -> Self {
        let names = document.pointer(SCHEMAS).and_then(Value::as_object);
        let names = names.into_iter().flat_map(Map::keys);
        Self {
            taken: names.map(|name| name.to_upper_camel_case()).collect(),
            schemas: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Adds a schema under a name, numbered if it is taken, and returns a reference to it.
    pub(super) fn add(&mut self, wanted: &str, place: &Pointer, schema: Value) -> Value {
        let name = take_name(wanted, &mut self.taken);
        let reference = reference(&name);
        self.schemas.push((name, schema));
        self.places.push(place.clone());
        reference
    }

    pub(super) fn add_to(self, root: &mut Value, source_map: &mut SourceMap) {
        if self.schemas.is_empty() {
            return;
        }
        let names = self.schemas.iter().map(|(name, _)| schema(name));
        let moves: Vec<_> = self.places.into_iter().zip(names).collect();
        source_map.record_all(&moves);
        let schemas = &mut root["components"]["schemas"];
        if schemas.is_null() {
            *schemas = json!({});
        }
        if let Some(schemas) = schemas.as_object_mut() {
            schemas.extend(self.schemas);
        }
    }
}

/// Hoists the objects within other schemas, bodies, responses and parameters. progenitor would choose the same names, but
/// confuse them with components of these names.
pub(super) fn objects(root: &mut Value, source_map: &mut SourceMap) {
    hoist_all(root, source_map, |schema| {
        schema.get("properties").is_some_and(Value::is_object)
    });
}

/// Hoists the enums in the same places.
pub(super) fn enums(root: &mut Value, source_map: &mut SourceMap) {
    hoist_all(root, source_map, |schema| {
        schema.get("enum").is_some_and(Value::is_array)
    });
}

fn hoist_all(root: &mut Value, source_map: &mut SourceMap, is_hoisted: fn(&Value) -> bool) {
    let mut hoist = Hoist {
        hoisted: HoistedSchemas::new(root),
        is_hoisted,
    };
    if let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) {
        for (name, value) in schemas {
            hoist.within(&name.to_upper_camel_case(), &schema(name), value);
        }
    }
    for (key, operation) in operations_mut(root) {
        hoist.operation(key, operation);
    }
    // Inner schemas are hoisted before outer ones, so each is complete.
    hoist.hoisted.add_to(root, source_map);
}

struct Hoist {
    hoisted: HoistedSchemas,
    is_hoisted: fn(&Value) -> bool,
}

impl Hoist {
    fn operation(&mut self, key: OperationKey<'_>, operation: &mut Value) {
        let place = key.place();
        let id = operation["operationId"].as_str().unwrap_or_default();
        let id = id.to_upper_camel_case();
        self.parameters(&id, &place.join("parameters"), operation);
        for (status, response) in successes_mut(operation) {
            let place = place.join("responses").join(status);
            self.content(&format!("{id}Response"), &place, response);
        }
    }

    /// Names the schema of a parameter after the operation and the parameter.
    fn parameters(&mut self, id: &str, place: &Pointer, operation: &mut Value) {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = format!("{id}{}", name.to_upper_camel_case());
            if let Some(schema) = parameter.get_mut("schema") {
                self.schema(&name, &place.index(index).join("schema"), schema);
            }
        }
    }

    fn content(&mut self, name: &str, place: &Pointer, holder: &mut Value) {
        let content = holder.get_mut("content").and_then(Value::as_object_mut);
        for (media_type, body) in content.into_iter().flatten() {
            let place = place.join("content").join(media_type).join("schema");
            if let Some(schema) = body.get_mut("schema") {
                self.schema(name, &place, schema);
            }
        }
    }

    /// Hoists schemas below this one. Their names start with its name.
    fn within(&mut self, name: &str, place: &Pointer, schema: &mut Value) {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        for keyword in ["properties", "items", "additionalProperties"] {
            for_each_subschema(place, schema, &[keyword], &mut |place, inner| {
                let suffix = match keyword {
                    "properties" => place.last_key().to_upper_camel_case(),
                    "items" => "Item".to_owned(),
                    _ => "Value".to_owned(),
                };
                self.schema(&format!("{name}{suffix}"), place, inner);
            });
        }
    }

    fn schema(&mut self, name: &str, place: &Pointer, schema: &mut Value) {
        self.within(name, place, schema);
        if !(self.is_hoisted)(schema) {
            return;
        }
        let mut hoisted = schema.take();
        let nullable = hoisted
            .as_object_mut()
            .and_then(|schema| schema.remove("nullable"));
        let is_nullable = remove_null(&mut hoisted) || nullable == Some(json!(true));
        let description = hoisted.get("description").cloned();
        *schema = self.hoisted.add(name, place, hoisted);
        if is_nullable || description.is_some() {
            *schema = json!({"allOf": [schema.take()]});
        }
        if is_nullable {
            schema["nullable"] = json!(true);
        }
        if let Some(description) = description {
            schema["description"] = description;
        }
    }
}

/// Removes null from the values of an enum, and returns whether it was there.
fn remove_null(schema: &mut Value) -> bool {
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return false;
    };
    let before = values.len();
    values.retain(|value| !value.is_null());
    values.len() < before
}
