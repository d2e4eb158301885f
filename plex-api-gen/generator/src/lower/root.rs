//! Rules on the document as a whole.

use serde_json::{Map, Value, json};

use super::warnings::Warnings;
use crate::error::Problem;

/// Replaces `openapi: 3.1.x` by `3.0.3`, and removes what only 3.1 has outside of schemas.
pub(super) fn version(root: &mut Value, warnings: &mut Warnings) -> Result<(), Problem> {
    let Some(document) = root.as_object_mut() else {
        let what = "is not an OpenAPI document: expected a mapping";
        return Err(Problem::new("", what));
    };
    if let Some(version) = document.get("swagger") {
        let version = version.as_str().unwrap_or_default();
        let what = format!("is `{version}`; convert the document to OpenAPI 3");
        return Err(Problem::new("/swagger", what));
    }
    let version = document.get("openapi").and_then(Value::as_str);
    let version = version.unwrap_or_default().to_owned();
    let numbers: Vec<&str> = version.split('.').collect();
    if !matches!(numbers.as_slice(), ["3", "0" | "1", ..]) {
        let what = format!("is `{version}`; write `openapi: 3.1.0`");
        return Err(Problem::new("/openapi", what));
    }
    document.insert("openapi".to_owned(), json!("3.0.3"));
    if document.remove("webhooks").is_some() {
        let what = "are left out: a client does not receive requests";
        warnings.push("/webhooks", what);
    }
    for unread in ["jsonSchemaDialect", "tags", "externalDocs", "$self"] {
        document.remove(unread);
    }
    info(document);
    Ok(())
}

/// Keeps the title, the version and the description, which are in the documentation of the client.
fn info(document: &mut Map<String, Value>) {
    let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) else {
        return;
    };
    info.retain(|key, _| ["title", "version", "description"].contains(&key.as_str()));
    for required in ["title", "version"] {
        let text = info.entry(required).or_insert(Value::Null);
        if !text.is_string() {
            *text = json!("");
        }
    }
}

/// Removes `components:` and its sections where nothing follows them.
pub(super) fn sections_without_content(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.retain(|key, value| key != "components" || value.is_object());
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|_, section| section.is_object());
    }
}

/// Adds the `paths` that 3.1 allows to omit.
pub(super) fn no_paths(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.entry("paths").or_insert_with(|| json!({}));
    }
}
