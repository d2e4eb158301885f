//! The response to a poll.

use std::fmt;
use std::time::Duration;

use plex_api_gen::{Token, lenient};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::active_pin::lifetime;

/// The fields of a response that a poll needs. No other field is read, so a malformed one cannot lose the token.
#[derive(Debug, Clone, Default)]
pub(crate) struct PinState {
    id: Option<i64>,
    client_identifier: Option<String>,
    expires_in: Option<i64>,
    pub(crate) auth_token: Option<Token>,
}

impl PinState {
    /// Returns true unless the response is about another PIN.
    pub(crate) fn is_of(&self, id: i64, client_identifier: &str) -> bool {
        let client = self.client_identifier.as_deref();
        self.id.is_none_or(|found| found == id)
            && client.is_none_or(|found| found == client_identifier)
    }

    /// Returns true if the response holds no field of a PIN: something in between responded.
    fn is_empty(&self) -> bool {
        self.id.is_none()
            && self.client_identifier.is_none()
            && self.expires_in.is_none()
            && self.auth_token.is_none()
    }

    /// Returns how long the PIN still lives, if the response says it.
    pub(crate) fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(lifetime)
    }
}

/// A field that is sent twice is not an error: its last value counts, unless that cannot be read.
impl<'de> Deserialize<'de> for PinState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PinVisitor)
    }
}

struct PinVisitor;

impl<'de> Visitor<'de> for PinVisitor {
    type Value = PinState;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a PIN")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<PinState, A::Error> {
        let mut state = PinState::default();
        while let Some(field) = fields.next_key()? {
            match field {
                Field::Id => replace(&mut state.id, fields.next_value()?),
                Field::ClientIdentifier => {
                    replace(&mut state.client_identifier, fields.next_value()?);
                }
                Field::ExpiresIn => replace(&mut state.expires_in, fields.next_value()?),
                Field::AuthToken => replace(&mut state.auth_token, fields.next_value()?),
                Field::Other => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        if state.is_empty() {
            return Err(A::Error::custom("no field of a PIN"));
        }
        Ok(state)
    }
}

fn replace<T>(field: &mut Option<T>, Lenient(value): Lenient<T>) {
    if value.is_some() {
        *field = value;
    }
}

/// A value that is `None` if it is of another type.
struct Lenient<T>(Option<T>);

impl<'de, T: lenient::Lenient> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::read(deserializer).map(Self)
    }
}

enum Field {
    Id,
    ClientIdentifier,
    ExpiresIn,
    AuthToken,
    Other,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(FieldVisitor)
    }
}

struct FieldVisitor;

impl Visitor<'_> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Field, E> {
        Ok(match name {
            "id" => Field::Id,
            "clientIdentifier" => Field::ClientIdentifier,
            "expiresIn" => Field::ExpiresIn,
            "authToken" => Field::AuthToken,
            _ => Field::Other,
        })
    }
}
