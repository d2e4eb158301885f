//! Copies operations from one spec into another, with every component that they refer to.
//!
//! 1. `operations`: the operations are found in the source, by operationId or by method and path. What they inherit there
//!    (`security`, `servers` and parameters) is written into the copies.
//! 2. `components` and `naming`: references are followed from the operations to the components. Whatever the target has under
//!    the same name must be equal; otherwise the copy gets another name. `globals` does the same for global parameters.
//! 3. `insert` and `write`: the new entries become YAML text at the end of their sections of the target.
//!
//! Finally the new text is read again: it must mean the target plus the copied entries.

mod components;
mod globals;
mod insert;
mod naming;
mod operations;
mod references;
mod spec;
mod write;

use std::fmt;

use serde_json::Value;

use components::{Components, checked_references};
use insert::Addition;
pub use naming::{Naming, Rename};
use spec::Spec;

use crate::document::Pointer;

/// A spec as text, and the name of its file for messages.
#[derive(Debug, Clone, Copy)]
pub struct SpecFile<'a> {
    /// The name of the file, such as `openapi/plex.yaml`.
    pub name: &'a str,
    /// The YAML or JSON text.
    pub text: &'a str,
}

/// The result of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The new text of the target. Every line of the old text is in it, unchanged and in the same order.
    pub text: String,
    /// One line for each operation and component that was added or already there.
    pub report: Vec<String>,
}

/// The reasons why operations cannot be imported.
///
/// `Display` writes one problem per line, most of them as `FILE:LINE: PROBLEM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    problems: Vec<String>,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for ImportError {}

/// Copies operations of `source` into `target`, with every component that they refer to.
///
/// Operations are named by their operationId or as `METHOD /path`. Components that the target already has are not copied
/// again. A component that is copied under another name notes where it is from in `x-imported-from`: the next import from a
/// document of the same title uses it, edited or not. Parameters that the source lists in `x-speakeasy-globals` are listed in
/// the target too, if an operation takes them. Components that only error responses refer to are left out where the target
/// has something else under their name, because no client is generated for error responses. The target must be YAML in block style where entries are added; its comments, its order and its other lines stay
/// as they are, and comments of the source are not copied.
///
/// # Errors
///
/// A file cannot be read, an operation or a component is missing, or the target has something else under the same name. The
/// error lists every problem that was found.
///
/// # Examples
///
/// ```
/// use plex_api_codegen::{Naming, SpecFile, import};
///
/// let source = "
/// paths:
///   /pong: { get: { operationId: pong, responses: { '200': { $ref: '#/components/responses/Pong' } } } }
/// components: { responses: { Pong: { description: Alive. } } }
/// ";
/// let target = "
/// paths: # every path
///   /ping:
///     get:
///       operationId: ping
/// ";
/// let source = SpecFile { name: "source.yaml", text: source };
/// let target = SpecFile { name: "target.yaml", text: target };
/// let imported = import(source, target, &[String::from("pong")], &Naming::default())?;
/// assert!(imported.text.starts_with(target.text));
/// assert_eq!(imported.report, ["operation pong: added (GET /pong)", "responses/Pong: added"]);
/// # Ok::<(), plex_api_codegen::ImportError>(())
/// ```
pub fn import(
    source: SpecFile<'_>,
    target: SpecFile<'_>,
    operations: &[String],
    naming: &Naming,
) -> Result<Imported, ImportError> {
    plan(source, target, operations, naming).map_err(|mut problems| {
        let mut seen = std::collections::BTreeSet::new();
        problems.retain(|problem| seen.insert(problem.clone()));
        ImportError { problems }
    })
}

fn plan(
    source: SpecFile<'_>,
    target: SpecFile<'_>,
    wanted: &[String],
    naming: &Naming,
) -> Result<Imported, Vec<String>> {
    let source = &Spec::read(source).map_err(|problem| vec![problem])?;
    let target = &Spec::read(target).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let operations = operations::find(source, wanted, &mut problems);
    operations::find_clashes(source, target, &operations, &mut problems);
    let (mut needed, mut errors) = (Vec::new(), Vec::new());
    for operation in &operations {
        let references = operations::all_references(source, operation, &mut problems);
        needed.extend(references.0);
        errors.extend(references.1);
    }
    let globals = globals::missing(source, target, &operations);
    for (place, global) in &globals {
        needed.extend(checked_references(source, global, place, &mut problems));
    }
    let mut components = Components::new(source, target, naming, &needed, &errors, &mut problems);

    let mut report = Vec::new();
    let mut additions = Vec::new();
    for operation in &operations {
        let (label, address) = (operation.label(), operation.address());
        report.push(format!("operation {label}: added ({address})"));
        let addition = operations::written_out(source, target, operation, &components);
        additions.push(addition);
    }
    let (list, taken) = (globals::addition(&globals, &components), &mut components);
    report.append(&mut taken.report);
    additions.append(&mut taken.additions);
    for (_, global) in &globals {
        let (kind, name) = globals::identity(source, global).unwrap_or_default();
        report.push(format!("global parameter {name} ({kind}): added"));
    }
    additions.extend(list);
    problems.extend(insert::check_sections(target, &additions).err());
    if !problems.is_empty() {
        return Err(problems);
    }
    let text = insert::insert(source, target, &additions)
        .and_then(|text| check(target, &text, &additions).map(|()| text))
        .map_err(|problem| vec![problem])?;
    Ok(Imported { text, report })
}

/// Checks that the new text means the target plus the additions.
fn check(target: &Spec<'_>, text: &str, additions: &[Addition]) -> Result<(), String> {
    let mut expected = target.root().clone();
    for addition in additions {
        let keys = addition.keys.iter();
        let place = keys.fold(&mut expected, |value, key| &mut value[key]);
        match (place, &addition.value) {
            (Value::Array(list), Value::Array(items)) => list.extend(items.iter().cloned()),
            (place, value) => *place = value.clone(),
        }
    }
    let name = target.name;
    let new = Spec::read(SpecFile { name, text })
        .map_err(|error| format!("the new text could not be read: {error}"))?;
    match difference(&expected, new.root(), Pointer::default()) {
        None => Ok(()),
        Some(place) => Err(format!(
            "{name}: the new text would mean something else at {place}; write the places around the new entries in plain \
             block style and repeat the import"
        )),
    }
}

/// Returns the place where two values differ, if they do.
fn difference(expected: &Value, found: &Value, place: Pointer) -> Option<Pointer> {
    if expected == found {
        return None;
    }
    let (Value::Object(old), Value::Object(new)) = (expected, found) else {
        return Some(place);
    };
    let mut keys = old.keys().chain(new.keys());
    let below = keys.find_map(|key| {
        let (old, new) = (old.get(key), new.get(key));
        let (old, new) = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
        difference(old, new, place.join(key))
    });
    Some(below.unwrap_or(place))
}

#[cfg(test)]
mod tests;
