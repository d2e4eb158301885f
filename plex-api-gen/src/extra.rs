//! Fields of an object that the spec does not have.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::open::Kinds;

/// The fields that a response has beyond the spec, and those that `additionalProperties` allows beside `properties`.
///
/// A model writes them back when it is serialized, except one with the name of a field that the model itself writes. A number
/// that fits neither `i64` nor `u64` is kept as `f64`, with about 16 digits, unless the program enables the feature
/// `arbitrary_precision` of `serde_json`. `Debug` shows the kinds of the values and never the values themselves: an
/// unknown field may be a secret.
///
/// # Examples
/// ```
/// # use plex_api_gen::Extra;
/// let mut extra = Extra::default();
/// extra.insert("maxUploadBitrate", 20_000);
/// assert_eq!(extra.get("maxUploadBitrate").and_then(|value| value.as_i64()), Some(20_000));
/// assert_eq!(format!("{extra:?}"), r#"{"maxUploadBitrate": number}"#);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl Extra {
    /// Returns the value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Sets the value of a field, and returns the former one.
    pub fn insert<'a>(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Value>,
    ) -> Option<Value> {
        let fields = self.0.get_or_insert_default();
        fields.insert(name.into().into_owned(), value.into())
    }

    /// Returns the fields and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().flat_map(|fields| fields.iter())
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |fields| fields.len())
    }

    /// Returns true if there are no fields.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(fields: Map<String, Value>) -> Self {
        Self((!fields.is_empty()).then(|| Box::new(fields)))
    }
}

impl From<Extra> for Map<String, Value> {
    fn from(extra: Extra) -> Self {
        extra.0.map(|fields| *fields).unwrap_or_default()
    }
}

/// Shows the names of the fields and the kinds of their values.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.0.as_deref();
        Kinds::fields(f, fields.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extra_fields_are_one_pointer_wide() {
        assert_eq!(size_of::<Extra>(), size_of::<usize>());
    }

    #[test]
    fn extra_fields_are_a_map() {
        let mut extra = Extra::default();
        assert!(extra.is_empty());
        assert_eq!(extra.get("a"), None);
        assert_eq!(extra.insert("a", 1), None);
        assert_eq!(extra.insert("a", 2), Some(json!(1)));
        assert_eq!((extra.len(), extra.get("a")), (1, Some(&json!(2))));
        assert_eq!(extra.iter().count(), 1);
        let map = Map::from(extra.clone());
        assert_eq!(json!(map), json!({"a": 2}));
        assert_eq!(Extra::from(map), extra);
        assert_eq!(Extra::from(Map::new()), Extra::default());
    }

    #[test]
    fn debug_shows_names_and_kinds() {
        let value = json!({"IPv6": true, "a": "secret", "b": [1], "c": null, "d": {"secret": 1}, "x@example.org": 1});
        let Value::Object(map) = value else {
            panic!("not an object")
        };
        assert_eq!(
            format!("{:?}", Extra::from(map)),
            r#"{*: boolean, "a": string, "b": array, "c": null, "d": object, *: number}"#
        );
    }
}
