#![expect(
    clippy::result_large_err,
    reason = "the error is progenitor's, as generated code expects it"
)]

use progenitor_client::{Error, RequestBuilderExt};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Body, RequestBuilder};
use serde::Serialize;

/// What generated methods need of a request builder beyond what it offers: bodies that may be missing. Where there is none,
/// neither a body nor a content type is sent.
pub trait RequestBodyExt: Sized {
    /// Sends the body as JSON if there is one.
    #[must_use]
    fn optional_json<T: Serialize>(self, body: Option<T>) -> Self;

    /// Sends the body as a form if there is one.
    ///
    /// # Errors
    /// When the body cannot be written as a form.
    fn optional_form<T: Serialize>(self, body: Option<T>) -> Result<Self, Error<()>>;

    /// Sends the body as it is if there is one.
    #[must_use]
    fn optional_body<T: Into<Body>>(self, content_type: HeaderValue, body: Option<T>) -> Self;
}

impl RequestBodyExt for RequestBuilder {
    fn optional_json<T: Serialize>(self, body: Option<T>) -> Self {
        match body {
            Some(body) => self.json(&body),
            None => self,
        }
    }

    fn optional_form<T: Serialize>(self, body: Option<T>) -> Result<Self, Error<()>> {
        match body {
            Some(body) => self.form_urlencoded(&body),
            None => Ok(self),
        }
    }

    fn optional_body<T: Into<Body>>(self, content_type: HeaderValue, body: Option<T>) -> Self {
        match body {
            Some(body) => self.header(CONTENT_TYPE, content_type).body(body),
            None => self,
        }
    }
}
