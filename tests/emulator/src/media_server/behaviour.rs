//! The behaviour of the listeners behind connections.

use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The behaviour of the emulator's listener behind a [`ServerConnection`](crate::ServerConnection).
///
/// In JSON it is `"good"`, `"dead"`, `"refusing"`, `"another"`, `"blocked"` or
/// `{"slow": {"milliseconds": 500}}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
// The derived functions are methods, which the traits below call.
#[serde(rename_all = "snake_case", remote = "Self")]
#[non_exhaustive]
pub enum Behaviour {
    /// Responds as the media server.
    Good,
    /// Responds as the media server, each time after this delay.
    Slow(#[serde(with = "milliseconds")] Duration),
    /// Accepts connections, reads what clients send, and never sends a byte.
    Dead,
    /// Refuses connections: the port is reserved, but closed.
    Refusing,
    /// Responds as another media server, with another `machineIdentifier`, that accepts none of the tokens.
    ///
    /// Over https its certificate is valid for the name in the URI, as if a proxy led to the wrong server.
    Another,
    /// Responds as the media server, but the URI has a name that no resolver finds.
    Blocked,
}

impl Serialize for Behaviour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Behaviour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let is_slow = value == "slow" || value.get("slow").is_some();
        Self::deserialize(value).map_err(|error| {
            if is_slow {
                return D::Error::custom(r#"write {"slow": {"milliseconds": 500}}"#);
            }
            D::Error::custom(error)
        })
    }
}

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Delay {
        milliseconds: u64,
    }

    pub(super) fn serialize<S: Serializer>(
        delay: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        Delay { milliseconds }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        let Delay { milliseconds } = Delay::deserialize(deserializer)?;
        Ok(Duration::from_millis(milliseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn behaviours_have_the_documented_json() {
        for (behaviour, json) in [
            (Behaviour::Good, json!("good")),
            (
                Behaviour::Slow(Duration::from_millis(500)),
                json!({"slow": {"milliseconds": 500}}),
            ),
            (Behaviour::Dead, json!("dead")),
            (Behaviour::Refusing, json!("refusing")),
            (Behaviour::Another, json!("another")),
            (Behaviour::Blocked, json!("blocked")),
        ] {
            assert_eq!(serde_json::to_value(behaviour).unwrap(), json);
            let read: Behaviour = serde_json::from_value(json).unwrap();
            assert_eq!(read, behaviour);
        }
    }
}
