//! Faults on demand. To add one: a variant here, its arms in [`json`] and [`plan`], a row in the README, a test.

#![deny(clippy::wildcard_enum_match_arm)]

mod json;
mod plan;
mod script;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use plan::{Change, Delivery, Ending, Plan};
pub(crate) use script::{Script, Target, Waiting};

/// A failure of one request or of its response.
///
/// In JSON a fault is an object with its `kind` in snake case and its fields, durations in `milliseconds`:
/// `{"kind": "status", "status": 503}`, `{"kind": "delay", "milliseconds": 500}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// No failure: lets one request of a script through.
    Pass,
    /// Resets the connection and refuses all others for a while, as if the host were down.
    Refuse {
        /// How long connections are refused.
        #[serde(rename = "milliseconds", serialize_with = "json::write_milliseconds")]
        duration: Duration,
    },
    /// Resets the connection; the operation is not carried out.
    Reset,
    /// Carries the operation out, then resets the connection before the first byte of the response.
    LoseResponse,
    /// Sends the head and half of the body, then resets the connection.
    ResetMidway,
    /// Never responds; the operation is not carried out.
    Hang,
    /// Silences the connection, as a router does that has forgotten it: from now on the emulator neither sends nor
    /// handles anything on it and does not close it. The operation is not carried out; new connections are served.
    ///
    /// Over HTTP/2 this ends all requests of the connection without a response.
    Stall,
    /// Delays the response.
    Delay {
        /// The delay.
        #[serde(rename = "milliseconds", serialize_with = "json::write_milliseconds")]
        duration: Duration,
    },
    /// Sends the body one byte at a time.
    Trickle {
        /// The pause between two bytes.
        #[serde(rename = "milliseconds", serialize_with = "json::write_milliseconds")]
        duration: Duration,
    },
    /// Responds with status 429 and code 1003.
    RateLimited {
        /// The value of `Retry-After`; `None` omits the header.
        retry_after: Option<RetryAfter>,
    },
    /// Responds with this status and an HTML page, as a proxy in front of plex.tv does.
    Status {
        /// A number from 200 to 599; 502 is sent for any other.
        status: u16,
    },
    /// Sends half of the body in a response that is complete as HTTP: its JSON or XML does not parse.
    Truncate,
    /// Replaces the `Content-Type` of the response.
    ContentType {
        /// The content type.
        content_type: String,
    },
    /// Removes a field from the response. A response without this field is not changed.
    RemoveField {
        /// The name of the field; `location.city` names a nested field.
        field: String,
    },
    /// Replaces the value of a field by any JSON value.
    SetField {
        /// The name of the field; `location.city` names a nested field.
        field: String,
        /// The new value.
        value: Value,
    },
    /// Responds with JSON that holds one long string; the operation is not carried out.
    Huge {
        /// The size of the body, which is sent without `Content-Length`.
        bytes: u64,
    },
    /// Redirects to another URL with status 302.
    Redirect {
        /// The URL.
        location: String,
    },
}

/// The two forms of `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// The date that is this many seconds in the future.
    DateIn(u64),
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_have_the_documented_json() {
        for (fault, json) in [
            (Fault::LoseResponse, json!({"kind": "lose_response"})),
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
    fn invalid_faults_are_rejected_with_a_reason() {
        for (json, reason) in [
            (json!({"kind": "delay", "millis": 5}), "unknown field"),
            (json!({"kind": "status", "status": 42}), "from 200 to 599"),
            (
                json!({"kind": "redirect", "location": "a\nb"}),
                "not a valid header value",
            ),
            (
                json!({"kind": "content_type", "content_type": "a\nb"}),
                "not a valid header value",
            ),
            (json!({"kind": "huge", "bytes": 5e9 as u64}), "at most"),
        ] {
            let error = serde_json::from_value::<Fault>(json).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn every_kind_is_read() {
        for (kind, _) in json::KINDS {
            let fault = json!({"kind": kind});
            let error = serde_json::from_value::<Fault>(fault).err();
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(!error.contains("unknown fault"), "{error}");
        }
    }

    #[test]
    fn the_readme_lists_every_fault() {
        let readme = include_str!("../../README.md");
        let (_, rows) = readme.split_once("### Faults").unwrap();
        let (rows, _) = rows.split_once("\n## ").unwrap();
        let first_cells = rows.lines().filter_map(|line| line.split('|').nth(1));
        let first_cells: String = first_cells.collect();
        for (kind, _) in json::KINDS {
            let cell = format!("`{kind}`");
            assert!(first_cells.contains(&cell), "the README lacks {kind}");
        }
    }
}
