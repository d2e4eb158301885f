use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use progenitor_client::Error as BuildError;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::wiped::Wiped;
use crate::{Error, Token};

mod builder;
mod no_body;
mod operation;
mod response;
mod servers;

pub use builder::TransportBuilder;
use builder::{RESPONSE_LIMIT, TIMEOUT};
use no_body::read_nothing;
pub use operation::Operation;
use response::{compressed, read_body, read_bytes, read_json, request_id, retry_after};
use servers::Servers;

/// Sends the requests of the generated client: base URL, connection pool, identity and token.
///
/// A clone is cheap and shares the connection pool. `Debug` shows the base URL and whether there is a token.
#[derive(Clone)]
pub struct Transport {
    shared: Arc<Shared>,
    headers: Arc<HeaderMap>,
    token: Option<TokenHeader>,
}

#[derive(Clone)]
struct Shared {
    http: reqwest::Client,
    base_url: Option<Url>,
    /// The servers of the spec, for a transport without a base URL.
    servers: Arc<Servers>,
    user_agent: Option<HeaderValue>,
    timeout: Duration,
    response_limit: usize,
    /// The HTTP client is a custom one: it may follow redirects, and its time limit is unknown.
    is_custom: bool,
    /// The base URL is on this machine.
    local: bool,
}

/// The capacity that is reserved for the arguments in a path, such as the id of a PIN.
const ARGUMENTS: usize = 32;

/// The token as a header value.
#[derive(Clone)]
enum TokenHeader {
    Value(HeaderValue),
    /// The token holds characters that a header cannot carry; reported when an operation needs it.
    Unsendable,
}

impl Transport {
    /// Returns a builder for a transport that sends these headers with every request.
    ///
    /// They override the headers of a call. `Accept` always comes from the operation.
    pub fn builder(identity: HeaderMap) -> TransportBuilder {
        TransportBuilder {
            identity,
            base_url: None,
            http: None,
            user_agent: None,
            timeout: TIMEOUT,
            response_limit: RESPONSE_LIMIT,
        }
    }

