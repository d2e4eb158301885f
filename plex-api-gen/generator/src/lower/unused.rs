//! Parts of a document that no client uses: references in them do not count.

use serde_json::{Map, Value};

use super::warnings::Warnings;
use crate::document::keywords::{ACCEPT, GLOBALS, REQUIRED};
use crate::document::{Pointer, for_each_object_mut};

/// Keywords that describe neither requests nor responses.
const UNUSED: [&str; 7] = [
    "example",
    "examples",
    "externalDocs",
    "links",
    "tags",
    "xml",
    "$comment",
];

/// Extensions that later rules read.
const READ: [&str; 3] = [ACCEPT, GLOBALS, REQUIRED];

/// Removes examples, links, callbacks, headers of responses, and extensions that the generator does not read.
pub(super) fn remove(root: &mut Value, warnings: &mut Warnings) {
    for_each_object_mut(root, &mut |place, parent, object| {
        if object.remove("callbacks").is_some() {
            let what = "are left out: a client does not receive requests";
            warnings.push(place.join("callbacks"), what);
        }
        if parent == "responses" {
            object.remove("headers");
        }
        object.retain(|key, _| {
            let is_extension = key.starts_with("x-") && !READ.contains(&key.as_str());
            !is_extension && !UNUSED.contains(&key.as_str())
        });
        for keyword in ["$dynamicRef", "$recursiveRef"] {
            dynamic_reference(place, keyword, object, warnings);
        }
    });
}

/// Replaces a reference whose target depends on the schema that refers to it with any JSON.
fn dynamic_reference(
    place: &Pointer,
    keyword: &str,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    if schema.remove(keyword).is_some() {
        let what = "is any JSON: its target depends on the schema that refers to it";
        warnings.push(place.join(keyword), what);
    }
}
