//! The data of a PIN, which all kinds of sign-ins share.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use plex_api_gen::PinCode;
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
    /// When the process sent the request that created the PIN; `None` in a process that resumed the sign-in.
    pub(crate) created: Option<Instant>,
    /// When the PIN expires by the monotonic clock; the latest possible time in a process that resumed the sign-in.
    pub(crate) deadline: Instant,
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
            created: Some(instant),
            deadline: instant + lifetime,
        }
    }

    /// Returns how long the PIN still lives: by the monotonic clock in the process that started it, by this machine's
    /// clock in any other.
    pub(crate) fn remaining(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if self.created.is_some() {
            return left;
        }
        let by_clock = self.expires_at - DateTime::<Utc>::from(SystemTime::now());
        by_clock.to_std().unwrap_or_default().min(left)
    }
}

/// Converts the `expiresIn` of a response to a duration, limited to [`MAX_LIFETIME`].
pub(crate) fn lifetime(expires_in: i64) -> Duration {
    Duration::from_secs(expires_in.try_into().unwrap_or(0)).min(MAX_LIFETIME)
}

/// The maximum lifetime of a PIN, in case a clock or a response is wrong.
pub(crate) const MAX_LIFETIME: Duration = Duration::from_secs(30 * 60);
