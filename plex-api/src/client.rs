use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use plex_api_gen::{Client, Error, Token};

use crate::final_polls::FinalPolls;
use crate::live_pins::LivePins;
use crate::rate_limiter::RateLimiter;
use crate::{Identity, PlexApiBuilder};

/// A client of plex.tv for one identity.
///
/// To sign in, call [`start_sign_in`](Self::start_sign_in) or [`start_code_sign_in`](Self::start_code_sign_in), then
/// [`wait_for_token`](Self::wait_for_token) or [`check`](Self::check). Operations of the spec have a method each; those
/// without one here are called through [`generated`](Self::generated).
///
/// A clone is cheap and shares connections, settings and the rate limiter: make one client and clone it where you need it.
///
/// # Runtimes
/// Call it within a tokio runtime: outside of one, calls return a misuse error. A runtime without timer or I/O (see
/// `enable_all`) makes tokio panic. One client may
/// serve several runtimes, also one after the other. A connection belongs to the runtime that opened it, and only that
/// runtime reads from it: while a current-thread runtime is not running, a request from another runtime over the same
/// connection fails at the time limit, and the next request opens a new connection.
#[derive(Clone)]
pub struct PlexApi {
    generated: Client,
    settings: Arc<Settings>,
}

pub(crate) struct Settings {
    pub(crate) identity: Identity,
    /// The identity's client identifier, for polls.
    pub(crate) client_identifier: Arc<str>,
    pub(crate) poll_interval: Duration,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) final_polls: FinalPolls,
    pub(crate) live_pins: LivePins,
    #[cfg(feature = "jwt")]
    pub(crate) clock: crate::jwt::Clock,
    #[cfg(feature = "jwt")]
    pub(crate) plex_keys: crate::jwt::PlexKeys,
}

impl PlexApi {
    /// Creates a client of plex.tv with the default settings. It sends nothing yet.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the identity cannot be sent as headers, for example because the client identifier is
    /// empty; [`ErrorClass::Build`](crate::ErrorClass::Build) if the HTTP client cannot be built.
    pub fn new(identity: Identity) -> Result<Self, Error> {
        Self::builder(identity).build()
    }

    /// Returns a builder for a client with custom settings.
    pub fn builder(identity: Identity) -> PlexApiBuilder {
        PlexApiBuilder::new(identity)
    }

    pub(crate) fn from_parts(generated: Client, settings: Settings) -> Self {
        Self {
            generated,
            settings: Arc::new(settings),
        }
    }

    /// Returns a client that sends this token with the operations that take one, and shares everything else.
    #[must_use]
    pub fn with_token(&self, token: &Token) -> Self {
        let generated = Client::new(self.generated.transport().with_token(token));
        Self {
            generated,
            settings: Arc::clone(&self.settings),
        }
    }

    /// Returns the generated client: every operation of the spec, with this client's identity and token.
    pub fn generated(&self) -> &Client {
        &self.generated
    }

    /// Returns the identity that this client sends.
    pub fn identity(&self) -> &Identity {
        &self.settings.identity
    }

    pub(crate) fn shared_client_identifier(&self) -> Arc<str> {
        Arc::clone(&self.settings.client_identifier)
    }

    pub(crate) fn poll_interval(&self) -> Duration {
        self.settings.poll_interval
    }

    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.settings.rate_limiter
    }

    pub(crate) fn final_polls(&self) -> &FinalPolls {
        &self.settings.final_polls
    }

    pub(crate) fn live_pins(&self) -> &LivePins {
        &self.settings.live_pins
    }

    /// Returns the current time by the configured clock.
    #[cfg(feature = "jwt")]
    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.settings.clock.now()
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn plex_keys(&self) -> &crate::jwt::PlexKeys {
        &self.settings.plex_keys
    }
}

impl fmt::Debug for PlexApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlexApi")
            .field("generated", &self.generated)
            .field("identity", &self.settings.identity)
            .field("poll_interval", &self.settings.poll_interval)
            .finish()
    }
}
