//! The source map: where the file has each value that the lowering moved.

use std::collections::BTreeMap;

use crate::document::Pointer;
use crate::error::Problem;

/// Maps places in the document as it is now to places in the file.
#[derive(Debug, Default)]
pub(crate) struct SourceMap(BTreeMap<Pointer, Pointer>);

impl SourceMap {
    /// Records that a value moves.
    pub(super) fn record(&mut self, from: Pointer, to: Pointer) {
        self.record_all(&[(from, to)]);
    }

    /// Records moves that happen together: items of an array can swap their places.
    pub(crate) fn record_all(&mut self, moves: &[(Pointer, Pointer)]) {
        let mut recorded = BTreeMap::new();
        for (from, to) in moves {
            // Values that moved into this one earlier move with it.
            let within = from.append("/");
            let inner = self.0.range(within..);
            let inner =
                inner.map_while(|(place, origin)| Some((place.strip_prefix(from)?, origin)));
            recorded.extend(inner.map(|(rest, origin)| (to.append(rest), origin.clone())));
            recorded.insert(to.clone(), self.origin(from));
        }
        self.0.extend(recorded);
    }

    /// Returns problems with their places in the file.
    pub(crate) fn at_origin(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        for problem in &mut problems {
            problem.pointer = self.origin(&problem.pointer);
            for operation in &mut problem.effect.operations {
                *operation = self.origin(operation);
            }
        }
        problems
    }

    /// Returns the place in the file.
    pub(crate) fn origin(&self, place: &Pointer) -> Pointer {
        match place.nearest(&self.0) {
            Some((origin, rest)) => origin.append(rest),
            None => place.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source_map(steps: &[&[(&str, &str)]]) -> SourceMap {
        let mut map = SourceMap::default();
        for step in steps {
            let pointers = step
                .iter()
                .map(|(from, to)| (Pointer::from(*from), Pointer::from(*to)));
            map.record_all(&pointers.collect::<Vec<_>>());
        }
        map
    }

    fn origin(map: &SourceMap, place: &str) -> String {
        map.origin(&Pointer::from(place)).to_string()
    }

    #[test]
    fn inner_values_move_with_outer_ones() {
        let map = source_map(&[&[("/a/b/c", "/a/b/d")], &[("/a/b", "/x")]]);
        assert_eq!(origin(&map, "/x/d/e"), "/a/b/c/e");
        assert_eq!(origin(&map, "/x/e"), "/a/b/e");
        assert_eq!(origin(&map, "/xy"), "/xy");
    }

    #[test]
    fn two_values_can_swap_their_places() {
        let map = source_map(&[&[("/a/0", "/a/1"), ("/a/1", "/a/0")]]);
        assert_eq!(origin(&map, "/a/0/b"), "/a/1/b");
        assert_eq!(origin(&map, "/a/1/b"), "/a/0/b");
    }
}
