//! Plex's own errors in the body of a response.

use serde_json::Value;

use crate::lenient;
use crate::markup::{self, Tag};

/// All of Plex's codes that are known are at least this.
const LOWEST_CODE: i64 = 1000;

/// The first error in a body that Plex wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlexError {
    /// The older forms in XML may have no code.
    pub(crate) code: Option<i64>,
    /// The server's message. `Debug` and `Display` of the error hide it: a server may repeat secrets that it received.
    pub(crate) message: Option<String>,
}

impl PlexError {
    /// Reads the body of a response. Returns `None` for any body that is not in one of Plex's forms, such as a page of
    /// a proxy:
    ///
    /// - `{"errors":[{"code":1020,"message":"..","status":404}]}`
    /// - `<errors><error code="1020" message=".." status="404"/></errors>`
    /// - `<errors><error>Invalid token</error></errors>`
    /// - `<Response code="401" status=".."/>`
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        match lenient::read_json::<Value>(body) {
            Ok(json) => Self::from_json(&json),
            Err(_) => Self::from_xml(&markup::head(body)),
        }
    }

    fn from_json(json: &Value) -> Option<Self> {
        let errors = json.get("errors")?;
        // Cloudflare's API has the same list, with codes of its own, beside this member.
        if json.get("success").is_some() {
            return None;
        }
        let errors = errors
            .as_array()
            .map_or(std::slice::from_ref(errors), Vec::as_slice);
        errors.iter().find_map(|error| {
            let code: i64 = lenient::read(error.get("code")?).ok()?;
            // Gateways put the status there.
            (code >= LOWEST_CODE).then(|| Self {
                code: Some(code),
                message: error
                    .get("message")
                    .and_then(|text| lenient::read(text).ok()),
            })
        })
    }

    fn from_xml(text: &str) -> Option<Self> {
        let root = markup::first_tag(text)?;
        match root.name {
            "Response" => {
                let code = code(&root)?;
                Some(Self {
                    code: Some(code),
                    message: root.attribute("status"),
                })
            }
            "errors" => {
                let error = markup::first_tag(root.content?).filter(|tag| tag.name == "error")?;
                let text = error.content.and_then(|content| content.split('<').next());
                let text = text
                    .map(|text| markup::unescaped(text.trim()))
                    .filter(|text| !text.is_empty());
                Some(Self {
                    code: code(&error),
                    message: error.attribute("message").or(text),
                })
            }
            _ => None,
        }
    }

    /// Returns the meaning of a code that is known from recordings of plex.tv.
    pub(crate) fn meaning(&self) -> Option<&'static str> {
        Some(match self.code? {
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
            1031 => "repeated failures",
            1041 => "the user's PIN is required",
            1068 => "not available for this device",
            1097 => "no key is registered for this device",
            _ => return None,
        })
    }
}

fn code(tag: &Tag<'_>) -> Option<i64> {
    tag.attribute("code")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<(Option<i64>, Option<String>)> {
        PlexError::from_body(body.as_bytes()).map(|error| (error.code, error.message))
    }

    #[test]
    fn every_form_of_plex_has_its_code_and_message() {
        let known = |code: i64, message: &str| Some((Some(code), Some(message.to_owned())));
        for (body, error) in [
            (
                r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#,
                known(1020, "Code not found or expired"),
            ),
            (
                "\u{feff}{\"errors\":[{\"message\":\"a\"},{\"code\":\"1003\",\"message\":\"b\",\"code\":\"1003\"}]}",
                known(1003, "b"),
            ),
            (r#"{"errors":{"code":1001}}"#, Some((Some(1001), None))),
            (
                r#"<errors><error code="1020" message="Code not found" status="404"/></errors>"#,
                known(1020, "Code not found"),
            ),
            (
                "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<errors>\n  <error>Invalid &amp; token</error>\n</errors>",
                Some((None, Some("Invalid & token".to_owned()))),
            ),
            (
                "<Response code=\"1001\" status=\"Unauthorized\"/>",
                known(1001, "Unauthorized"),
            ),
        ] {
            assert_eq!(read(body), error, "{body}");
        }
    }

    #[test]
    fn other_bodies_are_not_errors_of_plex() {
        for body in [
            "",
            "error code: 1010",
            "default backend - 404",
            "<html>",
            "<html><errors><error code=\"1020\"/></errors></html>",
            "<errors/>",
            "<errors><html/></errors>",
            "<Error><Code>AccessDenied</Code></Error>",
            "<Response status=\"no\"/>",
            "{}",
            "[]",
            "1020",
            r#"{"errors":[]}"#,
            r#"{"errors":"no"}"#,
            r#"{"errors":[{"message":"no"}]}"#,
            r#"{"error":"no"}"#,
            r#"{"message":"Forbidden"}"#,
            r#"{"code":1020}"#,
            r#"{"errors":[{"code":403,"message":"Forbidden"}]}"#,
            r#"{"success":false,"errors":[{"code":1020,"message":"Access denied"}],"messages":[]}"#,
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
