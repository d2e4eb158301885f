//! Rules on servers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::warnings::Warnings;
use crate::document::{Pointer, operations_mut, path_items_mut};

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
pub(super) fn of_paths(root: &mut Value) {
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

/// Replaces the variables of the servers with their defaults. A variable without a default stays in the URL.
pub(super) fn variables(root: &mut Value, warnings: &mut Warnings) {
    if let Some(servers) = root.get_mut("servers") {
        with_defaults(&Pointer::of(&["servers"]), servers, warnings);
    }
    for (key, operation) in operations_mut(root) {
        if let Some(servers) = operation.get_mut("servers") {
            with_defaults(&key.place().join("servers"), servers, warnings);
        }
    }
}

fn with_defaults(place: &Pointer, servers: &mut Value, warnings: &mut Warnings) {
    for (index, server) in servers.as_array_mut().into_iter().flatten().enumerate() {
        let place = place.index(index);
        let Some(server) = server.as_object_mut() else {
            continue;
        };
        let variables = server.remove("variables").unwrap_or_default();
        let Some(Value::String(url)) = server.get_mut("url") else {
            continue;
        };
        for (name, variable) in variables.as_object().into_iter().flatten() {
            if let Some(default) = variable.get("default").and_then(Value::as_str) {
                *url = url.replace(&format!("{{{name}}}"), default);
            }
        }
        // The client only uses the first server.
        let rest = url
            .split_once('{')
            .and_then(|(_, rest)| rest.split_once('}'));
        if let (0, Some((name, _))) = (index, rest) {
            let what =
                format!("has the variable `{name}` without a default; give the client a base URL");
            warnings.push(place.join("url"), what);
        }
    }
}
