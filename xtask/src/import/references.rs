//! What a piece of a file refers to by name.

use super::document::{Document, unescape};
use super::slice::{Edit, Edits};
use super::yaml::Node;

/// The sections of `components`.
pub(super) const KINDS: [&str; 10] = [
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "examples",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
];

/// Keys whose values are maps from names that the author chose, not from words of OpenAPI.
const NAMED: [&str; 12] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "responses",
    "headers",
    "content",
    "encoding",
    "links",
    "callbacks",
    "variables",
];

/// Keys whose values are data of the API: what looks like a reference there is none.
const DATA: [&str; 4] = ["example", "default", "const", "enum"];

/// A mention of a component.
#[derive(Debug)]
pub(super) struct Reference<'a> {
    pub(super) kind: String,
    pub(super) name: String,
    form: Form,
    node: &'a Node,
}

#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// `#/components/KIND/NAME`, and what follows it.
    Pointer(String),
    /// The name alone: of a security scheme, or of a schema in a discriminator.
    Name,
}

impl Reference<'_> {
    pub(super) fn line(&self) -> usize {
        self.node.start.line
    }

    /// Whether it may also be something else than the name of a component.
    pub(super) fn is_guess(&self) -> bool {
        self.form == Form::Name && self.kind == "schemas"
    }

    /// Writes another name into the reference, with the quotes that it has.
    pub(super) fn rename(
        &self,
        document: &Document,
        name: &str,
        edits: &mut Edits,
    ) -> Result<(), String> {
        let node = self.node;
        if node.start.line != node.end.line {
            return Err(format!(
                "{}: write this reference on one line",
                document.at(node.start.line)
            ));
        }
        let text = match &self.form {
            Form::Pointer(tail) => format!("#/components/{}/{name}{tail}", self.kind),
            Form::Name => name.to_owned(),
        };
        let written = document.text(node.start, node.end);
        let raw = match written.chars().next() {
            Some(quote @ ('\'' | '"')) => format!("{quote}{text}{quote}"),
            _ if self.form == Form::Name => text.clone(),
            _ => format!("\"{text}\""),
        };
        let end = node.end;
        edits.insert(node.start, Edit { end, raw, text });
        Ok(())
    }
}

/// All references in a value, and references that this tool cannot follow as problems.
pub(super) fn all<'a>(
    document: &Document,
    node: &'a Node,
    problems: &mut Vec<String>,
) -> Vec<Reference<'a>> {
    Walk::found(document, problems, |walk| walk.node(node, false))
}

/// The references of a component; an example has at most one, the rest of it is data.
pub(super) fn of_component<'a>(
    document: &Document,
    kind: &str,
    node: &'a Node,
    problems: &mut Vec<String>,
) -> Vec<Reference<'a>> {
    Walk::found(document, problems, |walk| match kind {
        "examples" => walk.example(node),
        _ => walk.node(node, false),
    })
}

/// The security schemes that a list of requirements names.
pub(super) fn schemes(requirements: &Node) -> Vec<Reference<'_>> {
    let entries = requirements.items().iter().flat_map(Node::entries);
    entries
        .map(|entry| name_reference("securitySchemes", &entry.key))
        .collect()
}

struct Walk<'a, 'b> {
    document: &'b Document,
    found: Vec<Reference<'a>>,
    problems: &'b mut Vec<String>,
}

impl<'a, 'b> Walk<'a, 'b> {
    /// What is found on a way through the document.
    fn found(
        document: &'b Document,
        problems: &'b mut Vec<String>,
        go: impl FnOnce(&mut Self),
    ) -> Vec<Reference<'a>> {
        let mut walk = Self {
            document,
            found: Vec::new(),
            problems,
        };
        go(&mut walk);
        walk.found
    }

    fn node(&mut self, node: &'a Node, keys_are_names: bool) {
        for item in node.items() {
            self.node(item, false);
        }
        for entry in node.entries() {
            let (key, value) = (entry.name(), &entry.value);
            match key {
                _ if keys_are_names => self.node(value, false),
                "$ref" if value.text().is_some() => self.pointer(value),
                "security" if !value.items().is_empty() => self.found.extend(schemes(value)),
                "discriminator" => self.discriminator(value),
                "examples" => value
                    .entries()
                    .iter()
                    .for_each(|example| self.example(&example.value)),
                _ if DATA.contains(&key) => {}
                _ => self.node(value, NAMED.contains(&key)),
            }
        }
    }

    fn example(&mut self, example: &'a Node) {
        if let Some(pointer) = example.get("$ref") {
            self.pointer(pointer);
        }
    }

    fn discriminator(&mut self, node: &'a Node) {
        for entry in node.get("mapping").map_or(&[][..], Node::entries) {
            match entry.value.text() {
                Some(text) if text.contains(['/', '#']) => self.pointer(&entry.value),
                _ => self.found.push(name_reference("schemas", &entry.value)),
            }
        }
    }

    fn pointer(&mut self, node: &'a Node) {
        let text = node.text().unwrap_or_default();
        let steps = text
            .strip_prefix("#/components/")
            .and_then(|rest| rest.split_once('/'))
            .filter(|(kind, name)| KINDS.contains(kind) && !name.is_empty());
        let Some((kind, name)) = steps else {
            self.problems.push(format!(
                "{}: `{text}` cannot be followed; only references to #/components/... of the same file can be copied",
                self.document.at(node.start.line)
            ));
            return;
        };
        let (name, tail) = name.split_at(name.find('/').unwrap_or(name.len()));
        self.found.push(Reference {
            kind: kind.to_owned(),
            name: unescape(name),
            form: Form::Pointer(tail.to_owned()),
            node,
        });
    }
}

fn name_reference<'a>(kind: &str, node: &'a Node) -> Reference<'a> {
    Reference {
        kind: kind.to_owned(),
        name: node.text().unwrap_or_default().to_owned(),
        form: Form::Name,
        node,
    }
}

#[cfg(test)]
mod tests;
