//! Faults on demand: what goes wrong with the next answers, in order, for each operation.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;

/// What goes wrong with one answer.
///
/// In JSON a fault is an object with its `kind` in snake case and its fields, durations in `milliseconds`:
/// `{"kind": "status", "status": 503}`, `{"kind": "delay", "milliseconds": 500}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing: this request is answered as always. It makes room in a script.
    Pass,
    /// The connection is reset, and for this long every other one is refused, as if the host were down.
    Refuse {
        /// How long.
        #[serde(rename = "milliseconds", with = "milliseconds")]
        duration: Duration,
    },
    /// The connection is reset; the request is not carried out.
    Reset,
    /// The request is carried out, then the connection is reset without a byte of the answer.
    LoseAnswer,
    /// The head and half of the body are sent, then the connection is reset.
    ResetMidway,
    /// No answer ever comes; the request is not carried out.
    Hang,
    /// The answer comes late.
    Delay {
        /// How late.
        #[serde(rename = "milliseconds", with = "milliseconds")]
        duration: Duration,
    },
    /// The body comes one byte at a time.
    Trickle {
        /// The time between two bytes.
        #[serde(rename = "milliseconds", with = "milliseconds")]
        duration: Duration,
    },
    /// 429 with code 1003.
    RateLimited {
        /// What `Retry-After` says, if it is sent.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// This status with a page of HTML, as a proxy in front of plex.tv answers.
    Status {
        /// From 200 to 599; anything else counts as 502.
        status: u16,
    },
    /// The body stops in its middle though the answer is complete as HTTP: JSON or XML that does not parse.
    Truncate,
    /// The answer says that it is of another type.
    ContentType {
        /// The type it says.
        content_type: String,
    },
    /// A field of the answer is missing. An answer that has no such field stays as it is.
    RemoveField {
        /// Its name; `location.city` for a field of a field.
        field: String,
    },
    /// A field of the answer has another value, of any type.
    SetField {
        /// Its name; `location.city` for a field of a field.
        field: String,
        /// The value.
        value: Value,
    },
    /// The answer is JSON with one string of this many bytes; it is not carried out.
    Huge {
        /// The size of the body, which is sent without a `Content-Length`.
        bytes: u64,
    },
    /// 302 to another address.
    Redirect {
        /// The address.
        location: String,
    },
}

impl Fault {
    /// What is wrong with the values of a fault, if anything is.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let is_header = |value: &str| hyper::header::HeaderValue::from_str(value).is_ok();
        match self {
            Self::Status { status } if !(200..600).contains(status) => {
                Err("a status is a number from 200 to 599")
            }
            Self::ContentType {
                content_type: value,
            }
            | Self::Redirect { location: value }
                if !is_header(value) =>
            {
                Err("a header cannot hold this value")
            }
            Self::Huge { bytes } if *bytes > 1 << 32 => Err("4 GiB are huge enough"),
            _ => Ok(()),
        }
    }
}

/// The two forms of `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// The date that lies this many seconds ahead.
    DateIn(u64),
}

/// The script of faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    of: HashMap<Operation, VecDeque<Fault>>,
    of_any: VecDeque<Fault>,
}

impl Faults {
    /// Puts a fault at the end of the script of an operation, or of that of all operations.
    pub(crate) fn push(&mut self, operation: Option<Operation>, fault: Fault) {
        match operation {
            Some(operation) => self.of.entry(operation).or_default().push_back(fault),
            None => self.of_any.push_back(fault),
        }
    }

    /// What goes wrong now: the operation's own script goes before that of all.
    pub(crate) fn next(&mut self, operation: Operation) -> Fault {
        self.of
            .get_mut(&operation)
            .and_then(VecDeque::pop_front)
            .or_else(|| self.of_any.pop_front())
            .unwrap_or(Fault::Pass)
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What is still to come, with the operation it is for.
    pub(crate) fn waiting(&self) -> Vec<(Option<Operation>, &Fault)> {
        let mut own: Vec<_> = self
            .of
            .iter()
            .flat_map(|(operation, faults)| faults.iter().map(|fault| (Some(*operation), fault)))
            .collect();
        own.sort_by_key(|(operation, _)| *operation);
        own.extend(self.of_any.iter().map(|fault| (None, fault)));
        own
    }
}

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_come_in_order_and_an_operations_own_first() {
        let mut faults = Faults::default();
        faults.push(None, Fault::Reset);
        faults.push(Some(Operation::GetTokenByPinId), Fault::Hang);
        faults.push(Some(Operation::GetTokenByPinId), Fault::Truncate);
        assert_eq!(faults.next(Operation::GetTokenByPinId), Fault::Hang);
        assert_eq!(faults.next(Operation::GetTokenByPinId), Fault::Truncate);
        assert_eq!(faults.next(Operation::GetTokenByPinId), Fault::Reset);
        assert_eq!(faults.next(Operation::GetTokenByPinId), Fault::Pass);
    }

    #[test]
    fn faults_are_written_in_json_as_documented() {
        for (fault, json) in [
            (Fault::LoseAnswer, json!({"kind": "lose_answer"})),
            (
                Fault::Delay {
                    duration: Duration::from_millis(500),
                },
                json!({"kind": "delay", "milliseconds": 500}),
            ),
            (
                Fault::RateLimited {
                    retry_after: Some(RetryAfter::DateIn(5)),
                },
                json!({"kind": "rate_limited", "retry_after": {"date_in": 5}}),
            ),
            (
                Fault::SetField {
                    field: "id".to_owned(),
                    value: json!("42"),
                },
                json!({"kind": "set_field", "field": "id", "value": "42"}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&fault).unwrap(), json);
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
        }
    }

    #[test]
    fn a_fault_with_a_misspelt_field_is_refused() {
        let misspelt = json!({"kind": "delay", "millis": 5});
        assert!(serde_json::from_value::<Fault>(misspelt).is_err());
    }
}
