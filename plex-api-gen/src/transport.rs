use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use progenitor_client::Error as BuildError;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Error, Token};

mod answer;
mod builder;
mod servers;

use answer::{not_html, read_body, read_json, retry_after};
pub use builder::TransportBuilder;
use builder::{ANSWER_LIMIT, TIMEOUT};
use servers::Servers;

/// What the generated client sends its requests with: the address, the connections, the identity and the token.
///
/// A clone is cheap and shares the connections. `Debug` shows the address and whether there is a token.
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
    /// Whether the HTTP client was handed in: it may follow redirects, and has no time limit or one of its own.
    is_handed_in: bool,
    local: bool,
}

/// The space for arguments in a path, such as the id of a PIN.
const ARGUMENTS: usize = 32;

/// The token as it is sent; or the knowledge that it cannot be.
#[derive(Clone)]
enum TokenHeader {
    Value(HeaderValue),
    Unsendable,
}

/// What the spec says of an operation beside its arguments and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`; it is also the step that an error names.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// The server that the spec sends it to.
    pub server: &'static str,
    /// The media type of its success.
    pub accept: Option<&'static str>,
    /// Whether it takes the access token.
    pub token: bool,
}

impl Transport {
    /// Begins a transport that identifies itself with these headers. They win over those that a call sets; only `Accept` is
    /// always the operation's.
    pub fn builder(identity: HeaderMap) -> TransportBuilder {
        TransportBuilder {
            identity,
            base_url: None,
            http: None,
            user_agent: None,
            timeout: TIMEOUT,
            response_limit: ANSWER_LIMIT,
        }
    }

    /// The same transport, sending this token on the operations that take one.
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

    /// The same transport under another identity.
    #[must_use]
    pub fn with_identity(&self, identity: HeaderMap) -> Self {
        let user_agent = self.shared.user_agent.as_ref();
        Self {
            headers: Arc::new(builder::headers(identity, user_agent)),
            ..self.clone()
        }
    }

    /// The same transport, sending every operation to another server: a user's media server, say. It holds no token: that
    /// of one server is no business of another's.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the address is neither https nor on this machine, since tokens go there; any other when no
    /// HTTP client can be made for it.
    pub fn with_base_url(&self, server: &Url) -> Result<Self, Error> {
        const STEP: &str = "choose a server";
        builder::check_base_url(STEP, server)?;
        let local = builder::is_loopback(server);
        let mut shared = Shared {
            base_url: Some(server.clone()),
            local,
            ..Shared::clone(&self.shared)
        };
        if local != self.shared.local && !self.shared.is_handed_in {
            // One of the two goes through the proxies of the environment, and the other must not.
            shared.http = builder::http_client(STEP, shared.timeout, local)?;
        }
        Ok(Self {
            shared: Arc::new(shared),
            headers: Arc::clone(&self.headers),
            token: None,
        })
    }

    /// Returns the URL of an operation: `path` behind the base URL or, if none was set, behind the operation's server in the
    /// spec. `path` is percent-encoded and begins with a slash.
    ///
    /// # Errors
    /// When the spec's server is not a URL.
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

    /// Whether everything goes to this very machine.
    pub fn is_local(&self) -> bool {
        self.shared.local
    }

    /// Whether it holds a token.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The HTTP client that requests are built with.
    pub fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// Sends the request of an operation that answers with JSON. To be called within a tokio runtime; the time limit counts from
    /// the call.
    ///
    /// # Errors
    /// Whatever keeps it from a success that reads as `T`.
    pub fn json<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        self.send(operation, request, |status, body| {
            read_json(operation, status, &body)
        })
    }

    /// Sends the request of an operation that answers with bytes. To be called within a tokio runtime; the time limit counts
    /// from the call.
    ///
    /// # Errors
    /// Whatever keeps it from a success.
    pub fn bytes(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> impl Future<Output = Result<Vec<u8>, Error>> + Send {
        self.send(operation, request, |status, body| {
            not_html(operation, status, body)
        })
    }

    /// Sends the request of an operation that answers with nothing. To be called within a tokio runtime; the time limit counts
    /// from the call.
    ///
    /// # Errors
    /// Whatever keeps it from a success.
    pub fn empty(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        self.send(operation, request, |status, body| {
            not_html(operation, status, body).map(drop)
        })
    }

    /// Sends a request and reads the body of its success; every other status is an error.
    ///
    /// No `async fn`, since the future of one would hold the whole request for as long as it runs.
    fn send<T>(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
        read: impl FnOnce(StatusCode, Vec<u8>) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let step = operation.id;
        let request = self.complete(operation, request);
        let limit = self.shared.response_limit;
        let answer = request.map(|request| {
            let asked = self.shared.is_handed_in.then(|| request.url().clone());
            (asked, self.http().execute(request))
        });
        async move {
            let (asked, answer) = answer?;
            let failed = |error| Error::from_reqwest(step, error);
            let mut response = answer.await.map_err(failed)?;
            if asked.is_some_and(|asked| &asked != response.url()) {
                let advice = "the HTTP client that was handed in followed a redirect; build it with redirect(Policy::none())";
                return Err(Error::wrong_answer(step, advice));
            }
            let status = response.status();
            let body = read_body(&mut response, limit).await;
            if !status.is_success() {
                // Whatever became of the body, the status says enough.
                let body = body.ok().flatten().unwrap_or_default();
                let pause = retry_after(&response);
                return Err(Error::from_status(step, status, &body, pause));
            }
            let body = body
                .map_err(failed)?
                .ok_or_else(|| Error::too_large(step, status, limit))?;
            read(status, body)
        }
    }

    /// Adds what belongs to the client rather than to the call.
    fn complete(
        &self,
        operation: &Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<Request, Error> {
        let mut request = request.map_err(|_| {
            let server = self.base_url(operation);
            let what = if server.contains('{') || Url::parse(server).is_err() {
                "the spec leaves open which server this goes to; say it with `PlexApi::at`, or, for a client of your own spec, \
                 with `Transport::with_base_url`"
            } else {
                "an argument cannot be sent in a request"
            };
            Error::misuse(operation.id, what)
        })?;
        if self.shared.is_handed_in {
            *request.timeout_mut() = Some(self.shared.timeout);
        }
        let expects_body = matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
        let has_body = request.body().is_some();
        let is_safe = request.url().scheme() == "https" || builder::is_loopback(request.url());
        // A copy of all of them at once is cheaper than to add each.
        let of_call = std::mem::replace(request.headers_mut(), HeaderMap::clone(&self.headers));
        let headers = request.headers_mut();
        for (name, value) in &of_call {
            if !self.headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        if let Some(accept) = operation.accept.filter(|accept| *accept != builder::JSON) {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        if expects_body && !has_body {
            // RFC 9110, section 8.6: servers may refuse such a request without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        match &self.token {
            Some(_) if operation.token && !is_safe => {
                let advice = "the spec sends this operation to a server without https, where a token must not go";
                return Err(Error::misuse(operation.id, advice));
            }
            Some(TokenHeader::Value(token)) if operation.token => {
                headers.insert("x-plex-token", token.clone());
            }
            Some(TokenHeader::Unsendable) if operation.token => {
                let advice = "the token holds characters that no header can carry; it was damaged in storage";
                return Err(Error::misuse(operation.id, advice));
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
