//! Reads a JSON object field by field, so that an error names the field.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The fields that were not read yet.
#[derive(Debug)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// # Errors
    ///
    /// A sentence for the user, as from all methods, if the value is not an object.
    pub(crate) fn of(value: Value) -> Result<Self, String> {
        serde_json::from_value(value)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    pub(crate) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        let value = self.0.remove(name);
        let value = value.ok_or_else(|| format!("missing field `{name}`"))?;
        parse(name, value)
    }

    /// Reads a field that may be missing or null.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, String> {
        self.0
            .remove(name)
            .map_or(Ok(None), |value| parse(name, value))
    }

    /// Rejects other fields than these; call it first, because a wrong name explains a missing field.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), String> {
        match self.0.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(format!("unknown field `{name}`")),
            None => Ok(()),
        }
    }
}

fn parse<T: DeserializeOwned>(name: &str, value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("{name}: {error}"))
}
