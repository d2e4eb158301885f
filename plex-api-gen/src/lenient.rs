//! Reading answers that are not quite what was promised.
//!
//! plex.tv sends a postal code now as text and now as a number, XML habits (`"0"`, `""`) shine through, and fields come
//! and go. Every plain field of a generated model is read with [`read`], every optional model in a model with [`read_model`].

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{PinCode, Secret, Token};

mod shapes;

use shapes::{ListVisitor, Model, ModelVisitor, Plain, only_some};

/// Reads a plain value from whatever plain value stands there.
///
/// # Errors
/// When the value cannot be meant, such as a list for a number.
pub fn read<'de, D: Deserializer<'de>, T: Lenient>(deserializer: D) -> Result<T, D::Error> {
    let scalar = deserializer.deserialize_any(ScalarVisitor)?;
    T::from_scalar(scalar).ok_or_else(|| D::Error::custom(format_args!("expected {}", T::EXPECTED)))
}

/// Reads a model that may be missing; what stands there in its place and is none is nothing.
///
/// # Errors
/// When an object stands there that lacks what the model requires.
pub fn read_model<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ModelVisitor::new())
}

/// Reads a list of plain values. Items that cannot be meant are left out, and one value alone is a list of one.
///
/// # Errors
/// When the text is not well formed.
pub fn read_list<'de, D: Deserializer<'de>, T: Lenient>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    deserializer
        .deserialize_any(ListVisitor::<Plain<T>>::new())
        .map(only_some)
}

/// Reads a list of models. Items that are none are left out, and one model alone is a list of one.
///
/// # Errors
/// When an object stands there that lacks what the model requires.
pub fn read_models<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer
        .deserialize_any(ListVisitor::<Model<T>>::new())
        .map(only_some)
}

/// Reads something of which null is the empty form, such as a map.
///
/// # Errors
/// When it is neither null nor what it should be.
pub fn read_or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A type that [`read`] can make from any plain value.
pub trait Lenient: Sized {
    /// What is expected, for the error.
    const EXPECTED: &'static str;
    /// The value that is meant, if any.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;
}

/// A plain value as it stands in an answer.
#[derive(Debug)]
pub enum Scalar<'de> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A negative integer.
    Signed(i64),
    /// An integer.
    Unsigned(u64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text.
    Text(Cow<'de, str>),
    /// Something that is no plain value, a list or an object.
    Other,
}

/// What cannot be meant is nothing: null, `""` or `"Unknown"` for a number, a list for a word. One odd field that may be
/// missing must not cost the whole answer, which may hold the token.
impl<T: Lenient> Lenient for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Some(T::from_scalar(scalar))
    }
}

impl Lenient for String {
    const EXPECTED: &'static str = "text";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Null | Scalar::Other => None,
            Scalar::Bool(value) => Some(value.to_string()),
            Scalar::Signed(value) => Some(value.to_string()),
            Scalar::Unsigned(value) => Some(value.to_string()),
            Scalar::Float(value) => Some(value.to_string()),
            Scalar::Text(text) => Some(text.into_owned()),
        }
    }
}

impl Lenient for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Bool(value) => Some(value),
            Scalar::Unsigned(0) => Some(false),
            Scalar::Unsigned(1) => Some(true),
            Scalar::Text(text) if text == "0" || text.eq_ignore_ascii_case("false") => Some(false),
            Scalar::Text(text) if text == "1" || text.eq_ignore_ascii_case("true") => Some(true),
            _ => None,
        }
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Lenient for $integer {
            const EXPECTED: &'static str = "an integer";

            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                match scalar {
                    Scalar::Signed(value) => value.try_into().ok(),
                    Scalar::Unsigned(value) => value.try_into().ok(),
                    // A number such as 876.0; through i64, whose range a JSON number with a fraction does not outgrow.
                    Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 => {
                        (value as i64).try_into().ok()
                    }
                    Scalar::Text(text) => text.trim().parse().ok(),
                    _ => None,
                }
            }
        }
    )*};
}

integers!(i32, i64, u32, u64);

impl Lenient for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Signed(value) => Some(value as f64),
            Scalar::Unsigned(value) => Some(value as f64),
            Scalar::Float(value) => Some(value),
            Scalar::Text(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite()),
            _ => None,
        }
    }
}

impl Lenient for f32 {
    const EXPECTED: &'static str = "a number";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        f64::from_scalar(scalar).map(|value| value as f32)
    }
}

/// RFC 3339, or seconds since 1970.
impl Lenient for DateTime<Utc> {
    const EXPECTED: &'static str = "a date and time";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => {
                let text = text.trim();
                // The first is faster; the second reads more, such as a blank in place of the T.
                let date = DateTime::parse_from_rfc3339(text).map(|date| date.to_utc());
                date.or_else(|_| text.parse()).ok()
            }
            scalar => Self::from_timestamp(i64::from_scalar(scalar)?, 0),
        }
    }
}

macro_rules! secrets {
    ($($secret:ty),*) => {$(
        /// An empty secret is none; text is one, and a number that it may have become.
        impl Lenient for $secret {
            const EXPECTED: &'static str = "text that is not empty";

            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                let is_one = matches!(scalar, Scalar::Text(_) | Scalar::Unsigned(_));
                String::from_scalar(scalar).filter(|text| is_one && !text.is_empty()).map(Self::new)
            }
        }
    )*};
}

secrets!(PinCode, Secret, Token);

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Signed(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Unsigned(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value)))
    }
}

#[cfg(test)]
mod tests;
