//! Rules on the body of a request: it becomes one parameter, `in: body`, which `body_arguments` may split later.

use serde_json::{Map, Value, json};

use super::media_types::{BYTES, FORM, JSON, MULTIPART, essence, is_json};
use super::shape::{Shape, shape};
use super::warnings::Warnings;
use crate::document::keywords::BODY;
use crate::document::{Pointer, operations_mut, resolve};

/// The kinds of bodies, the preferred ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
}

impl Kind {
    fn of(media_type: &str) -> Self {
        match essence(media_type).as_str() {
            _ if is_json(media_type) => Self::Json,
            FORM => Self::Form,
            MULTIPART => Self::Multipart,
            name if name.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }

    /// Returns the name in the facts of an operation.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }

    /// Returns the kind with a name.
    pub(super) fn named(name: &str) -> Self {
        let all = [Self::Json, Self::Form, Self::Multipart, Self::Text];
        let found = all.into_iter().find(|kind| kind.name() == name);
        found.unwrap_or(Self::Bytes)
    }
}

/// Applies the rules to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = root.clone();
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("requestBody");
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        let Some(body) = operation.remove("requestBody") else {
            continue;
        };
        let body = resolve(&document, &body);
        let content = body.get("content").and_then(Value::as_object);
        let Some((written, content)) = content.and_then(|all| chosen(all, &place, warnings)) else {
            warnings.push(&place, "is left out: it has no content");
            continue;
        };
        let (media_type, kind) = sent_as(&document, written, content, &place, warnings);
        let schema = content.get("schema").filter(|schema| schema.is_object());
        let schema = match (kind, schema) {
            (Kind::Text | Kind::Bytes, _) => json!({"type": "string"}),
            (_, Some(schema)) => schema.clone(),
            (_, None) => json!({}),
        };
        let is_required = body.get("required") == Some(&Value::Bool(true));
        let mut parameter =
            json!({"in": "body", "name": "body", "required": is_required, "schema": schema});
        for (from, name) in [(body, "description"), (content, "encoding")] {
            if let Some(value) = from.get(name) {
                parameter[name] = value.clone();
            }
        }
        let facts = json!({"mediaType": media_type, "kind": kind.name(), "required": is_required});
        operation.insert(BODY.to_owned(), facts);
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            let from = place.join("content").join(written).join("schema");
            let to = key.place().join("parameters").index(parameters.len());
            warnings.source_map.record(place.clone(), to.clone());
            warnings.source_map.record(from, to.join("schema"));
            parameters.push(parameter);
        }
    }
}

/// Returns the media type to send, the preferred one of several.
fn chosen<'body>(
    content: &'body Map<String, Value>,
    place: &Pointer,
    warnings: &mut Warnings,
) -> Option<(&'body String, &'body Value)> {
    let rank = |name: &String| (Kind::of(name), essence(name) != JSON);
    let (chosen, body) = content.iter().min_by_key(|(name, _)| rank(name))?;
    for other in content.keys().filter(|name| *name != chosen) {
        let what = format!("also allows `{other}`; it is sent as `{chosen}`");
        warnings.push(place, what);
    }
    Some((chosen, body))
}

/// Returns the media type and the kind of a body. A range such as `*/*` is JSON if it has a schema of objects or arrays, and
/// else bytes.
fn sent_as(
    document: &Value,
    written: &str,
    content: &Value,
    place: &Pointer,
    warnings: &mut Warnings,
) -> (String, Kind) {
    if !essence(written).contains('*') {
        return (written.to_owned(), Kind::of(written));
    }
    let is_json = essence(written) == "*/*"
        && shape(document, content.get("schema").unwrap_or(&Value::Null)) != Shape::Scalar;
    let (media_type, kind) = if is_json {
        (JSON, Kind::Json)
    } else {
        (BYTES, Kind::Bytes)
    };
    let what = format!("is `{written}`; it is sent as `{media_type}`");
    warnings.push(place, what);
    (media_type.to_owned(), kind)
}
