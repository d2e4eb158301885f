//! Rules on the body of a request.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::hoisted::HoistedSchemas;
use super::media_types::{BYTES, FORM, JSON, TEXT, essence, is_json};
use super::shape::{Shape, shape};
use super::warnings::Warnings;
use crate::document::{Pointer, operations_mut, resolve};

/// The media types that a body can be sent as, the preferred ones first.
const MEDIA_TYPES: [&str; 4] = [JSON, FORM, TEXT, BYTES];

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = root.clone();
    let mut hoisted = HoistedSchemas::new(&document);
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("requestBody");
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        let Some(body) = operation.remove("requestBody") else {
            continue;
        };
        let mut body = resolve(&document, &body).clone();
        let content = body.get_mut("content").and_then(Value::as_object_mut);
        let Some(content) = content.filter(|content| !content.is_empty()) else {
            warnings.push(&place, "is left out: it has no content");
            continue;
        };
        one_media_type(content, &mut |what| warnings.push(&place, what));
        schemas(content);
        let id = operation.get("operationId").and_then(Value::as_str);
        let name = format!("{}Body", id.unwrap_or_default().to_upper_camel_case());
        let place = place.join("content");
        hoist_objects(&document, &name, &place, content, &mut hoisted);
        operation.insert("requestBody".to_owned(), body);
    }
    hoisted.add_to(root, &mut warnings.source_map);
}

/// Keeps one media type; an unknown one is sent as bytes.
fn one_media_type(content: &mut Map<String, Value>, warn: &mut impl FnMut(String)) {
    let known = MEDIA_TYPES
        .iter()
        .find_map(|known| content.keys().find(|name| essence(name) == *known));
    let json = || content.keys().find(|name| is_json(name));
    let chosen = known.or_else(json).or_else(|| content.keys().next());
    let Some(chosen) = chosen.cloned() else {
        return;
    };
    for name in content.keys().filter(|name| **name != chosen) {
        warn(format!("also allows `{name}`; it is sent as `{chosen}`"));
    }
    let body = content.remove(&chosen).unwrap_or_default();
    content.clear();
    let known = MEDIA_TYPES.iter().find(|known| essence(&chosen) == **known);
    let (name, body) = match known {
        Some(known) => (*known, body),
        None if is_json(&chosen) => (JSON, body),
        None => (BYTES, json!({})),
    };
    if known.is_none() {
        warn(format!("is `{chosen}`; it is sent as `{name}`"));
    }
    content.insert(name.to_owned(), body);
}

/// Gives bytes and plain text their schemas, and any JSON to a body without one.
fn schemas(content: &mut Map<String, Value>) {
    for (name, body) in content {
        let written = body.get("schema").filter(|schema| schema.is_object());
        let schema = match (name.as_str(), written) {
            (BYTES, _) => json!({"type": "string", "format": "binary"}),
            (TEXT, _) => json!({"type": "string"}),
            (_, Some(written)) => written.clone(),
            (_, None) => json!({}),
        };
        *body = json!({ "schema": schema });
    }
}

/// Hoists an inline object as `<OperationId>Body`.
fn hoist_objects(
    document: &Value,
    name: &str,
    place: &Pointer,
    content: &mut Map<String, Value>,
    hoisted: &mut HoistedSchemas,
) {
    for (media_type, body) in content {
        let place = place.join(media_type).join("schema");
        let schema = &mut body["schema"];
        if shape(document, schema) == Shape::Object && schema.get("$ref").is_none() {
            *schema = hoisted.add(name, &place, schema.take());
        }
    }
}
