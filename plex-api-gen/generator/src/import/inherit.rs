//! The parts of an operation that stand in its path item or its document.

use serde_json::{Map, Value, json};

use super::closure::{self, Closure};
use super::names::{Identity, identity};
use super::references::Reference;
use super::spec::pointer;
use super::spec::{Operation, Spec, items};

/// The values that an operation of the source inherits.
#[derive(Debug)]
pub(super) struct Inheritance {
    /// Parameters of the path item that the operation does not replace, each with its place.
    parameters: Vec<(Value, String)>,
    /// `security` and `servers`, unless the operation has its own, with the values that OpenAPI defines as defaults.
    security: Option<Value>,
    servers: Option<Value>,
}

impl Inheritance {
    pub(super) fn new(source: &Spec<'_>, operation: &Operation<'_>) -> Self {
        let own = identities(source, operation.value);
        let place = pointer(&operation.item_place, "parameters");
        let shared = items(operation.item.get("parameters")).iter().enumerate();
        let parameters = shared
            .filter(|(_, parameter)| {
                identity(source, parameter).is_none_or(|found| !own.contains(&found))
            })
            .map(|(index, parameter)| (parameter.clone(), pointer(&place, &index.to_string())))
            .collect();
        let root = source.root();
        let inherited = |key: &str, value: Option<&Value>, default: Value| {
            let has_own = operation.value.get(key).is_some();
            (!has_own).then(|| value.cloned().unwrap_or(default))
        };
        let servers = operation.item.get("servers").or(root.get("servers"));
        Self {
            parameters,
            security: inherited("security", root.get("security"), json!([])),
            servers: inherited("servers", servers, default_servers()),
        }
    }

    /// The references in the inherited values.
    pub(super) fn references(
        &self,
        source: &Spec<'_>,
        problems: &mut Vec<String>,
    ) -> Vec<Reference> {
        let mut found = Vec::new();
        for (parameter, place) in &self.parameters {
            found.extend(closure::references_in(
                source, "", parameter, place, problems,
            ));
        }
        if let Some(security) = &self.security {
            let security = json!({ "security": security });
            found.extend(closure::references_in(source, "", &security, "", problems));
        }
        found
    }

    /// The operation as the target needs it: with the inherited values that the target's document would change.
    pub(super) fn written_out(
        &self,
        target: &Spec<'_>,
        operation: &Operation<'_>,
        closure: &Closure,
    ) -> Value {
        let mut copy = operation.value.as_object().cloned().unwrap_or_default();
        if !self.parameters.is_empty() {
            let inherited = self.parameters.iter().map(|(parameter, _)| parameter);
            let all = inherited.chain(items(operation.value.get("parameters")));
            let all = all.cloned().collect();
            copy.insert(String::from("parameters"), all);
        }
        let mut inherited = Map::new();
        inherited.extend(
            self.security
                .clone()
                .map(|it| (String::from("security"), it)),
        );
        inherited.extend(self.servers.clone().map(|it| (String::from("servers"), it)));
        let mut inherited = Value::Object(inherited);
        closure.rename(&mut inherited, "");
        let mut copy = Value::Object(copy);
        closure.rename(&mut copy, "");

        let root = target.root();
        let item = root
            .get("paths")
            .and_then(|paths| paths.get(operation.path));
        let servers = item.and_then(|item| item.get("servers"));
        let of_target = [
            ("security", root.get("security"), json!([])),
            (
                "servers",
                servers.or(root.get("servers")),
                default_servers(),
            ),
        ];
        for (key, value, default) in of_target {
            if let Some(wanted) = inherited.get(key)
                && *wanted != *value.unwrap_or(&default)
            {
                copy[key] = wanted.clone();
            }
        }
        copy
    }
}

/// The value of `servers` where a document has none.
fn default_servers() -> Value {
    json!([{"url": "/"}])
}

/// The places of the target's parameters that the operation would get from the path item although it does not have them.
pub(super) fn unwanted(
    source: &Spec<'_>,
    target: &Spec<'_>,
    operation: &Operation<'_>,
) -> Vec<String> {
    let mut known = identities(source, operation.value);
    known.extend(identities(source, operation.item));
    let place = pointer(&pointer("/paths", operation.path), "parameters");
    let parameters = items(target.root().pointer(&place)).iter().enumerate();
    parameters
        .filter(|(_, parameter)| {
            identity(target, parameter).is_none_or(|found| !known.contains(&found))
        })
        .map(|(index, _)| target.at(&pointer(&place, &index.to_string())))
        .collect()
}

/// The parameters of an operation or a path item.
fn identities(spec: &Spec<'_>, value: &Value) -> Vec<Identity> {
    let parameters = items(value.get("parameters")).iter();
    parameters
        .filter_map(|parameter| identity(spec, parameter))
        .collect()
}
