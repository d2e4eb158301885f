//! Step 4: reads the facts that the client needs of each operation, and gives progenitor a normalised form of it: a path without
//! variables, the arguments as query parameters `p0`, `p1`, .., and one response.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::document::keywords::{ACCEPT, CONSTANTS, OPTIONAL, SCHEMES};
use crate::document::{OperationKey, Pointer, operations, resolve, successes};
use crate::error::Problem;
use crate::lower::SourceMap;

mod arguments;
mod facts;

pub(crate) use facts::{
    Argument, Body, Constant, Operation, Place, Response, ResponseKind, Scheme, Style,
};

/// The operations of a document by the names of their Rust methods, and its server.
#[derive(Debug)]
pub(crate) struct Operations {
    pub(crate) server: String,
    pub(crate) by_method: BTreeMap<String, Operation>,
}

/// Reads the facts, and replaces the paths of the document with operations in normalised form.
pub(crate) fn prepare(
    root: &mut Value,
    source_map: &mut SourceMap,
) -> Result<Operations, Vec<Problem>> {
    let server = server(root).unwrap_or_default();
    let mut by_method = BTreeMap::new();
    let mut problems = Vec::new();
    let mut paths = Map::new();
    let mut moves = Vec::new();
    for (key, operation) in operations(root) {
        let place = key.place();
        match read_operation(root, key, operation, &server) {
            Ok(facts) => {
                let name = facts.id.to_snake_case();
                let path = format!("/operation/{}", paths.len());
                let normalised = normalised(operation, &name, &facts);
                moves.push((place.clone(), Pointer::of(&["paths", &path, "get"])));
                paths.insert(path, json!({"get": normalised}));
                if let Some(other) = by_method.insert(name, facts) {
                    let Operation { method, path, .. } = other;
                    let what = format!("is taken by {method} {path}; write another one");
                    problems.push(Problem::new(place.join("operationId"), what));
                }
            }
            Err(problem) => problems.push(problem.below(&place)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    source_map.record_all(&moves);
    root["paths"] = Value::Object(paths);
    Ok(Operations { server, by_method })
}

/// Returns the operation as progenitor gets it.
fn normalised(operation: &Value, name: &str, facts: &Operation) -> Value {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten().enumerate();
    let parameters = parameters.map(|(index, parameter)| {
        json!({
            "in": "query",
            "name": format!("p{index}"),
            "required": parameter.get("required") == Some(&Value::Bool(true)),
            "schema": parameter.get("schema").cloned().unwrap_or_else(|| json!({}))
        })
    });
    let mut response = json!({"description": ""});
    let schema = success(operation).and_then(|response| response.pointer(JSON_SCHEMA));
    if let Some(schema) = schema.filter(|_| facts.response.kind == ResponseKind::Json) {
        response["content"] = json!({"application/json": {"schema": schema}});
    }
    json!({
        "operationId": name,
        "parameters": parameters.collect::<Vec<_>>(),
        "responses": {"200": response}
    })
}

/// The schema of a JSON response.
const JSON_SCHEMA: &str = "/content/application~1json/schema";

/// Returns the first server of a document or an operation.
fn server(value: &Value) -> Option<String> {
    let url = value.pointer("/servers/0/url")?.as_str()?;
    Some(url.trim_end_matches('/').to_owned())
}

fn read_operation(
    document: &Value,
    key: OperationKey<'_>,
    operation: &Value,
    default_server: &str,
) -> Result<Operation, Problem> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let id = text("operationId").unwrap_or_default();
    if id.to_snake_case().is_empty() {
        return Err(Problem::new(
            "",
            "has no operationId; write one, such as `operationId: getPin`",
        ));
    }
    let success = success(operation);
    let accept = success.and_then(|response| media_type(document, response));
    let body = arguments::body(operation);
    sendable("/responses", accept.as_deref())?;
    sendable(
        "/requestBody",
        body.as_ref().map(|body| body.media_type.as_str()),
    )?;
    let arguments = arguments::arguments(document, operation);
    let (path, mut constants) = fixed_query(key.path, &arguments);
    constants.extend(arguments::constants(operation.get(CONSTANTS)));
    let paragraphs = ["summary", "description"].map(|key| text(key).map(str::trim));
    let paragraphs = paragraphs
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty());
    Ok(Operation {
        id: id.to_owned(),
        method: key.method.to_ascii_uppercase(),
        path: path.to_owned(),
        description: paragraphs.collect::<Vec<_>>().join("\n\n"),
        is_deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
        security: security(operation),
        accept,
        server: server(operation).filter(|server| server != default_server),
        body,
        constants,
        arguments,
        response: response(success),
    })
}

/// Splits the query off a path such as `/a?kind=b`. Its parameters are constants, unless an argument has the same name. A query
/// with variables stays in the path.
fn fixed_query<'path>(path: &'path str, arguments: &[Argument]) -> (&'path str, Vec<Constant>) {
    let Some((before, query)) = path.split_once('?').filter(|(_, it)| !it.contains('{')) else {
        return (path, Vec::new());
    };
    let is_argument = |name: &str| {
        let mut arguments = arguments.iter();
        arguments.any(|one| matches!(one.place, Place::Query(_)) && one.name == name)
    };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let constants = pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name);
        (!is_argument(&name)).then(|| Constant {
            place: Place::Query(Style::Form {
                explode: true,
                reserved: false,
            }),
            name,
            value: Value::String(decoded(value)),
        })
    });
    (before, constants.collect())
}

/// Rejects a media type that no header can hold.
fn sendable(place: &str, media_type: Option<&str>) -> Result<(), Problem> {
    let is_bad = |name: &&str| !name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    match media_type.filter(is_bad) {
        Some(name) => {
            let what = format!("have the media type {name:?}, which no header can hold");
            Err(Problem::new(place, what))
        }
        None => Ok(()),
    }
}

/// Reads the schemes that the lowering has found.
fn security(operation: &Value) -> Vec<Vec<Scheme>> {
    let alternatives = operation.get(SCHEMES).and_then(Value::as_array);
    let alternatives = alternatives.into_iter().flatten();
    let scheme = |scheme: &Value| {
        let text = |key: &str| scheme[key].as_str().unwrap_or_default().to_owned();
        let name = text("scheme");
        match text("kind").as_str() {
            "plexQuery" => Scheme::PlexTokenInQuery,
            "header" => Scheme::Header {
                scheme: name,
                header: text("name"),
            },
            "query" => Scheme::Query {
                scheme: name,
                parameter: text("name"),
            },
            "bearer" => Scheme::Bearer { scheme: name },
            "basic" => Scheme::Basic { scheme: name },
            _ => Scheme::PlexTokenInHeader,
        }
    };
    let schemes = |one: &Value| one.as_array().into_iter().flatten().map(scheme).collect();
    alternatives.map(schemes).collect()
}

/// Returns the success of a lowered operation.
fn success(operation: &Value) -> Option<&Value> {
    successes(operation).next().map(|(_, response)| response)
}

fn response(success: Option<&Value>) -> Response {
    let content = success.and_then(|response| response.get("content"));
    let kind = match success {
        Some(response) if response.pointer(JSON_SCHEMA).is_some() => ResponseKind::Json,
        _ if content.is_some() => ResponseKind::Bytes,
        _ => ResponseKind::Nothing,
    };
    Response {
        kind,
        is_optional: success.is_some_and(|response| response.get(OPTIONAL).is_some()),
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
