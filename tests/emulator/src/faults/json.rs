//! Checks the values of a fault while it is read from JSON.

use hyper::header::HeaderValue;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The largest body of the fault `huge`.
const LARGEST: u64 = 4 << 30;

pub(super) fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = u16::deserialize(deserializer)?;
    if (200..600).contains(&status) {
        Ok(status)
    } else {
        Err(D::Error::custom("a status is a number from 200 to 599"))
    }
}

pub(super) fn header_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = String::deserialize(deserializer)?;
    match HeaderValue::from_str(&value) {
        Ok(_) => Ok(value),
        Err(_) => Err(D::Error::custom("the string is not a valid header value")),
    }
}

pub(super) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let bytes = u64::deserialize(deserializer)?;
    if bytes <= LARGEST {
        Ok(bytes)
    } else {
        Err(D::Error::custom("bytes is at most 4294967296 (4 GiB)"))
    }
}

/// A duration as a whole number of milliseconds.
pub(super) mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::faults) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(in crate::faults) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
