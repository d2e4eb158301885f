//! Rules on `security`: which credentials an operation takes.

use serde_json::{Map, Value, json};

use super::parameter::Parameter;
use super::warnings::Warnings;
use crate::document::keywords::SCHEMES;
use crate::document::{OperationKey, Pointer, operations_mut, resolve};

const TOKEN: &str = "x-plex-token";

/// Returns whether a parameter is the access token, which is never an argument.
pub(super) fn is_token(parameter: &Parameter) -> bool {
    parameter.name().eq_ignore_ascii_case(TOKEN)
        && (parameter.is_in("header") || parameter.is_in("query"))
}

/// Writes the schemes of each operation under `x-schemes`, and removes `security`.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = root.clone();
    for (key, operation) in operations_mut(root) {
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        let place = if operation.contains_key("security") {
            key.place().join("security")
        } else {
            Pointer::of(&["security"])
        };
        let written = operation.remove("security");
        let written = written.as_ref().or_else(|| document.get("security"));
        let mut alternatives = alternatives(&document, &place, written, warnings);
        token_parameter(&document, key, operation, &mut alternatives);
        if !alternatives.is_empty() {
            operation.insert(SCHEMES.to_owned(), json!(alternatives));
        }
    }
    if let Some(document) = root.as_object_mut() {
        document.remove("security");
    }
    if let Some(Value::Object(components)) = root.get_mut("components") {
        components.remove("securitySchemes");
    }
}

/// Reads the alternatives of a `security`. An alternative with an unsupported scheme is dropped; if it is the only one, only the
/// scheme is.
fn alternatives(
    document: &Value,
    place: &Pointer,
    written: Option<&Value>,
    warnings: &mut Warnings,
) -> Vec<Vec<Value>> {
    let written = written.and_then(Value::as_array).into_iter().flatten();
    let written = written.filter_map(Value::as_object);
    let mut read = |alternative: &Map<String, Value>| {
        let count = alternative.len();
        let schemes = alternative.keys();
        let schemes = schemes.filter_map(|name| scheme(document, place, name, warnings));
        let schemes: Vec<Value> = schemes.collect();
        (schemes.len() == count, schemes)
    };
    let all: Vec<(bool, Vec<Value>)> = written.map(&mut read).collect();
    let has_whole = all.iter().any(|(is_whole, _)| *is_whole);
    let kept = all
        .into_iter()
        .filter(|(is_whole, _)| *is_whole || !has_whole);
    kept.map(|(_, schemes)| schemes).collect()
}

/// Returns the kind of a scheme, and the header or parameter that holds the credential; None with a warning if it is not
/// supported.
fn scheme(document: &Value, place: &Pointer, name: &str, warnings: &mut Warnings) -> Option<Value> {
    let own_place = Pointer::of(&["components", "securitySchemes", name]);
    let Some(scheme) = own_place.get(document) else {
        let what = format!("names the scheme `{name}`, which does not exist; it is ignored");
        warnings.push(place, what);
        return None;
    };
    let scheme = resolve(document, scheme);
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let key = text("name");
    let kind = match (text("type"), text("in")) {
        ("apiKey", "query") if key.eq_ignore_ascii_case(TOKEN) => "plexQuery",
        (_, _) if key.eq_ignore_ascii_case(TOKEN) => "plexHeader",
        ("apiKey", location @ ("header" | "query")) if !key.is_empty() => location,
        ("http", _) if text("scheme").eq_ignore_ascii_case("bearer") => "bearer",
        ("http", _) if text("scheme").eq_ignore_ascii_case("basic") => "basic",
        ("oauth2" | "openIdConnect", _) => "bearer",
        _ => {
            // With its name, so that the warnings of several schemes are not one line.
            let what =
                format!("`{name}` is not supported; operations that need it are sent without it");
            warnings.push(own_place, what);
            return None;
        }
    };
    Some(json!({"scheme": name, "kind": kind, "name": key}))
}

/// Treats a token that the operation lists as a parameter as its security, unless that names the token itself.
fn token_parameter(
    document: &Value,
    key: OperationKey<'_>,
    operation: &Map<String, Value>,
    alternatives: &mut Vec<Vec<Value>>,
) {
    let parameters = Parameter::of_operation(document, key, operation);
    let mut schemes = alternatives.iter().flatten();
    let is_named = schemes.any(|scheme| {
        let kind = scheme["kind"].as_str().unwrap_or_default();
        kind.starts_with("plex")
    });
    let Some(token) = parameters
        .iter()
        .find(|one| is_token(one))
        .filter(|_| !is_named)
    else {
        return;
    };
    let kind = if token.is_in("query") {
        "plexQuery"
    } else {
        "plexHeader"
    };
    let scheme = json!({"scheme": "", "kind": kind, "name": ""});
    if alternatives.is_empty() {
        alternatives.push(Vec::new());
    }
    let with_token: Vec<Vec<Value>> = alternatives
        .iter()
        .map(|alternative| [alternative.as_slice(), std::slice::from_ref(&scheme)].concat())
        .collect();
    if token.value["required"] == true {
        *alternatives = with_token;
    } else {
        alternatives.splice(0..0, with_token);
    }
}
