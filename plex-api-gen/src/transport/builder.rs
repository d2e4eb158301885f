use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, USER_AGENT};
use url::{Host, Url};

use super::{Shared, Transport};
use crate::Error;

/// The default time limit of a request, from connecting to the last byte of the response.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// The default size limit of a response, in bytes.
pub(super) const RESPONSE_LIMIT: usize = 1024 * 1024;

/// Settings of a [`Transport`].
pub struct TransportBuilder {
    pub(super) identity: HeaderMap,
    pub(super) base_url: Option<Url>,
    pub(super) http: Option<reqwest::Client>,
    pub(super) user_agent: Option<HeaderValue>,
    pub(super) timeout: Duration,
    pub(super) response_limit: usize,
}

/// Hides the base URL: it may hold a password, which only `build` rejects.
impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl TransportBuilder {
    /// Sends every operation to this server instead of the spec's servers.
    #[must_use]
    pub fn base_url(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Uses a custom HTTP client. It must not follow redirects and must not send a Referer.
    #[must_use]
    pub fn http(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Sets the User-Agent header, for every identity that has none.
    #[must_use]
    pub fn user_agent(mut self, user_agent: HeaderValue) -> Self {
        self.user_agent = Some(user_agent);
        self
    }

    /// Sets the time limit of a request, from connecting to the last byte of the response; 15 seconds by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the size limit of a response body; 1 MiB by default. A larger response is an error, and the rest is not read.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the base URL is neither https nor on this machine;
    /// [`ErrorClass::Build`](crate::ErrorClass::Build) if the HTTP client cannot be built.
    pub fn build(self) -> Result<Transport, Error> {
        const STEP: &str = "build the client";
        let local = self.base_url.as_ref().is_some_and(is_loopback);
        if let Some(url) = &self.base_url {
            check_base_url(STEP, url)?;
        }
        let is_custom = self.http.is_some();
        let http = match self.http {
            Some(http) => http,
            None => http_client(STEP, self.timeout, local)?,
        };
        let Self {
            base_url,
            user_agent,
            timeout,
            response_limit,
            ..
        } = self;
        let headers = headers(self.identity, user_agent.as_ref());
        let shared = Shared {
            http,
            base_url,
            servers: Arc::default(),
            user_agent,
            timeout,
            response_limit,
            is_custom,
            local,
        };
        Ok(Transport {
            shared: Arc::new(shared),
            headers: Arc::new(headers),
            token: None,
        })
    }
}

/// The media type of a response, unless the spec names another.
pub(super) const JSON: &str = "application/json";

/// Builds the headers of every request. The identity's own User-Agent wins; its Accept is replaced.
pub(super) fn headers(identity: HeaderMap, user_agent: Option<&HeaderValue>) -> HeaderMap {
    let mut headers = identity;
    if let Some(user_agent) = user_agent {
        headers.entry(USER_AGENT).or_insert(user_agent.clone());
    }
    headers.insert(ACCEPT, HeaderValue::from_static(JSON));
    // Without this header, a server may compress its response (RFC 9110, section 12.5.3).
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
}

/// Builds the default HTTP client.
pub(super) fn http_client(
    step: &'static str,
    timeout: Duration,
    local: bool,
) -> Result<reqwest::Client, Error> {
    // A followed redirect would carry the X-Plex headers and the token to another server.
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    let builder = builder.connect_timeout(timeout).timeout(timeout);
    // A proxy from the environment cannot reach this machine.
    let builder = if local { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| Error::build(step, error))
}

/// Checks that tokens may be sent to a base URL.
pub(super) fn check_base_url(step: &'static str, url: &Url) -> Result<(), Error> {
    let is_plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    if is_safe && is_plain {
        return Ok(());
    }
    let what = "the base URL is not allowed; use https (or http on this machine), without user, query and fragment";
    Err(Error::misuse(step, what))
}

/// Returns true if a URL is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
