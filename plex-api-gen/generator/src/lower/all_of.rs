//! Rules on `allOf`: parts that describe one object are merged into it, and parts of any other value into its schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::alternatives::add_part;
use super::references;
use super::shape::{Shape, shape};
use super::warnings::Warnings;
use crate::document::keywords::{ALTERNATIVES, ANNOTATIONS, REQUIRED, TAGS};
use crate::document::{Pointer, components_alone, for_each_schema, resolve};

/// How often parts are merged: a merged part can hold properties with parts of their own, which can lead back to it.
const PASSES: usize = 4;

/// Merges the parts of every `allOf`. progenitor also merges, but makes an empty object of parts that contradict each
/// other; here the last one counts, and a warning says so.
pub(super) fn merge_all(root: &mut Value, warnings: &mut Warnings) {
    for_each_schema(root, &mut |_, schema| {
        siblings_of_a_reference(schema);
        annotation_parts(schema);
    });
    // References resolve in the document as it is now: otherwise recursive schemas would grow with every pass.
    let document = components_alone(root);
    for_each_schema(root, &mut |place, schema| {
        parts_of_other_values(&document, place, schema, warnings);
    });
    for _ in 0..PASSES {
        let mut has_merged = false;
        for_each_schema(root, &mut |place, schema| {
            has_merged |= merge(&document, place, schema, warnings);
        });
        if !has_merged {
            break;
        }
    }
}

/// Moves a `$ref` with siblings, which 3.0 would ignore, into an `allOf`.
fn siblings_of_a_reference(schema: &mut Map<String, Value>) {
    if schema.len() < 2 {
        return;
    }
    if let Some(reference) = schema.remove("$ref") {
        add_part(schema, json!({ "$ref": reference }));
    }
}

fn is_annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword)
}

/// Merges parts that only annotate the schema or make it nullable.
fn annotation_parts(schema: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else {
        return;
    };
    let mut annotations = Map::new();
    parts.retain(|part| {
        let Some(part) = part.as_object() else {
            return true;
        };
        if !part
            .keys()
            .all(|key| key == "nullable" || is_annotation(key))
        {
            return true;
        }
        annotations.extend(part.clone());
        false
    });
    if parts.is_empty() {
        schema.remove("allOf");
    }
    for (keyword, value) in annotations {
        schema.entry(keyword).or_insert(value);
    }
}

/// Merges the parts of a value that is not an object, unless they are references.
fn parts_of_other_values(
    document: &Value,
    place: &Pointer,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    if !schema.contains_key("allOf") {
        return;
    }
    let whole = Value::Object(schema.clone());
    if shape(document, &whole) == Shape::Object {
        return;
    }
    let Some(Value::Array(mut parts)) = schema.remove("allOf") else {
        return;
    };
    for part in parts.extract_if(.., |part| part.get("$ref").is_none()) {
        for (keyword, value) in part.as_object().into_iter().flatten() {
            if is_annotation(keyword) {
                schema.entry(keyword).or_insert_with(|| value.clone());
                continue;
            }
            let before = schema.insert(keyword.clone(), value.clone());
            if before.is_some_and(|before| before != *value) {
                contradiction(place, keyword, warnings);
            }
        }
    }
    if !parts.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(parts));
    }
}

/// Warns about a property or keyword that the parts of a schema define differently.
fn contradiction(place: &Pointer, name: &str, warnings: &mut Warnings) {
    let what = "has different definitions in the parts of the allOf; the last one counts";
    warnings.push(place.join("allOf"), format!("`{name}` {what}"));
}

/// Merges the parts of one object, and returns whether there were any.
fn merge(
    document: &Value,
    place: &Pointer,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) -> bool {
    let Some(Value::Array(parts)) = schema.get("allOf") else {
        return false;
    };
    let own = place.to_reference();
    let is_base = parts.iter().any(|part| {
        let target = resolve(document, part);
        alternatives(target)
            .any(|(_, alternatives)| references::lead_to(document, alternatives, &own))
    });
    let is_only_a_reference = parts.len() == 1
        && parts.iter().all(|part| part.get("$ref").is_some())
        && !schema.contains_key("properties")
        && !requires_more(schema)
        && !is_base;
    let whole = Value::Object(schema.clone());
    if is_only_a_reference || shape(document, &whole) != Shape::Object {
        return false;
    }
    let mut merged = Merged {
        own,
        ..Merged::default()
    };
    merged.add(document, &whole, false);
    for property in &merged.contradictions {
        contradiction(place, property, warnings);
    }
    let has_own = alternatives(&whole).next().is_some();
    let mut of_parts = merged.alternatives.into_iter();
    if !has_own && let Some((keyword, alternatives, tags)) = of_parts.next() {
        schema.insert(keyword.to_owned(), alternatives);
        schema.extend(tags.map(|tags| (TAGS.to_owned(), tags)));
    }
    if of_parts.next().is_some() {
        let what = "has several parts with alternatives; only those of one part are kept";
        warnings.push(place.join("allOf"), what);
    }
    if has_type_null(schema) {
        schema.insert("nullable".to_owned(), json!(true));
    }
    schema.remove("allOf");
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(merged.properties));
    schema.insert("required".to_owned(), json!(merged.required));
    if !merged.strictly_required.is_empty() {
        schema.insert(REQUIRED.to_owned(), json!(merged.strictly_required));
    }
    if let Some(values) = merged.additional {
        schema.insert("additionalProperties".to_owned(), values);
    }
    if let Some(description) = merged.description {
        schema.entry("description").or_insert_with(|| description);
    }
    true
}

