//! When to refresh a token: a pure decision on the time of day. No clock, no socket, no async.

use std::time::{Duration, SystemTime};

use plex_api_gen::{Error, Token};

use super::DeviceToken;

/// The token of a device over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Renewal {
    token: Option<DeviceToken>,
    /// When the token came from plex.tv, if it came to this process.
    came_at: Option<SystemTime>,
    /// Why there is no newer one.
    trouble: Option<Trouble>,
}

#[derive(Debug, Clone)]
struct Trouble {
    error: Error,
    failures: u32,
    /// Before when nothing is tried again.
    until: SystemTime,
}

/// What to do for somebody who asks for a token.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Use(Token),
    Refresh,
    Fail(Error),
}

/// After a failure the next attempt is made a second later; the pause doubles up to this.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5 * 60);

/// The longest pause that a server's Retry-After can ask for; also against a clock that jumped back.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// A token that is refused so soon after plex.tv made it is not refused for its age.
const NEW: Duration = Duration::from_secs(60);

impl Renewal {
    pub(super) fn of(token: Option<DeviceToken>) -> Self {
        Self {
            token,
            ..Self::default()
        }
    }

    pub(super) fn token(&self) -> Option<&DeviceToken> {
        self.token.as_ref()
    }

    /// What to do for somebody who wants a valid token at `now`, if tokens are refreshed `ahead` of their end.
    pub(super) fn plan(&self, now: SystemTime, ahead: Duration) -> Plan {
        let usable = self.usable(now);
        match (usable, self.pausing(now)) {
            (Some(token), _) if !is_due(token, now, ahead) => Plan::Use(token.token().clone()),
            (_, None) => Plan::Refresh,
            (Some(token), Some(_)) => Plan::Use(token.token().clone()),
            (None, Some(trouble)) => Plan::Fail(trouble.error.clone()),
        }
    }

    /// What to do for somebody whose token was refused.
    pub(super) fn plan_instead_of(&self, refused: &Token, now: SystemTime) -> Plan {
        let is_new = self
            .came_at
            .is_some_and(|came| now.duration_since(came).unwrap_or_default() < NEW);
        match (self.usable(now), self.pausing(now)) {
            (Some(token), _) if token.token() != refused => Plan::Use(token.token().clone()),
            (_, Some(trouble)) => Plan::Fail(trouble.error.clone()),
            (Some(_), None) if is_new => Plan::Fail(Error::misuse(
                "replace a refused token",
                "plex.tv issued the token a moment ago, so a newer one will not help; media servers may refuse JWTs",
            )),
            (_, None) => Plan::Refresh,
        }
    }

    /// Whether another token is worth having instead of this one.
    pub(super) fn is_newer(&self, other: &DeviceToken, now: SystemTime, ahead: Duration) -> bool {
        let ends = |token: &DeviceToken| token.claims().expires_at;
        !is_due(other, now, ahead)
            && self
                .token
                .as_ref()
                .is_none_or(|own| ends(own) < ends(other))
    }

    pub(super) fn succeeded(&mut self, token: DeviceToken, now: SystemTime) {
        *self = Self {
            token: Some(token),
            came_at: Some(now),
            trouble: None,
        };
    }

    pub(super) fn failed(&mut self, error: Error, now: SystemTime) {
        let failures = self.trouble.as_ref().map_or(0, |trouble| trouble.failures);
        let backoff = Duration::from_secs(1 << failures.min(16)).min(LONGEST_BACKOFF);
        let pause = error.retry_after().unwrap_or_default().max(backoff);
        self.trouble = Some(Trouble {
            error,
            failures: failures + 1,
            until: now + pause.min(LONGEST_PAUSE),
        });
    }

    /// The token, while it is valid and its device is not known to be removed.
    pub(super) fn usable(&self, now: SystemTime) -> Option<&DeviceToken> {
        let is_removed = |trouble: &Trouble| trouble.error.is_device_removed();
        let is_dead = self.trouble.as_ref().is_some_and(is_removed);
        self.token
            .as_ref()
            .filter(|token| !is_dead && now < token.claims().expires_at.into())
    }

    /// The trouble, while it is too early to try again.
    fn pausing(&self, now: SystemTime) -> Option<&Trouble> {
        self.trouble.as_ref().filter(|trouble| {
            let left = trouble.until.duration_since(now).unwrap_or_default();
            !left.is_zero() && left <= LONGEST_PAUSE
        })
    }
}

/// Whether it is time for a newer token. However far ahead is asked for, half of a token's life is left to it.
fn is_due(token: &DeviceToken, now: SystemTime, ahead: Duration) -> bool {
    let claims = token.claims();
    let life = claims
        .issued_at
        .and_then(|issued| (claims.expires_at - issued).to_std().ok());
    let ahead = life.map_or(ahead, |life| ahead.min(life / 2));
    now + ahead >= claims.expires_at.into()
}
