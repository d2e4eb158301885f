//! References are URIs: what they refer to may be percent-encoded in them (RFC 6901, section 6).

use serde_json::Value;

/// Writes every reference as the plain JSON pointer that all later steps follow. One that leads somewhere as it is written
/// stays as it is.
pub(crate) fn decode(root: &mut Value) {
    let document = root.clone();
    decode_within(&document, root);
}

fn decode_within(document: &Value, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::String(reference) if key == "$ref" => decode_one(document, reference),
                    inner => decode_within(document, inner),
                }
            }
        }
        Value::Array(items) => {
            for inner in items {
                decode_within(document, inner);
            }
        }
        _ => {}
    }
}

fn decode_one(document: &Value, reference: &mut String) {
    let leads_somewhere = |reference: &str| {
        let place = reference.strip_prefix('#');
        place.is_some_and(|place| document.pointer(place).is_some())
    };
    if reference.contains('%')
        && !leads_somewhere(reference)
        && let Some(decoded) = decoded(reference).filter(|decoded| leads_somewhere(decoded))
    {
        *reference = decoded;
    }
}

/// A text with the bytes that its `%XX` stand for, unless these are no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        match others {
            [high, low, after @ ..] if *first == b'%' => {
                bytes.push(hex(*high)? * 16 + hex(*low)?);
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
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
