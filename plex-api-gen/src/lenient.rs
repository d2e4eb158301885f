//! Reads responses that do not quite match the spec.
//!
//! plex.tv sends a postal code as a string or as a number, keeps conventions of XML (`"0"` for false, `""` for a
//! missing value), and adds and removes fields. Every type that a generated model contains is [`Lenient`]: a value that cannot
//! be read becomes `None`, an empty array or an empty map, and never makes the whole response unreadable.

use serde::de::{DeserializeOwned, Deserializer, Error};

mod any;
mod collections;
mod macros;
mod model;
mod objects;
mod repair;
mod scalars;

pub(crate) use any::read_any;
#[doc(hidden)]
pub use model::{Fields, Model, is_written, read_model, read_strictly, write_extra, write_field};
pub use scalars::Scalar;

/// The key with which serde_json represents a number as an object, where another crate enables its feature
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

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

/// Reads a value that is required, as [`Lenient::read_required`] does: for the attribute `deserialize_with` of serde.
///
/// # Errors
/// If the JSON is malformed, or the value cannot be converted, such as an array for a number.
pub fn read<'de, D: Deserializer<'de>, T: Lenient>(deserializer: D) -> Result<T, D::Error> {
    T::read_required(deserializer)
}

/// Returns the error of a value that cannot be converted, which does not quote the value.
#[cold]
fn unexpected<T: Lenient, E: Error>() -> E {
    E::custom(format_args!("expected {}", T::EXPECTED))
}

/// A type that can be read from JSON that does not quite match it.
///
/// It is implemented for scalars, secrets, any JSON, and for options, arrays and maps of such types. Generated models, enums
/// and unions implement it too.
pub trait Lenient: Sized {
    /// The expected value, for the error message.
    const EXPECTED: &'static str;
    /// True if the error of [`Lenient::read_required`] names a field within the value.
    const IS_MODEL: bool = false;

    /// Reads a value; `None` if it cannot be converted.
    ///
    /// # Errors
    /// If the JSON is malformed.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// Reads a value that must be there.
    ///
    /// # Errors
    /// If the JSON is malformed, or the value cannot be converted. The error does not quote the value.
    fn read_required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)?
            .or_else(Self::absent)
            .ok_or_else(unexpected::<Self, D::Error>)
    }

    /// Returns the value of an optional field that is missing or cannot be read, if the type has one.
    fn absent() -> Option<Self> {
        None
    }

    /// Returns whether an optional field with this value is not written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Values that cannot be converted become `None`: null, `""` or `"Unknown"` for a number, an array for a string. One malformed
/// optional field must not make a whole response unreadable: it may hold the token.
impl<T: Lenient> Lenient for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        T::read(deserializer).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// Models that can contain themselves are in a box.
impl<T: Lenient> Lenient for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const IS_MODEL: bool = T::IS_MODEL;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Self::new))
    }

    fn read_required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read_required(deserializer).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }

    fn is_absent(&self) -> bool {
        T::is_absent(self)
    }
}

#[cfg(test)]
mod tests;
