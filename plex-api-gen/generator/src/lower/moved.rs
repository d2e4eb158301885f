//! Where the file has what the lowering has put elsewhere.

use std::collections::BTreeMap;

/// For a place in the document as it is now, the place in the file.
#[derive(Debug, Default)]
pub(crate) struct Moved(BTreeMap<String, String>);

impl Moved {
    /// What was at one place is at another one now.
    pub(super) fn note(&mut self, from: &str, to: &str) {
        self.note_all(&[(from.to_owned(), to.to_owned())]);
    }

    /// Notes what moves at once: items of a list may take each other's places.
    pub(super) fn note_all(&mut self, moves: &[(String, String)]) {
        let mut noted = BTreeMap::new();
        for (from, to) in moves {
            // What has moved into it before moves along.
            let within = format!("{from}/");
            let inner = self.0.range(within.clone()..);
            for (place, origin) in inner.take_while(|(place, _)| place.starts_with(&within)) {
                noted.insert(format!("{to}{}", &place[from.len()..]), origin.clone());
            }
            noted.insert(to.clone(), self.origin(from));
        }
        self.0.extend(noted);
    }

    /// The place in the file.
    pub(crate) fn origin(&self, place: &str) -> String {
        let ends = place.match_indices('/').map(|(end, _)| end).skip(1);
        let ends: Vec<usize> = ends.chain([place.len()]).collect();
        let moved = ends
            .iter()
            .rev()
            .find_map(|end| Some((*end, self.0.get(&place[..*end])?)));
        match moved {
            Some((end, from)) => format!("{from}{}", &place[end..]),
            None => place.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_something_moves_along() {
        let mut moved = Moved::default();
        moved.note("/a/b/c", "/a/b/d");
        moved.note("/a/b", "/x");
        assert_eq!(moved.origin("/x/d/e"), "/a/b/c/e");
        assert_eq!(moved.origin("/x/e"), "/a/b/e");
        assert_eq!(moved.origin("/xy"), "/xy");
    }

    #[test]
    fn two_may_take_each_others_places() {
        let mut moved = Moved::default();
        let one = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        moved.note_all(&[one("/a/0", "/a/1"), one("/a/1", "/a/0")]);
        assert_eq!(moved.origin("/a/0/b"), "/a/1/b");
        assert_eq!(moved.origin("/a/1/b"), "/a/0/b");
    }
}
