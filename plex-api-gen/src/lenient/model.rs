//! Models: objects with fields. The macro `model!` implements their reading and writing.
//!
//! serde's derive macros cannot do it: to keep unknown fields, they read every object into a buffer first.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};
use serde::ser::{Serialize, SerializeMap};

use super::objects::{ReadObject, read_object};
use super::{Lenient, read_any, unexpected};
use crate::Extra;

/// A model, which the macro `model!` implements.
#[doc(hidden)]
pub trait Model: Sized {
    /// Reads the fields into `model`, unless a required one is missing or cannot be converted.
    ///
    /// # Errors
    /// If the JSON is malformed.
    fn read_fields<'de, A: MapAccess<'de>>(
        fields: &mut Fields<A>,
        model: &mut Option<Self>,
    ) -> Result<(), A::Error>;
}

/// The fields of an object that is read as a model.
#[doc(hidden)]
pub struct Fields<A> {
    entries: A,
    /// True if a required field that is missing is an error.
    is_strict: bool,
}

impl<A> fmt::Debug for Fields<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").finish_non_exhaustive()
    }
}

impl<'de, A: MapAccess<'de>> Fields<A> {
    /// Returns the name of the next field.
    ///
    /// # Errors
    /// If the JSON is malformed.
    #[inline]
    pub fn next_name(&mut self) -> Result<Option<Name<'de>>, A::Error> {
        self.entries.next_key()
    }

    /// Reads the value of a field. A field that is sent twice is not an error: its last value counts, unless that cannot be
    /// read.
    ///
    /// # Errors
    /// If the JSON is malformed, or a required value cannot be converted.
    #[inline]
    pub fn read<T: Lenient>(
        &mut self,
        field: &mut Option<T>,
        is_required: bool,
    ) -> Result<(), A::Error> {
        self.entries.next_value_seed(FieldReader {
            is_strict: is_required && self.is_strict,
            field,
        })
    }

    /// Ignores the value of a field.
    ///
    /// # Errors
    /// If the JSON is malformed.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.entries.next_value::<IgnoredAny>().map(|_| ())
    }

    /// Keeps the value of a field that the spec does not have.
    ///
    /// # Errors
    /// If the JSON is malformed.
    pub fn keep(&mut self, name: Name<'de>, extra: &mut Extra) -> Result<(), A::Error> {
        let AnyValue(value) = self.entries.next_value()?;
        extra.insert(name.0, value);
        Ok(())
    }

    /// Returns the value of a field after the last one was read; `None` if it is required and missing.
    ///
    /// # Errors
    /// If it is required and missing.
    #[inline]
    pub fn finish<T: Lenient>(
        &self,
        name: &'static str,
        field: Option<T>,
        is_required: bool,
    ) -> Result<Option<T>, A::Error> {
        match field {
            None if is_required && self.is_strict => Err(A::Error::missing_field(name)),
            None if !is_required => Ok(T::absent()),
            field => Ok(field),
        }
    }
}

/// Keeps the last value that could be read of a repeated field.
#[cold]
fn replace<T: Lenient>(field: &mut Option<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| !value.is_absent()) {
        *field = Some(value);
    }
}

/// Reads a value into its place, as [`ModelReader`] does.
struct FieldReader<'a, T> {
    is_strict: bool,
    field: &'a mut Option<T>,
}

impl<'de, T: Lenient> DeserializeSeed<'de> for FieldReader<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let value = if T::IS_MODEL && self.is_strict {
            Some(T::read_required(deserializer)?)
        } else {
            T::read(deserializer)?.or_else(T::absent)
        };
        if value.is_none() && self.is_strict {
            return Err(unexpected::<T, D::Error>());
        }
        if self.field.is_none() {
            *self.field = value;
        } else {
            replace(self.field, value);
        }
        Ok(())
    }
}

struct AnyValue(serde_json::Value);

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_any(deserializer).map(Self)
    }
}

/// The name of a field.
#[doc(hidden)]
pub struct Name<'de>(Cow<'de, str>);

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name")
    }
}

impl Name<'_> {
    /// Returns the name as a string.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor).map(Self)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name))
    }
}

/// Reads a model into its place: a large value that each caller returns would be copied each time.
struct ModelReader<'a, T> {
    is_strict: bool,
    model: &'a mut Option<T>,
}

impl<T: Model> ReadObject for ModelReader<'_, T> {
    type Value = ();

    #[inline]
    fn read_object<'de, A: MapAccess<'de>>(self, entries: A) -> Result<Option<()>, A::Error> {
        let mut fields = Fields {
            entries,
            is_strict: self.is_strict,
        };
        T::read_fields(&mut fields, self.model).map(Some)
    }
}

fn read<'de, T: Model, D: Deserializer<'de>>(
    is_strict: bool,
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let mut model = None;
    let reader = ModelReader {
        is_strict,
        model: &mut model,
    };
    read_object(reader, deserializer)?;
    Ok(model)
}

/// Reads a model; `None` for any other value, and for an object without a required field.
///
/// # Errors
/// If the JSON is malformed.
#[doc(hidden)]
pub fn read_model<'de, T: Model, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    read(false, deserializer)
}

/// Reads a model.
///
/// # Errors
/// If the JSON is malformed or not an object, or if a required field is missing or cannot be converted.
#[doc(hidden)]
pub fn read_strictly<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    read(true, deserializer)?.ok_or_else(|| D::Error::custom("expected an object"))
}

/// Writes a field, unless it is optional and absent.
///
/// # Errors
/// If the serializer fails.
#[doc(hidden)]
pub fn write_field<M: SerializeMap, T: Serialize + Lenient>(
    fields: &mut M,
    name: &'static str,
    value: &T,
    is_required: bool,
) -> Result<(), M::Error> {
    if is_written(value, is_required) {
        fields.serialize_entry(name, value)?;
    }
    Ok(())
}

/// Returns true if a field is written: unless it is optional and absent.
#[doc(hidden)]
pub fn is_written(value: &impl Lenient, is_required: bool) -> bool {
    is_required || !value.is_absent()
}

/// Writes the fields that the spec does not have, except those that the model wrote.
///
/// # Errors
/// If the serializer fails.
#[doc(hidden)]
pub fn write_extra<M: SerializeMap>(
    fields: &mut M,
    extra: &Extra,
    is_written: impl Fn(&str) -> bool,
) -> Result<(), M::Error> {
    extra
        .iter()
        .filter(|(name, _)| !is_written(name))
        .try_for_each(|(name, value)| fields.serialize_entry(name, value))
}
