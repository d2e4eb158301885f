//! Enums and unions that accept values beyond the spec.

use std::fmt;

use serde_json::Value;

mod shape;

pub use shape::{Alternative, Shape, choose};

/// Implements the conversions of a generated enum of strings.
///
/// The enum itself is generated: its last variant holds a string that the spec does not list.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($name:ident, $unknown:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// Returns the value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => value,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    value => Self::$unknown(value.into()),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::$unknown(value),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// Hides a value that the spec does not list.
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => ::core::stringify!($variant),)*
                    Self::$unknown(_) => ::core::concat!(::core::stringify!($unknown), "(string)"),
                })
            }
        }

        impl $crate::dependencies::serde::Serialize for $name {
            fn serialize<S: $crate::dependencies::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::lenient_deserialize!($name);

        impl $crate::lenient::Lenient for $name {
            const EXPECTED: &'static str = "a string";

            fn read<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                let text = <::std::string::String as $crate::lenient::Lenient>::read(deserializer)?;
                ::core::result::Result::Ok(text.map(Self::from))
            }
        }
    };
}

/// Implements the conversions of a generated union.
///
/// The enum itself is generated: each variant holds one alternative, and the last one any other JSON. With a discriminator,
/// the field of this name decides where it is a string.
#[doc(hidden)]
#[macro_export]
macro_rules! union {
    ($name:ident, $other:ident, $discriminator:expr, { $($index:literal $variant:ident: [$($tag:literal),*] $shape:expr),* $(,)? }) => {
        impl $name {
            const ALTERNATIVES: &'static [$crate::open::Alternative] = &[$($crate::open::Alternative {
                tags: &[$($tag),*],
                shape: $shape,
            }),*];
        }

        impl ::core::convert::From<$crate::dependencies::serde_json::Value> for $name {
            /// Reads the alternative that fits best.
            fn from(value: $crate::dependencies::serde_json::Value) -> Self {
                match $crate::open::choose($discriminator, Self::ALTERNATIVES, &value) {
                    $(::core::option::Option::Some($index) => {
                        if let ::core::result::Result::Ok(::core::option::Option::Some(value)) =
                            $crate::lenient::Lenient::read(&value)
                        {
                            return Self::$variant(value);
                        }
                    })*
                    _ => {}
                }
                Self::$other(value)
            }
        }

        /// Hides a value of no alternative.
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    $(Self::$variant(value) => {
                        f.debug_tuple(::core::stringify!($variant)).field(value).finish()
                    })*
                    Self::$other(value) => f
                        .debug_tuple(::core::stringify!($other))
                        .field(&$crate::open::Kinds(value))
                        .finish(),
                }
            }
        }

        impl $crate::dependencies::serde::Serialize for $name {
            fn serialize<S: $crate::dependencies::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::dependencies::serde::Serialize::serialize(value, serializer)
                    })*
                    Self::$other(value) => {
                        $crate::dependencies::serde::Serialize::serialize(value, serializer)
                    }
                }
            }
        }

        $crate::lenient_deserialize!($name);

        /// Null is absent.
        impl $crate::lenient::Lenient for $name {
            const EXPECTED: &'static str = "a value";

            fn read<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                let value: ::core::option::Option<$crate::dependencies::serde_json::Value> =
                    $crate::lenient::Lenient::read(deserializer)?;
                ::core::result::Result::Ok(value.map(Self::from))
            }
        }
    };
}

/// Shows the kind of a value, and the names of the fields of an object.
#[doc(hidden)]
pub struct Kinds<'a>(pub &'a Value);

impl Kinds<'_> {
    /// Shows the names of fields and the kinds of their values. A name that may be data is a star.
    pub(crate) fn fields<'a>(
        f: &mut fmt::Formatter<'_>,
        fields: impl Iterator<Item = (&'a String, &'a Value)>,
    ) -> fmt::Result {
        let fields = fields.map(|(name, value)| (Shown(name), Kind(value)));
        f.debug_map().entries(fields).finish()
    }
}

impl fmt::Debug for Kinds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Object(fields) => Self::fields(f, fields.iter()),
            value => Kind(value).fmt(f),
        }
    }
}

struct Kind<'a>(&'a Value);

impl fmt::Debug for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        })
    }
}

/// Returns true for an identifier-like name of a field; others may be data.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
}

struct Shown<'a>(&'a str);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain_name(self.0) {
            self.0.fmt(f)
        } else {
            f.write_str("*")
        }
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros are for public types")]
mod tests;
