//! Any JSON, up to a depth.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use super::{Lenient, NUMBER};

/// How deep arrays and objects are kept; deeper ones become null. serde_json rejects a document that is deeper than 128.
const DEPTH: usize = 96;

/// Reads any JSON.
pub(crate) fn read_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Any { depth: DEPTH }.deserialize(deserializer)
}

/// Null is absent.
impl Lenient for Value {
    const EXPECTED: &'static str = "any JSON";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        read_any(deserializer).map(|value| Some(value).filter(|value| !value.is_null()))
    }

    fn absent() -> Option<Self> {
        Some(Self::Null)
    }

    fn is_absent(&self) -> bool {
        self.is_null()
    }
}

#[derive(Clone, Copy)]
struct Any {
    depth: usize,
}

impl Any {
    fn deeper(self) -> Option<Self> {
        let depth = self.depth.checked_sub(1)?;
        Some(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Any {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth == 0 {
            IgnoredAny::deserialize(deserializer)?;
            return Ok(Value::Null);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        let Some(deeper) = self.deeper() else {
            return Ok(Value::Null);
        };
        while let Some(item) = items.next_element_seed(deeper)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let Some(deeper) = self.deeper() else {
            return Ok(Value::Null);
        };
        while let Some(key) = entries.next_key::<String>()? {
            object.insert(key, entries.next_value_seed(deeper)?);
        }
        Ok(match number(&object) {
            Some(number) => Value::Number(number),
            None => Value::Object(object),
        })
    }
}

/// Returns the number that an object represents.
fn number(object: &Map<String, Value>) -> Option<Number> {
    let text = object.get(NUMBER).filter(|_| object.len() == 1)?.as_str()?;
    text.parse().ok()
}
