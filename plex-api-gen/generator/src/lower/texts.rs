//! Rules on the text of a document.

use serde_json::{Map, Value, json};

use super::warnings::Warnings;
use crate::document::keywords::TEXTS;
use crate::document::{Pointer, for_each_object_mut};
use crate::markdown::harmless;

/// Keywords whose text becomes documentation.
const DESCRIPTIONS: [&str; 3] = ["description", "summary", "title"];

/// Removes values that are not text where text is expected, makes descriptions harmless, and gives each response the
/// description that OpenAPI requires.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    for_each_object_mut(root, &mut |place, parent, object| {
        for keyword in TEXTS {
            text(place, keyword, object, warnings);
        }
        for keyword in DESCRIPTIONS {
            if let Some(Value::String(text)) = object.get_mut(keyword) {
                *text = harmless(text);
            }
        }
        if parent == "responses" && !object.contains_key("$ref") {
            object.entry("description").or_insert_with(|| json!(""));
        }
    });
}

fn text(place: &Pointer, keyword: &str, object: &mut Map<String, Value>, warnings: &mut Warnings) {
    let Some(value) = object.get(keyword) else {
        return;
    };
    if value.is_string() || keyword == "type" && value.is_array() {
        return;
    }
    if !value.is_null() {
        warnings.push(place.join(keyword), "is left out: it is not text");
    }
    object.remove(keyword);
}
