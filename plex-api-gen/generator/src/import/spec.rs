//! A spec with its operations, its components and the lines of its text.

use serde_json::Value;

use super::SpecFile;
use crate::document::Pointer;
use crate::document::keywords::METHODS;
use crate::error;
use crate::read::{self, Document};

/// Longer chains of `$ref` count as circles.
const LONGEST_CHAIN: usize = 20;

#[derive(Debug)]
pub(super) struct Spec<'a> {
    file: SpecFile<'a>,
    document: Document,
}

/// An operation and the path item that contains it.
#[derive(Debug, Clone)]
pub(super) struct Operation<'a> {
    pub(super) path: &'a str,
    pub(super) item: &'a Value,
    /// The JSON pointer of the path item, behind its `$ref` if it has one.
    pub(super) item_place: String,
    pub(super) method: &'a str,
    pub(super) value: &'a Value,
    /// The JSON pointer of the operation.
    pub(super) place: String,
}

impl Operation<'_> {
    pub(super) fn id(&self) -> Option<&str> {
        self.value.get("operationId").and_then(Value::as_str)
    }

    /// The operation as `METHOD /path`.
    pub(super) fn address(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The operationId, or the address of an operation that has none.
    pub(super) fn label(&self) -> String {
        self.id().map_or_else(|| self.address(), str::to_owned)
    }
}

impl<'a> Spec<'a> {
    pub(super) fn read(file: SpecFile<'a>) -> Result<Self, String> {
        let name = file.name;
        if file.text.replace("\r\n", "").contains('\r') {
            return Err(format!("{name}: a line ends in CR only; end it with LF"));
        }
        let document = read::read(file.text).map_err(|problem| error::in_file(name, &problem))?;
        if document.root.as_object().is_none_or(|root| root.is_empty()) {
            return Err(format!("{name}:1: is not an OpenAPI document"));
        }
        Ok(Self { file, document })
    }

    pub(super) fn name(&self) -> &'a str {
        self.file.name
    }

    pub(super) fn text(&self) -> &'a str {
        self.file.text
    }

    pub(super) fn root(&self) -> &Value {
        &self.document.root
    }

    /// The line (from 1) of the value at a JSON pointer, or of the nearest value around it.
    pub(super) fn line(&self, place: &str) -> usize {
        self.document.line(&Pointer::from(place)).unwrap_or(1)
    }

    /// The place as `FILE:LINE`.
    pub(super) fn at(&self, place: &str) -> String {
        format!("{}:{}", self.file.name, self.line(place))
    }

    pub(super) fn component(&self, kind: &str, name: &str) -> Option<&Value> {
        self.root().get("components")?.get(kind)?.get(name)
    }

    /// The value that a chain of `$ref` ends at, and its place; `None` for a chain that leaves the file or is a circle.
    pub(super) fn follow<'v>(
        &'v self,
        value: &'v Value,
        place: &str,
    ) -> Option<(&'v Value, String)> {
        let mut found = (value, place.to_owned());
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = found.0.get("$ref").and_then(Value::as_str) else {
                return Some(found);
            };
            let place = reference.strip_prefix('#')?;
            found = (self.root().pointer(place)?, place.to_owned());
        }
        None
    }

    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in entries(self.root().get("paths")) {
            let Some((item, item_place)) = self.follow(item, &pointer("/paths", path)) else {
                continue;
            };
            for (method, value) in entries(Some(item)) {
                if METHODS.contains(&method) {
                    let place = pointer(&item_place, method);
                    let item_place = item_place.clone();
                    operations.push(Operation {
                        path,
                        item,
                        item_place,
                        method,
                        value,
                        place,
                    });
                }
            }
        }
        operations
    }
}

/// The entries of an object; other values have none.
pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.and_then(Value::as_object);
    let entries = object.into_iter().flatten();
    entries.map(|(key, value)| (key.as_str(), value))
}

/// The items of an array; other values have none.
pub(super) fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns the JSON pointer to a member of the value at `place`.
pub(super) fn pointer(place: &str, key: &str) -> String {
    Pointer::from(place).join(key).to_string()
}
