//! Plex's own error codes.

use serde::Deserialize;

use crate::lenient;

/// The error code and message from the body of an error response.
#[derive(Debug, Clone)]
pub(crate) struct PlexCode {
    pub(crate) code: i64,
    /// The server's message. `Debug` and `Display` of the error hide it: a server may repeat secrets that it received.
    pub(crate) message: Option<String>,
}

/// The fields of the spec's `ErrorList` that are needed, read even more leniently. Only the first of several errors
/// counts.
#[derive(Deserialize)]
struct Errors {
    errors: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(deserialize_with = "lenient::read")]
    code: i64,
    #[serde(default, deserialize_with = "lenient::read")]
    message: Option<String>,
}

/// Returns true if a body is an HTML page, which a proxy or a hotel's network sent instead of plex.tv.
pub(crate) fn is_html(body: &[u8]) -> bool {
    let start: Vec<u8> = body
        .trim_ascii_start()
        .iter()
        .take(14)
        .map(u8::to_ascii_lowercase)
        .collect();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

impl PlexCode {
    /// Reads the body of an error response; HTML, XML and other unknown bodies have no code.
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let Errors { errors } = serde_json::from_slice(body).ok()?;
        errors
            .into_iter()
            .next()
            .map(|Item { code, message }| Self { code, message })
    }

    /// Returns the meaning of a code that is known from recordings of plex.tv.
    pub(crate) fn meaning(&self) -> Option<&'static str> {
        Some(match self.code {
            1000 => "the client identifier is missing",
            1001 => "the user could not be authenticated",
            1002 => "nothing was found at this URL",
            1003 => "too many requests",
            1004 => "a parameter is missing or malformed",
            1007 => "internal server error",
            1009 => "not allowed for managed users",
            1013 => "the server cannot handle the request at present",
            1020 => {
                "the PIN is unknown, has expired, or was created with another client identifier"
            }
            1029 => "a verification code is required",
            1041 => "the user's PIN is required",
            1068 => "not available for this device",
            1097 => "no key is registered for this device",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_json_of_an_error_list_has_a_code() {
        let code = |body: &str| PlexCode::from_body(body.as_bytes()).map(|plex| plex.code);
        assert_eq!(
            code(r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#),
            Some(1020)
        );
        assert_eq!(
            code(r#"{"errors":[{"code":"1003","status":429},{"code":1}]}"#),
            Some(1003)
        );
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"errors":[]}"#,
            r#"{"errors":"no"}"#,
            r#"{"error":"no"}"#,
        ] {
            assert_eq!(code(body), None, "{body}");
        }
    }
}
