//! Reads responses that do not quite match the spec.
//!
//! plex.tv sends a postal code as a string or as a number, keeps conventions of XML (`"0"` for false, `""` for a
//! missing value), and adds and removes fields. Every scalar field of a generated model is read with [`read`], every
//! optional nested model with [`read_model`].

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

use crate::{PinCode, Secret, Token};

mod repair;
mod shapes;

use shapes::{ArrayVisitor, Model, ModelVisitor, Plain, ScalarVisitor, only_some};

/// Reads the JSON of a response. If that fails, its malformed values are replaced, and it is read again.
pub(crate) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let body = without_mark(body);
    // Checking UTF-8 once is cheaper than checking each string. Invalid UTF-8 may be in a field that is not read.
    let read = match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    read.or_else(|error| match repair::repaired(body) {
        Some(repaired) => serde_json::from_slice(repaired.as_slice()).map_err(|_| error),
        None => Err(error),
    })
}

/// Removes the byte order mark that an encoder may put before UTF-8.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Reads a scalar from any scalar that can be converted.
///
/// # Errors
/// If the value cannot be converted, such as an array for a number.
pub fn read<'de, D: Deserializer<'de>, T: Lenient>(deserializer: D) -> Result<T, D::Error> {
    let scalar = deserializer.deserialize_any(ScalarVisitor)?;
    T::from_scalar(scalar).ok_or_else(|| D::Error::custom(format_args!("expected {}", T::EXPECTED)))
}

/// Reads an optional model; any other JSON value becomes `None`.
///
/// # Errors
/// If an object lacks a required field of the model.
pub fn read_model<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ModelVisitor::new())
}

/// Reads an array of scalars. Items that cannot be converted are dropped, and a single scalar is read as a one-element array.
///
/// # Errors
/// If the JSON is malformed.
pub fn read_list<'de, D: Deserializer<'de>, T: Lenient>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    deserializer
        .deserialize_any(ArrayVisitor::<Plain<T>>::new())
        .map(only_some)
}

/// Reads an array of models. Items that are not objects are dropped, and a single object is read as a one-element array.
///
/// # Errors
/// If an object lacks a required field of the model.
pub fn read_models<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer
        .deserialize_any(ArrayVisitor::<Model<T>>::new())
        .map(only_some)
}

/// Reads a value, or its default for null, such as an empty map.
///
/// # Errors
/// If the value is neither null nor of the expected type.
pub fn read_or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A type that [`read`] can convert from a scalar.
pub trait Lenient: Sized {
    /// The expected type, for the error message.
    const EXPECTED: &'static str;
    /// Converts the scalar, if possible.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;
}

/// A JSON value in a response, before conversion.
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
    /// A string.
    Text(Cow<'de, str>),
    /// An array or an object.
    Other,
}

/// Values of the wrong type become `None`: null, `""` or `"Unknown"` for a number, an array for a string. One malformed
/// optional field must not make a whole response unreadable: it may hold the token.
impl<T: Lenient> Lenient for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Some(T::from_scalar(scalar))
    }
}

impl Lenient for String {
    const EXPECTED: &'static str = "a string";

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
                    // A whole number such as 876.0, within the range where f64 is exact.
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

/// Accepts RFC 3339, or seconds since 1970.
impl Lenient for DateTime<Utc> {
    const EXPECTED: &'static str = "a date and time";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => {
                let text = text.trim();
                // The first parser is faster; the second accepts more, such as a space in place of the T.
                let date = DateTime::parse_from_rfc3339(text).map(|date| date.to_utc());
                date.or_else(|_| text.parse()).ok()
            }
            scalar => Self::from_timestamp(i64::from_scalar(scalar)?, 0),
        }
    }
}

macro_rules! secrets {
    ($($secret:ty),*) => {$(
        /// Accepts a non-empty string, or an integer: a secret that consists of digits may be sent as a number.
        impl Lenient for $secret {
            const EXPECTED: &'static str = "a string that is not empty";

            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                let may_be_secret = matches!(scalar, Scalar::Text(_) | Scalar::Unsigned(_));
                String::from_scalar(scalar).filter(|text| may_be_secret && !text.is_empty()).map(Self::new)
            }
        }
    )*};
}

secrets!(PinCode, Secret);

/// Accepts visible ASCII characters, or an integer. No other text can be sent as a token.
impl Lenient for Token {
    const EXPECTED: &'static str = "a token of visible ASCII characters";

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let secret = Secret::from_scalar(scalar)?;
        let is_token = secret.expose().bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self::new(secret.expose()))
    }
}

#[cfg(test)]
mod tests;
