//! Scalars and secrets, which are read from any scalar that can be converted.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::model::Name;
use super::{Lenient, NUMBER};
use crate::{PinCode, Secret, Token};

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

/// A type that can be converted from a scalar.
trait FromScalar: Sized {
    /// Converts the scalar, if possible.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;
}

macro_rules! lenient {
    ($($scalar:ty: $expected:literal,)*) => {$(
        impl Lenient for $scalar {
            const EXPECTED: &'static str = $expected;

            #[inline]
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                deserializer.deserialize_any(ScalarVisitor).map(Self::from_scalar)
            }
        }
    )*};
}

lenient! {
    String: "a string",
    bool: "true or false",
    i32: "an integer",
    i64: "an integer",
    u32: "an integer",
    u64: "an integer",
    f64: "a number",
    DateTime<Utc>: "a date and time",
    PinCode: "a string that is not empty",
    Secret: "a string that is not empty",
    Token: "a token of visible ASCII characters",
}

impl FromScalar for String {
    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => Some(text.into_owned()),
            scalar => written(&scalar),
        }
    }
}

/// Returns the text of a scalar that is not a string.
#[cold]
fn written(scalar: &Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::Null | Scalar::Other => None,
        Scalar::Bool(value) => Some(value.to_string()),
        Scalar::Signed(value) => Some(value.to_string()),
        Scalar::Unsigned(value) => Some(value.to_string()),
        Scalar::Float(value) => Some(value.to_string()),
        Scalar::Text(text) => Some(text.clone().into_owned()),
    }
}

impl FromScalar for bool {
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
        /// Truncates a number with a fraction.
        impl FromScalar for $integer {
            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                match scalar {
                    Scalar::Signed(value) => value.try_into().ok(),
                    Scalar::Unsigned(value) => value.try_into().ok(),
                    Scalar::Float(value) => whole(value)?.try_into().ok(),
                    Scalar::Text(text) => {
                        let text = text.trim();
                        text.parse().ok().or_else(|| whole(text.parse().ok()?)?.try_into().ok())
                    }
                    _ => None,
                }
            }
        }
    )*};
}

integers!(i32, i64, u32, u64);

/// Truncates a number, within the range where f64 is exact.
fn whole(value: f64) -> Option<i64> {
    (value.abs() < 9_007_199_254_740_992.0).then_some(value as i64)
}

impl FromScalar for f64 {
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

/// Accepts RFC 3339, the same without an offset (UTC) or without a time (midnight), or seconds since 1970.
impl FromScalar for DateTime<Utc> {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => {
                let text = text.trim();
                // The first parser is faster; the second accepts more, such as a space in place of the T.
                let date = DateTime::parse_from_rfc3339(text).map(|date| date.to_utc());
                date.or_else(|_| text.parse())
                    .ok()
                    .or_else(|| without_offset(text))
                    .or_else(|| Self::from_timestamp(text.parse().ok()?, 0))
            }
            scalar => Self::from_timestamp(i64::from_scalar(scalar)?, 0),
        }
    }
}

/// Reads a date with a time but without an offset, or a date alone.
fn without_offset(text: &str) -> Option<DateTime<Utc>> {
    let formats = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ];
    let with_time = |format: &&str| NaiveDateTime::parse_from_str(text, format).ok();
    let date = || {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(date.and_time(NaiveTime::MIN))
    };
    let date = formats.iter().find_map(with_time).or_else(date)?;
    Some(date.and_utc())
}

macro_rules! secrets {
    ($($secret:ty),*) => {$(
        /// Accepts a non-empty string, or an integer: a secret that consists of digits may be sent as a number.
        impl FromScalar for $secret {
            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                let may_be_secret = matches!(scalar, Scalar::Text(_) | Scalar::Unsigned(_));
                String::from_scalar(scalar).filter(|text| may_be_secret && !text.is_empty()).map(Self::received)
            }
        }
    )*};
}

secrets!(PinCode, Secret);

/// Accepts visible ASCII characters, or an integer. No other text can be sent as a token.
impl FromScalar for Token {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let secret = Secret::from_scalar(scalar)?;
        let is_token = secret.expose().bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self::received(secret.expose().to_owned()))
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
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

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let scalar = match entries.next_key::<Name<'de>>()? {
            Some(name) if name.as_str() == NUMBER => number(&entries.next_value_seed(self)?),
            Some(_) => {
                entries.next_value::<IgnoredAny>()?;
                Scalar::Other
            }
            None => Scalar::Other,
        };
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(scalar)
    }
}

impl<'de> DeserializeSeed<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Reads the text of a number.
fn number(text: &Scalar<'_>) -> Scalar<'static> {
    let Scalar::Text(text) = text else {
        return Scalar::Other;
    };
    if let Ok(value) = text.parse() {
        Scalar::Unsigned(value)
    } else if let Ok(value) = text.parse() {
        Scalar::Signed(value)
    } else {
        let value = text.parse().ok().filter(|value: &f64| value.is_finite());
        value.map_or(Scalar::Other, Scalar::Float)
    }
}