    /// Returns the same transport with this token, for the operations that take one.
    #[must_use]
    pub fn with_token(&self, token: &Token) -> Self {
        let header = match HeaderValue::from_str(token.expose()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                TokenHeader::Value(value)
            }
            Err(_) => TokenHeader::Unsendable,
        };
        Self {
            token: Some(header),
            ..self.clone()
        }
    }

    /// Returns the same transport with another identity.
    #[must_use]
    pub fn with_identity(&self, identity: HeaderMap) -> Self {
        let user_agent = self.shared.user_agent.as_ref();
        Self {
            headers: Arc::new(builder::headers(identity, user_agent)),
            ..self.clone()
        }
    }

    /// Returns a transport that sends every operation to another server, such as a user's media server.
    ///
    /// It holds no token: the token of one server must not reach another.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the URL is neither https nor on this machine, since tokens go there;
    /// [`ErrorClass::Build`](crate::ErrorClass::Build) if no HTTP client can be built for it.
    pub fn with_base_url(&self, server: &Url) -> Result<Self, Error> {
        const STEP: &str = "choose a server";
        builder::check_base_url(STEP, server)?;
        let local = builder::is_loopback(server);
        let mut shared = Shared {
            base_url: Some(server.clone()),
            local,
            ..Shared::clone(&self.shared)
        };
        if local != self.shared.local && !self.shared.is_custom {
            // Requests to this machine bypass the proxies of the environment; all others use them.
            shared.http = builder::http_client(STEP, shared.timeout, local)?;
        }
        Ok(Self {
            shared: Arc::new(shared),
            headers: Arc::clone(&self.headers),
            token: None,
        })
    }

    /// Returns the URL of an operation: `path` appended to the base URL or, if none was set, to the operation's server
    /// in the spec. `path` must be percent-encoded and begin with a slash.
    ///
    /// # Errors
    /// If the operation's server in the spec is not a URL.
    #[expect(
        clippy::result_large_err,
        reason = "the error is progenitor's, as generated code expects it"
    )]
    pub fn url(
        &self,
        operation: &'static Operation,
        path: fmt::Arguments<'_>,
    ) -> Result<Url, BuildError<()>> {
        let mut url = match &self.shared.base_url {
            Some(base_url) => base_url.clone(),
            None => self
                .shared
                .servers
                .parsed(operation.server)
                .map_err(|error| BuildError::InvalidRequest(error.to_string()))?,
        };
        let base = url.path().trim_end_matches('/');
        let mut full = String::with_capacity(base.len() + operation.path.len() + ARGUMENTS);
        full.push_str(base);
        // Writing to a string cannot fail.
        let _ = full.write_fmt(path);
        url.set_path(&full);
        Ok(url)
    }

    fn base_url<'a>(&'a self, operation: &'a Operation) -> &'a str {
        let base_url = self.shared.base_url.as_ref();
        base_url.map_or(operation.server, Url::as_str)
    }

    /// Returns true if all requests go to this machine.
    pub fn is_local(&self) -> bool {
        self.shared.local
    }

    /// Returns true if the transport holds a token.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Returns the HTTP client, to build requests with.
    pub fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// Sends the request of an operation that responds with JSON. Call it within a tokio runtime: the time limit counts from
    /// the call.
    ///
    /// # Errors
    /// If the request cannot be sent, fails, or its response does not decode as `T`.
    pub fn json<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        self.send(operation, request, |status, body| {
            read_json(operation, status, &body)
        })
    }

    /// Sends the request of an operation that responds with bytes. Call it within a tokio runtime: the time limit counts from
    /// the call.
    ///
    /// # Errors
    /// If the request cannot be sent or fails.
    pub fn bytes(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> impl Future<Output = Result<Vec<u8>, Error>> + Send {
        self.send(operation, request, |status, body| {
            read_bytes(operation, status, body)
        })
    }

    /// Sends the request of an operation whose response has no body. Call it within a tokio runtime: the time limit counts
    /// from the call.
    ///
    /// # Errors
    /// If the request cannot be sent or fails, or if its response is a page or a message from something in between.
    pub fn empty(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        self.send(operation, request, |status, body| {
            read_nothing(operation, status, &body)
        })
    }

    /// Sends a request and reads the body of a success. Every other status is an error.
    ///
    /// This is not an `async fn`, whose future would hold the whole request until it ends.
    fn send<T>(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
        read: impl FnOnce(StatusCode, Wiped) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let step = operation.id;
        let request = self.complete(operation, request);
        let limit = self.shared.response_limit;
        let sent = request.map(|request| {
            let url = self.shared.is_custom.then(|| request.url().clone());
            (url, self.http().execute(request))
        });
        async move {
            let (url, response) = sent?;
            let failed = |error| Error::network(step, error);
            let mut response = response.await.map_err(failed)?;
            if url.is_some_and(|url| &url != response.url()) {
                let what = "the custom HTTP client followed a redirect; build it with redirect(Policy::none())";
                return Err(Error::mismatch(step, what));
            }
            let status = response.status();
            let body = read_body(&mut response, limit).await;
            let headers = response.headers();
            let outcome = if status.is_success() {
                body.map_err(failed)
                    .and_then(|body| body.ok_or_else(|| Error::too_large(step, status, limit)))
                    .and_then(|body| {
                        // A compressed body is unreadable, but not empty.
                        let is_empty = body.as_slice().is_empty();
                        let why = || compressed(operation, status, headers).filter(|_| !is_empty);
                        read(status, body).map_err(|error| why().unwrap_or(error))
                    })
            } else {
                // The status suffices, even without the body.
                let body = body.ok().flatten().unwrap_or_default();
                Err(Error::from_status(
                    step,
                    status,
                    body.as_slice(),
                    retry_after(headers),
                ))
            };
            outcome.map_err(|error| error.with_request_id(request_id(headers)))
        }
    }

    /// Adds the headers of the client to the request of a call.
    fn complete(
        &self,
        operation: &Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<Request, Error> {
        let mut request = request.map_err(|_| {
            let server = self.base_url(operation);
            let what = if server.contains('{') || Url::parse(server).is_err() {
                "the spec names no fixed server for this operation; call it with a client whose base URL is set"
            } else {
                "an argument cannot be sent in a request; check the arguments"
            };
            Error::misuse(operation.id, what)
        })?;
        if self.shared.is_custom {
            *request.timeout_mut() = Some(self.shared.timeout);
        }
        let expects_body = matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
        let has_body = request.body().is_some();
        let is_safe = request.url().scheme() == "https" || builder::is_loopback(request.url());
        // Copying the whole map is cheaper than adding each header.
        let call_headers =
            std::mem::replace(request.headers_mut(), HeaderMap::clone(&self.headers));
        let headers = request.headers_mut();
        for (name, value) in &call_headers {
            if !self.headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        if let Some(accept) = operation.accept.filter(|accept| *accept != builder::JSON) {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        if expects_body && !has_body {
            // RFC 9110, section 8.6: servers may reject such a request without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        match &self.token {
            Some(_) if operation.token && !is_safe => {
                let what = "a token must not be sent without https; use an https server";
                return Err(Error::misuse(operation.id, what));
            }
            Some(TokenHeader::Value(token)) if operation.token => {
                headers.insert("x-plex-token", token.clone());
            }
            Some(TokenHeader::Unsendable) if operation.token => {
                let what = "the token holds characters that a header cannot carry; check how it was stored";
                return Err(Error::misuse(operation.id, what));
            }
            _ => {}
        }
        Ok(request)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.shared.base_url.as_ref().map(Url::as_str))
            .field("timeout", &self.shared.timeout)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
