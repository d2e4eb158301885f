//! Looks into the JSON of an argument, one level at a time. The order of an object's members is kept.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One level of a JSON value; what is inside stays JSON.
pub(super) enum Level<'a> {
    Null,
    /// The text of a string, a number or a boolean.
    Scalar(Cow<'a, str>),
    List(Vec<&'a RawValue>),
    Object(Members<'a>),
}

impl<'a> Level<'a> {
    /// Reads JSON that serde_json wrote.
    pub(super) fn of(json: &'a str) -> Result<Self, serde_json::Error> {
        Ok(match json.as_bytes().first() {
            Some(b'[') => Self::List(serde_json::from_str(json)?),
            Some(b'{') => Self::Object(serde_json::from_str(json)?),
            Some(b'"') => Self::Scalar(serde_json::from_str::<Text<'_>>(json)?.0),
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Scalar(json.into()),
        })
    }
}

/// Returns the text of a value within a list or an object: a scalar, or the JSON of a deeper value. Null has none.
pub(super) fn text(value: &RawValue) -> Result<Option<Cow<'_, str>>, serde_json::Error> {
    Ok(match Level::of(value.get())? {
        Level::Null => None,
        Level::Scalar(text) => Some(text),
        Level::List(_) | Level::Object(_) => Some(value.get().into()),
    })
}

/// A string that is borrowed unless it has escapes.
pub(super) struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(text.to_owned().into()))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// The members of an object.
pub(super) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}
