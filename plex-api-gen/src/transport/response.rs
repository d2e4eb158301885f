//! Reads the body of a response, within the size limit, and explains why it cannot be read.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
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
        why_unreadable::<T>(operation.id, status, body)
    })
}

/// Returns the body of a success. Rejects an HTML page where the spec does not declare one, and anything but an image where
/// it declares an image: something in between responded in place of the server.
pub(crate) fn read_bytes(
    operation: &Operation,
    status: StatusCode,
    headers: &HeaderMap,
    body: Wiped,
) -> Result<Vec<u8>, Error> {
    let accept = operation.accept.unwrap_or_default();
    let declares_image = accept
        .split(',')
        .all(|media_type| is_image_type(media_type.as_bytes()));
    let why = if !declares_html(operation) && markup::is_html(body.as_slice()) {
        "it is an HTML page"
    } else if declares_image && !is_image_type(content_type(headers)) && !is_image(body.as_slice())
    {
        "it is not an image"
    } else {
        return Ok(body.into_bytes());
    };
    Err(Error::unreadable(operation.id, status, why.to_owned()))
}

fn content_type(headers: &HeaderMap) -> &[u8] {
    headers.get(CONTENT_TYPE).map_or(b"", HeaderValue::as_bytes)
}

fn is_image_type(media_type: &[u8]) -> bool {
    const START: &[u8] = b"image/";
    let start = media_type.trim_ascii().get(..START.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(START))
}

/// Returns true for the formats that a browser shows (MIME Sniffing Standard, section 6.1), AVIF, HEIC, TIFF and SVG.
fn is_image(body: &[u8]) -> bool {
    const STARTS: [&[u8]; 8] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"\0\0\x01\0",
        b"\0\0\x02\0",
        b"II*\0",
        b"MM\0*",
    ];
    STARTS.iter().any(|start| body.starts_with(start))
        || (body.starts_with(b"RIFF") && body.get(8..12) == Some(b"WEBP"))
        || body.get(4..8) == Some(b"ftyp")
        || markup::first_tag(&markup::head(body)).is_some_and(|tag| tag.name == "svg")
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
    let is_html = content_type(headers)
        .to_ascii_lowercase()
        .starts_with(b"text/html");
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
fn why_unreadable<T: DeserializeOwned>(
    step: &'static str,
    status: StatusCode,
    body: &[u8],
) -> Error {
    let unreadable = |why: &str| Error::unreadable(step, status, why.to_owned());
    if body.trim_ascii_start().starts_with(b"<") {
        return unreadable("it is HTML or XML instead of JSON");
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) if error.inner().is_data() => {
            let text = error.inner().to_string();
            // The name of a missing field comes from the model; other messages may quote the response.
            let field = text
                .strip_prefix("missing field ")
                .and_then(|text| text.split('`').nth(1));
            let why = match (field, shown(error.path())) {
                (Some(field), None) => format!("`{field}` is missing"),
                (Some(field), Some(place)) => format!("`{field}` is missing in `{place}`"),
                (None, None) => "the whole body has an unexpected value".to_owned(),
                (None, Some(place)) => format!("`{place}` has an unexpected value"),
            };
            Error::unexpected(step, status, why)
        }
        Err(error) if error.inner().is_eof() => unreadable("it is incomplete"),
        _ => unreadable("it is not JSON"),
    }
}

/// Shows a path within a response; `None` for the whole. Only identifier-like keys are shown; others may be data.
fn shown(path: &serde_path_to_error::Path) -> Option<String> {
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
        Some(path) => Some(path.to_owned()),
        None => Some(shown).filter(|shown| !shown.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn an_error_names_fields_and_hides_keys_from_the_response() {
        type Body = HashMap<String, Vec<HashMap<String, i64>>>;
        let ok = StatusCode::OK;
        let body = br#"{"members": [{}, {"a@example.org": "x"}]}"#;
        let why = why_unreadable::<Body>("getA", ok, body).to_string();
        assert!(
            why.contains(": `members[1].*` has an unexpected value; "),
            "{why}"
        );
        let why = why_unreadable::<i64>("getA", ok, b"true").to_string();
        assert!(
            why.contains(": the whole body has an unexpected value; "),
            "{why}"
        );
        assert!(
            why.ends_with("update the SDK, or correct the spec"),
            "{why}"
        );
        let why = why_unreadable::<i64>("getA", ok, b"tru").to_string();
        assert!(why.ends_with("try again later"), "{why}");
    }
}
