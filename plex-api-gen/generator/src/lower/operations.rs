//! Rules on operations.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToLowerCamelCase, ToSnakeCase};
use serde_json::{Map, Value};

use super::warnings::Warnings;
use crate::check::operation_name;
use crate::document::{OperationKey, Pointer, operations, operations_mut};
use crate::names::{first_free, is_identifier};

/// Removes OPTIONS and TRACE, for which the HTTP client has no methods.
pub(super) fn unsupported_methods(root: &mut Value, warnings: &mut Warnings) {
    let is_unsupported = |key: &OperationKey<'_>| ["options", "trace"].contains(&key.method);
    let found = operations(root).filter(|(key, _)| is_unsupported(key));
    let found: Vec<Pointer> = found.map(|(key, _)| key.place()).collect();
    for place in found {
        leave_out(root, &place, "the client has no such method", warnings);
    }
}

/// Removes operations that end in a WebSocket instead of a response.
pub(super) fn websockets(root: &mut Value, warnings: &mut Warnings) {
    let is_websocket = |operation: &Value| {
        let responses = operation.get("responses").and_then(Value::as_object);
        let mut statuses = responses.into_iter().flat_map(Map::keys).peekable();
        operation.get("x-dropshot-websocket").is_some()
            || statuses.peek().is_some() && statuses.all(|status| status.starts_with('1'))
    };
    let found = operations(root).filter(|(_, operation)| is_websocket(operation));
    let found: Vec<Pointer> = found.map(|(key, _)| key.place()).collect();
    for place in found {
        leave_out(root, &place, "the client opens no WebSockets", warnings);
    }
}

/// Removes an operation with a warning.
fn leave_out(root: &mut Value, operation: &Pointer, why: &str, warnings: &mut Warnings) {
    warnings.leave_out(operation, operation_name(operation, root), why);
    if let [_, path, method] = operation.keys().as_slice()
        && let Some(item) = root["paths"].get_mut(path).and_then(Value::as_object_mut)
    {
        item.remove(method);
    }
}

/// Names that the generated client uses itself.
const RESERVED: [&str; 5] = ["all", "clone", "new", "server", "transport"];

/// Gives every operation a unique id. An operation without one is named after its method and path; of several with the
/// same id, those that are later in `written`, the document in the order of the file, are numbered.
pub(super) fn ids(root: &mut Value, written: &Value, warnings: &mut Warnings) {
    let order: BTreeMap<Pointer, usize> = operations(written)
        .enumerate()
        .map(|(index, (key, _))| (key.place(), index))
        .collect();
    let mut names = Names(RESERVED.map(str::to_owned).into());
    let mut unnamed = Vec::new();
    let mut all: Vec<_> = operations_mut(root).collect();
    all.sort_by_cached_key(|(key, _)| order.get(&key.place()));
    for (key, operation) in all {
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        let id = operation.get("operationId").and_then(Value::as_str);
        if !id.is_some_and(|id| is_name(id) && names.take(id)) {
            unnamed.push((key, operation));
        }
    }
    for (key, operation) in unnamed {
        let written = operation.get("operationId").and_then(Value::as_str);
        let written = written.unwrap_or_default();
        let id = first_free(&wanted_id(key, written), |id| names.take(id));
        let what = if written.is_empty() {
            "has no operationId and is named after its method and path; write one".to_owned()
        } else if is_name(written) {
            format!("has an operationId that is taken and is called `{id}`; write another one")
        } else {
            format!(
                "has an operationId that is not a Rust name and is called `{id}`; write another one"
            )
        };
        warnings.push(key.place(), what);
        operation.insert("operationId".to_owned(), Value::String(id));
    }
}

/// Returns the id of an operation whose own one, `written`, is taken, not a name, or empty.
fn wanted_id(key: OperationKey<'_>, written: &str) -> String {
    let OperationKey { path, method } = key;
    let with_method = format!("{method} {written}");
    if is_name(written) {
        written.to_owned()
    } else if !written.to_snake_case().is_empty() && is_name(&with_method) {
        with_method.to_lower_camel_case()
    } else {
        format!("{method} {path}")
            .replace(|c: char| !c.is_ascii(), " ")
            .to_lower_camel_case()
    }
}

/// Returns whether an id is a valid method name, which excludes keywords such as `type`.
fn is_name(id: &str) -> bool {
    is_identifier(&id.to_snake_case())
}

/// The method names that are taken.
struct Names(BTreeSet<String>);

impl Names {
    fn take(&mut self, id: &str) -> bool {
        self.0.insert(id.to_snake_case())
    }
}

/// Warns about operations without `security` in a document without it: a copied operation may have lost it.
pub(super) fn inherited_security(root: &mut Value, warnings: &mut Warnings) {
    if root.get("security").is_some() {
        return;
    }
    for (key, operation) in operations(root) {
        if operation.get("security").is_none() {
            let what = "has no `security`, so it gets no token; write `security: [{token: []}]`, or `security: []`";
            warnings.push(key.place(), what);
        }
    }
}
