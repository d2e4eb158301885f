//! Reads the body of a response, within the size limit, and explains why it cannot be read.

use std::time::{Duration, SystemTime};

use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::Operation;
use crate::Error;

pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    crate::retry_after::parse(value, SystemTime::now())
}

/// Reads the whole body. Returns `None` for a body over the limit, and leaves the rest unread.
pub(super) async fn read_body(
    response: &mut Response,
    limit: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0);
    if announced > limit {
        return Ok(None);
    }
    let mut body = Vec::with_capacity(announced.min(64 * 1024));
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Decodes the JSON body of a success.
pub(super) fn read_json<T: DeserializeOwned>(
    operation: &Operation,
    status: StatusCode,
    body: &[u8],
) -> Result<T, Error> {
    // Checking UTF-8 once is cheaper than checking each string. Invalid UTF-8 may be in a field that is not read.
    let read = match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    read.map_err(|_| Error::unreadable(operation.id, status, why_unreadable::<T>(body)))
}

/// Returns the body of a success, and rejects an HTML page, which a proxy sent instead of the server.
pub(super) fn not_html(
    operation: &Operation,
    status: StatusCode,
    body: Vec<u8>,
) -> Result<Vec<u8>, Error> {
    if crate::plex_code::is_html(&body) {
        let why = "it is an HTML page".to_owned();
        return Err(Error::unreadable(operation.id, status, why));
    }
    Ok(body)
}

/// Explains why a body does not decode as `T`, without quoting it. Only called after decoding failed.
fn why_unreadable<T: DeserializeOwned>(body: &[u8]) -> String {
    match body.trim_ascii_start().first() {
        None => return "it is empty".to_owned(),
        Some(b'<') => return "it is HTML or XML instead of JSON".to_owned(),
        Some(_) => {}
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
            Segment::Map { key } if key.chars().all(|c| c.is_ascii_alphabetic() || c == '_') => {
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
