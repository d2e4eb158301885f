//! An OpenAPI file: its lines, and the values in them.

use std::path::Path;

use anyhow::{Context, Result};

use super::yaml::{self, Entry, Node, Place, Shared};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A file as it is written and as it is read.
#[derive(Debug)]
pub(super) struct Document {
    name: String,
    /// The lines with their line endings.
    pub(super) lines: Vec<String>,
    pub(super) root: Node,
    pub(super) shared: Shared,
}

/// An operation, and the path item that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation<'a> {
    pub(super) path: &'a Entry,
    pub(super) item: &'a Node,
    pub(super) entry: &'a Entry,
}

impl Operation<'_> {
    pub(super) fn id(&self) -> Option<&str> {
        self.entry.value.get("operationId").and_then(Node::text)
    }

    /// The operation as `METHOD /path`.
    pub(super) fn address(&self) -> String {
        format!("{} {}", self.entry.name().to_uppercase(), self.path.name())
    }

    /// The name that people know it by.
    pub(super) fn label(&self) -> String {
        self.id().map_or_else(|| self.address(), str::to_owned)
    }
}

impl Document {
    pub(super) fn read(path: &Path, name: &str) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        Self::parse(name, &text).map_err(anyhow::Error::msg)
    }

    pub(super) fn parse(name: &str, text: &str) -> Result<Self, String> {
        let error = |(line, problem)| format!("{name}:{line}: {problem}");
        if text.replace("\r\n", "").contains('\r') {
            return Err(format!("{name}: a line ends in CR only; let it end in LF"));
        }
        let (root, shared) = yaml::parse(text).map_err(error)?;
        if root.entries().is_empty() {
            return Err(error((1, String::from("is not an OpenAPI document"))));
        }
        Ok(Self {
            name: name.to_owned(),
            lines: text.split_inclusive('\n').map(str::to_owned).collect(),
            root,
            shared,
        })
    }

    /// A line of the file as people and editors know it: `file:line`.
    pub(super) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.name)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A line (from 1) without its ending.
    pub(super) fn line(&self, line: usize) -> &str {
        let line = line.checked_sub(1).and_then(|index| self.lines.get(index));
        line.map_or("", |line| line.trim_end_matches(['\r', '\n']))
    }

    /// What ends the lines of this file.
    pub(super) fn ending(&self) -> &'static str {
        let windows = self
            .lines
            .first()
            .is_some_and(|line| line.ends_with("\r\n"));
        if windows { "\r\n" } else { "\n" }
    }

    /// The text between two places.
    pub(super) fn text(&self, start: Place, end: Place) -> String {
        let whole: Vec<_> = (start.line..=end.line)
            .map(|number| {
                let from = if number == start.line {
                    start.column
                } else {
                    0
                };
                let to = if number == end.line {
                    end.column
                } else {
                    usize::MAX
                };
                let line = self.line(number).chars().take(to).skip(from);
                line.collect::<String>()
            })
            .collect();
        whole.join("\n")
    }

    /// The comment on a line that holds nothing else: its column. Lines inside of multi-line values are the caller's
    /// matter.
    pub(super) fn comment(&self, line: usize) -> Option<usize> {
        let text = self.line(line);
        text.trim_start().starts_with('#').then(|| indent(text))
    }

    pub(super) fn component(&self, kind: &str, name: &str) -> Option<&Entry> {
        self.root.get("components")?.get(kind)?.entry(name)
    }

    /// The value that a chain of `$ref` ends at, if it ends in this file.
    pub(super) fn follow<'a>(&'a self, node: &'a Node) -> Option<&'a Node> {
        let mut node = node;
        // A chain that goes in circles ends nowhere.
        for _ in 0..20 {
            let Some(pointer) = node.get("$ref").and_then(Node::text) else {
                return Some(node);
            };
            node = pointer
                .strip_prefix("#/")?
                .split('/')
                .try_fold(&self.root, |node, step| node.get(&unescape(step)))?;
        }
        None
    }

    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.root.get("paths").map_or(&[][..], Node::entries);
        let mut found = Vec::new();
        for path in paths {
            let Some(item) = self.follow(&path.value) else {
                continue;
            };
            let methods = item.entries().iter();
            found.extend(
                methods
                    .filter(|entry| METHODS.contains(&entry.name()))
                    .map(|entry| Operation { path, item, entry }),
            );
        }
        found
    }
}

/// How many spaces a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// One step of a JSON pointer in a reference, as a key (RFC 6901).
pub(super) fn unescape(step: &str) -> String {
    let step = step.replace("%7B", "{").replace("%7D", "}");
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_also_behind_references() {
        let text = "paths:\n  /a:\n    summary: x\n    get: {operationId: a}\n  /b:\n    $ref: '#/components/pathItems/B'\n  \
                    /c: {$ref: '#/paths/~1a'}\n  /d: {$ref: other.yaml}\ncomponents:\n  pathItems:\n    B:\n      put: {}\n";
        let document = Document::parse("s", text).unwrap();
        let labels: Vec<_> = document
            .operations()
            .iter()
            .map(|operation| format!("{} {}", operation.label(), operation.address()))
            .collect();
        assert_eq!(labels, ["a GET /a", "PUT /b PUT /b", "a GET /c"]);
    }

    #[test]
    fn a_circle_of_references_ends() {
        let text = "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}\n";
        let document = Document::parse("s", text).unwrap();
        let item = document.root.get("paths").unwrap().get("/a").unwrap();
        assert!(document.follow(item).is_none());
    }

    #[test]
    fn text_between_places_and_line_endings() {
        let document = Document::parse("s", "a: {é: 1,\r\n  b: 2}\r\n").unwrap();
        let value = document.root.get("a").unwrap();
        assert_eq!(document.text(value.start, value.end), "{é: 1,\n  b: 2}");
        assert_eq!(document.ending(), "\r\n");
        assert!(Document::parse("s", "a: 1\rb: 2\n").is_err());
        assert!(Document::parse("s", "just text\n").is_err());
    }
}
