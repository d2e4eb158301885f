use std::fmt;
use std::time::Duration;
#[cfg(feature = "jwt")]
use std::time::SystemTime;

use plex_api_gen::{Client, Error, PlainHttp, Transport, TransportBuilder};
use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use crate::active_pin::MAX_LIFETIME;
use crate::client::Settings;
use crate::final_polls::FinalPolls;
#[cfg(feature = "jwt")]
use crate::jwt::{Clock, PlexKeys};
use crate::live_pins::LivePins;
use crate::rate_limiter::RateLimiter;
use crate::{Identity, PlexApi};

/// Settings of a [`PlexApi`] beyond its identity.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use plex_api::{Identity, PlexApi};
///
/// let plex = PlexApi::builder(Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58"))
///     .timeout(Duration::from_secs(5))
///     .user_agent("my-program/1.0")
///     .build()?;
/// # Ok::<(), plex_api::Error>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct PlexApiBuilder {
    identity: Identity,
    transport: TransportBuilder,
    user_agent: String,
    poll_interval: Duration,
    polls_per_second: u32,
    polls_in_flight: usize,
    #[cfg(feature = "jwt")]
    clock: Clock,
}

/// Plex's documentation asks clients to poll once per second.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The rate limit of one client, for all its sign-ins together: fifty sign-ins are polled every second, five hundred every
/// ten seconds, which a user hardly notices. Plex publishes no limit, but slows down clients that send too many requests
/// (d4rk22/Network-Status-Page issue 2).
const POLLS_PER_SECOND: u32 = 50;

/// Enough for the polls of one second when a response takes a second, with a margin.
const POLLS_IN_FLIGHT: usize = 64;

/// Hides the base URL: it may hold a password, which only `build` rejects.
impl fmt::Debug for PlexApiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlexApiBuilder")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

impl PlexApiBuilder {
    pub(crate) fn new(identity: Identity) -> Self {
        Self {
            identity,
            transport: Transport::builder(HeaderMap::new()),
            user_agent: concat!("plex-api/", env!("CARGO_PKG_VERSION"), " (Rust)").to_owned(),
            poll_interval: POLL_INTERVAL,
            polls_per_second: POLLS_PER_SECOND,
            polls_in_flight: POLLS_IN_FLIGHT,
            #[cfg(feature = "jwt")]
            clock: Clock::default(),
        }
    }

    /// Sends all requests to this server instead of plex.tv, for example to an emulator. Include the path, as in
    /// `http://127.0.0.1:32500/api/v2`.
    ///
    /// The URL must be https, or http to this machine or to a host that [`plain_http`](Self::plain_http) allows, since
    /// tokens are sent there. It must not have a user, a query or a fragment.
    pub fn base_url(mut self, base_url: Url) -> Self {
        self.transport = self.transport.base_url(base_url);
        self
    }

