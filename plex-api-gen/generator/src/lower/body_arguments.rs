//! Splits bodies into arguments: one for each field of a form, of a multipart body, and of a JSON object that only one operation
//! uses.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::bodies::Kind;
use super::warnings::Warnings;
use crate::document::keywords::{BODY, COMPOSITION, CONST, FILE, REQUIRED};
use crate::document::{Pointer, for_each_reference, for_each_schema, operations_mut, resolve};

/// Applies the rule to every operation. `written` is the document before any rule, for the order of its properties and for
/// keywords that other rules remove.
pub(super) fn split(root: &mut Value, written: &Value, warnings: &mut Warnings) {
    let document = root.clone();
    let uses = uses(&document);
    for (key, operation) in operations_mut(root) {
        let Some(facts) = operation.get(BODY).cloned() else {
            continue;
        };
        let kind = Kind::named(facts["kind"].as_str().unwrap_or_default());
        let Some(parameters) = operation["parameters"].as_array_mut() else {
            continue;
        };
        let place = key.place().join("parameters");
        let body = Body {
            document: &document,
            written,
            kind,
            place: place.index(parameters.len().saturating_sub(1)),
        };
        let Some(last) = parameters.last_mut() else {
            continue;
        };
        match body.fields(last, &uses) {
            Some((at, schema)) => {
                let body_parameter = parameters.pop().unwrap_or_default();
                let (arguments, constants) = body.split(&at, schema, &body_parameter, warnings);
                let mut moves = Vec::new();
                for (from, argument) in arguments {
                    let to = place.index(parameters.len());
                    moves.push((from, to.join("schema")));
                    parameters.push(argument);
                }
                warnings.source_map.record_all(&moves);
                operation[BODY]["constants"] = Value::Array(constants);
            }
            None if kind == Kind::Form => {
                // The keys of the whole value are the names of the fields.
                last["in"] = json!("form");
                last["style"] = json!("form");
            }
            None if kind == Kind::Multipart => {
                let what =
                    "is multipart but not an object with properties; it is sent without parts";
                warnings.push(&body.place, what);
                parameters.pop();
            }
            None => {}
        }
    }
    for_each_schema(root, &mut |_, schema| {
        schema.remove(CONST);
    });
}

/// Counts the references to each component.
fn uses(document: &Value) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for_each_reference(document, &Pointer::default(), &mut |_, reference| {
        *uses.entry(reference.to_owned()).or_default() += 1;
    });
    uses
}

struct Body<'doc> {
    document: &'doc Value,
    written: &'doc Value,
    kind: Kind,
    /// The place of the parameter.
    place: Pointer,
}

