//! Step 4: what the client needs to know of each operation, and what progenitor must not see of it.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// What the spec says of one operation beside its arguments and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The `operationId` as the spec writes it.
    pub(crate) id: String,
    /// The HTTP method, upper case.
    pub(crate) method: String,
    /// The path with its `{parameters}`.
    pub(crate) path: String,
    /// Whether its `security` asks for the token.
    pub(crate) token: bool,
    /// The media type of its success, for the Accept header.
    pub(crate) accept: Option<String>,
    /// Its own server, where it is not the document's.
    pub(crate) server: Option<String>,
    /// Whether it takes a body that may be left out.
    pub(crate) optional_body: bool,
}

/// The document's operations by the name of their Rust method, and the document's server.
#[derive(Debug)]
pub(crate) struct Operations {
    pub(crate) server: String,
    pub(crate) by_method: BTreeMap<String, Operation>,
}

/// Where an answer has the media type that it is asked for by, if not by that of its content.
pub(crate) const ACCEPT: &str = "x-accept";

/// Reads what the client needs, and takes out of the document what it does not: answers other than success.
pub(crate) fn prepare(root: &mut Value) -> Result<Operations, Vec<Problem>> {
    let document = root.clone();
    let server = server(&document).unwrap_or_default();
    let mut by_method = BTreeMap::new();
    let mut problems = Vec::new();
    for_each_operation(root, |path, method, operation| {
        let place = pointer(&pointer("/paths", path), method);
        let prepared =
            read_operation(&document, path, method, operation, &server).and_then(|facts| {
                let operation = operation
                    .as_object_mut()
                    .ok_or_else(|| Problem::new("", "is not a mapping"))?;
                keep_success_alone(operation);
                let name = facts.id.to_snake_case();
                operation.insert("operationId".to_owned(), Value::String(name.clone()));
                if let Some(other) = by_method.insert(name, facts) {
                    return Err(Problem::new(
                        "/operationId",
                        format!("is taken by {} {}", other.method, other.path),
                    ));
                }
                Ok(())
            });
        if let Err(problem) = prepared {
            problems.push(problem.below(&place));
        }
    });
    without_security(root);
    if problems.is_empty() {
        Ok(Operations { server, by_method })
    } else {
        Err(problems)
    }
}

/// What has been read of security is the client's; progenitor only stumbles over schemes that it does not know.
fn without_security(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.remove("security");
    }
    if let Some(Value::Object(components)) = root.get_mut("components") {
        components.remove("securitySchemes");
    }
    for_each_operation(root, |_, _, operation| {
        if let Some(operation) = operation.as_object_mut() {
            operation.remove("security");
        }
    });
}

/// Follows a `$ref` inside the document; anything else is itself.
fn resolve<'doc>(document: &'doc Value, value: &'doc Value) -> Result<&'doc Value, Problem> {
    let Some(reference) = value.get("$ref") else {
        return Ok(value);
    };
    reference
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| document.pointer(pointer))
        .ok_or_else(|| {
            Problem::new(
                "",
                format!("refers to {reference}, which is not in this file"),
            )
        })
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
    path: &str,
    method: &str,
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
    let body = operation
        .get("requestBody")
        .map(|body| resolve(document, body))
        .transpose()?;
    Ok(Operation {
        id: id.to_owned(),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        token: asks_for_token(document, operation)?,
        accept: success(operation)?.and_then(|(_, answer)| media_type(document, answer)),
        server: server(operation).filter(|server| server != default_server),
        optional_body: body.is_some_and(|body| body.get("required") != Some(&Value::Bool(true))),
    })
}

/// Whether the operation's `security`, or the document's where it has none, names a scheme that sends X-Plex-Token.
fn asks_for_token(document: &Value, operation: &Value) -> Result<bool, Problem> {
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
        let scheme = document
            .pointer(&pointer("/components/securitySchemes", name))
            .and_then(|scheme| resolve(document, scheme).ok())
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

/// Status and answer of the operation's success.
fn success(operation: &Value) -> Result<Option<(&str, &Value)>, Problem> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let mut successes = responses
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'));
    match (successes.next(), successes.next()) {
        (Some((first, _)), Some((second, _))) => Err(Problem::new(
            "/responses",
            format!("has two successes, {first} and {second}; keep one"),
        )),
        (found, _) => Ok(found.map(|(status, answer)| (status.as_str(), answer))),
    }
}

/// JSON wins where an answer may come in several media types.
fn media_type(document: &Value, answer: &Value) -> Option<String> {
    let answer = resolve(document, answer).ok()?;
    if let Some(asked) = answer.get(ACCEPT).and_then(Value::as_str) {
        return Some(asked.to_owned());
    }
    let content = answer.get("content")?.as_object()?;
    let json = content
        .keys()
        .find(|name| name.starts_with("application/json"));
    json.or_else(|| content.keys().next()).cloned()
}

/// Failures are classified by the client before anything is parsed, so progenitor sees successes only.
fn keep_success_alone(operation: &mut Map<String, Value>) {
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        responses.retain(|status, _| status.starts_with('2'));
    }
}

#[cfg(test)]
mod tests;
