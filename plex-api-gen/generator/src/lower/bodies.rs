//! Rules on the body of a request.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::media_types::{is_json, plain};
use super::new_models::NewModels;
use super::{Shape, Warnings, resolve, shape};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// The forms in which a body can be sent, the better ones first.
const MEDIA_TYPES: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/octet-stream",
];

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = root.clone();
    let mut models = NewModels::beside(&document);
    for_each_operation(root, |path, method, operation| {
        let place = pointer(&pointer(&pointer("/paths", path), method), "requestBody");
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let Some(body) = operation.remove("requestBody") else {
            return;
        };
        let mut body = resolve(&document, &body).clone();
        let mut warn = |what: String| warnings.push(Problem::new(&place, what));
        let content = body.get("content").and_then(Value::as_object);
        if content.is_none_or(Map::is_empty) {
            warn("is left out: it has no content".to_owned());
            return;
        }
        one_media_type(&mut body, &mut warn);
        without_schema(&mut body);
        let id = operation.get("operationId").and_then(Value::as_str);
        let name = format!("{}Body", id.unwrap_or_default().to_upper_camel_case());
        inline_model(&document, &name, &place, &mut body, &mut models);
        operation.insert("requestBody".to_owned(), body);
    });
    models.add_to(root, &mut warnings.moved);
}

/// A body is sent in one form. What is none of the known ones is sent as bytes.
fn one_media_type(body: &mut Value, warn: &mut impl FnMut(String)) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let known = MEDIA_TYPES
        .iter()
        .find_map(|known| content.keys().find(|name| plain(name) == *known));
    let json = || content.keys().find(|name| is_json(name));
    let chosen = known.or_else(json).or_else(|| content.keys().next());
    let chosen = chosen.cloned();
    let Some(chosen) = chosen else { return };
    for name in content.keys().filter(|name| **name != chosen) {
        warn(format!("can be `{name}`, too; it is sent as `{chosen}`"));
    }
    let form = content.remove(&chosen).unwrap_or_default();
    content.clear();
    let known = MEDIA_TYPES.iter().find(|known| plain(&chosen) == **known);
    match known {
        Some(known) => content.insert((*known).to_owned(), form),
        None if is_json(&chosen) => {
            warn(format!("is `{chosen}`; it is sent as `application/json`"));
            content.insert("application/json".to_owned(), form)
        }
        None => {
            warn(format!(
                "is `{chosen}`; it is sent as `application/octet-stream`"
            ));
            content.insert("application/octet-stream".to_owned(), json!({}))
        }
    };
}

/// Bytes are bytes and text is text, whatever their schema; JSON without a schema is any JSON.
fn without_schema(body: &mut Value) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    for (name, form) in content {
        let written = form.get("schema").filter(|schema| schema.is_object());
        let schema = match (name.as_str(), written) {
            ("application/octet-stream", _) => json!({"type": "string", "format": "binary"}),
            ("text/plain", _) => json!({"type": "string"}),
            (_, Some(written)) => written.clone(),
            (_, None) => json!({}),
        };
        *form = json!({ "schema": schema });
    }
}

/// A model that is written in its place gets a name: `<OperationId>Body`.
fn inline_model(
    document: &Value,
    name: &str,
    place: &str,
    body: &mut Value,
    models: &mut NewModels,
) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    for (media_type, form) in content {
        let place = pointer(&pointer(&pointer(place, "content"), media_type), "schema");
        let Some(schema) = form.get_mut("schema") else {
            continue;
        };
        if shape(document, schema) == Shape::Object && schema.get("$ref").is_none() {
            *schema = models.add(name, &place, schema.clone());
        }
    }
}
