//! Reads a fault from JSON, by hand: serde's tagged enums lose the name of the field that is wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::Value;

use super::Fault;
use crate::fields::Fields;

/// The largest body of the fault `huge`.
const LARGEST: u64 = 4 << 30;

/// The largest body of the fault `respond`, in bytes, and the largest number of its headers.
const LARGEST_TEXT: usize = 64 << 10;
const MOST_HEADERS: usize = 32;

/// The headers that delimit a body.
pub(super) const FRAMING: [HeaderName; 2] = [CONTENT_LENGTH, TRANSFER_ENCODING];

/// The values of `kind`, each with its other fields.
pub(super) const KINDS: &[(&str, &[&str])] = &[
    ("pass", &[]),
    ("refuse", &["milliseconds"]),
    ("reset", &[]),
    ("lose_response", &[]),
    ("reset_midway", &[]),
    ("hang", &[]),
    ("stall", &[]),
    ("delay", &["milliseconds"]),
    ("trickle", &["milliseconds"]),
    ("rate_limited", &["retry_after"]),
    ("status", &["status"]),
    ("respond", &["status", "content_type", "body", "headers"]),
    ("gzip", &[]),
    ("truncate", &[]),
    ("content_type", &["content_type"]),
    ("close_idle", &[]),
    ("remove_field", &["field"]),
    ("set_field", &["field", "value"]),
    ("huge", &["bytes"]),
    ("redirect", &["location"]),
];

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn read(value: Value) -> Result<Fault, String> {
    let mut fields = Fields::of(value)?;
    let kind: String = fields.required("kind")?;
    if let Some((_, names)) = KINDS.iter().find(|(name, _)| *name == kind) {
        fields.only(names)?;
    }
    let fault = match kind.as_str() {
        "pass" => Fault::Pass,
        "refuse" => Fault::Refuse {
            duration: milliseconds(&mut fields)?,
        },
        "reset" => Fault::Reset,
        "lose_response" => Fault::LoseResponse,
        "reset_midway" => Fault::ResetMidway,
        "hang" => Fault::Hang,
        "stall" => Fault::Stall,
        "delay" => Fault::Delay {
            duration: milliseconds(&mut fields)?,
        },
        "trickle" => Fault::Trickle {
            duration: milliseconds(&mut fields)?,
        },
        "rate_limited" => Fault::RateLimited {
            retry_after: fields.optional("retry_after")?,
        },
        "status" => Fault::Status {
            status: status(599, &mut fields)?,
        },
        "respond" => Fault::Respond {
            status: status(999, &mut fields)?,
            content_type: match fields.optional("content_type")? {
                Some(value) => Some(header_value("content_type", value)?),
                None => None,
            },
            body: body(&mut fields)?,
            headers: headers(&mut fields)?,
        },
        "gzip" => Fault::Gzip,
        "truncate" => Fault::Truncate,
        "content_type" => Fault::ContentType {
            content_type: header_value("content_type", fields.required("content_type")?)?,
        },
        "close_idle" => Fault::CloseIdle,
        "remove_field" => Fault::RemoveField {
            field: fields.required("field")?,
        },
        "set_field" => Fault::SetField {
            field: fields.required("field")?,
            value: fields.required("value")?,
        },
        "huge" => Fault::Huge {
            bytes: size(&mut fields)?,
        },
        "redirect" => Fault::Redirect {
            location: header_value("location", fields.required("location")?)?,
        },
        _ => {
            let kinds = KINDS.iter().map(|(name, _)| format!("`{name}`"));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            return Err(format!(
                "kind: unknown fault `{kind}`, expected one of {kinds}"
            ));
        }
    };
    Ok(fault)
}

fn milliseconds(fields: &mut Fields) -> Result<Duration, String> {
    fields.required("milliseconds").map(Duration::from_millis)
}

fn status(largest: u16, fields: &mut Fields) -> Result<u16, String> {
    let status = fields.required("status")?;
    if (200..=largest).contains(&status) {
        Ok(status)
    } else {
        Err(format!(
            "status: a status is a number from 200 to {largest}"
        ))
    }
}

fn body(fields: &mut Fields) -> Result<String, String> {
    let body: String = fields.required("body")?;
    if body.len() <= LARGEST_TEXT {
        Ok(body)
    } else {
        Err(format!("body: the text has at most {LARGEST_TEXT} bytes"))
    }
}

fn headers(fields: &mut Fields) -> Result<BTreeMap<String, String>, String> {
    let headers: BTreeMap<String, String> = fields.optional("headers")?.unwrap_or_default();
    if headers.len() > MOST_HEADERS {
        return Err(format!("headers: at most {MOST_HEADERS} headers"));
    }
    for (name, value) in &headers {
        let Ok(parsed) = HeaderName::from_bytes(name.as_bytes()) else {
            return Err(format!("headers: `{name}` is not the name of a header"));
        };
        if FRAMING.contains(&parsed) {
            return Err(format!("headers: `{name}` is set by the emulator"));
        }
        header_value(&format!("headers: {name}"), value.clone())?;
    }
    Ok(headers)
}

fn header_value(name: &str, value: String) -> Result<String, String> {
    match HeaderValue::from_str(&value) {
        Ok(_) => Ok(value),
        Err(_) => Err(format!("{name}: the string is not a valid header value")),
    }
}

fn size(fields: &mut Fields) -> Result<u64, String> {
    let bytes = fields.required("bytes")?;
    if bytes <= LARGEST {
        Ok(bytes)
    } else {
        Err("bytes: bytes is at most 4294967296 (4 GiB)".to_owned())
    }
}

/// Writes a duration as a whole number of milliseconds.
pub(super) fn write_milliseconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
