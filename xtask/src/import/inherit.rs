//! What an operation gets from its path item and its document, and must bring along when it leaves them.

use serde_json::{Value, json};

use super::document::{Document, Operation};
use super::names::identity;
use super::references::{self, Reference};
use super::slice::{self, Edits};
use super::yaml::{Entry, Node};

/// A value that must be written on the operation, because the target's would be another.
#[derive(Debug)]
pub(super) enum Inherited<'a> {
    /// An entry of this map of the source.
    Entry(&'a Node, &'a Entry),
    /// What OpenAPI takes where the source says nothing.
    Default(Value),
}

/// The references in what the operation would inherit.
pub(super) fn references<'a>(
    source: &'a Document,
    operation: &Operation<'a>,
    problems: &mut Vec<String>,
) -> Vec<Reference<'a>> {
    let mut found = Vec::new();
    for parameter in parameters(source, operation) {
        found.extend(references::all(source, parameter, problems));
    }
    if operation.entry.value.entry("security").is_none()
        && let Some(security) = source.root.get("security")
    {
        found.extend(references::schemes(security));
    }
    found
}

/// The parameters of the path item that the operation does not replace by its own.
pub(super) fn parameters<'a>(source: &'a Document, operation: &Operation<'a>) -> Vec<&'a Node> {
    let list = |node: &'a Node| node.get("parameters").map_or(&[][..], Node::items);
    let own: Vec<_> = list(&operation.entry.value)
        .iter()
        .filter_map(|parameter| identity(source, parameter))
        .collect();
    let is_new =
        |parameter: &&Node| identity(source, parameter).is_none_or(|found| !own.contains(&found));
    list(operation.item).iter().filter(is_new).collect()
}

/// The `security` to write out, if any.
pub(super) fn security<'a>(
    source: &'a Document,
    target: &Document,
    operation: &Operation<'a>,
    edits: &Edits,
) -> Option<Inherited<'a>> {
    let theirs = source.root.entry("security").map(|it| (&source.root, it));
    let ours = target.root.get("security");
    written(operation, "security", theirs, ours, &json!([]), edits)
}

/// The `servers` to write out, if any.
pub(super) fn servers<'a>(
    source: &'a Document,
    target: &Document,
    operation: &Operation<'a>,
    edits: &Edits,
) -> Option<Inherited<'a>> {
    let of = |node: &'a Node| node.entry("servers").map(|entry| (node, entry));
    let theirs = of(operation.item).or_else(|| of(&source.root));
    let item = target.root.get("paths");
    let item = item.and_then(|paths| paths.get(operation.path.name()));
    let ours = item
        .and_then(|item| item.get("servers"))
        .or_else(|| target.root.get("servers"));
    written(
        operation,
        "servers",
        theirs,
        ours,
        &json!([{"url": "/"}]),
        edits,
    )
}

fn written<'a>(
    operation: &Operation<'a>,
    key: &str,
    theirs: Option<(&'a Node, &'a Entry)>,
    ours: Option<&Node>,
    default: &Value,
    edits: &Edits,
) -> Option<Inherited<'a>> {
    if operation.entry.value.entry(key).is_some() {
        return None;
    }
    let their_value = theirs.map(|(_, entry)| slice::value(&entry.value, edits));
    let our_value = ours.map(|node| slice::value(node, &Edits::new()));
    if their_value.as_ref().unwrap_or(default) == our_value.as_ref().unwrap_or(default) {
        return None;
    }
    Some(match theirs {
        Some((parent, entry)) => Inherited::Entry(parent, entry),
        None => Inherited::Default(default.clone()),
    })
}

/// Parameters of the target's path item that the operation would get although it never had them.
pub(super) fn strangers(
    source: &Document,
    target: &Document,
    operation: &Operation<'_>,
    item: &Node,
) -> Vec<String> {
    let own = operation.entry.value.get("parameters");
    let own = own.map_or(&[][..], Node::items).iter();
    let inherited = parameters(source, operation);
    let known: Vec<_> = own
        .chain(inherited)
        .filter_map(|parameter| identity(source, parameter))
        .collect();
    let theirs = item.get("parameters").map_or(&[][..], Node::items).iter();
    theirs
        .filter(|parameter| identity(target, parameter).is_none_or(|found| !known.contains(&found)))
        .map(|parameter| target.at(parameter.start.line))
        .collect()
}
