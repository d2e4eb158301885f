//! The parameter `strong` of a new PIN.

use serde_json::Value;

use crate::call::Call;
use crate::reply::ApiError;

/// Reads `strong` from a JSON body, else a form, else the query; rejects it if any of them is malformed.
pub(super) fn read(call: &Call<'_>) -> Result<bool, ApiError> {
    let malformed = || ApiError::bad_request("strong is true or false");
    let mut strong = None;
    if let Some(json) = call.json()?.and_then(|body| body.get("strong")) {
        let value = match json {
            Value::Bool(value) => Some(*value),
            _ if call.strict => None,
            Value::Null => Some(false),
            Value::Number(number) => Some(number.as_f64() != Some(0.0)),
            Value::String(text) => from_text(text, call.strict),
            Value::Array(_) | Value::Object(_) => None,
        };
        strong = Some(value.ok_or_else(malformed)?);
    }
    for text in call.parameters("strong") {
        let value = from_text(text, call.strict).ok_or_else(malformed)?;
        strong.get_or_insert(value);
    }
    Ok(strong.unwrap_or(false))
}

/// Understands the spellings of a boolean; `strict` allows only the first two of each.
pub(super) fn from_text(text: &str, strict: bool) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ if strict => None,
        "yes" | "on" | "y" | "t" => Some(true),
        "" | "no" | "off" | "n" | "f" | "null" | "none" | "undefined" => Some(false),
        _ => None,
    }
}