impl<'doc> Body<'doc> {
    /// Returns the place and the schema of an object that is split.
    fn fields(
        &self,
        parameter: &Value,
        uses: &BTreeMap<String, usize>,
    ) -> Option<(Pointer, &'doc Map<String, Value>)> {
        let mut at = self.place.join("schema");
        let mut schema = at.get(self.document)?;
        debug_assert_eq!(Some(schema), parameter.get("schema"));
        // A reference can have annotations beside it: then it is the only part of an `allOf`.
        for _ in 0..8 {
            let part = schema.get("allOf").and_then(Value::as_array);
            let next = match part.map(Vec::as_slice) {
                Some([only]) if schema.get("properties").is_none() => Some(only),
                _ => None,
            };
            if let Some(part) = next {
                at = at.join("allOf").index(0);
                schema = part;
            } else if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                let is_shared = uses.get(reference).is_none_or(|count| *count > 1);
                if self.kind == Kind::Json && is_shared {
                    return None;
                }
                at = Pointer::from(reference.trim_start_matches('#'));
                schema = at.get(self.document)?;
            } else {
                break;
            }
        }
        let object = schema.as_object()?;
        let properties = object.get("properties").and_then(Value::as_object);
        let has_properties = properties.is_some_and(|properties| !properties.is_empty());
        let is_combined = COMPOSITION
            .iter()
            .any(|keyword| object.contains_key(*keyword));
        let is_open = object
            .get("additionalProperties")
            .is_some_and(|more| *more != Value::Bool(false));
        // Another rule has written down what the object stands for, such as alternatives.
        let is_marked = object
            .keys()
            .any(|key| key.starts_with("x-") && key != REQUIRED);
        let is_split = has_properties && !is_combined && !is_open && !is_marked;
        is_split.then_some((at, object))
    }

    /// Returns an argument for each property, with the place of its schema, and the constants.
    fn split(
        &self,
        at: &Pointer,
        object: &Map<String, Value>,
        body: &Value,
        warnings: &Warnings,
    ) -> (Vec<(Pointer, Value)>, Vec<Value>) {
        let location = match self.kind {
            Kind::Form => "form",
            Kind::Multipart => "part",
            _ => "json",
        };
        let required = object.get("required").and_then(Value::as_array);
        let is_required = |name: &String| {
            let listed = required.is_some_and(|names| names.iter().any(|one| one == name));
            listed && body["required"] == true
        };
        let mut arguments = Vec::new();
        let mut constants = Vec::new();
        let properties = object.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let from = at.join("properties").join(name);
            let origin = warnings.source_map.origin(&from);
            let written = origin.get(self.written).unwrap_or(&Value::Null);
            // Merged properties do not stand in the written document.
            let is_read_only = has(self.written, written, "readOnly")
                .or_else(|| has(self.document, schema, "readOnly"));
            if is_read_only == Some(&Value::Bool(true)) {
                continue;
            }
            if let Some(value) = has(self.document, schema, CONST) {
                constants.push(json!({"in": location, "name": name, "value": value}));
                continue;
            }
            let mut argument = json!({
                "in": location, "name": name, "required": is_required(name), "schema": schema
            });
            let described = schema.get("description");
            let described = described.or_else(|| resolve(self.document, schema).get("description"));
            if let Some(description) = described {
                argument["description"] = description.clone();
            }
            let media_type = |schema| has(self.written, schema, "contentMediaType");
            let media_type =
                media_type(written).or_else(|| media_type(has(self.written, written, "items")?));
            self.encoding(&mut argument, body["encoding"].get(name), media_type);
            arguments.push((origin, from, argument));
        }
        arguments.sort_by_cached_key(|(origin, ..)| order(self.written, origin));
        let arguments = arguments.into_iter();
        let arguments = arguments.map(|(_, from, argument)| (from, argument));
        (arguments.collect(), constants)
    }

    /// Copies the style or the media type of a field, and marks the files of a multipart body. `media_type` comes from
    /// the schema.
    fn encoding(&self, argument: &mut Value, encoding: Option<&Value>, media_type: Option<&Value>) {
        let encoding = encoding.unwrap_or(&Value::Null);
        let mut style = ["style", "explode", "allowReserved"].iter();
        if style.any(|key| encoding.get(*key).is_some()) && self.kind == Kind::Form {
            argument["style"] = encoding.get("style").cloned().unwrap_or(json!("form"));
            for key in ["explode", "allowReserved"] {
                if let Some(value) = encoding.get(key) {
                    argument[key] = value.clone();
                }
            }
        }
        if self.kind != Kind::Multipart {
            return;
        }
        let media_type = encoding.get("contentType").or(media_type);
        let media_type = media_type.and_then(Value::as_str);
        if let Some(media_type) = media_type.filter(|name| !name.contains(['*', ','])) {
            argument["mediaType"] = json!(media_type);
        }
        let is_binary = |schema: &Value| resolve(self.document, schema)["format"] == "binary";
        let file = json!({"type": "string", "format": FILE});
        let schema = resolve(self.document, &argument["schema"]);
        if is_binary(schema) {
            argument["schema"] = file;
        } else if is_binary(&schema["items"]) {
            argument["schema"] = json!({"type": "array", "items": file});
        }
    }
}

/// Returns the value of a keyword of a schema as it is written, or of what the schema refers to.
fn has<'doc>(document: &'doc Value, schema: &'doc Value, keyword: &str) -> Option<&'doc Value> {
    let own = schema.get(keyword);
    own.or_else(|| resolve(document, schema).get(keyword))
}

/// Returns a key that orders places as the document has them.
fn order(document: &Value, place: &Pointer) -> Vec<usize> {
    let mut value = document;
    let mut order = Vec::new();
    for key in place.keys() {
        let (index, next) = match value {
            Value::Object(object) => {
                let mut entries = object.iter().enumerate();
                let found = entries.find(|(_, (name, _))| **name == key);
                match found {
                    Some((index, (_, next))) => (index, next),
                    None => break,
                }
            }
            Value::Array(items) => match key
                .parse()
                .ok()
                .and_then(|at: usize| Some((at, items.get(at)?)))
            {
                Some(found) => found,
                None => break,
            },
            _ => break,
        };
        order.push(index);
        value = next;
    }
    order
}
