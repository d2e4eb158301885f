//! An operation as it is written in the target.

use serde_json::{Value, json};

use super::document::{Document, Operation};
use super::indent::STEP;
use super::inherit::{self, Inherited};
use super::slice::{self, Edit, Edits};
use super::yaml::{Data, Entry, Node, Place};

/// The lines of an operation, and what they must mean.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) lines: Vec<String>,
    pub(super) value: Value,
}

/// Copies an operation to `column`, with what it would otherwise inherit.
pub(super) fn copy(
    source: &Document,
    target: &Document,
    operation: &Operation<'_>,
    column: usize,
    edits: &Edits,
) -> Result<Copy, String> {
    let Entry { key, value } = operation.entry;
    let place = source.at(key.start.line);
    let Data::Map { flow, entries } = &value.data else {
        return Err(format!(
            "{place}: the operation is empty or an alias; write it out"
        ));
    };
    let mut extra = Vec::new();
    if let Some(servers) = inherit::servers(source, target, operation, edits) {
        extra.push(("servers", servers));
    }
    if let Some(security) = inherit::security(source, target, operation, edits) {
        extra.push(("security", security));
    }
    let parameters = inherit::parameters(source, operation);
    let meaning = meaning(value, &extra, &parameters, edits);
    let lines = if *flow {
        in_brackets(source, operation, column, &meaning, edits)?
    } else {
        let writer = Writer {
            source,
            operation,
            column,
            edits,
        };
        writer.lines(entries, &extra, &parameters)?
    };
    Ok(Copy {
        lines,
        value: meaning,
    })
}

/// What the copy must mean.
fn meaning(
    value: &Node,
    extra: &[(&str, Inherited<'_>)],
    parameters: &[&Node],
    edits: &Edits,
) -> Value {
    let mut meaning = slice::value(value, edits);
    for (key, inherited) in extra {
        meaning[*key] = match inherited {
            Inherited::Entry(_, entry) => slice::value(&entry.value, edits),
            Inherited::Default(value) => value.clone(),
        };
    }
    if !parameters.is_empty() {
        let inherited = parameters.iter().map(|node| slice::value(node, edits));
        let own = meaning["parameters"].as_array().cloned();
        meaning["parameters"] = inherited.chain(own.unwrap_or_default()).collect();
    }
    meaning
}

/// An operation in brackets stays there; what it inherits is written behind the first bracket.
fn in_brackets(
    source: &Document,
    operation: &Operation<'_>,
    column: usize,
    meaning: &Value,
    edits: &Edits,
) -> Result<Vec<String>, String> {
    let value = &operation.entry.value;
    let mut edits = edits.clone();
    let mut inside = String::from("{");
    for key in ["servers", "security", "parameters"] {
        match (value.get(key), meaning.get(key)) {
            (None, Some(value)) => inside += &format!("{key}: {value}, "),
            (Some(own), Some(all)) => add_to_list(own, all, &mut edits),
            _ => {}
        }
    }
    if inside.len() > 1 {
        replace_bracket(value, inside, &mut edits);
    }
    let slice = slice::entry(
        source,
        operation.item,
        operation.entry,
        column,
        true,
        &edits,
    )?;
    Ok(slice.lines)
}

/// Writes the items that a list in brackets lacks behind its bracket.
fn add_to_list(list: &Node, all: &Value, edits: &mut Edits) {
    let all = all.as_array().map_or(&[][..], Vec::as_slice);
    let missing = &all[..all.len().saturating_sub(list.items().len())];
    if !missing.is_empty() {
        let items: String = missing.iter().map(|item| format!("{item}, ")).collect();
        replace_bracket(list, format!("[{items}"), edits);
    }
}

fn replace_bracket(node: &Node, raw: String, edits: &mut Edits) {
    let Place { line, column } = node.start;
    let end = Place {
        line,
        column: column + 1,
    };
    let text = String::new();
    edits.insert(node.start, Edit { end, raw, text });
}

/// Writes an operation that is not in brackets.
struct Writer<'a> {
    source: &'a Document,
    operation: &'a Operation<'a>,
    column: usize,
    edits: &'a Edits,
}

impl Writer<'_> {
    fn lines(
        &self,
        entries: &[Entry],
        extra: &[(&str, Inherited<'_>)],
        parameters: &[&Node],
    ) -> Result<Vec<String>, String> {
        let Operation { item, entry, .. } = self.operation;
        let own = entry.value.get("parameters");
        let mut edits = self.edits.clone();
        let mut before = self.extra(extra)?;
        let mut items = Vec::new();
        match own {
            Some(list) if list.is_flow() && !parameters.is_empty() => {
                let value = |node: &&Node| slice::value(node, self.edits);
                let mut all: Vec<_> = parameters.iter().map(value).collect();
                all.extend(list.items().iter().map(|item| value(&item)));
                add_to_list(list, &json!(all), &mut edits);
            }
            Some(_) => items = self.parameters(parameters)?,
            None if parameters.is_empty() => {}
            None => {
                before.push(self.indented("parameters:"));
                before.extend(self.parameters(parameters)?);
            }
        }
        let slice = slice::entry(self.source, item, entry, self.column, true, &edits)?;
        let mut lines = slice.lines;
        // From below, so that the places above stay.
        if !items.is_empty()
            && let Some(own) = entry.value.entry("parameters")
        {
            let index = own.key.start.line + 1 - slice.first;
            lines.splice(index..index, items);
        }
        let next = entries
            .iter()
            .find(|entry| ["parameters", "requestBody", "responses"].contains(&entry.name()));
        let index = next.map_or(lines.len(), |next| {
            slice::first_line(self.source, next) - slice.first
        });
        lines.splice(index..index, before);
        Ok(lines)
    }

    fn extra(&self, extra: &[(&str, Inherited<'_>)]) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        for (key, inherited) in extra {
            match inherited {
                Inherited::Entry(parent, entry) => {
                    let column = self.column + STEP;
                    let slice =
                        slice::entry(self.source, parent, entry, column, false, self.edits)?;
                    lines.extend(slice.lines);
                }
                Inherited::Default(value) => lines.push(self.indented(&format!("{key}: {value}"))),
            }
        }
        Ok(lines)
    }

    /// The path item's parameters as items of the operation's list.
    fn parameters(&self, parameters: &[&Node]) -> Result<Vec<String>, String> {
        let Some(list) = self.operation.item.get("parameters") else {
            return Ok(Vec::new());
        };
        let column = self.column + STEP + STEP;
        let mut lines = Vec::new();
        for parameter in parameters {
            let slice = slice::item(self.source, list, parameter, column, self.edits)?;
            lines.extend(slice.lines);
        }
        Ok(lines)
    }

    fn indented(&self, text: &str) -> String {
        " ".repeat(self.column + STEP) + text
    }
}
