//! The components that references lead to, until their names are settled.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::{Components, checked_references, renamed};
use crate::document::Pointer;
use crate::import::naming::{self, Naming};
use crate::import::references::{Id, Reference, Target};
use crate::import::spec::Spec;

/// The components that some references lead to.
#[derive(Default)]
pub(super) struct Found {
    /// The name of each in the target, as far as nothing else has that name.
    pub(super) names: BTreeMap<Id, String>,
    /// Those that are copied unless the target has an equal one, with their values.
    copied: BTreeMap<Id, Value>,
    /// Those that the target has, by their lines of the report.
    present: Vec<String>,
    /// Those that only error responses refer to.
    pub(super) only_errors: BTreeSet<Id>,
}

impl Found {
    /// Adds the components that these references lead to.
    pub(super) fn follow(
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
    pub(super) fn settle(&mut self, target: &Spec<'_>, naming: &Naming) -> Vec<Id> {
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
    pub(super) fn finish(
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
