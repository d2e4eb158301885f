//! `allOf` of several objects becomes one object, and of several things that are said of one value that value.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::alternatives::add_part;
use super::lenient::REQUIRED;
use super::schemas::WORDS;
use super::{Shape, Warnings, resolve, shape};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_schema;

/// How often parts are merged: what is referred to may hold fields that have parts themselves, and these may lead back to it.
const PASSES: usize = 4;

/// Merges the parts of every `allOf` that describe one object. progenitor does so, too, but makes an empty object of parts
/// that contradict each other; here the last one counts, and a warning says so.
pub(super) fn flatten(root: &mut Value, warnings: &mut Warnings) {
    for_each_schema(root, &mut |_, schema| {
        siblings_of_a_reference(schema);
        words_of_parts(schema);
    });
    // What is referred to is taken as it was at first: models that hold themselves would grow beyond all measure.
    let document = root.clone();
    for_each_schema(root, &mut |place, schema| {
        parts_of_a_plain_value(&document, place, schema, warnings);
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

/// What stands beside a `$ref` is lost in 3.0: the reference moves into an `allOf`.
fn siblings_of_a_reference(schema: &mut Map<String, Value>) {
    if schema.len() < 2 {
        return;
    }
    if let Some(reference) = schema.remove("$ref") {
        add_part(schema, json!({ "$ref": reference }));
    }
}

/// Parts that only describe the whole, or say that it may be null, are part of the whole.
fn words_of_parts(schema: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else {
        return;
    };
    let mut words = Map::new();
    parts.retain(|part| {
        let Some(part) = part.as_object() else {
            return true;
        };
        let is_word = |keyword: &String| keyword == "nullable" || WORDS.contains(&keyword.as_str());
        if !part.keys().all(is_word) {
            return true;
        }
        words.extend(part.clone());
        false
    });
    if parts.is_empty() {
        schema.remove("allOf");
    }
    for (keyword, value) in words {
        schema.entry(keyword).or_insert(value);
    }
}

/// What parts say of a value that is no object is said of it itself, unless they refer to another schema.
fn parts_of_a_plain_value(
    document: &Value,
    place: &str,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    let whole = Value::Object(schema.clone());
    if shape(document, &whole) == Shape::Object {
        return;
    }
    let Some(Value::Array(mut parts)) = schema.remove("allOf") else {
        return;
    };
    for part in parts.extract_if(.., |part| part.get("$ref").is_none()) {
        for (keyword, value) in part.as_object().into_iter().flatten() {
            if WORDS.contains(&keyword.as_str()) {
                schema.entry(keyword).or_insert_with(|| value.clone());
                continue;
            }
            let before = schema.insert(keyword.clone(), value.clone());
            if before.is_some_and(|before| before != *value) {
                warnings.push(contradiction(&pointer(place, "allOf"), keyword));
            }
        }
    }
    if !parts.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(parts));
    }
}

/// What is told of a field or a keyword that parts contradict each other in.
fn contradiction(place: &str, name: &str) -> Problem {
    let what = "is in several parts of the allOf with different meanings; the last one counts";
    Problem::new(place, format!("`{name}` {what}"))
}

/// Merges the parts of one schema, and says whether there were any.
fn merge(
    document: &Value,
    place: &str,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) -> bool {
    let Some(Value::Array(parts)) = schema.get("allOf") else {
        return false;
    };
    let is_a_reference_alone = parts.len() == 1
        && parts.iter().all(|part| part.get("$ref").is_some())
        && !schema.contains_key("properties");
    let whole = Value::Object(schema.clone());
    if is_a_reference_alone || shape(document, &whole) != Shape::Object {
        return false;
    }
    let mut merged = Merged::default();
    merged.add(document, &whole, false);
    let place = pointer(place, "allOf");
    for property in merged.contradictions {
        warnings.push(contradiction(&place, &property));
    }
    if merged.has_alternatives {
        let what = "has parts with alternatives, which are left out";
        warnings.push(Problem::new(&place, what));
    }
    if may_be_null(schema) {
        schema.insert("nullable".to_owned(), json!(true));
    }
    schema.remove("allOf");
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(merged.properties));
    schema.insert("required".to_owned(), json!(merged.required));
    if !merged.insisted.is_empty() {
        schema.insert(REQUIRED.to_owned(), json!(merged.insisted));
    }
    if let Some(values) = merged.additional {
        schema.insert("additionalProperties".to_owned(), values);
    }
    if let Some(description) = merged.description {
        schema.entry("description").or_insert_with(|| description);
    }
    true
}

/// Whether an object of any type may be null; types are still written in the way of 3.1.
fn may_be_null(schema: &Map<String, Value>) -> bool {
    let types = schema.get("type").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|name| name == "null"))
}

#[derive(Default)]
struct Merged {
    /// The parts that were referred to; against those that refer to themselves.
    seen: BTreeSet<String>,
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// What is required by parts that say that it counts in answers.
    insisted: Vec<Value>,
    additional: Option<Value>,
    description: Option<Value>,
    has_alternatives: bool,
    contradictions: Vec<String>,
}

impl Merged {
    fn add(&mut self, document: &Value, schema: &Value, is_part: bool) {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if reference.is_some_and(|reference| !self.seen.insert(reference.to_owned())) {
            return;
        }
        let schema = resolve(document, schema);
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.add(document, part, true);
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let mut property = property.clone();
            let other = self.properties.get(name);
            if let Some(other) = other {
                keep_description(other, &mut property);
                if meaning(other) != meaning(&property) && !self.contradictions.contains(name) {
                    self.contradictions.push(name.clone());
                }
            }
            self.properties.insert(name.clone(), property);
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten() {
            if !self.required.contains(name) {
                self.required.push(name.clone());
            }
            if schema.get(REQUIRED) == Some(&json!(true)) && !self.insisted.contains(name) {
                self.insisted.push(name.clone());
            }
        }
        // That one part knows no other fields than its own is no reason to refuse those of the other parts.
        let additional = schema.get("additionalProperties");
        if let Some(values) = additional.filter(|values| **values != json!(false)) {
            self.additional = Some(values.clone());
        }
        // What is said of a model that is referred to is said of that model.
        let own = schema.get("description").filter(|_| reference.is_none());
        if let Some(description) = own {
            self.description = Some(description.clone());
        }
        let holds = |keyword| is_part && schema.get(keyword).is_some();
        self.has_alternatives |= holds("oneOf") || holds("anyOf");
    }
}

/// What is said of a field once is said of it.
fn keep_description(field: &Value, same_field: &mut Value) {
    if let (Some(description), Some(same_field)) =
        (field.get("description"), same_field.as_object_mut())
    {
        same_field
            .entry("description")
            .or_insert_with(|| description.clone());
    }
}

/// A schema without its words.
fn meaning(schema: &Value) -> Value {
    let mut meaning = schema.clone();
    if let Some(schema) = meaning.as_object_mut() {
        WORDS.iter().for_each(|word| {
            schema.remove(*word);
        });
    }
    meaning
}
