use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, USER_AGENT};
use url::{Host, Url};

use super::{Shared, Transport};
use crate::Error;

/// How long a request may take when nothing else is said, from connecting to the last byte of the answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// How many bytes of an answer are read when nothing else is said.
pub(super) const ANSWER_LIMIT: usize = 1024 * 1024;

/// Settings of a [`Transport`].
pub struct TransportBuilder {
    pub(super) identity: HeaderMap,
    pub(super) base_url: Option<Url>,
    pub(super) http: Option<reqwest::Client>,
    pub(super) user_agent: Option<HeaderValue>,
    pub(super) timeout: Duration,
    pub(super) response_limit: usize,
}

/// A base URL that is refused may hold a password, so the address is not shown.
impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl TransportBuilder {
    /// Sends every operation here instead of to the spec's servers.
    #[must_use]
    pub fn base_url(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Uses these connections instead of new ones. The client must not follow redirects and must send no Referer.
    #[must_use]
    pub fn http(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// What the header User-Agent says, under whatever identity.
    #[must_use]
    pub fn user_agent(mut self, user_agent: HeaderValue) -> Self {
        self.user_agent = Some(user_agent);
        self
    }

    /// How long a request may take, from connecting to the last byte of the answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many bytes of an answer are read at most.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    /// When the base URL is neither https nor on this machine, or no HTTP client can be made.
    pub fn build(self) -> Result<Transport, Error> {
        const STEP: &str = "build the client";
        let local = self.base_url.as_ref().is_some_and(is_loopback);
        if let Some(url) = &self.base_url {
            check_base_url(STEP, url)?;
        }
        let is_handed_in = self.http.is_some();
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
            is_handed_in,
            local,
        };
        Ok(Transport {
            shared: Arc::new(shared),
            headers: Arc::new(headers),
            token: None,
        })
    }
}

/// What an operation answers with, unless the spec says otherwise.
pub(super) const JSON: &str = "application/json";

/// What goes with every request: the identity, whose User-Agent wins, and Accept, which never comes from it.
pub(super) fn headers(identity: HeaderMap, user_agent: Option<&HeaderValue>) -> HeaderMap {
    let mut headers = identity;
    if let Some(user_agent) = user_agent {
        headers.entry(USER_AGENT).or_insert(user_agent.clone());
    }
    headers.insert(ACCEPT, HeaderValue::from_static(JSON));
    headers
}

/// Connections of our own.
pub(super) fn http_client(
    step: &'static str,
    timeout: Duration,
    local: bool,
) -> Result<reqwest::Client, Error> {
    // X-Plex headers, the token among them, would be carried to wherever a redirect leads.
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    let builder = builder.connect_timeout(timeout).timeout(timeout);
    // A proxy from the environment is of no use on the way to this very machine.
    let builder = if local { builder.no_proxy() } else { builder };
    builder
        .build()
        .map_err(|error| Error::from_reqwest(step, error))
}

/// A base URL that tokens may go to.
pub(super) fn check_base_url(step: &'static str, url: &Url) -> Result<(), Error> {
    let is_plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    if is_safe && is_plain {
        return Ok(());
    }
    let advice =
        "the base URL must be https (or http on this machine), without user, query and fragment";
    Err(Error::misuse(step, advice))
}

/// Whether an address is on this very machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
