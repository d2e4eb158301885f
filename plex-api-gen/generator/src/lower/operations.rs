//! Rules on paths and operations.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToLowerCamelCase, ToSnakeCase};
use serde_json::{Value, json};

use super::warnings::Warnings;
use crate::document::{OperationKey, Pointer, operations, operations_mut, path_items_mut};
use crate::names::first_free;

/// Removes OPTIONS and TRACE, for which the HTTP client has no methods.
pub(super) fn unsupported_methods(root: &mut Value, warnings: &mut Warnings) {
    for (path, item) in path_items_mut(root) {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in ["options", "trace"] {
            if item.remove(method).is_some() {
                let what = "is left out: the client has no such method";
                warnings.push(Pointer::of(&["paths", path, method]), what);
            }
        }
    }
}

/// Uses the base URL `/` where the spec names no server: the caller has to configure one.
pub(super) fn no_server(root: &mut Value, warnings: &mut Warnings) {
    let Some(document) = root.as_object_mut() else {
        return;
    };
    let servers = document.get("servers").and_then(Value::as_array);
    if servers.is_none_or(Vec::is_empty) {
        let what = "is empty, so the client needs a base URL; write `servers: [{url: https://plex.tv/api/v2}]`";
        warnings.push("/servers", what);
        document.insert("servers".to_owned(), json!([{"url": "/"}]));
    }
}

/// Moves the `servers` of a path item to its operations without `servers`.
pub(super) fn path_servers(root: &mut Value) {
    let servers: BTreeMap<String, Value> = path_items_mut(root)
        .filter_map(|(path, item)| Some((path.clone(), item.as_object_mut()?.remove("servers")?)))
        .collect();
    for (key, operation) in operations_mut(root) {
        if let (Some(servers), Some(operation)) = (servers.get(key.path), operation.as_object_mut())
        {
            operation
                .entry("servers")
                .or_insert_with(|| servers.clone());
        }
    }
}

/// Names that the generated client uses itself.
const RESERVED: [&str; 4] = ["all", "new", "server", "transport"];

/// Gives every operation a unique id. An operation without one is named after its method and path; of several with the
/// same id, later ones are numbered.
pub(super) fn ids(root: &mut Value, warnings: &mut Warnings) {
    let mut names = Names(RESERVED.map(str::to_owned).into());
    let mut unnamed = Vec::new();
    for (key, operation) in operations_mut(root) {
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
            format!("has no operationId and is called `{id}`; write one")
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
    syn::parse_str::<syn::Ident>(&id.to_snake_case()).is_ok()
}

/// The method names that are taken. Each method can have a variant whose name ends in `_as`.
struct Names(BTreeSet<String>);

impl Names {
    fn take(&mut self, id: &str) -> bool {
        let name = id.to_snake_case();
        let variant = format!("{name}_as");
        if self.0.contains(&name) || self.0.contains(&variant) {
            return false;
        }
        self.0.extend([name, variant]);
        true
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
