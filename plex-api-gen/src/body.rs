use reqwest::RequestBuilder;
use serde::Serialize;

/// What generated methods need of a request builder beyond what it offers.
pub trait RequestBodyExt {
    /// Sends the body as JSON if there is one; if not, neither a body nor a content type.
    #[must_use]
    fn optional_json<T: Serialize + ?Sized>(self, body: Option<&T>) -> Self;
}

impl RequestBodyExt for RequestBuilder {
    fn optional_json<T: Serialize + ?Sized>(self, body: Option<&T>) -> Self {
        match body {
            Some(body) => self.json(body),
            None => self,
        }
    }
}
