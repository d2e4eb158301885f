//! The text of a YAML file as a tree whose nodes know where they stand in it.

mod read;

use serde_json::Value;

pub(super) use read::{Shared, parse};

/// A place in the text: the line counts from 1, the column from 0 and in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A value, from its first character to behind its last one.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) start: Place,
    pub(super) end: Place,
    /// The last line that belongs to the value.
    pub(super) last: usize,
    pub(super) data: Data,
}

#[derive(Debug)]
pub(super) enum Data {
    /// `text` is what is written, without quotes; `value` is what it means.
    Scalar {
        text: String,
        value: Value,
        block: bool,
    },
    List {
        flow: bool,
        items: Vec<Node>,
    },
    Map {
        flow: bool,
        entries: Vec<Entry>,
    },
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Node,
    pub(super) value: Node,
}

impl Entry {
    /// The key as text, also where it looks like a number.
    pub(super) fn name(&self) -> &str {
        self.key.text().unwrap_or_default()
    }
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entries of a map; anything else has none.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map { entries, .. } => entries,
            _ => &[],
        }
    }

    /// The items of a list; anything else has none.
    pub(super) fn items(&self) -> &[Node] {
        match &self.data {
            Data::List { items, .. } => items,
            _ => &[],
        }
    }

    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name() == name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// Whether this is a map or list in brackets.
    pub(super) fn is_flow(&self) -> bool {
        matches!(
            self.data,
            Data::Map { flow: true, .. } | Data::List { flow: true, .. }
        )
    }

    /// Whether nothing at all is written here.
    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.data, Data::Scalar { text, value: Value::Null, .. } if text.is_empty())
    }
}
