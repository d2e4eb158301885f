//! The data of a PIN, which all kinds of sign-ins share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use plex_api_gen::{PinCode, Token};
use tokio::time::Instant;

use crate::{AuthPinContainer, Identity};

/// A PIN that was created, and what this process knows about it.
#[derive(Debug, Clone)]
pub struct ActivePin {
    pub(crate) id: i64,
    pub(crate) code: PinCode,
    pub(crate) client_identifier: String,
    pub(crate) product: Option<String>,
    /// The id of the device key that the PIN is bound to, if any.
    pub(crate) key_id: Option<String>,
    /// When the PIN expires by this machine's clock, for another process.
    pub(crate) expires_at: DateTime<Utc>,
    /// When the PIN expires by the monotonic clock; only known to the process that started it.
    pub(crate) deadline: Option<Instant>,
    pub(crate) memory: Arc<Mutex<Memory>>,
}

/// State that all waits for a PIN in this process share.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The earliest time of the next poll; it also applies to a new wait.
    not_before: Option<Instant>,
    /// A received token that is not verified yet: the server may not return it a second time.
    received: Option<Token>,
}

impl ActivePin {
    /// Makes an active PIN from a new one. `asked` is the time just before the request was sent.
    pub(crate) fn new(
        pin: AuthPinContainer,
        identity: &Identity,
        key_id: Option<&str>,
        asked: (Instant, SystemTime),
    ) -> Self {
        let lifetime = lifetime(pin.expires_in);
        let (instant, clock) = asked;
        Self {
            id: pin.id,
            code: pin.code,
            client_identifier: pin.client_identifier,
            product: identity.get_client_name().map(str::to_owned),
            key_id: key_id.map(str::to_owned),
            expires_at: (clock + lifetime).into(),
            deadline: Some(instant + lifetime),
            memory: Arc::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the earliest time of the next poll; now, if none was set.
    pub(crate) fn not_before(&self) -> Instant {
        self.memory().not_before.unwrap_or_else(Instant::now)
    }

    pub(crate) fn set_not_before(&self, instant: Instant) {
        self.memory().not_before = Some(instant);
    }

    pub(crate) fn received(&self) -> Option<Token> {
        self.memory().received.clone()
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn set_received(&self, token: &Token) {
        self.memory().received = Some(token.clone());
    }

    /// Returns true if the remaining time is exact: a resumed sign-in may come from a machine with another clock.
    pub(crate) fn is_lifetime_known(&self) -> bool {
        self.deadline.is_some()
    }

    /// Returns how long the PIN still lives: by the monotonic clock in the process that started it, by this machine's
    /// clock in any other.
    pub(crate) fn remaining(&self) -> Duration {
        match self.deadline {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => {
                let left = self.expires_at - DateTime::<Utc>::from(SystemTime::now());
                left.to_std().unwrap_or_default().min(MAX_LIFETIME)
            }
        }
    }
}

/// Converts the `expiresIn` of a response to a duration, limited to [`MAX_LIFETIME`].
pub(crate) fn lifetime(expires_in: i64) -> Duration {
    Duration::from_secs(expires_in.try_into().unwrap_or(0)).min(MAX_LIFETIME)
}

/// The maximum lifetime of a PIN, in case a clock or a response is wrong. plex.tv's PINs live 30 minutes at most.
pub(crate) const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
