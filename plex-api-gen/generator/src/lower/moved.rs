//! Where the file has what the lowering has put elsewhere.

use std::collections::BTreeMap;

use crate::error::Problem;

/// Where the file has what has been moved to another place; warnings tell the place in the file.
#[derive(Debug, Default)]
pub(super) struct Moved(BTreeMap<String, String>);

impl Moved {
    pub(super) fn note(&mut self, from: &str, to: &str) {
        self.0.insert(to.to_owned(), from.to_owned());
    }

    /// The warnings with their places in the file, each once, in one order whatever that of the maps is.
    pub(super) fn back(&self, warnings: Vec<Problem>) -> Vec<Problem> {
        let mut told = Vec::new();
        for mut warning in warnings {
            warning.pointer = self.origin(&warning.pointer);
            if !told.contains(&warning) {
                told.push(warning);
            }
        }
        told.sort_by(|one, other| one.pointer.cmp(&other.pointer));
        told
    }

    fn origin(&self, place: &str) -> String {
        let mut place = place.to_owned();
        // What was moved once may be within what was moved before.
        for _ in 0..self.0.len() {
            let ends = place.match_indices('/').map(|(end, _)| end).skip(1);
            let ends: Vec<usize> = ends.chain([place.len()]).collect();
            let moved = ends
                .iter()
                .rev()
                .find_map(|end| Some((*end, self.0.get(&place[..*end])?)));
            match moved {
                Some((end, from)) => place = format!("{from}{}", &place[end..]),
                None => break,
            }
        }
        place
    }
}
