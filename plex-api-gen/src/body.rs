#![expect(
    clippy::result_large_err,
    reason = "generated code expects progenitor's error"
)]

use progenitor_client::{Error, RequestBuilderExt};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Body, RequestBuilder};
use serde::Serialize;

/// Optional request bodies, for generated methods. Without a body, no content type is sent either.
pub trait RequestBodyExt: Sized {
    /// Sends the body as JSON if there is one.
    #[must_use]
    fn optional_json<T: Serialize>(self, body: Option<T>) -> Self;

    /// Sends the body as a form if there is one.
    ///
    /// # Errors
    /// If the body cannot be serialized as a form.
    fn optional_form<T: Serialize>(self, body: Option<T>) -> Result<Self, Error<()>>;

    /// Sends the body unchanged if there is one.
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
