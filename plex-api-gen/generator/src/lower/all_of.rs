//! `allOf` of several objects becomes one object.

use serde_json::{Map, Value, json};

use super::{Shape, resolve, shape};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_schema;

/// Merges the parts of every `allOf` that describe one object. progenitor does so, too, but makes an empty object of parts
/// that contradict each other; here the last one counts, and a warning says so.
pub(super) fn flatten(root: &mut Value, warnings: &mut Vec<Problem>) {
    let document = root.clone();
    for_each_schema(root, &mut |place, schema| {
        let Some(Value::Array(parts)) = schema.get("allOf") else {
            return;
        };
        let is_more_than_a_reference = parts.len() > 1 || schema.contains_key("properties");
        let whole = Value::Object(schema.clone());
        if !is_more_than_a_reference || shape(&document, &whole) != Shape::Object {
            return;
        }
        let mut merged = Merged::default();
        merged.add(&document, &whole, 0);
        for property in merged.contradictions {
            let what =
                "is in several parts of the allOf with different meanings; the last one counts";
            warnings.push(Problem::new(
                &pointer(place, "allOf"),
                format!("`{property}` {what}"),
            ));
        }
        schema.remove("allOf");
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(merged.properties));
        schema.insert("required".to_owned(), json!(merged.required));
    });
}

#[derive(Default)]
struct Merged {
    properties: Map<String, Value>,
    required: Vec<Value>,
    contradictions: Vec<String>,
}

/// Deeper than any spec nests; against parts that refer to themselves.
const DEEPEST: usize = 16;

impl Merged {
    fn add(&mut self, document: &Value, schema: &Value, depth: usize) {
        let schema = resolve(document, schema);
        if depth > DEEPEST {
            return;
        }
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.add(document, part, depth + 1);
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let other = self.properties.insert(name.clone(), property.clone());
            if other.is_some_and(|other| meaning(&other) != meaning(property)) {
                self.contradictions.push(name.clone());
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        self.required
            .extend(required.into_iter().flatten().cloned());
    }
}

/// A schema without its words.
fn meaning(schema: &Value) -> Value {
    let mut meaning = schema.clone();
    if let Some(schema) = meaning.as_object_mut() {
        for word in ["description", "title", "example", "examples", "default"] {
            schema.remove(word);
        }
    }
    meaning
}
