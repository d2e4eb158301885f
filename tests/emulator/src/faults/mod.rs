//! Faults on demand. To add one: a variant here, its arms in [`json`] and [`plan`], a row in the README, a test.

#![deny(clippy::wildcard_enum_match_arm)]

mod json;
mod plan;
mod script;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use plan::{Change, Delivery, Ending, Plan, Replacement};
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
    /// Responds in plex.tv's place, as something between the client and plex.tv does: a firewall, a cache, a proxy.
    ///
    /// The response has these headers, `Date` and those that delimit its body. It has no CORS headers, so a page in a
    /// browser cannot read it.
    Respond {
        /// A number from 200 to 999; 502 is sent for any other.
        status: u16,
        /// The value of `Content-Type`; `None` omits the header.
        content_type: Option<String>,
        /// The text of the body.
        body: String,
        /// Further headers. Invalid ones, `Content-Length` and `Transfer-Encoding` are not sent.
        headers: BTreeMap<String, String>,
    },
    /// Sends the body with gzip, although the client may not have asked for it.
    Gzip,
    /// Sends half of the body in a response that is complete as HTTP: its JSON or XML does not parse.
    Truncate,
    /// Replaces the `Content-Type` of the response.
    ContentType {
        /// The content type.
        content_type: String,
    },
    /// Sends the response, and closes the connection without one when the client sends its next request, as a server
    /// does that ends idle connections.
    ///
    /// Over HTTP/2 the connection is closed when the client sends its next frame of any kind.
    CloseIdle,
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
            (
                Fault::Respond {
                    status: 999,
                    content_type: None,
                    body: "error code: 1010".to_owned(),
                    headers: [("server".to_owned(), "cloudflare".to_owned())].into(),
                },
                json!({"kind": "respond", "status": 999, "content_type": null, "body": "error code: 1010",
                       "headers": {"server": "cloudflare"}}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&fault).unwrap(), json);
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
        }
    }

    /// A valid fault `respond` with other fields in place of its own.
    fn respond(fields: Value) -> Value {
        let mut fault = json!({"kind": "respond", "status": 403, "body": ""});
        let Value::Object(fields) = fields else {
            panic!("not an object: {fields}");
        };
        fault.as_object_mut().unwrap().extend(fields);
        fault
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
            (respond(json!({"status": 199})), "from 200 to 999"),
            (respond(json!({"status": 1000})), "from 200 to 999"),
            (
                respond(json!({"body": "x".repeat(65_537)})),
                "at most 65536",
            ),
            (respond(json!({"content_type": "a\nb"})), "content_type"),
            (respond(json!({"headers": {"a b": ""}})), "name of a header"),
            (respond(json!({"headers": {"a": "\n"}})), "headers: a:"),
            (
                respond(json!({"headers": {"Content-Length": "1"}})),
                "set by the emulator",
            ),
            (
                respond(
                    json!({"headers": (0..33).map(|i| (format!("a{i}"), "")).collect::<BTreeMap<_, _>>()}),
                ),
                "at most 32",
            ),
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
