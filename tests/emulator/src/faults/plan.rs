//! The effects of each fault: one `match`, whose result the service and the delivery carry out.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::json::FRAMING;
use super::{Fault, RetryAfter};
use crate::clock::Timestamp;
use crate::render::Format;
use crate::reply::{ApiError, Reply};

impl Fault {
    /// Decides the course of a request that arrives at `now`.
    pub(crate) fn plan(self, now: Timestamp) -> Plan {
        match self {
            Self::Pass => Plan::deliver(Delivery::Immediate),
            Self::Delay { duration } => Plan::deliver(Delivery::Delayed(duration)),
            Self::Trickle { duration } => Plan::deliver(Delivery::Trickled(duration)),
            Self::ResetMidway => Plan::deliver(Delivery::HalfThenReset),
            Self::LoseResponse => Plan::deliver(Delivery::Nothing(Ending::Reset)),

            Self::Reset => Plan::skip(Ending::Reset),
            Self::Hang => Plan::skip(Ending::Hang),
            Self::Stall => Plan::skip(Ending::Stall),
            Self::Refuse { duration } => Plan::skip(Ending::Refuse(duration)),

            Self::RateLimited { retry_after } => Plan::replace(rate_limited(retry_after, now)),
            Self::Status { status } => Plan::replace(html(final_status(status))),
            Self::Redirect { location } => {
                Plan::replace(html(StatusCode::FOUND).header("location", location))
            }
            Self::Huge { bytes } => Plan {
                delivery: Delivery::Padding(bytes),
                ..Plan::replace(Reply::bytes(Format::Json.content_type(), ""))
            },

            Self::Respond {
                status,
                content_type,
                body,
                headers,
            } => Plan {
                replacement: Some(Replacement::Foreign(foreign(
                    status,
                    content_type,
                    body,
                    headers,
                ))),
                ..Plan::deliver(Delivery::Immediate)
            },

            Self::CloseIdle => Plan::deliver(Delivery::LastOfConnection),

            Self::Gzip => Plan::change(Some(Change::Gzip)),
            Self::Truncate => Plan::change(Some(Change::Truncate)),
            Self::ContentType { content_type } => {
                let content_type = HeaderValue::from_str(&content_type).ok();
                Plan::change(content_type.map(Change::ContentType))
            }
            Self::RemoveField { field } => Plan::change(Some(Change::Field(field, None))),
            Self::SetField { field, value } => {
                Plan::change(Some(Change::Field(field, Some(value))))
            }
        }
    }
}

/// The course of one request: the operation or a replacement, a change to the response, its delivery.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The response that replaces the operation; with one, the operation is not carried out.
    pub(crate) replacement: Option<Replacement>,
    pub(crate) change: Option<Change>,
    pub(crate) delivery: Delivery,
}

/// A response that replaces the one of the operation.
#[derive(Debug)]
pub(crate) enum Replacement {
    Reply(Reply),
    /// The response of another server, which is sent unchanged.
    Foreign(Response<Bytes>),
}

/// A change to the response of an operation.
#[derive(Debug)]
pub(crate) enum Change {
    /// Sets the field at this path to a value, or removes it.
    Field(String, Option<Value>),
    ContentType(HeaderValue),
    Gzip,
    /// Drops the second half of the body.
    Truncate,
}

/// The way of a response to its client.
#[derive(Debug)]
pub(crate) enum Delivery {
    Immediate,
    Delayed(Duration),
    /// One byte at a time, with this pause between two bytes.
    Trickled(Duration),
    HalfThenReset,
    /// Immediately; the connection is closed when the client sends something again.
    LastOfConnection,
    /// JSON of this many bytes as the body, chunked.
    Padding(u64),
    /// No byte is sent, and the record of requests has no status.
    Nothing(Ending),
}

/// The end of a connection on which no response is sent.
#[derive(Debug)]
pub(crate) enum Ending {
    Reset,
    /// The connection stays open, and this response is not sent.
    Hang,
    /// The connection stays open, and nothing is sent or read on it any more.
    Stall,
    /// A reset, together with all other connections; new ones are refused for this long.
    Refuse(Duration),
}

impl Plan {
    /// Carries the operation out and delivers its response in this way.
    pub(crate) fn deliver(delivery: Delivery) -> Self {
        Self {
            replacement: None,
            change: None,
            delivery,
        }
    }

    /// Carries the operation out and changes its response.
    fn change(change: Option<Change>) -> Self {
        Self {
            change,
            ..Self::deliver(Delivery::Immediate)
        }
    }

    /// Sends this response instead of carrying the operation out.
    fn replace(reply: Reply) -> Self {
        Self {
            replacement: Some(Replacement::Reply(reply)),
            ..Self::deliver(Delivery::Immediate)
        }
    }

    /// Skips the operation and sends no response.
    fn skip(ending: Ending) -> Self {
        Self {
            delivery: Delivery::Nothing(ending),
            ..Self::replace(Reply::empty(StatusCode::NO_CONTENT))
        }
    }
}

fn rate_limited(retry_after: Option<RetryAfter>, now: Timestamp) -> Reply {
    let reply = ApiError::rate_limited().into_reply();
    match retry_after {
        Some(RetryAfter::Seconds(seconds)) => reply.header("retry-after", seconds.to_string()),
        Some(RetryAfter::DateIn(seconds)) => {
            let date = now.plus(Duration::from_secs(seconds));
            reply.header("retry-after", date.http_date())
        }
        None => reply,
    }
}

fn final_status(status: u16) -> StatusCode {
    StatusCode::from_u16(status)
        .ok()
        .filter(|status| !status.is_informational())
        .unwrap_or(StatusCode::BAD_GATEWAY)
}

fn foreign(
    status: u16,
    content_type: Option<String>,
    body: String,
    headers: BTreeMap<String, String>,
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = final_status(status);
    let content_type = content_type.map(|value| (CONTENT_TYPE.to_string(), value));
    for (name, value) in content_type.into_iter().chain(headers) {
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        let value = HeaderValue::from_str(&value).ok();
        if let Some((name, value)) = name.zip(value)
            && !FRAMING.contains(&name)
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The page of a proxy in front of plex.tv.
fn html(status: StatusCode) -> Reply {
    let body = format!(
        "<!DOCTYPE html>\n<html><head><title>{status}</title></head>\
         <body><center><h1>{status}</h1></center></body></html>\n"
    );
    Reply {
        status,
        ..Reply::bytes("text/html", body)
    }
}
