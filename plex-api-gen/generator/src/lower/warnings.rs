//! What is given up is told with its place in the file.

use super::moved::Moved;
use crate::error::Problem;

/// What was given up so far, and what has moved so far.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    told: Vec<Problem>,
    pub(super) moved: Moved,
}

impl Warnings {
    /// Tells of a place in the document as it is now; each warning is told once.
    pub(super) fn push(&mut self, mut warning: Problem) {
        warning.pointer = self.moved.origin(&warning.pointer);
        if !self.told.contains(&warning) {
            self.told.push(warning);
        }
    }

    /// The warnings in one order, whatever that of the maps is.
    pub(super) fn in_order(mut self) -> (Vec<Problem>, Moved) {
        self.told
            .sort_by(|one, other| one.pointer.cmp(&other.pointer));
        (self.told, self.moved)
    }
}
