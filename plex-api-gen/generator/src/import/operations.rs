//! Finds the operations to copy, compares them with those of the target, and writes out what they inherit.

use serde_json::{Value, json};

use super::components::{Components, checked_references};
use super::globals::identity;
use super::insert::Addition;
use super::references::Reference;
use super::spec::{Operation, Spec, items};
use crate::document::{Pointer, is_success, successes};

/// The largest number of similar names in a message.
const OFFERED: usize = 6;

/// Finds the wanted operations; an unknown or ambiguous name is a problem.
pub(super) fn find<'a>(
    source: &'a Spec<'_>,
    wanted: &[String],
    problems: &mut Vec<String>,
) -> Vec<Operation<'a>> {
    let all = source.operations();
    let mut found: Vec<Operation<'_>> = Vec::new();
    for name in wanted {
        let name = name.trim();
        let is_wanted = |it: &&Operation<'_>| {
            let address = name.split_once(' ');
            let is_address = address.is_some_and(|(method, path)| {
                method.eq_ignore_ascii_case(it.method) && path.trim() == it.path
            });
            is_address || it.id() == Some(name)
        };
        let matching: Vec<_> = all.iter().filter(is_wanted).collect();
        match matching.as_slice() {
            [operation] => {
                if found.iter().all(|other| other.place() != operation.place()) {
                    found.push((*operation).clone());
                }
            }
            [] => problems.push(unknown(source, name, &all)),
            several => {
                let offered = several.iter().map(|operation| {
                    let line = source.at(&operation.place());
                    format!("'{}' ({line})", operation.address())
                });
                let offered: Vec<_> = offered.collect();
                problems.push(format!(
                    "{}: several operations have the name `{name}`; write {}",
                    source.name,
                    offered.join(" or ")
                ));
            }
        }
    }
    found
}

/// Returns the message for an unknown name, with similar ones.
fn unknown(source: &Spec<'_>, name: &str, all: &[Operation<'_>]) -> String {
    let letters = |name: &str| -> String {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(name);
    let is_similar = |name: &str| !wanted.is_empty() && letters(name).contains(&wanted);
    let mut similar: Vec<_> = all
        .iter()
        .filter(|it| it.id().is_some_and(is_similar) || is_similar(&it.address()))
        .collect();
    similar.sort_by_key(|operation| operation.label().len());
    let more = similar.len().saturating_sub(OFFERED);
    let offered = similar.iter().take(OFFERED).map(|it| match it.id() {
        Some(id) => format!("{id} ({})", it.address()),
        None => format!("'{}'", it.address()),
    });
    let offered = offered.collect::<Vec<_>>().join(", ");
    let offer = match (similar.len(), more) {
        (0, _) => String::from("no name in the file is similar"),
        (_, 0) => format!("similar names are {offered}"),
        _ => format!("similar names are {offered}, and {more} more"),
    };
    format!(
        "{}: the operation `{name}` does not exist; {offer}; write an operationId, or 'METHOD /path'",
        source.name
    )
}

/// Finds the operations that the target already has, or cannot take.
pub(super) fn find_clashes(
    source: &Spec<'_>,
    target: &Spec<'_>,
    operations: &[Operation<'_>],
    problems: &mut Vec<String>,
) {
    let theirs = target.operations();
    for (index, operation) in operations.iter().enumerate() {
        let place = source.at(&operation.place());
        let is_twin = |other: &&Operation<'_>| same_id(other, operation);
        if let Some(other) = operations[..index].iter().find(is_twin) {
            problems.push(format!(
                "{} and {place}: {} and {} have the same operationId; copy one of them",
                source.at(&other.place()),
                other.address(),
                operation.address()
            ));
        }
        let is_same =
            |it: &&Operation<'_>| it.place() == operation.place() || same_id(it, operation);
        if let Some(other) = theirs.iter().find(is_same) {
            problems.push(format!(
                "{} and {place}: operation {} ({}) already exists",
                target.at(&other.place()),
                other.label(),
                other.address()
            ));
            continue;
        }
        let path = operation.path;
        let is_alike = |it: &&Operation<'_>| it.path != path && shape(it.path) == shape(path);
        if let Some(other) = theirs.iter().find(is_alike) {
            problems.push(format!(
                "{} and {place}: {} and {path} are the same path to a server; give its variables the same names",
                target.at(&Pointer::of(&["paths", other.path])),
                other.path
            ));
        }
        let known: Vec<_> = [operation.value, operation.item]
            .into_iter()
            .flat_map(|it| items(it.get("parameters")))
            .filter_map(|parameter| identity(source, parameter))
            .collect();
        let parameters = Pointer::of(&["paths", path, "parameters"]);
        let shared = items(parameters.get(target.root())).iter().enumerate();
        for (index, parameter) in shared {
            if identity(target, parameter).is_none_or(|it| !known.contains(&it)) {
                problems.push(format!(
                    "{}: the path's parameter would also apply to {}, which does not have it; move it into the operations of \
                     the path",
                    target.at(&parameters.index(index)),
                    operation.label()
                ));
            }
        }
    }
}

fn same_id(one: &Operation<'_>, other: &Operation<'_>) -> bool {
    one.id().is_some() && one.id() == other.id()
}

/// Returns the parts of a path around its variables.
fn shape(path: &str) -> Vec<&str> {
    let parts = path.split('{');
    let parts = parts.map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect()
}

/// Returns the references in an operation and in what it inherits: those that its client needs, and those in its error
/// responses.
pub(super) fn all_references(
    source: &Spec<'_>,
    operation: &Operation<'_>,
    problems: &mut Vec<String>,
) -> (Vec<Reference>, Vec<Reference>) {
    let mut found = checked_references(source, operation.value, &operation.place(), problems);
    for (place, parameter) in inherited_parameters(source, operation) {
        found.extend(checked_references(source, parameter, &place, problems));
    }
    if operation.value.get("security").is_none() {
        let security = json!({"security": inherited(source, operation.path, "security")});
        let place = Pointer::default();
        found.extend(checked_references(source, &security, &place, problems));
    }
    let responses = operation.place().join("responses");
    let has_success = successes(operation.value).next().is_some();
    let is_error = |reference: &Reference| {
        let place = reference.object.strip_prefix(&responses);
        let status = place.and_then(|inside| Pointer::from(inside).keys().into_iter().next());
        status.is_some_and(|status| match status.as_str() {
            // Without a declared success it is the success.
            "default" => has_success,
            status => !is_success(status),
        })
    };
    found
        .into_iter()
        .partition(|reference| !is_error(reference))
}

/// Returns the parameters of an operation and those that it inherits.
pub(super) fn parameters<'a>(
    source: &Spec<'_>,
    operation: &Operation<'a>,
) -> impl Iterator<Item = &'a Value> {
    let inherited = inherited_parameters(source, operation).into_iter();
    let inherited = inherited.map(|(_, parameter)| parameter);
    inherited.chain(items(operation.value.get("parameters")))
}

