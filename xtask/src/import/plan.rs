//! From the two files and the names to the new text.

use std::collections::BTreeMap;

use super::check::{self, Added};
use super::clash;
use super::closure::{self, Closure};
use super::document::{Document, Operation};
use super::inherit;
use super::insert::{self, Insertions};
use super::names::{Names, Rename};
use super::operation;
use super::references;
use super::slice;
use super::wanted;

/// The new text of the target, and what to tell of it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) text: String,
    pub(super) report: Vec<String>,
}

/// Plans the copy of operations; nothing comes of it unless all of it is possible.
pub(super) fn plan(
    source: &Document,
    target: &Document,
    wanted: &[String],
    renames: &[Rename],
) -> Result<Plan, Vec<String>> {
    let mut problems = Vec::new();
    let operations = wanted::find(source, wanted, &mut problems);
    clash::operations(source, target, &operations, &mut problems);
    let mut references = Vec::new();
    for operation in &operations {
        let own = references::all(source, &operation.entry.value, &mut problems);
        references.extend(own);
        references.extend(inherit::references(source, operation, &mut problems));
    }
    let names = Names::new(source, target, renames);
    let mut closure = closure::close(&names, references, &mut problems);
    clash::components(source, target, &mut closure, &mut problems);
    let mut copy = Copy {
        source,
        target,
        closure: &closure,
        insertions: Insertions::new(target),
        added: Vec::new(),
        report: Vec::new(),
    };
    copy.operations(&operations, &mut problems);
    copy.components(&mut problems);
    if problems.is_empty() {
        copy.finish().map_err(|problem| vec![problem])
    } else {
        let mut seen = std::collections::BTreeSet::new();
        problems.retain(|problem| seen.insert(problem.clone()));
        Err(problems)
    }
}

struct Copy<'a> {
    source: &'a Document,
    target: &'a Document,
    closure: &'a Closure<'a>,
    insertions: Insertions<'a>,
    added: Vec<Added>,
    report: Vec<String>,
}

impl Copy<'_> {
    fn operations(&mut self, operations: &[Operation<'_>], problems: &mut Vec<String>) {
        // A new path is written once, whatever the order in which its operations are wanted.
        let mut new_paths: Vec<&str> = Vec::new();
        let mut by_path: BTreeMap<&str, Vec<&Operation<'_>>> = BTreeMap::new();
        for operation in operations {
            let path = operation.path.name();
            by_path.entry(path).or_default().push(operation);
            if !new_paths.contains(&path) {
                new_paths.push(path);
            }
        }
        for path in new_paths {
            let operations = by_path.remove(path).unwrap_or_default();
            if let Err(problem) = self.path(path, &operations) {
                problems.push(problem);
            }
        }
    }

    fn path(&mut self, path: &str, operations: &[&Operation<'_>]) -> Result<(), String> {
        if let Some((_, room)) = insert::existing(self.target, path)? {
            for operation in operations {
                let lines = self.operation(operation, room.column)?;
                self.insertions.add(room, lines);
            }
            return Ok(());
        }
        let paths = self.target.root.entry("paths");
        let room = paths.map(|paths| insert::room(self.target, paths));
        let room = room.transpose()?;
        let column = room.map_or(super::indent::STEP, |room| room.column);
        let mut lines = Vec::new();
        for operation in operations {
            lines.extend(self.operation(operation, column + super::indent::STEP)?);
        }
        let key = operations.first().map(|operation| &operation.path.key);
        let name = key.map_or_else(
            || path.to_owned(),
            |key| self.source.text(key.start, key.end),
        );
        let mut lines = insert::path_item(&name, column, lines);
        match room {
            Some(room) => self.insertions.add(room, lines),
            None => {
                lines.insert(0, String::from("paths:"));
                self.insertions.at_end(lines);
            }
        }
        Ok(())
    }

    fn operation(
        &mut self,
        operation: &Operation<'_>,
        column: usize,
    ) -> Result<Vec<String>, String> {
        let edits = &self.closure.edits;
        let copy = operation::copy(self.source, self.target, operation, column, edits)?;
        let keys = ["paths", operation.path.name(), operation.entry.name()];
        self.added
            .push((keys.map(str::to_owned).to_vec(), copy.value));
        self.report.push(format!(
            "operation {}: added ({})",
            operation.label(),
            operation.address()
        ));
        Ok(copy.lines)
    }

    fn components(&mut self, problems: &mut Vec<String>) {
        let closure = self.closure;
        for (kind, name) in &closure.ours {
            self.report.push(format!("{kind}/{name}: already there"));
        }
        for component in &closure.components {
            if let Err(problem) = self.component(component) {
                problems.push(problem);
            }
        }
    }

    fn component(&mut self, component: &closure::Component<'_>) -> Result<(), String> {
        let closure::Component { kind, name, entry } = component;
        let edits = &self.closure.edits;
        let Some(section) = self
            .source
            .root
            .get("components")
            .and_then(|it| it.get(kind))
        else {
            return Ok(());
        };
        let column = self.insertions.component_column(kind)?;
        let slice = slice::entry(self.source, section, entry, column, true, edits)?;
        self.insertions.component(kind, slice.lines)?;
        let keys = ["components", kind, name];
        let value = slice::value(&entry.value, edits);
        self.added.push((keys.map(str::to_owned).to_vec(), value));
        self.report.push(format!("{kind}/{name}: added"));
        Ok(())
    }

    fn finish(self) -> Result<Plan, String> {
        let text = self.insertions.text()?;
        check::check(self.target, &text, &self.added)?;
        Ok(Plan {
            text,
            report: self.report,
        })
    }
}

#[cfg(test)]
mod tests;
