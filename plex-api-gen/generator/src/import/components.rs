//! Collects the components that the operations need, and decides what they are called in the target.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::insert::Addition;
use super::naming::{self, Naming};
use super::references::{Id, Reference, Target, references};
use super::spec::Spec;
use crate::document::Pointer;

/// The components that the copied operations need.
#[derive(Debug)]
pub(super) struct Components {
    /// Those that the target lacks, by kind and by their line in the source.
    pub(super) additions: Vec<Addition>,
    /// One line for each of them and for each that the target already has.
    pub(super) report: Vec<String>,
    /// The name of each component in the target.
    names: BTreeMap<Id, String>,
}

/// The components that some references lead to.
#[derive(Default)]
struct Found {
    /// The name of each in the target, as far as nothing else has that name.
    names: BTreeMap<Id, String>,
    /// Those that are copied unless the target has an equal one, with their values.
    copied: BTreeMap<Id, Value>,
    /// Those that the target has, by their lines of the report.
    present: Vec<String>,
    /// Those that only error responses refer to.
    only_errors: BTreeSet<Id>,
}

impl Components {
    /// Follows references until no new component is found, and compares the components with those of the target. The client
    /// does not read error responses: what only `errors` lead to is left out if the target has something else of its name.
    pub(super) fn new(
        source: &Spec<'_>,
        target: &Spec<'_>,
        naming: &Naming,
        needed: &[Reference],
        errors: &[Reference],
        problems: &mut Vec<String>,
    ) -> Self {
        naming.check(problems);
        let mut left_out = BTreeSet::new();
        loop {
            let mut problems_now = Vec::new();
            let mut found = Found::default();
            found.follow(source, target, naming, &left_out, needed, &mut problems_now);
            let known: Vec<Id> = found.names.keys().cloned().collect();
            found.follow(source, target, naming, &left_out, errors, &mut problems_now);
            let new = found.names.keys().filter(|id| !known.contains(id));
            found.only_errors = new.cloned().collect();
            let unneeded = found.settle(target, naming);
            if unneeded.is_empty() {
                problems.append(&mut problems_now);
                return found.finish(source, target, naming, problems);
            }
            left_out.extend(unneeded);
        }
    }

    /// Adds a copied component, unless the target has the same. Returns the line of the report.
    fn add(
        &mut self,
        source: &Spec<'_>,
        target: &Spec<'_>,
        id: &Id,
        mut value: Value,
        problems: &mut Vec<String>,
    ) -> Option<String> {
        let new = Id::new(&id.kind, &self.names[id]);
        let place = id.place();
        match target.component(&new.kind, &new.name) {
            Some(other) if naming::is_equal(other, &value) => {
                self.report.push(format!("{new}: already there"));
                return None;
            }
            Some(_) => problems.push(format!(
                "{} and {}: {new} exists and differs; rename one of them, the copied one with --rename {}=NEW, or every such \
                 one with --prefix NAME",
                target.at(&new.place()),
                source.at(&place),
                id.name
            )),
            None => {}
        }
        let keys = vec![
            String::from("components"),
            new.kind.clone(),
            new.name.clone(),
        ];
        if let Some(other) = self.additions.iter().find(|other| other.keys == keys) {
            problems.push(format!(
                "{} and {}: both would be called {new}; choose another --rename",
                source.at(&other.place),
                source.at(&place)
            ));
        }
        let mut line = format!("{new}: added");
        if id.kind == "securitySchemes" {
            line += &format!(" ({})", scheme(source.resolve(&value)));
        }
        if new != *id {
            line += &format!(", as a copy of {}", id.name);
            naming::remember(source, id, &mut value);
        }
        self.additions.push(Addition { keys, value, place });
        Some(line)
    }

    /// Renames the references in a value to the names in the target.
    pub(super) fn rename(&self, value: &mut Value) {
        rename(&self.names, value);
    }
}

/// Describes how a security scheme sends its credential.
fn scheme(scheme: &Value) -> String {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or("?");
    match text("type") {
        "apiKey" => format!("API key in the {} {}", text("in"), text("name")),
        "http" => format!("HTTP {}", text("scheme")),
        other => other.to_owned(),
    }
}

impl Found {
    /// Adds the components that these references lead to.
    fn follow(
        &mut self,
        source: &Spec<'_>,
        target: &Spec<'_>,
        naming: &Naming,
        left_out: &BTreeSet<Id>,
        references: &[Reference],
        problems: &mut Vec<String>,
    ) {
        let mut waiting: VecDeque<Reference> = references.iter().cloned().collect();
        while let Some(reference) = waiting.pop_front() {
            let (Target::Component(id) | Target::MaybeSchema(id)) = &reference.target else {
                continue;
            };
            if self.names.contains_key(id) {
                continue;
            }
            let Some(value) = source.component(&id.kind, &id.name) else {
                if matches!(reference.target, Target::Component(_)) {
                    let place = source.at(&reference.place());
                    problems.push(format!("{place}: refers to {id}, which does not exist"));
                }
                continue;
            };
            let name = if left_out.contains(id) {
                self.present.push(format!(
                    "{id}: left out; the target has another one, and only error responses refer to it"
                ));
                id.name.clone()
            } else if let Some(name) = naming::present(source, target, id, value) {
                self.is_present(id, &name, "");
                name
            } else if let Some(name) = naming::remembered(source, target, id)
                && naming.renamed(id).is_none_or(|new| new == name)
            {
                self.is_present(id, &name, ", from an earlier import");
                name
            } else {
                let part = json!({&id.kind: {&id.name: value}});
                let place = Pointer::of(&["components"]);
                waiting.extend(checked_references(source, &part, &place, problems));
                self.copied.insert(id.clone(), value.clone());
                naming.renamed(id).unwrap_or(&id.name).to_owned()
            };
            self.names.insert(id.clone(), name);
        }
    }

