//! Warnings: the parts of a spec that the lowering drops or changes, with their places in the file.

use std::collections::BTreeSet;

use super::source_map::SourceMap;
use crate::document::Pointer;
use crate::error::Problem;

/// The warnings and the source map so far.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    found: Vec<Problem>,
    seen: BTreeSet<(Pointer, String)>,
    pub(super) source_map: SourceMap,
}

impl Warnings {
    /// Adds a warning about a place in the document as it is now, unless it is already there.
    pub(super) fn push(&mut self, place: impl Into<Pointer>, what: impl Into<String>) {
        let warning = Problem::new(self.source_map.origin(&place.into()), what);
        let key = (warning.pointer.clone(), warning.message.clone());
        if self.seen.insert(key) {
            self.found.push(warning);
        }
    }

    /// Adds a warning about an operation that the rule removes.
    pub(super) fn leave_out(&mut self, operation: &Pointer, name: String, what: &str) {
        let place = self.source_map.origin(operation);
        let mut warning = Problem::new(place, format!("is left out: {what}"));
        warning.effect.left_out.push(name);
        self.found.push(warning);
    }

    /// Returns the warnings ordered by place.
    pub(super) fn in_order(mut self) -> (Vec<Problem>, SourceMap) {
        self.found
            .sort_by(|one, other| one.pointer.cmp(&other.pointer));
        (self.found, self.source_map)
    }
}
