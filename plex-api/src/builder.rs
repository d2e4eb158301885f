use std::fmt;
use std::time::Duration;
#[cfg(feature = "jwt")]
use std::time::SystemTime;

use plex_api_gen::{Client, Error, Transport};
use reqwest::header::HeaderValue;
use url::Url;

use crate::active_pin::MAX_LIFETIME;
use crate::client::Settings;
#[cfg(feature = "jwt")]
use crate::jwt::{Clock, PlexKeys};
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
    base_url: Option<Url>,
    http: Option<reqwest::Client>,
    timeout: Option<Duration>,
    response_limit: Option<usize>,
    user_agent: String,
    poll_interval: Duration,
    polls_per_second: u32,
    polls_in_flight: usize,
    #[cfg(feature = "jwt")]
    clock: Clock,
}

/// What plex.tv asks for: its documentation has clients poll once per second.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What one client sends at most, however many sign-ins wait on it: fifty sign-ins are polled every second, and five hundred
/// every ten seconds, which a user hardly notices. Plex publishes no limit; it is known to slow down clients that ask too
/// much (d4rk22/Network-Status-Page issue 2).
const POLLS_PER_SECOND: u32 = 50;

/// Enough for the polls of a second when answers take as long as that, and some more.
const POLLS_IN_FLIGHT: usize = 64;

/// A base URL that is refused may hold a password, so the address is not shown.
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
            base_url: None,
            http: None,
            timeout: None,
            response_limit: None,
            user_agent: concat!("plex-api/", env!("CARGO_PKG_VERSION"), " (Rust)").to_owned(),
            poll_interval: POLL_INTERVAL,
            polls_per_second: POLLS_PER_SECOND,
            polls_in_flight: POLLS_IN_FLIGHT,
            #[cfg(feature = "jwt")]
            clock: Clock::default(),
        }
    }

    /// Sends everything here instead of to plex.tv: to an emulator, say. The path is part of it, as in
    /// `http://127.0.0.1:32500/api/v2`.
    ///
    /// It must be https, or http on this machine, since tokens go there.
    pub fn base_url(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Uses the connections, proxies and certificates of this client.
    ///
    /// Build it with `redirect(Policy::none())` and `referer(false)`: reqwest would carry the X-Plex headers, a token
    /// among them, to wherever a redirect leads. A call whose redirect was followed fails, but only after that.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// How long one request may take, from connecting to the last byte of the answer; 15 seconds if not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How many bytes of an answer are read at most; 1 MiB if not set.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = Some(bytes);
        self
    }

    /// The User-Agent header; `plex-api/VERSION (Rust)` if not set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How long a wait pauses between polls; 1 second if not set, which is what Plex's documentation asks for and the
    /// least for any server but one on this machine.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// How many polls all the waits on this client and its clones may send in a second; 50 if not set. When more sign-ins
    /// are waiting, each is polled less often, all equally, and each still gets its last poll before its PIN dies.
    pub fn polls_per_second(mut self, polls: u32) -> Self {
        self.polls_per_second = polls;
        self
    }

    /// How many polls may be waiting for their answers at the same time; 64 if not set. To make use of the polls per second
    /// it must be at least as many as are sent in the time that an answer takes. The last poll of a sign-in is exempt.
    pub fn polls_in_flight(mut self, polls: usize) -> Self {
        self.polls_in_flight = polls;
        self
    }

    /// Tells the time by this clock instead of the system's, wherever the time of day matters: when a JWT is signed, verified
    /// and refreshed. For tests that let days pass; PINs are timed by the steady clock all the same.
    #[cfg(feature = "jwt")]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the identity cannot be sent as headers, the base URL is neither https nor on this
    /// machine, the poll interval is too short, or no polls are allowed.
    pub fn build(self) -> Result<PlexApi, Error> {
        const STEP: &str = "build the client";
        let headers = self.identity.to_headers()?;
        let user_agent = HeaderValue::from_bytes(self.user_agent.as_bytes())
            .map_err(|_| Error::misuse(STEP, "the user agent holds a control character"))?;
        let mut transport = Transport::builder(headers).user_agent(user_agent);
        if let Some(base_url) = self.base_url {
            transport = transport.base_url(base_url);
        }
        if let Some(http) = self.http {
            transport = transport.http(http);
        }
        if let Some(timeout) = self.timeout {
            transport = transport.timeout(timeout);
        }
        if let Some(bytes) = self.response_limit {
            transport = transport.response_limit(bytes);
        }
        let transport = transport.build()?;
        let least = if transport.is_local() {
            Duration::from_millis(1)
        } else {
            POLL_INTERVAL
        };
        if self.poll_interval < least {
            let what = format!(
                "the poll interval is {:?}; plex.tv asks for at least {least:?}",
                self.poll_interval
            );
            return Err(Error::misuse(STEP, what));
        }
        if self.polls_per_second == 0 || self.polls_in_flight == 0 {
            return Err(Error::misuse(
                STEP,
                "with no polls per second or in flight nothing is ever polled",
            ));
        }
        let settings = Settings {
            identity: self.identity,
            poll_interval: self.poll_interval.min(MAX_LIFETIME),
            rate_limiter: RateLimiter::new(self.polls_per_second, self.polls_in_flight),
            #[cfg(feature = "jwt")]
            clock: self.clock,
            #[cfg(feature = "jwt")]
            plex_keys: PlexKeys::default(),
        };
        Ok(PlexApi::from_parts(Client::new(transport), settings))
    }
}