    fn is_present(&mut self, id: &Id, name: &str, how: &str) {
        let ours = Id::new(&id.kind, name);
        let renamed = if *id == ours {
            String::new()
        } else {
            format!(" ({})", id.name)
        };
        self.present
            .push(format!("{ours}: already there{how}{renamed}"));
    }

    /// Gives the prefix to components whose name is taken, until no name changes. Returns the components to leave out.
    fn settle(&mut self, target: &Spec<'_>, naming: &Naming) -> Vec<Id> {
        loop {
            let clashes = self.clashes(target);
            let is_unneeded =
                |id: &&Id| self.only_errors.contains(*id) && naming.renamed(id).is_none();
            let unneeded: Vec<Id> = clashes.iter().filter(is_unneeded).cloned().collect();
            if !unneeded.is_empty() {
                return unneeded;
            }
            let mut is_settled = true;
            for id in clashes {
                if naming.renamed(&id).is_none()
                    && let Some(prefixed) = naming.prefixed(&id)
                    && self.names.get(&id) == Some(&id.name)
                {
                    self.names.insert(id, prefixed);
                    is_settled = false;
                }
            }
            if is_settled {
                return Vec::new();
            }
        }
    }

    /// Returns the copied components of whose name the target has something else.
    fn clashes(&self, target: &Spec<'_>) -> Vec<Id> {
        let clashes = |(id, value): &(&Id, &Value)| {
            let ours = target.component(&id.kind, &self.names[*id]);
            ours.is_some_and(|ours| !naming::is_equal(ours, &renamed(&self.names, value)))
        };
        let clashes = self.copied.iter().filter(clashes);
        clashes.map(|(id, _)| id.clone()).collect()
    }

    /// Turns the copied components into additions to the target.
    fn finish(
        self,
        source: &Spec<'_>,
        target: &Spec<'_>,
        naming: &Naming,
        problems: &mut Vec<String>,
    ) -> Components {
        let mut components = Components {
            additions: Vec::new(),
            report: self.present,
            names: self.names,
        };
        for naming::Rename { old, new } in &naming.renames {
            if !components
                .names
                .iter()
                .any(|(id, name)| id.name == *old && name == new)
            {
                problems.push(format!(
                    "--rename {old}={new}: no copied component is called `{old}`"
                ));
            }
        }
        let mut added = Vec::new();
        let mut copied: Vec<_> = self.copied.into_iter().collect();
        copied.sort_by_cached_key(|(id, _)| (id.kind.clone(), source.line(&id.place())));
        for (id, mut value) in copied {
            components.rename(&mut value);
            added.extend(components.add(source, target, &id, value, problems));
        }
        components.report.extend(added);
        components
    }
}

/// Returns a value with the names of the target in its references.
fn renamed(names: &BTreeMap<Id, String>, value: &Value) -> Value {
    let mut value = value.clone();
    rename(names, &mut value);
    value
}

/// Renames the references in a value to the names in the target.
fn rename(names: &BTreeMap<Id, String>, value: &mut Value) {
    // Removed first and inserted later: two components may swap their names.
    let mut renamed = Vec::new();
    for reference in references(value, &Pointer::default()) {
        let Reference {
            object,
            key,
            target,
        } = reference;
        let (Target::Component(id) | Target::MaybeSchema(id)) = &target else {
            continue;
        };
        let Some(name) = names.get(id) else {
            continue;
        };
        let members = object.get_mut(value).and_then(Value::as_object_mut);
        match members.and_then(|members| members.remove(&key)) {
            Some(Value::String(text)) => {
                let text = match target {
                    Target::MaybeSchema(_) => name.clone(),
                    _ => {
                        let old = Pointer::from(text.trim_start_matches('#'));
                        let inside = old.strip_prefix(&id.place()).unwrap_or_default();
                        let new = Id::new(&id.kind, name).place();
                        new.append(inside).to_reference()
                    }
                };
                renamed.push((object, key, Value::from(text)));
            }
            // The scopes of a security requirement.
            Some(scopes) => renamed.push((object, name.clone(), scopes)),
            None => {}
        }
    }
    for (object, key, member) in renamed {
        if let Some(Value::Object(members)) = object.get_mut(value) {
            members.insert(key, member);
        }
    }
}

/// Returns the references in a part of the source, by their lines; one that cannot be followed is a problem.
pub(super) fn checked_references(
    source: &Spec<'_>,
    part: &Value,
    place: &Pointer,
    problems: &mut Vec<String>,
) -> Vec<Reference> {
    let mut found = references(part, place);
    found.sort_by_cached_key(|reference| source.line(&reference.place()));
    for reference in &found {
        if let Target::Other(text) = &reference.target {
            problems.push(format!(
                "{}: `{text}` cannot be followed; only references to #/components/... of the same file can be copied",
                source.at(&reference.place())
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests;
