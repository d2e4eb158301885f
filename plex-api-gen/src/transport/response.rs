//! Reads the body of a response, within the size limit, and explains why it cannot be read.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::Operation;
use crate::Error;
use crate::lenient::{self, without_mark};
use crate::markup;
use crate::open::is_plain_name;
use crate::wiped::Wiped;

pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    // A date is relative to the server's clock, which may differ from this machine's.
    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    let now = date
        .and_then(crate::retry_after::date)
        .unwrap_or_else(SystemTime::now);
    crate::retry_after::parse(value, now)
}

/// Reads the id that the server, or the network in front of it, gave to the request.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    const LONGEST: usize = 128;
    let is_id = |text: &&str| {
        (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    ["x-request-id", "x-plex-request-id", "cf-ray"]
        .into_iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .find(is_id)
        .map(str::to_owned)
}

/// Reads the whole body. Returns `None` for a body over the limit, and leaves the rest unread.
pub(super) async fn read_body(
    response: &mut Response,
    limit: usize,
) -> Result<Option<Wiped>, reqwest::Error> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0);
    if announced > limit {
        return Ok(None);
    }
    let mut body = Wiped::with_capacity(announced.min(64 * 1024));
    while let Some(chunk) = response.chunk().await? {
        if body.as_slice().len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend(&chunk);
    }
    Ok(Some(body))
}

/// Decodes the JSON body of a success.
pub(crate) fn read_json<T: DeserializeOwned>(
    operation: &Operation,
    status: StatusCode,
    body: &Wiped,
) -> Result<T, Error> {
    lenient::read_json(body.as_slice()).map_err(|_| {
        let body = without_mark(body.as_slice());
        if body.trim_ascii().is_empty() {
            let is_action = !matches!(operation.method, "GET" | "HEAD");
            return Error::no_body(operation.id, status, is_action);
        }
        Error::unreadable(operation.id, status, why_unreadable::<T>(body))
    })
}

/// Returns the body of a success. Rejects an HTML page where the spec does not declare one, and anything but a PNG where
/// it declares a PNG: something in between responded in place of the server.
pub(crate) fn read_bytes(
    operation: &Operation,
    status: StatusCode,
    body: Wiped,
) -> Result<Vec<u8>, Error> {
    let accept = operation.accept.unwrap_or_default();
    let why = if accept == "image/png" && !body.as_slice().starts_with(b"\x89PNG\r\n\x1a\n") {
        "it is not a PNG"
    } else if !declares_html(operation) && markup::is_html(body.as_slice()) {
        "it is an HTML page"
    } else {
        return Ok(body.into_bytes());
    };
    Err(Error::unreadable(operation.id, status, why.to_owned()))
}

/// Returns true if an HTML page matches the media type of an operation.
fn declares_html(operation: &Operation) -> bool {
    let accept = operation.accept.unwrap_or_default();
    accept.contains("html") || accept.starts_with("*/*") || accept.starts_with("text/*")
}

/// Rejects an HTML page by its media type, for a body that is not read as a whole.
pub(super) fn refuse_html(
    operation: &Operation,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), Error> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .map_or(b"".as_slice(), |value| value.as_bytes());
    let is_html = content_type.to_ascii_lowercase().starts_with(b"text/html");
    if is_html && !declares_html(operation) {
        let why = "it is an HTML page".to_owned();
        return Err(Error::unreadable(operation.id, status, why));
    }
    Ok(())
}

/// Explains a failure to read a compressed body: the transport asks for `identity`.
pub(crate) fn compressed(
    operation: &Operation,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Error> {
    const KNOWN: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];
    let encoding = headers.get(CONTENT_ENCODING)?.to_str().ok()?;
    let encoding = KNOWN
        .iter()
        .find(|known| encoding.trim().eq_ignore_ascii_case(known))?;
    let why = format!("it is compressed ({encoding}), which was not asked for");
    Some(Error::unreadable(operation.id, status, why))
}

/// Explains why a body does not decode as `T`, without quoting it. Only called after decoding failed.
fn why_unreadable<T: DeserializeOwned>(body: &[u8]) -> String {
    if body.trim_ascii_start().starts_with(b"<") {
        return "it is HTML or XML instead of JSON".to_owned();
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) if error.inner().is_data() => {
            let text = error.inner().to_string();
            // The name of a missing field comes from the model; other messages may quote the response.
            match text
                .strip_prefix("missing field ")
                .and_then(|text| text.split('`').nth(1))
            {
                Some(field) => format!("`{field}` is missing in `{}`", shown(error.path())),
                None => format!("`{}` has an unexpected value", shown(error.path())),
            }
        }
        Err(error) if error.inner().is_eof() => "it is incomplete".to_owned(),
        _ => "it is not JSON".to_owned(),
    }
}

/// Shows a path within a response. Only identifier-like keys are shown; others may be data.
fn shown(path: &serde_path_to_error::Path) -> String {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => shown += &format!("[{index}]"),
            Segment::Map { key } if is_plain_name(key) => {
                shown += &format!(".{key}");
            }
            _ => shown += ".*",
        }
    }
    match shown.strip_prefix('.') {
        Some(path) => path.to_owned(),
        None if shown.is_empty() => ".".to_owned(),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn an_error_names_fields_and_hides_keys_from_the_response() {
        type Body = HashMap<String, Vec<HashMap<String, i64>>>;
        let why = why_unreadable::<Body>(br#"{"members": [{}, {"a@example.org": "x"}]}"#);
        assert_eq!(why, "`members[1].*` has an unexpected value");
        assert_eq!(
            why_unreadable::<i64>(b"true"),
            "`.` has an unexpected value"
        );
    }
}
