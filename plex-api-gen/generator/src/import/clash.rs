//! Compares the copied entries with what the target already has.

use super::closure::{Closure, Component};
use super::inherit;
use super::names::Names;
use super::spec::pointer;
use super::spec::{Operation, Spec};

/// Removes the components that the target has with the same value; another value under the same name is a problem.
pub(super) fn components(names: &Names<'_>, closure: &mut Closure, problems: &mut Vec<String>) {
    let (source, target) = (names.source, names.target);
    let present = &mut closure.present;
    closure.components.retain(|component| {
        let Component { kind, name, value, .. } = component;
        let Some(other) = target.component(kind, name) else {
            return true;
        };
        if value == other {
            present.push((kind.clone(), name.clone()));
            return false;
        }
        problems.push(format!(
            "{} and {}: {kind}/{name} exists and differs; rename one of them, the copied one with --rename {}=NEW",
            target.at(&pointer(&pointer("/components", kind), name)),
            source.at(&component.place),
            component.old_name
        ));
        true
    });
}

/// An operation that the target already has, or cannot take, is a problem.
pub(super) fn operations(
    source: &Spec<'_>,
    target: &Spec<'_>,
    operations: &[Operation<'_>],
    problems: &mut Vec<String>,
) {
    let theirs = target.operations();
    for operation in operations {
        let place = source.at(&operation.place);
        let same = theirs.iter().find(|other| {
            other.address() == operation.address()
                || (operation.id().is_some() && other.id() == operation.id())
        });
        if let Some(other) = same {
            problems.push(format!(
                "{} and {place}: operation {} ({}) already exists",
                target.at(&other.place),
                other.label(),
                other.address()
            ));
            continue;
        }
        let path = operation.path;
        let is_alike =
            |other: &&Operation<'_>| other.path != path && shape(other.path) == shape(path);
        if let Some(other) = theirs.iter().find(is_alike) {
            problems.push(format!(
                "{} and {place}: {} and {path} are the same path to a server; give its variables the same names",
                target.at(&pointer("/paths", other.path)),
                other.path
            ));
        }
        for line in inherit::unwanted(source, target, operation) {
            problems.push(format!(
                "{line}: the path's parameter would also apply to {}, which does not have it; move it into the operations \
                 of the path",
                operation.label()
            ));
        }
    }
    duplicate_ids(source, operations, problems);
}

fn duplicate_ids(source: &Spec<'_>, operations: &[Operation<'_>], problems: &mut Vec<String>) {
    for (index, operation) in operations.iter().enumerate() {
        let same = |other: &&Operation<'_>| other.id().is_some() && other.id() == operation.id();
        if let Some(other) = operations[..index].iter().find(same) {
            problems.push(format!(
                "{} and {}: {} and {} have the same operationId; copy one of them",
                source.at(&other.place),
                source.at(&operation.place),
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
