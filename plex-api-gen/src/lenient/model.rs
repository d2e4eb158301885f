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

/// Implements serde's traits and `Lenient` for a generated model.
///
/// Each field has its name in JSON, and `required` if an object without it is not this model, or `nullable` if it is written
/// even if it is null. With `extra`, a field of the
/// model keeps the fields that the spec does not have.
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    ($model:ident { $($field:ident: $name:literal $($required:ident)?),* $(,)? } $(extra $extra:ident)?) => {
        impl $crate::lenient::Model for $model {
            fn read_fields<'de, A: $crate::dependencies::serde::de::MapAccess<'de>>(
                fields: &mut $crate::lenient::Fields<A>,
                model: &mut ::core::option::Option<Self>,
            ) -> ::core::result::Result<(), A::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                $(let mut $extra = $crate::Extra::default();)?
                while let ::core::option::Option::Some(name) = fields.next_name()? {
                    match name.as_str() {
                        $($name => fields.read(&mut $field, $crate::model!(@required $($required)?))?,)*
                        _ => $crate::model!(@unknown fields, name $(, $extra)?),
                    }
                }
                *model = ::core::option::Option::Some(Self {
                    $($field: match fields.finish($name, $field, $crate::model!(@required $($required)?))? {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => return ::core::result::Result::Ok(()),
                    },)*
                    $($extra,)?
                });
                ::core::result::Result::Ok(())
            }
        }

        impl $crate::lenient::Lenient for $model {
            const EXPECTED: &'static str = "an object";
            const IS_MODEL: bool = true;

            fn read<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                $crate::lenient::read_model(deserializer)
            }

            fn read_required<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::read_strictly(deserializer)
            }
        }

        impl<'de> $crate::dependencies::serde::Deserialize<'de> for $model {
            fn deserialize<D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::read_strictly(deserializer)
            }
        }

        impl $crate::dependencies::serde::Serialize for $model {
            fn serialize<S: $crate::dependencies::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut fields = $crate::dependencies::serde::Serializer::serialize_map(
                    serializer,
                    ::core::option::Option::None,
                )?;
                $($crate::lenient::write_field(
                    &mut fields,
                    $name,
                    &self.$field,
                    $crate::model!(@written $($required)?),
                )?;)*
                $($crate::lenient::write_extra(&mut fields, &self.$extra)?;)?
                $crate::dependencies::serde::ser::SerializeMap::end(fields)
            }
        }
    };
    (@required) => { false };
    (@required required) => { true };
    (@required nullable) => { false };
    (@written) => { false };
    (@written $required:ident) => { true };
    (@unknown $fields:ident, $name:ident) => { $fields.skip()? };
    (@unknown $fields:ident, $name:ident, $extra:ident) => { $fields.keep($name, &mut $extra)? };
}

/// Implements serde's traits and `Lenient` for a generated struct that wraps one value.
#[doc(hidden)]
#[macro_export]
macro_rules! wrapper {
    ($wrapper:ident) => {
        impl $crate::lenient::Lenient for $wrapper {
            const EXPECTED: &'static str = "a value";

            fn read<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                let value = $crate::lenient::Lenient::read(deserializer)?;
                ::core::result::Result::Ok(value.map(Self))
            }

            fn absent() -> ::core::option::Option<Self> {
                $crate::lenient::Lenient::absent().map(Self)
            }

            fn is_absent(&self) -> bool {
                $crate::lenient::Lenient::is_absent(&self.0)
            }
        }

        impl<'de> $crate::dependencies::serde::Deserialize<'de> for $wrapper {
            fn deserialize<D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::read(deserializer).map(Self)
            }
        }

        impl $crate::dependencies::serde::Serialize for $wrapper {
            fn serialize<S: $crate::dependencies::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::dependencies::serde::Serialize::serialize(&self.0, serializer)
            }
        }
    };
}

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
    if is_required || !value.is_absent() {
        fields.serialize_entry(name, value)?;
    }
    Ok(())
}

/// Writes the fields that the spec does not have.
///
/// # Errors
/// If the serializer fails.
#[doc(hidden)]
pub fn write_extra<M: SerializeMap>(fields: &mut M, extra: &Extra) -> Result<(), M::Error> {
    extra
        .iter()
        .try_for_each(|(name, value)| fields.serialize_entry(name, value))
}
