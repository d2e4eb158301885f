//! A successful response, and how generated code reads its body.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::lenient::{self, Lenient, without_mark};
use crate::markup::is_html;
use crate::transport::{is_xml_success, read_bytes, read_json, read_nothing};
use crate::wiped::Wiped;
use crate::{Error, Operation};

mod headers;
mod stream;

pub use headers::Headers;
pub use stream::ByteStream;

/// A successful response with its status and headers; see [`Request::send_with_headers`](crate::Request::send_with_headers).
#[derive(Clone, Debug)]
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
    /// Reads JSON: a model, a union, or anything else that is not a scalar or an array.
    ///
    /// # Errors
    /// If the body is not JSON of this type.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        read_json(self.operation, self.status, &self.body)
    }

    /// Reads an array of models. Items that are not objects are dropped, and a single object is read as a one-element array.
    ///
    /// # Errors
    /// If the body is not JSON, or an object lacks a required field of the model.
    pub fn models<T: DeserializeOwned>(self) -> Result<Vec<T>, Error> {
        self.json().map(|Models(models)| models)
    }

    /// Reads an array of scalars. Items that cannot be converted are dropped.
    ///
    /// # Errors
    /// If the body is not JSON.
    pub fn list<T: Lenient>(self) -> Result<Vec<T>, Error> {
        self.json().map(|List(items)| items)
    }

    /// Reads a JSON scalar from any scalar that can be converted.
    ///
    /// # Errors
    /// If the body is not JSON, or the value cannot be converted.
    pub fn scalar<T: Lenient>(self) -> Result<T, Error> {
        self.json().map(|One(value)| value)
    }

    /// Reads text; bytes that are not UTF-8 become the replacement character.
    ///
    /// # Errors
    /// If the body is an HTML page and the spec does not declare one.
    pub fn text(self) -> Result<String, Error> {
        let bytes = self.bytes()?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Reads the bytes of the body.
    ///
    /// # Errors
    /// If the body is an HTML page and the spec does not declare one, or not a PNG where the spec declares a PNG.
    pub fn bytes(self) -> Result<Vec<u8>, Error> {
        read_bytes(self.operation, self.status, self.body)
    }

    /// Expects no body, and accepts the bodies that Plex's servers send anyway.
    ///
    /// # Errors
    /// If the body is a page or a message from something in between.
    pub fn nothing(self) -> Result<(), Error> {
        read_nothing(self.operation, self.status, &self.body)
    }

    /// Reads a body that may be missing: `None` for an empty body, for one that Plex's servers send in place of none, and
    /// for any response of the status 202 or 204 that does not match the spec, since the request was accepted.
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

struct Models<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Models<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::read_models(deserializer).map(Self)
    }
}

struct List<T>(Vec<T>);

impl<'de, T: Lenient> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::read_list(deserializer).map(Self)
    }
}

struct One<T>(T);

impl<'de, T: Lenient> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::read(deserializer).map(Self)
    }
}
