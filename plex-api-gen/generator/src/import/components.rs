//! Collects the components that the operations need, and decides what they are called in the target.

mod found;

use std::collections::{BTreeMap, BTreeSet};

use found::Found;
use serde_json::Value;

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