/// Returns whether a schema requires properties beside its parts.
fn requires_more(schema: &Map<String, Value>) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| !names.is_empty())
}

/// Returns whether null is among the types, which are still those of 3.1.
fn has_type_null(schema: &Map<String, Value>) -> bool {
    let types = schema.get("type").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|name| name == "null"))
}

/// Returns the alternatives of a schema with their keywords.
fn alternatives(schema: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let found = |keyword: &'static str| Some((keyword, schema.get(keyword)?));
    ALTERNATIVES.into_iter().filter_map(found)
}

#[derive(Default)]
struct Merged {
    /// The references followed so far, because parts can refer to themselves.
    seen: BTreeSet<String>,
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// The names required by parts with `x-required: true`.
    strictly_required: Vec<Value>,
    additional: Option<Value>,
    description: Option<Value>,
    /// The alternatives of the parts, with their keywords and tags.
    alternatives: Vec<(&'static str, Value, Option<Value>)>,
    /// The reference to the schema that is merged.
    own: String,
    contradictions: Vec<String>,
}

impl Merged {
    fn add(&mut self, document: &Value, schema: &Value, is_part: bool) {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if reference.is_some_and(|reference| !self.seen.insert(reference.to_owned())) {
            return;
        }
        let schema = resolve(document, schema);
        let parts = schema.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.add(document, part, true);
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            self.add_property(document, name, property.clone());
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten() {
            if !self.required.contains(name) {
                self.required.push(name.clone());
            }
            if schema.get(REQUIRED) == Some(&json!(true)) && !self.strictly_required.contains(name)
            {
                self.strictly_required.push(name.clone());
            }
        }
        // One part without additional properties must not exclude the properties of the other parts.
        let additional = schema.get("additionalProperties");
        if let Some(values) = additional.filter(|values| **values != false) {
            self.additional = Some(values.clone());
        }
        // The description of a schema behind a reference does not describe the whole.
        let own = schema.get("description").filter(|_| reference.is_none());
        if let Some(description) = own {
            self.description = Some(description.clone());
        }
        if is_part {
            // A base whose alternatives lead back here only passes on its properties.
            let passed = alternatives(schema)
                .filter(|(_, alternatives)| !references::lead_to(document, alternatives, &self.own))
                .map(|(keyword, alternatives)| {
                    (keyword, alternatives.clone(), schema.get(TAGS).cloned())
                });
            self.alternatives.extend(passed);
        }
    }

    /// Adds a property, which replaces another one with its name but keeps that one's description if it has none. A constant
    /// that the other one allows counts in any order.
    fn add_property(&mut self, document: &Value, name: &str, mut property: Value) {
        if let Some(other) = self.properties.get_mut(name) {
            let is_narrowed = narrows(document, other, &property);
            if is_narrowed && let Some(other) = other.as_object_mut() {
                if let Some(description) = property.get("description") {
                    other
                        .entry("description")
                        .or_insert_with(|| description.clone());
                }
                return;
            }
            if let (Some(description), Some(property)) =
                (other.get("description"), property.as_object_mut())
            {
                property
                    .entry("description")
                    .or_insert_with(|| description.clone());
            }
            let differs = without_annotations(other) != without_annotations(&property)
                && !narrows(document, &property, other);
            if differs && !self.contradictions.iter().any(|other| other == name) {
                self.contradictions.push(name.to_owned());
            }
        }
        self.properties.insert(name.to_owned(), property);
    }
}

/// Returns whether a schema is a constant that another schema, which is not one, allows.
fn narrows(document: &Value, schema: &Value, other: &Value) -> bool {
    let other = resolve(document, other);
    let Some(value) = resolve(document, schema).get("const") else {
        return false;
    };
    if other.get("const").is_some() {
        return false;
    }
    if let Some(values) = other.get("enum").and_then(Value::as_array) {
        return values.contains(value);
    }
    let of_type = |name: &Value| match name.as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        _ => value.is_null(),
    };
    match other.get("type") {
        Some(Value::Array(names)) => names.iter().any(of_type),
        Some(name) => of_type(name),
        None => true,
    }
}

fn without_annotations(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|keyword, _| !is_annotation(keyword));
    }
    schema
}
