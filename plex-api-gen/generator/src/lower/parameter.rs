//! One parameter of an operation.

use serde_json::{Map, Value, json};

use super::warnings::Warnings;
use crate::document::{OperationKey, Pointer, parameter_key, resolve};

/// A parameter, and the place in the file where an operation or its path item lists it.
pub(super) struct Parameter {
    pub(super) place: Pointer,
    pub(super) value: Value,
}

impl Parameter {
    /// Returns the parameters of an operation: those of its path item that it does not declare itself, and its own.
    pub(super) fn of_operation(
        document: &Value,
        key: OperationKey<'_>,
        operation: &Map<String, Value>,
    ) -> Vec<Self> {
        let place = key.place().join("parameters");
        let own = operation.get("parameters").unwrap_or(&Value::Null);
        let own = Self::listed(document, &place, own);
        let place = Pointer::of(&["paths", key.path, "parameters"]);
        let shared = place.get(document).unwrap_or(&Value::Null);
        let mut all = Self::listed(document, &place, shared);
        all.retain(|shared| !own.iter().any(|own| own.key() == shared.key()));
        all.extend(own);
        all
    }

    /// Returns the parameters of an array, with references replaced with what they refer to.
    fn listed(document: &Value, place: &Pointer, array: &Value) -> Vec<Self> {
        let items = array.as_array().into_iter().flatten().enumerate();
        let parameter = |(index, value)| Self {
            place: place.index(index),
            value: resolve(document, value).clone(),
        };
        let is_object = |parameter: &Self| parameter.value.is_object();
        items.map(parameter).filter(is_object).collect()
    }

    pub(super) fn name(&self) -> &str {
        self.value["name"].as_str().unwrap_or_default()
    }

    /// Returns whether it is sent in `location`: `path`, `query`, `header` or `cookie`.
    pub(super) fn is_in(&self, location: &str) -> bool {
        self.value["in"] == location
    }

    /// Returns the key that distinguishes it from other parameters.
    pub(super) fn key(&self) -> Option<(String, String)> {
        parameter_key(&self.value)
    }

    pub(super) fn warn(&self, what: &str, warnings: &mut Warnings) {
        let name = self.value["name"].as_str().unwrap_or("?");
        warnings.push(&self.place, format!("`{name}` {what}"));
    }

    /// Makes the parameter a string.
    pub(super) fn make_string(&mut self) {
        self.value["schema"] = json!({"type": "string"});
        self.remove(&["style", "explode", "content"]);
    }

    pub(super) fn remove(&mut self, keys: &[&str]) {
        if let Some(value) = self.value.as_object_mut() {
            value.retain(|key, _| !keys.contains(&key.as_str()));
        }
    }
}
