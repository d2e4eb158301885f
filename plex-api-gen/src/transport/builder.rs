use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, USER_AGENT};
use url::Url;

use super::clients::{Clients, Source};
use super::plain_http::{Destinations, PlainHttp, is_loopback};
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
    pub(super) http: Source,
    pub(super) plain_http: Vec<PlainHttp>,
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
    /// Replaces the identity.
    #[must_use]
    pub fn identity(mut self, identity: HeaderMap) -> Self {
        self.identity = identity;
        self
    }

    /// Sends every operation to this server instead of the spec's servers.
    #[must_use]
    pub fn base_url(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Changes the settings of the HTTP clients, for example proxies, certificates or the resolver.
    ///
    /// The transport builds several clients: one for https, and others without proxies for plain http and for this
    /// machine. So the function is called several times. Then the transport sets what it needs: no redirects, no
    /// Referer, the time limit, keep-alive, and `localhost` as this machine.
    ///
    /// It replaces a client from [`http_client`](Self::http_client).
    #[must_use]
    pub fn http(
        mut self,
        customize: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http = Source::Built(Some(Arc::new(customize)));
        self
    }

    /// Uses a custom HTTP client for every request. Prefer [`http`](Self::http).
    ///
    /// The client must not follow redirects, send a Referer, or use a proxy for this machine. It should have an HTTP/2
    /// keep-alive: otherwise a connection whose path broke is used on and on. It resolves `localhost` itself. It
    /// is used for plain http, even to this machine, only for hosts in [`PlainHttp::Hosts`].
    #[must_use]
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Source::Custom(http);
        self
    }

    /// Allows plain http to more hosts than this machine; call it again to add others. Anybody on the network path can
    /// read the token.
    #[must_use]
    pub fn plain_http(mut self, hosts: PlainHttp) -> Self {
        self.plain_http.push(hosts);
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
    /// [`Error::is_misuse`] if the base URL or a host for plain http is not allowed, or a limit is 0;
    /// [`ErrorClass::Build`](crate::ErrorClass::Build) if no HTTP client can be built.
    pub fn build(self) -> Result<Transport, Error> {
        const STEP: &str = "build the client";
        let Self {
            base_url,
            user_agent,
            timeout,
            response_limit,
            ..
        } = self;
        check_limits(STEP, timeout, response_limit)?;
        let destinations = Destinations::new(STEP, self.plain_http)?;
        if let Some(url) = &base_url {
            check_base_url(STEP, url, &destinations)?;
        }
        let headers = headers(self.identity, user_agent.as_ref());
        let shared = Shared {
            clients: Arc::new(Clients::new(STEP, self.http, timeout)?),
            local: base_url.as_ref().is_some_and(is_loopback),
            is_media_server: false,
            base_url,
            servers: Arc::default(),
            destinations: Arc::new(destinations),
            user_agent,
            timeout,
            response_limit,
        };
        Ok(Transport {
            shared: Arc::new(shared),
            headers: Arc::new(headers),
            token: None,
            credentials: None,
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

/// Rejects limits under which no request can succeed.
pub(super) fn check_limits(
    step: &'static str,
    timeout: Duration,
    response_limit: usize,
) -> Result<(), Error> {
    if timeout.is_zero() || response_limit == 0 {
        let what =
            "the time limit or the response limit is 0, so no request could succeed; raise it";
        return Err(Error::misuse(step, what));
    }
    Ok(())
}

/// Checks that tokens may be sent to a base URL.
pub(super) fn check_base_url(
    step: &'static str,
    url: &Url,
    destinations: &Destinations,
) -> Result<(), Error> {
    let is_plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !is_plain {
        let what = "the base URL is not allowed; remove user, password, query and fragment";
        return Err(Error::misuse(step, what));
    }
    if !destinations.allow(url) {
        let what = "the base URL is not allowed; use https, or allow its host with `plain_http`";
        return Err(Error::misuse(step, what));
    }
    Ok(())
}
