//! Rules on paths and operations.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToLowerCamelCase, ToSnakeCase};
use serde_json::{Map, Value, json};

use super::{Warnings, resolve};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// A path item that is a `$ref` becomes what it refers to, and what stands beside the `$ref` is added to it.
pub(crate) fn path_items_by_reference(root: &mut Value) {
    let document = root.clone();
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        if item.get("$ref").is_some() {
            let mut whole = resolve(&document, item).clone();
            if let (Some(whole), Some(own)) = (whole.as_object_mut(), item.as_object()) {
                let own = own.iter().filter(|(key, _)| *key != "$ref");
                whole.extend(own.map(|(key, value)| (key.clone(), value.clone())));
            }
            *item = whole;
        }
    }
}

/// OPTIONS and TRACE are for browsers and proxies; the HTTP client has no method for them.
pub(super) fn methods_without_rust(root: &mut Value, warnings: &mut Warnings) {
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

/// A document that names no server means the one that it came from, which whoever uses the client has to say.
pub(super) fn no_server(root: &mut Value, warnings: &mut Warnings) {
    let Some(document) = root.as_object_mut() else {
        return;
    };
    let servers = document.get("servers").and_then(Value::as_array);
    if servers.is_none_or(Vec::is_empty) {
        let what = "names none, such as `servers: [{url: https://plex.tv/api/v2}]`; the client needs a base URL";
        warnings.push(Problem::new("/servers", what));
        document.insert("servers".to_owned(), json!([{"url": "/"}]));
    }
}

/// What a path says of the server, it says for those of its operations that say nothing of it.
pub(super) fn servers_of_a_path(root: &mut Value) {
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    let servers: BTreeMap<String, Value> = paths
        .into_iter()
        .flatten()
        .filter_map(|(path, item)| Some((path.clone(), item.as_object_mut()?.remove("servers")?)))
        .collect();
    for_each_operation(root, |path, _, operation| {
        if let (Some(servers), Some(operation)) = (servers.get(path), operation.as_object_mut()) {
            operation
                .entry("servers")
                .or_insert_with(|| servers.clone());
        }
    });
}

/// Names that the generated client has for itself.
const RESERVED: [&str; 4] = ["all", "new", "server", "transport"];

/// Every operation has an id of its own. One without is named after its method and path; of several with the same, later
/// ones are numbered.
pub(super) fn ids(root: &mut Value, warnings: &mut Warnings) {
    let mut names = Names(RESERVED.map(str::to_owned).into());
    let mut unnamed = Vec::new();
    for_each_operation(root, |path, method, operation| {
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let id = operation.get("operationId").and_then(Value::as_str);
        if !id.is_some_and(|id| makes_a_name(id) && names.take(id)) {
            unnamed.push((path.to_owned(), method.to_owned(), operation));
        }
    });
    for (path, method, operation) in unnamed {
        let place = pointer(&pointer("/paths", &path), &method);
        let written = operation.get("operationId").and_then(Value::as_str);
        let written = written.unwrap_or_default();
        let wanted = match written {
            name if makes_a_name(name) => name.to_owned(),
            other
                if !other.to_snake_case().is_empty()
                    && makes_a_name(&format!("{method} {other}")) =>
            {
                format!("{method} {other}").to_lower_camel_case()
            }
            _ => format!("{method} {path}")
                .replace(|c: char| !c.is_ascii(), " ")
                .to_lower_camel_case(),
        };
        let mut id = wanted.clone();
        let mut number = 2;
        while !names.take(&id) {
            id = format!("{wanted}{number}");
            number += 1;
        }
        let what = if written.is_empty() {
            format!("has no operationId and is called `{id}`; write one")
        } else if makes_a_name(written) {
            format!("has an operationId that is taken and is called `{id}`; write another one")
        } else {
            format!("has an operationId that makes no name and is called `{id}`; write another one")
        };
        warnings.push(Problem::new(&place, what));
        operation.insert("operationId".to_owned(), Value::String(id));
    }
}

/// Whether Rust has a name for the method; it has none for words of its own, such as `type`.
fn makes_a_name(id: &str) -> bool {
    syn::parse_str::<syn::Ident>(&id.to_snake_case()).is_ok()
}

/// The names of methods that are taken. Each may have a second form, whose name ends in `_as`.
struct Names(BTreeSet<String>);

impl Names {
    fn take(&mut self, id: &str) -> bool {
        let name = id.to_snake_case();
        let second = format!("{name}_as");
        if self.0.contains(&name) || self.0.contains(&second) {
            return false;
        }
        self.0.extend([name, second]);
        true
    }
}

/// An operation that was pasted from a document with a `security` of its own has lost it.
pub(super) fn inherited_security(root: &mut Value, warnings: &mut Warnings) {
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
