//! Collects the components that the operations need, and decides what they are called in the target.

use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;

use serde_json::{Value, json};

use super::insert::Addition;
use super::references::{Id, Reference, Target, references};
use super::spec::{Spec, entries, items};
use crate::document::keywords::GLOBALS;
use crate::document::{Pointer, parameter_key};

/// A copied component that gets another name. It is parsed from `OLD=NEW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    old: String,
    new: String,
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (old, new) = text
            .split_once('=')
            .ok_or_else(|| String::from("write OLD=NEW"))?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if old.is_empty() || new.is_empty() || !new.chars().all(allowed) {
            return Err(String::from(
                "a name consists of letters, digits, dots, dashes and underscores",
            ));
        }
        Ok(Self {
            old: old.to_owned(),
            new: new.to_owned(),
        })
    }
}

/// The components that the copied operations need.
#[derive(Debug)]
pub(super) struct Components {
    /// Those that the target lacks, by kind and by their line in the source.
    pub(super) additions: Vec<Addition>,
    /// Those that the target already has.
    pub(super) present: Vec<Id>,
    /// The name of each component in the target.
    names: BTreeMap<Id, String>,
}

impl Components {
    /// Follows references until no new component is found, and compares the components with those of the target.
    pub(super) fn new(
        source: &Spec<'_>,
        target: &Spec<'_>,
        renames: &[Rename],
        references: Vec<Reference>,
        problems: &mut Vec<String>,
    ) -> Self {
        let mut components = Self {
            additions: Vec::new(),
            present: Vec::new(),
            names: BTreeMap::new(),
        };
        // The copied components, as in `components` of the source.
        let mut copies = json!({});
        let mut copied = Vec::new();
        let mut waiting = VecDeque::from(references);
        while let Some(reference) = waiting.pop_front() {
            let (Target::Component(id) | Target::MaybeSchema(id)) = &reference.target else {
                continue;
            };
            if components.names.contains_key(id) {
                continue;
            }
            let Some(value) = source.component(&id.kind, &id.name) else {
                if matches!(reference.target, Target::Component(_)) {
                    let place = source.at(&reference.place());
                    problems.push(format!("{place}: refers to {id}, which does not exist"));
                }
                continue;
            };
            let name = match present_name(source, target, id, value) {
                Some(name) => {
                    components.present.push(Id::new(&id.kind, &name));
                    name
                }
                None => {
                    let part = json!({&id.kind: {&id.name: value}});
                    let place = Pointer::of(&["components"]);
                    waiting.extend(checked_references(source, &part, &place, problems));
                    copies[&id.kind][&id.name] = value.clone();
                    copied.push(id.clone());
                    let rename = renames.iter().find(|rename| rename.old == id.name);
                    rename.map_or(&id.name, |rename| &rename.new).clone()
                }
            };
            components.names.insert(id.clone(), name);
        }
        for Rename { old, new } in renames {
            if !copied.iter().any(|id| id.name == *old) {
                problems.push(format!(
                    "--rename {old}={new}: no copied component is called `{old}`"
                ));
            }
        }
        components.rename(&mut copies);
        copied.sort_by_cached_key(|id| (id.kind.clone(), source.line(&id.place())));
        for id in copied {
            let value = copies[&id.kind][&id.name].take();
            components.add(source, target, &id, value, problems);
        }
        components
    }

    /// Adds a copied component, unless the target has the same.
    fn add(
        &mut self,
        source: &Spec<'_>,
        target: &Spec<'_>,
        id: &Id,
        value: Value,
        problems: &mut Vec<String>,
    ) {
        let new = Id::new(&id.kind, &self.names[id]);
        let place = id.place();
        match target.component(&new.kind, &new.name) {
            Some(other) if *other == value => {
                self.present.push(new);
                return;
            }
            Some(_) => problems.push(format!(
                "{} and {}: {new} exists and differs; rename one of them, the copied one with --rename {}=NEW",
                target.at(&new.place()),
                source.at(&place),
                id.name
            )),
            None => {}
        }
        let keys = [
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
        self.additions.push(Addition { keys, value, place });
    }

    /// Renames the references in a value to the names in the target.
    pub(super) fn rename(&self, value: &mut Value) {
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
            let Some(name) = self.names.get(id) else {
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

/// Returns the target's name for a parameter that both files list as global, or for an API key in the same place.
fn present_name(
    source: &Spec<'_>,
    target: &Spec<'_>,
    id: &Id,
    component: &Value,
) -> Option<String> {
    let wanted = identity(source, component)?;
    let is_same = |spec: &Spec<'_>, other: &Value| identity(spec, other).as_ref() == Some(&wanted);
    let ours = target.root().get("components")?.get(&id.kind);
    let same = entries(ours).filter(|(_, other)| is_same(target, other));
    match id.kind.as_str() {
        "parameters" => {
            globals(source).iter().find(|it| is_same(source, it))?;
            let listed = globals(target).iter().find(|it| is_same(target, it))?;
            let listed = listed.get("$ref").and_then(Value::as_str);
            let listed = listed.and_then(|it| it.strip_prefix("#/components/parameters/"));
            listed
                .or_else(|| Some(same.into_iter().next()?.0))
                .map(str::to_owned)
        }
        "securitySchemes" => {
            let place = |name| Id::new(&id.kind, name).place();
            let first = same.min_by_key(|(name, _)| (*name != id.name, target.line(&place(name))));
            Some(first?.0.to_owned())
        }
        _ => None,
    }
}

/// Returns what distinguishes a parameter or an API key: where it is sent, and its name there.
pub(super) fn identity(spec: &Spec<'_>, value: &Value) -> Option<(String, String)> {
    parameter_key(spec.resolve(value))
}

fn globals<'a>(spec: &'a Spec<'_>) -> &'a [Value] {
    items(spec.root().get(GLOBALS).and_then(|it| it.get("parameters")))
}

#[cfg(test)]
mod tests;
