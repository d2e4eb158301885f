//! Rules on paths and operations.

use std::collections::BTreeSet;

use heck::{ToLowerCamelCase, ToSnakeCase};
use serde_json::{Map, Value};

use super::resolve;
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// A path item that is a `$ref` becomes what it refers to.
pub(super) fn path_items_by_reference(root: &mut Value) {
    let document = root.clone();
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        if item.get("$ref").is_some() {
            *item = resolve(&document, item).clone();
        }
    }
}

/// OPTIONS and TRACE are for browsers and proxies; the HTTP client has no method for them.
pub(super) fn methods_without_rust(root: &mut Value, warnings: &mut Vec<Problem>) {
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in ["options", "trace"] {
            if item.remove(method).is_some() {
                let place = pointer(&pointer("/paths", path), method);
                warnings.push(Problem::new(
                    &place,
                    "is left out: no client sends this method",
                ));
            }
        }
    }
}

/// Names that the generated client has for itself.
const RESERVED: [&str; 2] = ["new", "transport"];

/// Every operation has an id of its own. One without is named after its method and path; of several with the same, later
/// ones are numbered.
pub(super) fn ids(root: &mut Value, warnings: &mut Vec<Problem>) {
    let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
    for_each_operation(root, |path, method, operation| {
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let place = pointer(&pointer("/paths", path), method);
        let written = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut id = written.clone();
        if id.to_snake_case().is_empty() {
            id = format!("{method} {path}").to_lower_camel_case();
        }
        let wanted = id.clone();
        let mut number = 2;
        while !taken.insert(id.to_snake_case()) {
            id = format!("{wanted}{number}");
            number += 1;
        }
        if id != written {
            let what = if written.is_empty() {
                format!("has no operationId and is called `{id}`; write one")
            } else {
                format!("has an operationId that is taken and is called `{id}`; write another one")
            };
            warnings.push(Problem::new(&place, what));
            operation.insert("operationId".to_owned(), Value::String(id));
        }
    });
}

/// An operation that was pasted from a document with a `security` of its own has lost it.
pub(super) fn inherited_security(root: &mut Value, warnings: &mut Vec<Problem>) {
    if root.get("security").is_some() {
        return;
    }
    for_each_operation(root, |path, method, operation| {
        if operation.get("security").is_none() {
            let place = pointer(&pointer("/paths", path), method);
            let what = "has no `security`, so it gets no token; write `security: [{token: []}]`, or `security: []`";
            warnings.push(Problem::new(&place, what));
        }
    });
}