    /// Changes the settings of the HTTP clients: proxies, certificates, the resolver and so on.
    ///
    /// The SDK calls the function for every client that it builds: one for https, which uses your proxies or those of the
    /// environment (with the feature `system-proxy` also those of Windows and macOS), and others that never use a proxy, for
    /// plain http, for servers on this machine, and for media servers in the local network. Then it sets what it needs itself:
    /// no redirects, no Referer, the [`timeout`](Self::timeout), keep-alive, and that `localhost` is this machine.
    ///
    /// It replaces a client from [`http_client`](Self::http_client).
    ///
    /// # Examples
    /// ```
    /// use plex_api::reqwest::Proxy;
    /// use plex_api::{Identity, PlexApi};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = Proxy::https("http://proxy.example.org:3128")?;
    /// let plex = PlexApi::builder(Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58"))
    ///     .http(move |client| client.proxy(proxy.clone()))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http(
        mut self,
        customize: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.transport = self.transport.http(customize);
        self
    }

    /// Uses a custom client for every request, instead of the ones that the SDK builds. Prefer [`http`](Self::http), which
    /// keeps the settings below.
    ///
    /// The SDK trusts the client, so build it with
    /// - `redirect(Policy::none())` and `referer(false)`: otherwise reqwest sends the X-Plex headers and the token to the
    ///   target of any redirect. A call that was redirected fails, but only after they were sent.
    /// - `no_proxy()` if the server is on this machine: a proxy of the environment cannot reach it, and would read the
    ///   token.
    /// - `http2_keep_alive_interval` and `http2_keep_alive_timeout`: otherwise an HTTP/2 connection whose path broke is
    ///   used on and on, and every request on it fails.
    /// - `resolve_to_addrs("localhost", ..)` if the base URL names it: otherwise the resolver decides where it is.
    ///
    /// [`Server::connect`](crate::Server::connect) then looks every name up, also where a router refuses to; it sends local
    /// addresses to the client's proxies; and connections to addresses that were not chosen stay in the client's pool.
    ///
    /// It is used for plain http, even to this machine, only if [`plain_http(PlainHttp::hosts([..]))`](Self::plain_http)
    /// names the host: it may send the request to a proxy.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.transport = self.transport.http_client(client);
        self
    }

    /// Allows plain http to more hosts than this machine, for example to a media server in the local network. Call it again
    /// to add others.
    ///
    /// Plain http is not encrypted: anybody on the network path can read the token and the responses, and change them.
    /// The same rule holds for [`base_url`](Self::base_url), [`Server::connect`](crate::Server::connect), and the servers of a
    /// spec. plex.tv and its subdomains are never allowed.
    ///
    /// # Examples
    /// ```
    /// use plex_api::{Identity, PlainHttp, PlexApi};
    ///
    /// let plex = PlexApi::builder(Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58"))
    ///     .plain_http(PlainHttp::hosts(["nas.local"]))
    ///     .plain_http(PlainHttp::PrivateNetworks)
    ///     .build()?;
    /// # Ok::<(), plex_api::Error>(())
    /// ```
    pub fn plain_http(mut self, hosts: PlainHttp) -> Self {
        self.transport = self.transport.plain_http(hosts);
        self
    }

    /// Sets the time limit of a request, from connecting to the last byte of the response; 15 seconds by default.
    ///
    /// It also decides when a broken connection is noticed. An HTTP/2 connection that receives nothing for a fifth of the
    /// limit (at most 10 seconds) while a request waits is pinged, and closed if nothing comes for as long again. Over
    /// HTTP/1.1 the request fails at the limit. In both cases the next request uses a new connection. A connection that
    /// is not used is closed after 15 seconds, and sends nothing until then.
    ///
    /// A malicious server can delay the limit by some seconds: while the HTTP library parses endless interim responses (1xx)
    /// or an endless chunk size, a current-thread runtime runs nothing else.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.transport = self.transport.timeout(timeout);
        self
    }

    /// Sets the size limit of a response body in bytes; 1 MiB by default.
    ///
    /// A larger response is an error ([`ErrorClass::TooLarge`](crate::ErrorClass::TooLarge)), and the rest is not read: a
    /// faulty server cannot fill the memory. Raise the limit if you call operations with very large responses.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.transport = self.transport.response_limit(bytes);
        self
    }

    /// Sets the User-Agent header; `plex-api/VERSION (Rust)` by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the pause between the polls of a wait; 1 second by default.
    ///
    /// Plex's documentation asks for 1 second, so this is the minimum, except for a server on this machine.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// Sets the rate limit of polls per second, for all waits and checks on this client and its clones; 50 by default.
    ///
    /// When more sign-ins are waiting, all of them are polled less often, equally. Each still gets its last poll shortly
    /// before its PIN expires; only these last polls may exceed the limit.
    pub fn polls_per_second(mut self, polls: u32) -> Self {
        self.polls_per_second = polls;
        self
    }

    /// Sets the in-flight limit: how many polls may wait for their responses at the same time; 64 by default.
    ///
    /// Throughput is the in-flight limit divided by the response time, so a low limit may reduce the polls per second. The
    /// last poll of a sign-in is exempt.
    pub fn polls_in_flight(mut self, polls: usize) -> Self {
        self.polls_in_flight = polls;
        self
    }

    /// Uses this clock instead of the system's to sign, verify and refresh JWTs.
    ///
    /// It is meant for tests that simulate the passing of days. The lifetime of a PIN does not depend on it.
    #[cfg(feature = "jwt")]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Builds the client. This sends no request.
    ///
    /// The first https request reads the system's CA certificates; if there are none, it fails with
    /// [`ErrorClass::NoCertificates`](crate::ErrorClass::NoCertificates).
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the identity or the user agent cannot be sent as headers, the base URL or a host for plain
    /// http is not allowed, the poll interval is too short, a limit is 0, or rustls has no cryptography provider (with the
    /// feature `rustls-no-provider`); [`ErrorClass::Build`](crate::ErrorClass::Build) if no HTTP client can be built.
    pub fn build(self) -> Result<PlexApi, Error> {
        const STEP: &str = "build the client";
        let headers = self.identity.to_headers()?;
        let user_agent = HeaderValue::from_bytes(self.user_agent.as_bytes()).map_err(|_| {
            Error::misuse(STEP, "the user agent holds a control character; remove it")
        })?;
        let transport = self.transport.identity(headers).user_agent(user_agent);
        let transport = transport.build()?;
        let minimum = if transport.is_local() {
            Duration::from_millis(1)
        } else {
            POLL_INTERVAL
        };
        if self.poll_interval < minimum {
            let what = format!(
                "the poll interval is {:?}; use at least {minimum:?}",
                self.poll_interval
            );
            return Err(Error::misuse(STEP, what));
        }
        if self.polls_per_second == 0 || self.polls_in_flight == 0 {
            return Err(Error::misuse(
                STEP,
                "the limit of polls per second or in flight is 0; allow at least 1",
            ));
        }
        let poll_interval = self.poll_interval.min(MAX_LIFETIME);
        let settings = Settings {
            client_identifier: self.identity.client_identifier().into(),
            identity: self.identity,
            poll_interval,
            rate_limiter: RateLimiter::new(self.polls_per_second, self.polls_in_flight),
            final_polls: FinalPolls::default(),
            live_pins: LivePins::new(poll_interval),
            #[cfg(feature = "jwt")]
            clock: self.clock,
            #[cfg(feature = "jwt")]
            plex_keys: PlexKeys::default(),
        };
        Ok(PlexApi::from_parts(Client::new(transport), settings))
    }
}
