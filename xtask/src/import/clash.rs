//! What the target already has: the same, which is not copied again, or something else under the same name.

use super::closure::{Closure, Component};
use super::document::{Document, Operation};
use super::inherit;
use super::insert;
use super::slice::{self, Edits};

/// Takes out of the closure what the target has just so; what it has differently is a problem.
pub(super) fn components(
    source: &Document,
    target: &Document,
    closure: &mut Closure<'_>,
    problems: &mut Vec<String>,
) {
    let (edits, ours) = (&closure.edits, &mut closure.ours);
    closure.components.retain(|component| {
        let Component { kind, name, entry } = component;
        let Some(other) = target.component(kind, name) else {
            return true;
        };
        if slice::value(&entry.value, edits) == slice::value(&other.value, &Edits::new()) {
            ours.push((kind.clone(), name.clone()));
            return false;
        }
        problems.push(format!(
            "{} and {}: {kind}/{name} is there and differs; rename one of them, the copied one with --rename {}=NEW",
            target.at(other.key.start.line),
            source.at(entry.key.start.line),
            entry.name()
        ));
        true
    });
}

/// An operation that the target has, or for which it has no room, is a problem.
pub(super) fn operations(
    source: &Document,
    target: &Document,
    operations: &[Operation<'_>],
    problems: &mut Vec<String>,
) {
    let theirs = target.operations();
    for operation in operations {
        let place = source.at(operation.entry.key.start.line);
        let same = theirs.iter().find(|other| {
            other.address() == operation.address()
                || (operation.id().is_some() && other.id() == operation.id())
        });
        if let Some(other) = same {
            problems.push(format!(
                "{} and {place}: operation {} ({}) is already there",
                target.at(other.entry.key.start.line),
                other.label(),
                other.address()
            ));
            continue;
        }
        let path = operation.path.name();
        let alike = |other: &&Operation<'_>| {
            other.path.name() != path && shape(other.path.name()) == shape(path)
        };
        if let Some(other) = theirs.iter().find(alike) {
            problems.push(format!(
                "{} and {place}: {} and {path} are one path to a server; give its variables the same names",
                target.at(other.path.key.start.line),
                other.path.name()
            ));
        }
        match insert::existing(target, path) {
            Err(problem) => problems.push(problem),
            Ok(None) => {}
            Ok(Some((item, _))) => {
                for line in inherit::strangers(source, target, operation, item) {
                    problems.push(format!(
                        "{line}: the path's parameter would also be one of {}, which does not have it; move it into the \
                         operations of the path",
                        operation.label()
                    ));
                }
            }
        }
    }
    same_id_twice(source, operations, problems);
}

fn same_id_twice(source: &Document, operations: &[Operation<'_>], problems: &mut Vec<String>) {
    for (index, operation) in operations.iter().enumerate() {
        let same = |other: &&Operation<'_>| other.id().is_some() && other.id() == operation.id();
        if let Some(other) = operations[..index].iter().find(same) {
            problems.push(format!(
                "{} and {}: {} and {} have the same operationId; copy one of them",
                source.at(other.entry.key.start.line),
                source.at(operation.entry.key.start.line),
                other.address(),
                operation.address()
            ));
        }
    }
}

/// A path without the names of its variables.
fn shape(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|c| {
            let keep = !inside || *c == '}';
            inside = (inside || *c == '{') && *c != '}';
            keep
        })
        .collect()
}
