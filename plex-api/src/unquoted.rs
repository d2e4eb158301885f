//! Errors of stored data that holds secrets.

use serde::de::Error;

/// Replaces the text of a deserializer's error, which may quote a secret. Only the name of a missing field is kept: it
/// comes from the type, not from the data.
pub(crate) fn unquoted<E: Error>(error: &E, what: &str) -> E {
    let text = error.to_string();
    let field = text
        .strip_prefix("missing field `")
        .and_then(|text| text.split('`').next());
    match field {
        Some(field) => E::custom(format_args!("{what}: `{field}` is missing")),
        None => E::custom(what),
    }
}
