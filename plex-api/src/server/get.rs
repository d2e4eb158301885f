//! A GET to a media server without a spec.

use std::fmt;

use plex_api_gen::{
    ByteStream, Call, Error, Operation, Request, ResponseBody, Scheme, Secret, Transport,
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

    /// Sends the request and reads the JSON of the response.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the path is not one; [`Error::is_rejected`] if the server does not accept the token, and also
    /// [`Error::is_jwt_refused`] if that is because it is a JWT; or the request fails, or its response is not this JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let response = self.request.send_as(&self.transport);
        response.await
    }

    /// Sends the request and reads the bytes of the response: a picture, for example, or the short HTML page with which some
    /// media servers respond to actions.
    ///
    /// # Errors
    /// As for [`json`](Self::json), but the response may be anything.
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
    /// [`Error::is_misuse`] if the path is not one.
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

/// A request whose path is known only at run time.
struct PathRequest {
    path: String,
    query: Vec<(String, String)>,
}

impl Request for PathRequest {
    type Response = Vec<u8>;
    const OPERATION: &'static Operation = &Operation::new("GET", "GET", "/", "")
        .accepting("*/*")
        .secured_by(&[&[Scheme::plex_token_in_header()], &[]]);

    fn write(&self, call: &mut Call) {
        call.path_and_query(&self.path);
        for (name, value) in &self.query {
            call.query_pair(name, value);
        }
    }

    fn read(body: ResponseBody<'_>) -> Result<Vec<u8>, Error> {
        body.bytes()
    }
}
