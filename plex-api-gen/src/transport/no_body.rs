//! The success of an operation whose response has no body according to the spec.

use reqwest::StatusCode;
use serde_json::Value;

use super::Operation;
use crate::Error;
use crate::lenient::without_mark;
use crate::markup;
use crate::plex_errors::PlexError;
use crate::wiped::Wiped;

/// Accepts an empty body and the bodies that Plex's servers send anyway: JSON and XML of their own.
///
/// A page or a message means that something in between responded: the server did not carry out the request.
pub(crate) fn read_nothing(
    operation: &Operation,
    status: StatusCode,
    body: &Wiped,
) -> Result<(), Error> {
    let body = without_mark(body.as_slice()).trim_ascii();
    if body.is_empty() || ((is_json_of_plex(body) || is_xml_of_plex(body)) && !is_error(body)) {
        return Ok(());
    }
    let why = "it is not from Plex, but from something in between".to_owned();
    Err(Error::unreadable(operation.id, status, why))
}

/// Returns true for an error of Plex, such as the XML `<Response code="401" status=".."/>`.
fn is_error(body: &[u8]) -> bool {
    PlexError::from_body(body).is_some_and(|error| error.code.is_none_or(|code| code != 200))
}

/// Returns true for the XML with which a media server reports success, in place of a body.
pub(crate) fn is_xml_success(body: &[u8]) -> bool {
    is_xml_of_plex(body) && !is_error(body)
}

/// Media servers respond with one of these elements.
fn is_xml_of_plex(body: &[u8]) -> bool {
    markup::first_tag(&markup::head(body))
        .is_some_and(|tag| matches!(tag.name, "MediaContainer" | "Response"))
}

/// Returns true for what Plex's servers send: an empty object or array, or the `MediaContainer` of a media server.
///
/// Everything else may be the refusal of a gateway or a login page, in any of their forms.
fn is_json_of_plex(body: &[u8]) -> bool {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members.is_empty() || members.contains_key("MediaContainer"),
        Ok(Value::Array(items)) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_success(body: &str) -> bool {
        static OPERATION: Operation = Operation::new("signOut", "DELETE", "/", "https://plex.tv");
        let mut wiped = Wiped::default();
        wiped.extend(body.as_bytes());
        read_nothing(&OPERATION, StatusCode::OK, &wiped).is_ok()
    }

    #[test]
    fn only_an_empty_body_and_bodies_of_plex_are_a_success() {
        for body in [
            "",
            "\u{feff} \r\n",
            "{}",
            "[]",
            r#"{"MediaContainer":{"size":0}}"#,
            "<?xml version=\"1.0\"?>\n<MediaContainer size=\"0\"></MediaContainer>",
            "<Response code=\"200\" status=\"OK\"/>",
        ] {
            assert!(is_success(body), "{body}");
        }
        for body in [
            "OK",
            "error code: 1010",
            "404",
            "\"ok\"",
            "<!DOCTYPE html><p>",
            "<!-- --><head>",
            "<Response code=\"401\" status=\"Unauthorized\"/>",
            "<errors><error>Invalid token</error></errors>",
            r#"{"message":"Forbidden"}"#,
            r#"{"captive":true}"#,
            r#"{"success":false}"#,
            r#"{"code":403,"title":"Blocked"}"#,
            r#"[{"message":"Forbidden"}]"#,
            r#"{"errors":[{"code":1001}]}"#,
            r#"{"title":"Blocked","detail":"no"}"#,
            "{} {}",
        ] {
            assert!(!is_success(body), "{body}");
        }
    }
}
