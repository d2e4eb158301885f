//! A spec as text and as JSON, with its operations.

use serde_json::Value;

use super::SpecFile;
use crate::document::keywords::METHODS;
use crate::document::{Pointer, resolve};
use crate::error;
use crate::read::{self, Document};

#[derive(Debug)]
pub(super) struct Spec<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    document: Document,
}

/// An operation and the path item that contains it.
#[derive(Debug, Clone)]
pub(super) struct Operation<'a> {
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) item: &'a Value,
    pub(super) value: &'a Value,
}

impl Operation<'_> {
    pub(super) fn id(&self) -> Option<&str> {
        self.value.get("operationId")?.as_str()
    }

    /// Returns the operation as `METHOD /path`.
    pub(super) fn address(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Returns the operationId, or the address of an operation without one.
    pub(super) fn label(&self) -> String {
        self.id().map_or_else(|| self.address(), str::to_owned)
    }

    pub(super) fn place(&self) -> Pointer {
        Pointer::of(&["paths", self.path, self.method])
    }
}

impl<'a> Spec<'a> {
    pub(super) fn read(file: SpecFile<'a>) -> Result<Self, String> {
        let SpecFile { name, text } = file;
        if text.replace("\r\n", "").contains('\r') {
            return Err(format!("{name}: a line ends in CR only; end it with LF"));
        }
        let document = read::read(text).map_err(|problem| error::in_file(name, &problem))?;
        if document.root.as_object().is_none_or(|root| root.is_empty()) {
            return Err(format!("{name}:1: is not an OpenAPI document"));
        }
        Ok(Self {
            name,
            text,
            document,
        })
    }

    pub(super) fn root(&self) -> &Value {
        &self.document.root
    }

    /// Returns the line (from 1) of a value, or of the nearest value around it.
    pub(super) fn line(&self, place: &Pointer) -> usize {
        self.document.line(place)
    }

    /// Returns a place as `FILE:LINE`.
    pub(super) fn at(&self, place: &Pointer) -> String {
        format!("{}:{}", self.name, self.line(place))
    }

    pub(super) fn component(&self, kind: &str, name: &str) -> Option<&Value> {
        Pointer::of(&["components", kind, name]).get(self.root())
    }

    /// Returns the value that a chain of `$ref` ends at.
    pub(super) fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        resolve(self.root(), value)
    }

    /// Returns the path item of a path.
    pub(super) fn item(&self, path: &str) -> Option<&Value> {
        let item = Pointer::of(&["paths", path]).get(self.root())?;
        Some(self.resolve(item))
    }

    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in entries(self.root().get("paths")) {
            let item = self.resolve(item);
            for (method, value) in entries(Some(item)) {
                if METHODS.contains(&method) {
                    operations.push(Operation {
                        path,
                        method,
                        item,
                        value,
                    });
                }
            }
        }
        operations
    }
}

/// Returns the entries of an object; other values have none.
pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let entries = value.and_then(Value::as_object).into_iter().flatten();
    entries.map(|(key, value)| (key.as_str(), value))
}

/// Returns the items of an array; other values have none.
pub(super) fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
