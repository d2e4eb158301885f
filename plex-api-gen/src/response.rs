//! A successful response, and how generated code reads its body.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::lenient::{Lenient, without_mark};
use crate::markup::is_html;
use crate::transport::{compressed, is_xml_success, read_bytes, read_json, read_nothing};
use crate::wiped::Wiped;
use crate::{Error, Operation};

mod headers;
mod stream;

pub use headers::Headers;
pub use stream::ByteStream;

/// A successful response with its status and headers; see [`Request::send_with_headers`](crate::Request::send_with_headers).
///
/// `Debug` shows the status and the names of the headers. The value may be a secret.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The HTTP status, such as 200.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub value: T,
}

impl<T> Response<T> {
    pub(crate) fn read(
        body: ResponseBody<'_>,
        read: impl FnOnce(ResponseBody<'_>) -> Result<T, Error>,
    ) -> Result<Self, Error> {
        Ok(Self {
            status: body.status.as_u16(),
            headers: Headers::new(body.headers.clone()),
            value: read(body)?,
        })
    }
}

impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// The body of a successful response. Generated code reads it as the spec declares.
pub struct ResponseBody<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Wiped,
}

impl fmt::Debug for ResponseBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody")
            .field("operation", &self.operation.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl ResponseBody<'_> {
    /// Reads JSON: a model, a union, an array, a scalar or anything else.
    ///
    /// # Errors
    /// If the body is not JSON of this type.
    pub fn json<T: Lenient>(self) -> Result<T, Error> {
        self.json_as().map(|Whole(value)| value)
    }

    /// Reads JSON as a type of the caller.
    pub(crate) fn json_as<T: DeserializeOwned>(self) -> Result<T, Error> {
        read_json(self.operation, self.status, &self.body)
    }

    /// Reads text; bytes that are not UTF-8 become the replacement character.
    ///
    /// # Errors
    /// If the body is compressed, or an HTML page and the spec does not declare one.
    pub fn text(self) -> Result<String, Error> {
        let bytes = self.bytes()?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Reads the bytes of the body.
    ///
    /// # Errors
    /// If the body is compressed, an HTML page and the spec does not declare one, or not an image where the spec declares one.
    pub fn bytes(self) -> Result<Vec<u8>, Error> {
        if !self.body.as_slice().is_empty()
            && let Some(error) = compressed(self.operation, self.status, self.headers)
        {
            return Err(error);
        }
        read_bytes(self.operation, self.status, self.headers, self.body)
    }

    /// Expects no body, and accepts the bodies that Plex's servers send anyway.
    ///
    /// # Errors
    /// If the body is a page or a message from something in between.
    pub fn nothing(self) -> Result<(), Error> {
        read_nothing(self.operation, self.status, &self.body)
    }

    /// Reads a body that may be missing: `None` for an empty body, for one that Plex's servers send in place of none, and
    /// for a body that does not match the spec where the status is 202, 204 or 205: the server accepted the request.
    ///
    /// # Errors
    /// As for `read`.
    pub fn optional<T>(
        self,
        read: impl FnOnce(Self) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let body = without_mark(self.body.as_slice()).trim_ascii();
        if body.is_empty() {
            return Ok(None);
        }
        let is_accepted = matches!(
            self.status,
            StatusCode::ACCEPTED | StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT
        ) && !is_html(body);
        let is_nothing = matches!(body, b"{}" | b"[]" | b"null") || is_xml_success(body);
        match read(self) {
            Err(_) if is_accepted || is_nothing => Ok(None),
            other => other.map(Some),
        }
    }
}

/// A whole response, which is read leniently.
struct Whole<T>(T);

impl<'de, T: Lenient> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read_required(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{CONTENT_ENCODING, HeaderValue};

    use super::*;

    #[test]
    fn compressed_bytes_are_not_returned_as_the_body() {
        static OPERATION: Operation =
            Operation::new("getFile", "GET", "/a", "https://plex.tv").accepting("text/plain");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let body = |bytes: &[u8]| {
            let mut body = Wiped::default();
            body.extend(bytes);
            ResponseBody {
                operation: &OPERATION,
                status: StatusCode::OK,
                headers: &headers,
                body,
            }
        };
        let error = body(b"\x1f\x8b\x08").bytes().unwrap_err();
        assert!(error.to_string().contains("compressed"), "{error}");
        assert!(body(b"\x1f\x8b\x08").text().is_err());
        assert!(body(b"").bytes().is_ok_and(|bytes| bytes.is_empty()));
    }
}
