//! Arrays and maps, from which items that cannot be read are dropped.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    BoolDeserializer, F64Deserializer, I64Deserializer, MapAccessDeserializer, StrDeserializer,
    U64Deserializer,
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::objects::{ReadObject, read_object};
use super::{Lenient, read_any};

/// A single value is read as a one-element array.
impl<T: Lenient> Lenient for Vec<T> {
    const EXPECTED: &'static str = "an array";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ArrayVisitor(PhantomData))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Lenient> Lenient for HashMap<String, T> {
    const EXPECTED: &'static str = "an object";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        read_object(MapReader(PhantomData), deserializer)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Lenient for Map<String, Value> {
    const EXPECTED: &'static str = "an object";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(match read_any(deserializer)? {
            Value::Object(object) => Some(object),
            _ => None,
        })
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Reads an item; null can have a value, such as `None`.
struct Item<T>(PhantomData<T>);

impl<'de, T: Lenient> DeserializeSeed<'de> for Item<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(deserializer).map(|item| item.or_else(T::absent))
    }
}

struct ArrayVisitor<T>(PhantomData<T>);

/// Reads a single value in place of an array.
fn single<'de, T: Lenient, D: Deserializer<'de>>(value: D) -> Result<Option<Vec<T>>, D::Error> {
    Ok(Some(T::read(value)?.into_iter().collect()))
}

impl<'de, T: Lenient> Visitor<'de> for ArrayVisitor<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Item(PhantomData))? {
            array.extend(item);
        }
        Ok(Some(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        single(MapAccessDeserializer::new(entries))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        single(StrDeserializer::<E>::new(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        single(U64Deserializer::<E>::new(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        single(I64Deserializer::<E>::new(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        single(F64Deserializer::<E>::new(value))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        single(BoolDeserializer::<E>::new(value))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

struct MapReader<T>(PhantomData<T>);

impl<T: Lenient> ReadObject for MapReader<T> {
    type Value = HashMap<String, T>;

    fn read_object<'de, A: MapAccess<'de>>(
        self,
        mut entries: A,
    ) -> Result<Option<Self::Value>, A::Error> {
        let mut map = HashMap::new();
        while let Some(key) = entries.next_key()? {
            if let Some(value) = entries.next_value_seed(Item(PhantomData))? {
                map.insert(key, value);
            }
        }
        Ok(Some(map))
    }
}
