//! References are URIs: what they refer to may be percent-encoded in them (RFC 6901, section 6).

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::walk::for_each_value;

/// Writes every reference as the plain JSON pointer that all later steps follow. One that leads somewhere as it is written
/// stays as it is.
pub(crate) fn decode(root: &mut Value) {
    let document = root.clone();
    for_each_value(root, &mut |value| {
        if let Some(Value::String(reference)) = value.get_mut("$ref") {
            decode_one(&document, reference);
        }
    });
}

fn decode_one(document: &Value, reference: &mut String) {
    let leads_somewhere = |reference: &str| {
        let place = reference.strip_prefix('#');
        place.is_some_and(|place| document.pointer(place).is_some())
    };
    if leads_somewhere(reference) {
        return;
    }
    if let Ok(decoded) = percent_decode_str(reference).decode_utf8()
        && leads_somewhere(&decoded)
    {
        *reference = decoded.into_owned();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_become_plain_pointers() {
        let mut root = json!({
            "paths": {"/a{id}": {"ü": 1}},
            "schemas": {"A B": {}, "100%": {}, "A%20C": {}},
            "refs": [
                {"$ref": "#/paths/~1a%7Bid%7d/%C3%BC"},
                {"$ref": "#/schemas/A%20B"},
                {"$ref": "#/schemas/A%20C"},
                {"$ref": "#/schemas/100%"},
                {"$ref": "#/schemas/100%25"},
                {"$ref": "#/schemas/%FF"},
                {"$ref": "#/schemas/No%20"}
            ]
        });
        decode(&mut root);
        let references: Vec<&str> = root["refs"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["$ref"].as_str())
            .collect();
        assert_eq!(
            references,
            [
                "#/paths/~1a{id}/ü",
                "#/schemas/A B",
                "#/schemas/A%20C",
                "#/schemas/100%",
                "#/schemas/100%",
                "#/schemas/%FF",
                "#/schemas/No%20",
            ]
        );
    }
}
