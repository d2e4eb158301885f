//! Models and lists: what stands in their place may be something else.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{
    BoolDeserializer, F64Deserializer, I64Deserializer, MapAccessDeserializer, StringDeserializer,
    U64Deserializer,
};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Lenient, read, read_model};

pub(super) struct ModelVisitor<T>(PhantomData<T>);

impl<T> ModelVisitor<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ModelVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or nothing")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries)).map(Some)
    }

    /// Text may be one of the values that a model lists.
    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(T::deserialize(StringDeserializer::<E>::new(value.to_owned())).ok())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
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

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// An item of a list; nothing if it cannot be meant.
pub(super) trait Item<'de>: Deserialize<'de> {
    type Value;
    fn value(self) -> Option<Self::Value>;
}

pub(super) struct Plain<T>(Option<T>);

impl<'de, T: Lenient> Deserialize<'de> for Plain<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Self)
    }
}

impl<'de, T: Lenient> Item<'de> for Plain<T> {
    type Value = T;

    fn value(self) -> Option<T> {
        self.0
    }
}

pub(super) struct Model<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Model<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_model(deserializer).map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Item<'de> for Model<T> {
    type Value = T;

    fn value(self) -> Option<T> {
        self.0
    }
}

pub(super) fn only_some<'de, I: Item<'de>>(items: Vec<I>) -> Vec<I::Value> {
    items.into_iter().filter_map(I::value).collect()
}

/// One value in place of a list.
fn alone<'de, I: Item<'de>, D: Deserializer<'de>>(value: D) -> Vec<I> {
    I::deserialize(value).ok().into_iter().collect()
}

pub(super) struct ListVisitor<I>(PhantomData<I>);

impl<I> ListVisitor<I> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, I: Item<'de>> Visitor<'de> for ListVisitor<I> {
    type Value = Vec<I>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        I::deserialize(MapAccessDeserializer::new(entries)).map(|item| vec![item])
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(alone(StringDeserializer::<E>::new(value.to_owned())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(alone(U64Deserializer::<E>::new(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(alone(I64Deserializer::<E>::new(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(alone(F64Deserializer::<E>::new(value)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(alone(BoolDeserializer::<E>::new(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}
