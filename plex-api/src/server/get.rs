//! A GET to a media server without a spec.

use std::fmt;

use plex_api_gen::{
    ByteStream, Call, Error, Operation, Request, ResponseBody, Scheme, Secret, Style, Transport,
};
use serde::de::DeserializeOwned;

/// A GET to a media server, for a call without a spec; see [`ConnectedServer::get`](super::ConnectedServer::get).
#[must_use = "a request does nothing until it is sent"]
pub struct ServerGet {
    transport: Transport,
    request: PathRequest,
}

impl ServerGet {
    pub(super) fn new(transport: &Transport, path: impl Into<String>) -> Self {
        let request = PathRequest {
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
        };
        Self {
            transport: transport.clone(),
            request,
        }
    }

    /// Adds an argument to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.request.query.push((name.into(), value.to_string()));
        self
    }

    /// Adds a header, such as `Range`.
    pub fn header(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.request.headers.push((name, value.to_string()));
        self
    }

    /// Sends the request and reads the JSON of the response.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the path is not one; [`Error::is_rejected`] if the server does not accept the token, and also
    /// [`Error::is_jwt_refused`] if that is because it is a JWT; or the request fails, or its response is not this JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let response = self.request.send_as(&self.transport);
        response.await
    }

    /// Sends the request and reads the text of the response, also an HTML page: media servers respond with one to some actions,
    /// such as `/:/scrobble`.
    ///
    /// # Errors
    /// As for [`json`](Self::json), but the response may be any text.
    pub async fn text(self) -> Result<String, Error> {
        let response = PageRequest(self.request).send(&self.transport);
        response.await
    }

    /// Sends the request and reads the bytes of the response: a picture, for example.
    ///
    /// # Errors
    /// As for [`json`](Self::json), and if the response is an HTML page, which may come from something in between.
    pub async fn bytes(self) -> Result<Vec<u8>, Error> {
        let response = self.request.send(&self.transport);
        response.await
    }

    /// Sends the request and returns the body of the response piece by piece: a download, for example. Its size is not
    /// limited, and the time limit applies to each piece.
    ///
    /// # Errors
    /// As for [`bytes`](Self::bytes).
    pub async fn stream(self) -> Result<ByteStream, Error> {
        let response = self.request.send_as_stream(&self.transport);
        response.await
    }

    /// Returns the URL of the request without sending it, for a player that cannot set headers.
    ///
    /// The URL is a secret: the token is in its query, so whoever has it can use the token.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the path is not one, or there is a header that a URL cannot carry.
    pub fn url(self) -> Result<Secret, Error> {
        self.request.url(&self.transport)
    }
}

/// Shows neither the path nor the query, which may have secrets.
impl fmt::Debug for ServerGet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerGet").finish_non_exhaustive()
    }
}

/// The token, if the server has one.
const SECURITY: &[&[Scheme]] = &[&[Scheme::plex_token_in_header()], &[]];

/// A request whose path is known only at run time.
struct PathRequest {
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(&'static str, String)>,
}

impl Request for PathRequest {
    type Response = Vec<u8>;
    const OPERATION: &'static Operation = &Operation::new("GET", "GET", "/", "")
        .accepting("application/octet-stream, */*")
        .secured_by(SECURITY);

    fn write(&self, call: &mut Call) {
        call.path_and_query(&self.path);
        for (name, value) in &self.query {
            call.query_pair(name, value);
        }
        for (name, value) in &self.headers {
            call.header(name, Style::SIMPLE, value);
        }
    }

    fn read(body: ResponseBody<'_>) -> Result<Vec<u8>, Error> {
        body.bytes()
    }
}

/// The same for a response that may be an HTML page.
struct PageRequest(PathRequest);

impl Request for PageRequest {
    type Response = String;
    const OPERATION: &'static Operation = &Operation::new("GET", "GET", "/", "")
        .accepting("text/html, */*")
        .secured_by(SECURITY);

    fn write(&self, call: &mut Call) {
        self.0.write(call);
    }

    fn read(body: ResponseBody<'_>) -> Result<String, Error> {
        body.text()
    }
}
