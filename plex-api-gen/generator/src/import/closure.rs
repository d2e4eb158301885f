//! Follows references from the operations to every component that they need.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::names::{Fate, Names};
use super::references::{self, Reference, Target};
use super::spec::Spec;
use super::spec::pointer;

/// A component to copy.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) kind: String,
    /// Its name in the source.
    pub(super) old_name: String,
    /// Its name in the target.
    pub(super) name: String,
    /// Its JSON pointer in the source.
    pub(super) place: String,
    /// Its value in the target, where its references have new names.
    pub(super) value: Value,
}

#[derive(Debug, Default)]
pub(super) struct Closure {
    /// The components to copy, by kind and by their line in the source.
    pub(super) components: Vec<Component>,
    /// The needed components that the target already has: kind and name.
    pub(super) present: Vec<(String, String)>,
    /// The name in the target of each needed component of the source, by kind and name.
    names: BTreeMap<(String, String), String>,
}

impl Closure {
    /// Follows references until no new component is found.
    pub(super) fn new(
        names: &Names<'_>,
        references: Vec<Reference>,
        problems: &mut Vec<String>,
    ) -> Self {
        let source = names.source;
        let mut closure = Self::default();
        let mut waiting = VecDeque::from(references);
        while let Some(Reference { target, place }) = waiting.pop_front() {
            let (kind, name, is_certain) = match target {
                Target::Component(kind, name) => (kind, name, true),
                Target::MaybeSchema(name) => (String::from("schemas"), name, false),
                Target::Other(_) => continue,
            };
            if closure.names.contains_key(&(kind.clone(), name.clone())) {
                continue;
            }
            let Some(value) = source.component(&kind, &name) else {
                if is_certain {
                    problems.push(format!(
                        "{}: refers to {kind}/{name}, which does not exist",
                        source.at(&place)
                    ));
                }
                continue;
            };
            let new_name = match names.fate(&kind, &name, value) {
                Fate::Present(name) => {
                    closure.present.push((kind.clone(), name.clone()));
                    name
                }
                Fate::Copied(new_name) => {
                    let place = pointer(&pointer("/components", &kind), &name);
                    waiting.extend(references_in(source, &kind, value, &place, problems));
                    closure.components.push(Component {
                        kind: kind.clone(),
                        old_name: name.clone(),
                        name: new_name.clone(),
                        place,
                        value: value.clone(),
                    });
                    new_name
                }
            };
            closure.names.insert((kind, name), new_name);
        }
        check_names(&closure.components, names, problems);
        let mut components = std::mem::take(&mut closure.components);
        for component in &mut components {
            closure.rename(&mut component.value, &component.kind);
        }
        components.sort_by_cached_key(|it| (it.kind.clone(), source.line(&it.place)));
        closure.components = components;
        closure
    }

    /// Gives the references in a value the names of the target.
    pub(super) fn rename(&self, value: &mut Value, kind: &str) {
        references::visit(value, "", kind, &mut |reference| match reference.target {
            Target::Component(kind, name) => self.names.get(&(kind, name)).cloned(),
            Target::MaybeSchema(name) => self.names.get(&(String::from("schemas"), name)).cloned(),
            Target::Other(_) => None,
        });
    }
}

/// The references in a component of a kind, or in a part of an operation, in the order of their lines.
pub(super) fn references_in(
    source: &Spec<'_>,
    kind: &str,
    value: &Value,
    place: &str,
    problems: &mut Vec<String>,
) -> Vec<Reference> {
    let mut found = Vec::new();
    references::visit(&mut value.clone(), place, kind, &mut |reference| {
        found.push(reference);
        None
    });
    found.sort_by_key(|reference| source.line(&reference.place));
    for Reference { target, place } in &found {
        if let Target::Other(text) = target {
            problems.push(format!(
                "{}: `{text}` cannot be followed; only references to #/components/... of the same file can be copied",
                source.at(place)
            ));
        }
    }
    found
}

/// Every rename must apply to a component, and no two components may get the same name.
fn check_names(components: &[Component], names: &Names<'_>, problems: &mut Vec<String>) {
    for rename in names.renames {
        if !components.iter().any(|it| it.old_name == rename.old) {
            problems.push(format!(
                "--rename {}={}: no copied component is called `{}`",
                rename.old, rename.new, rename.old
            ));
        }
    }
    let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for Component {
        kind, name, place, ..
    } in components
    {
        if let Some(other) = first.insert((kind, name), place) {
            problems.push(format!(
                "{} and {}: both would be called {kind}/{name}; choose another --rename",
                names.source.at(other),
                names.source.at(place)
            ));
        }
    }
}
