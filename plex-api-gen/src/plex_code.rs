//! The numbers that plex.tv gives its errors.

use serde::Deserialize;

use crate::lenient;

/// plex.tv's own account of a refusal, from the body of an error answer.
#[derive(Debug, Clone)]
pub(crate) struct PlexCode {
    pub(crate) code: i64,
    /// The server's text. It is not shown by Debug or Display of our error: a server may repeat in it what it was sent.
    pub(crate) message: Option<String>,
}

/// The parts of the spec's `ErrorList` that are needed, read more leniently still: of several errors the first.
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

/// Whether a body is a page for people, such as a proxy or a hotel's login writes in place of plex.tv.
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
    /// Reads the body of an error answer; HTML, XML or anything else unknown is none.
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let Errors { errors } = serde_json::from_slice(body).ok()?;
        errors
            .into_iter()
            .next()
            .map(|Item { code, message }| Self { code, message })
    }

    /// What a code means, where it is known from recordings of plex.tv.
    pub(crate) fn meaning(&self) -> Option<&'static str> {
        Some(match self.code {
            1000 => "the client identifier is missing",
            1001 => "the user could not be authenticated",
            1002 => "there is nothing at this address",
            1003 => "asked too often",
            1004 => "a parameter is missing or malformed",
            1007 => "internal error of the server",
            1009 => "not allowed for managed users",
            1013 => "the server cannot handle the request now",
            1020 => {
                "no such PIN: it is unknown, has expired, or was created with another client identifier"
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
    fn bodies() {
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
