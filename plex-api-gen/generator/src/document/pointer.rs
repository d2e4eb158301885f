//! JSON pointers.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// A JSON pointer (RFC 6901) in its escaped form; empty for the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pointer(String);

impl Pointer {
    /// Returns the pointer to `keys` from the root of a document.
    pub(crate) fn of(keys: &[&str]) -> Self {
        keys.iter()
            .fold(Self::default(), |parent, key| parent.join(key))
    }

    /// Returns the pointer to a member of this value.
    pub(crate) fn join(&self, key: &str) -> Self {
        let mut joined = Self(String::with_capacity(self.0.len() + 1 + key.len()));
        joined.0.push_str(&self.0);
        joined.push(key);
        joined
    }

    fn push(&mut self, key: &str) {
        self.0.push('/');
        if key.contains(['~', '/']) {
            self.0.push_str(&key.replace('~', "~0").replace('/', "~1"));
        } else {
            self.0.push_str(key);
        }
    }

    /// Calls `visit` with the pointer to a member of this value. A walk through a document shares one pointer, because most
    /// visitors do not keep it.
    pub(crate) fn within<T>(&mut self, key: &str, visit: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.0.len();
        self.push(key);
        let visited = visit(self);
        self.0.truncate(length);
        visited
    }

    /// Calls `visit` with the pointer to an item of this array, as [`Self::within`] does.
    pub(crate) fn within_index<T>(
        &mut self,
        index: usize,
        visit: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.within(&index.to_string(), visit)
    }

    /// Returns the pointer to an item of this array.
    pub(crate) fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// Returns this pointer followed by `rest`, which is escaped.
    pub(crate) fn append(&self, rest: impl fmt::Display) -> Self {
        Self(format!("{}{rest}", self.0))
    }

    /// Returns the keys on the way, unescaped.
    pub(crate) fn keys(&self) -> Vec<String> {
        let unescape = |key: &str| key.replace("~1", "/").replace("~0", "~");
        self.0.split('/').skip(1).map(unescape).collect()
    }

    /// Returns the last key, unescaped; empty for the whole document.
    pub(crate) fn last_key(&self) -> String {
        self.keys().pop().unwrap_or_default()
    }

    /// Returns the pointer to the value around this one.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (outer, _) = self.0.rsplit_once('/')?;
        Some(Self(outer.to_owned()))
    }

    /// Returns the value in a document.
    pub(crate) fn get<'doc>(&self, root: &'doc Value) -> Option<&'doc Value> {
        root.pointer(&self.0)
    }

    /// Returns the value in a document to change it.
    pub(crate) fn get_mut<'doc>(&self, root: &'doc mut Value) -> Option<&'doc mut Value> {
        root.pointer_mut(&self.0)
    }

    /// Returns the rest of this pointer below another one.
    pub(crate) fn strip_prefix(&self, outer: &Pointer) -> Option<&str> {
        let rest = self.0.strip_prefix(&outer.0)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// Finds the entry of the nearest value at or around this one, and the rest of this pointer below it.
    pub(crate) fn nearest<'a, V>(
        &'a self,
        map: &'a BTreeMap<Pointer, V>,
    ) -> Option<(&'a V, &'a str)> {
        let mut end = self.0.len();
        loop {
            let (outer, rest) = self.0.split_at(end);
            if let Some(value) = map.get(outer) {
                return Some((value, rest));
            }
            end = outer.rfind('/')?;
        }
    }

    /// Returns the text of a `$ref` to this value.
    pub(crate) fn to_reference(&self) -> String {
        format!("#{}", self.0)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes a pointer that is already escaped.
impl From<&str> for Pointer {
    fn from(escaped: &str) -> Self {
        Self(escaped.to_owned())
    }
}

impl From<&Pointer> for Pointer {
    fn from(pointer: &Pointer) -> Self {
        pointer.clone()
    }
}

impl Borrow<str> for Pointer {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_and_unescaped() {
        let pointer = Pointer::of(&["paths", "/a~1{b}", "get"]).index(0);
        assert_eq!(pointer.to_string(), "/paths/~1a~01{b}/get/0");
        assert_eq!(pointer.keys(), ["paths", "/a~1{b}", "get", "0"]);
        let root = serde_json::json!({"paths": {"/a~1{b}": {"get": ["x"]}}});
        assert_eq!(
            pointer.get(&root),
            Some(&root["paths"]["/a~1{b}"]["get"][0])
        );
    }

    #[test]
    fn the_nearest_entry_is_at_or_around_a_pointer() {
        let map = BTreeMap::from([(Pointer::default(), 0), (Pointer::from("/a/b"), 1)]);
        for (pointer, value, rest) in [
            ("/a/b", 1, ""),
            ("/a/b/c", 1, "/c"),
            ("/a/bc", 0, "/a/bc"),
            ("", 0, ""),
        ] {
            assert_eq!(Pointer::from(pointer).nearest(&map), Some((&value, rest)));
        }
    }

    #[test]
    fn a_visited_member_leaves_the_pointer_as_it_was() {
        let mut pointer = Pointer::from("/a");
        let inner = pointer.within("b/c", |place| {
            place.within_index(2, |place| place.within("~", |place| place.to_string()))
        });
        assert_eq!(inner, "/a/b~1c/2/~0");
        assert_eq!(pointer, Pointer::from("/a"));
    }

    #[test]
    fn a_prefix_ends_with_a_whole_key() {
        let rest = |inner: &str| {
            let inner = Pointer::from(inner);
            inner.strip_prefix(&Pointer::from("/a")).map(str::to_owned)
        };
        assert_eq!(rest("/a/b").as_deref(), Some("/b"));
        assert_eq!(rest("/a").as_deref(), Some(""));
        assert_eq!(rest("/ab"), None);
    }
}