/// Returns the parameters of the path item that the operation does not replace, each with its place.
fn inherited_parameters<'a>(
    source: &Spec<'_>,
    operation: &Operation<'a>,
) -> Vec<(Pointer, &'a Value)> {
    let own = items(operation.value.get("parameters"));
    let own: Vec<_> = own.iter().filter_map(|it| identity(source, it)).collect();
    let place = Pointer::of(&["paths", operation.path, "parameters"]);
    let shared = items(operation.item.get("parameters")).iter().enumerate();
    shared
        .filter(|(_, parameter)| identity(source, parameter).is_none_or(|it| !own.contains(&it)))
        .map(|(index, parameter)| (place.index(index), parameter))
        .collect()
}

/// Returns the operation as the target needs it: with the inherited values that it would not inherit there.
pub(super) fn written_out(
    source: &Spec<'_>,
    target: &Spec<'_>,
    operation: &Operation<'_>,
    components: &Components,
) -> Addition {
    let path = operation.path;
    let own = operation.value.as_object().cloned().unwrap_or_default();
    let mut copy = own.clone();
    if !inherited_parameters(source, operation).is_empty() {
        let all = parameters(source, operation);
        copy.insert(String::from("parameters"), all.cloned().collect());
    }
    for key in INHERITED {
        copy.entry(key)
            .or_insert_with(|| inherited(source, path, key));
    }
    let mut copy = Value::Object(copy);
    components.rename(&mut copy);
    if let Some(copy) = copy.as_object_mut() {
        copy.retain(|key, value| {
            let is_inherited = INHERITED.contains(&key.as_str()) && !own.contains_key(key);
            !is_inherited || *value != inherited(target, path, key)
        });
    }
    Addition {
        keys: ["paths", path, operation.method]
            .map(str::to_owned)
            .to_vec(),
        value: copy,
        place: operation.place(),
    }
}

/// The keys whose values an operation inherits from its path item or its document.
const INHERITED: [&str; 2] = ["security", "servers"];

/// Returns the value that an operation of a path inherits, perhaps OpenAPI's default.
fn inherited(spec: &Spec<'_>, path: &str, key: &str) -> Value {
    let of_item = spec.item(path).and_then(|item| item.get(key));
    let value = of_item.or(spec.root().get(key)).cloned();
    value.unwrap_or_else(|| match key {
        "servers" => json!([{"url": "/"}]),
        _ => json!([]),
    })
}

#[cfg(test)]
mod tests;
