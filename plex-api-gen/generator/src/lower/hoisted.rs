//! Hoisted schemas: inline schemas that become component schemas, because a Rust type needs a name.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::components::{reference, schema, take_name};
use super::source_map::SourceMap;
use super::unions::name_of;
use crate::document::keywords::{ALTERNATIVES, NAME, SCHEMAS};
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

/// Hoists the objects, enums and alternatives within other schemas, bodies, responses and parameters. progenitor would choose
/// the same names, but confuse them with components of these names.
pub(super) fn all(root: &mut Value, source_map: &mut SourceMap) {
    let mut hoist = Hoist {
        hoisted: HoistedSchemas::new(root),
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

/// Returns whether a schema makes a Rust type with a name.
pub(super) fn is_hoisted(schema: &Value) -> bool {
    let is_open_enum = schema["type"] == "string" && schema["enum"].is_array();
    let is_empty_object = schema["type"] == "object" && schema["additionalProperties"] == false;
    let mut alternatives = ALTERNATIVES.iter();
    schema["properties"].is_object()
        || is_open_enum
        || is_empty_object
        || alternatives.any(|keyword| schema[*keyword].is_array())
}

struct Hoist {
    hoisted: HoistedSchemas,
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
        for keyword in [
            "properties",
            "items",
            "additionalProperties",
            "oneOf",
            "anyOf",
        ] {
            for_each_subschema(place, schema, &[keyword], &mut |place, inner| {
                let suffix = match keyword {
                    "properties" => place.last_key().to_upper_camel_case(),
                    "items" => "Item".to_owned(),
                    "oneOf" | "anyOf" => name_of(inner).to_owned(),
                    _ => "Value".to_owned(),
                };
                let is_alternative = ALTERNATIVES.contains(&keyword);
                let alternative = is_alternative.then(|| name_of(inner).to_owned());
                self.schema(&format!("{name}{suffix}"), place, inner);
                if let Some(alternative) = alternative.filter(|_| inner.is_object()) {
                    inner[NAME] = json!(alternative);
                }
            });
        }
    }

    fn schema(&mut self, name: &str, place: &Pointer, schema: &mut Value) {
        self.within(name, place, schema);
        if !is_hoisted(schema) {
            return;
        }
        let mut hoisted = schema.take();
        let mut removed = |keyword: &str| hoisted.as_object_mut()?.remove(keyword);
        let is_nullable = removed("nullable") == Some(json!(true));
        let one_way = ["readOnly", "writeOnly"].map(|keyword| (keyword, removed(keyword)));
        removed(NAME);
        let description = hoisted.get("description").cloned();
        *schema = self.hoisted.add(name, place, hoisted);
        let has_siblings = one_way.iter().any(|(_, value)| value.is_some());
        if is_nullable || has_siblings || description.is_some() {
            *schema = json!({"allOf": [schema.take()]});
        }
        if is_nullable {
            schema["nullable"] = json!(true);
        }
        for (keyword, value) in one_way {
            if let Some(value) = value {
                schema[keyword] = value;
            }
        }
        if let Some(description) = description {
            schema["description"] = description;
        }
    }
}
