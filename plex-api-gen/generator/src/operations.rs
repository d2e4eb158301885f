//! Step 4: reads the facts that the client needs of each operation, and removes what progenitor must not see.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use crate::document::keywords::ACCEPT;
use crate::document::{OperationKey, Pointer, is_success, operations_mut, resolve, successes};
use crate::error::Problem;

/// The facts of one operation besides its arguments and its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The `operationId` as the spec writes it.
    pub(crate) id: String,
    /// The HTTP method, upper case.
    pub(crate) method: String,
    /// The path with its `{parameters}`.
    pub(crate) path: String,
    /// True if its `security` requires the token.
    pub(crate) token: bool,
    /// The media type of its success, for the Accept header.
    pub(crate) accept: Option<String>,
    /// Its own server, if it differs from the server of the document.
    pub(crate) server: Option<String>,
    /// True if it takes a body that can be omitted.
    pub(crate) optional_body: bool,
}

/// The operations of a document by the names of their Rust methods, and its server.
#[derive(Debug)]
pub(crate) struct Operations {
    pub(crate) server: String,
    pub(crate) by_method: BTreeMap<String, Operation>,
}

/// Reads the facts, and removes responses other than successes, which the client classifies before it parses anything.
pub(crate) fn prepare(root: &mut Value) -> Result<Operations, Vec<Problem>> {
    let document = root.clone();
    let server = server(&document).unwrap_or_default();
    let mut by_method = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, operation) in operations_mut(root) {
        let place = key.place();
        match read_operation(&document, key, operation, &server) {
            Ok(facts) => {
                let name = facts.id.to_snake_case();
                operation["operationId"] = Value::String(name.clone());
                if let Some(Value::Object(responses)) = operation.get_mut("responses") {
                    responses.retain(|status, _| is_success(status));
                }
                if let Some(other) = by_method.insert(name, facts) {
                    let Operation { method, path, .. } = other;
                    let what = format!("is taken by {method} {path}; write another one");
                    problems.push(Problem::new(place.join("operationId"), what));
                }
            }
            Err(problem) => problems.push(problem.below(&place)),
        }
    }
    without_security(root);
    if problems.is_empty() {
        Ok(Operations { server, by_method })
    } else {
        Err(problems)
    }
}

/// Removes `security`: progenitor rejects schemes that it does not know.
fn without_security(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.remove("security");
    }
    if let Some(Value::Object(components)) = root.get_mut("components") {
        components.remove("securitySchemes");
    }
    for (_, operation) in operations_mut(root) {
        if let Some(operation) = operation.as_object_mut() {
            operation.remove("security");
        }
    }
}

fn server(value: &Value) -> Option<String> {
    Some(
        value
            .pointer("/servers/0/url")?
            .as_str()?
            .trim_end_matches('/')
            .to_owned(),
    )
}

fn read_operation(
    document: &Value,
    key: OperationKey<'_>,
    operation: &Value,
    default_server: &str,
) -> Result<Operation, Problem> {
    let id = operation
        .get("operationId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if id.to_snake_case().is_empty() {
        return Err(Problem::new(
            "",
            "has no operationId; write one, such as `operationId: getPin`",
        ));
    }
    let accept = success(operation)?.and_then(|response| media_type(document, response));
    if let Some(accept) = &accept
        && !accept.bytes().all(|byte| matches!(byte, b' '..=b'~'))
    {
        let what = format!("have the media type {accept:?}, which no header can hold");
        return Err(Problem::new("/responses", what));
    }
    let body = operation.get("requestBody");
    let body = body.map(|body| resolve(document, body));
    Ok(Operation {
        id: id.to_owned(),
        method: key.method.to_ascii_uppercase(),
        path: key.path.to_owned(),
        token: requires_token(document, operation)?,
        accept,
        server: server(operation).filter(|server| server != default_server),
        optional_body: body.is_some_and(|body| body.get("required") != Some(&Value::Bool(true))),
    })
}

/// Returns whether a scheme of the operation's `security`, or else the document's, sends X-Plex-Token.
fn requires_token(document: &Value, operation: &Value) -> Result<bool, Problem> {
    let requirements = operation
        .get("security")
        .or_else(|| document.get("security"));
    let names = requirements
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    let mut token = false;
    for name in names.flat_map(Map::keys) {
        let scheme = Pointer::of(&["components", "securitySchemes", name])
            .get(document)
            .map(|scheme| resolve(document, scheme))
            .ok_or_else(|| {
                let advice = "name one of components/securitySchemes";
                Problem::new(
                    "/security",
                    format!("names the scheme `{name}`, which does not exist; {advice}"),
                )
            })?;
        let header = scheme.get("name").and_then(Value::as_str);
        token |= header.is_some_and(|header| header.eq_ignore_ascii_case("x-plex-token"));
    }
    Ok(token)
}

/// Returns the only success of the operation.
fn success(operation: &Value) -> Result<Option<&Value>, Problem> {
    let mut successes = successes(operation);
    match (successes.next(), successes.next()) {
        (Some((first, _)), Some((second, _))) => Err(Problem::new(
            "/responses",
            format!("has two successes, {first} and {second}; keep one"),
        )),
        (found, _) => Ok(found.map(|(_, response)| response)),
    }
}

/// Returns the media type to accept, which is JSON if the response has several.
fn media_type(document: &Value, response: &Value) -> Option<String> {
    let response = resolve(document, response);
    if let Some(accept) = response.get(ACCEPT).and_then(Value::as_str) {
        return Some(accept.to_owned());
    }
    let content = response.get("content")?.as_object()?;
    let json = content
        .keys()
        .find(|name| name.starts_with("application/json"));
    json.or_else(|| content.keys().next()).cloned()
}

#[cfg(test)]
mod tests;
