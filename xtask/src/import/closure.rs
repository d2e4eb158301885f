//! Everything that the wanted operations need.

use std::collections::{BTreeMap, VecDeque};

use super::names::{Fate, Names};
use super::references::{self, Reference};
use super::slice::{self, Edits};
use super::yaml::Entry;

/// A component to copy, and its name in the copy.
#[derive(Debug)]
pub(super) struct Component<'a> {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) entry: &'a Entry,
}

/// The components to copy, in the order of their file, and the names that the copy writes differently.
#[derive(Debug, Default)]
pub(super) struct Closure<'a> {
    pub(super) components: Vec<Component<'a>>,
    pub(super) edits: Edits,
    /// What the copy uses and the target already has: kind and name.
    pub(super) ours: Vec<(String, String)>,
}

/// Follows references until there is nothing new.
pub(super) fn close<'a>(
    names: &Names<'a>,
    references: Vec<Reference<'a>>,
    problems: &mut Vec<String>,
) -> Closure<'a> {
    let source = names.source;
    let mut closure = Closure::default();
    // The name in the copy of each component that was met; nothing if it does not exist.
    let mut met: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    let mut waiting = VecDeque::from(references);
    while let Some(reference) = waiting.pop_front() {
        let key = (reference.kind.clone(), reference.name.clone());
        if !met.contains_key(&key) {
            let (kind, name) = (&reference.kind, &reference.name);
            let component = source.component(kind, name);
            let new = component.map(|entry| match names.fate(kind, name, &entry.value) {
                Fate::Ours(name) => {
                    closure.ours.push((kind.clone(), name.clone()));
                    name
                }
                Fate::Copied(name) => {
                    let more = references::of_component(source, kind, &entry.value, problems);
                    waiting.extend(more);
                    let (kind, copied) = (kind.clone(), name.clone());
                    closure.components.push(Component {
                        kind,
                        name: copied,
                        entry,
                    });
                    name
                }
            });
            if new.is_none() && !reference.is_guess() {
                problems.push(format!(
                    "{}: refers to {kind}/{name}, which the file does not have",
                    source.at(reference.line())
                ));
            }
            met.insert(key.clone(), new);
        }
        if let Some(Some(new)) = met.get(&key)
            && *new != reference.name
            && let Err(problem) = reference.rename(source, new, &mut closure.edits)
        {
            problems.push(problem);
        }
    }
    rename_keys(&mut closure, names);
    check_names(&closure, names, problems);
    let line = |component: &Component<'_>| component.entry.key.start;
    closure.components.sort_by_key(line);
    closure
}

/// Writes the new names of the components where they are defined.
fn rename_keys(closure: &mut Closure<'_>, names: &Names<'_>) {
    for component in &closure.components {
        let key = &component.entry.key;
        if component.name != component.entry.name() {
            let written = names.source.text(key.start, key.end);
            let quote = written.chars().next().filter(|c| "'\"".contains(*c));
            let quote = quote.map(String::from).unwrap_or_default();
            let edit = slice::Edit {
                end: key.end,
                raw: format!("{quote}{}{quote}", component.name),
                text: component.name.clone(),
            };
            closure.edits.insert(key.start, edit);
        }
    }
}

/// A rename must rename something, and no two components may get one name.
fn check_names(closure: &Closure<'_>, names: &Names<'_>, problems: &mut Vec<String>) {
    for rename in names.renames {
        let is_used = |component: &Component<'_>| component.entry.name() == rename.old;
        if !closure.components.iter().any(is_used) {
            problems.push(format!(
                "--rename {}={}: nothing that is copied is called `{}`",
                rename.old, rename.new, rename.old
            ));
        }
    }
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for component in &closure.components {
        let line = component.entry.key.start.line;
        let (kind, name) = (component.kind.as_str(), component.name.as_str());
        if let Some(other) = first.insert((kind, name), line) {
            problems.push(format!(
                "{} and {}: both would be called {kind}/{name}; choose another --rename",
                names.source.at(other),
                names.source.at(line)
            ));
        }
    }
}
