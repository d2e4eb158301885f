//! Decides when to refresh a token: a pure function of the current time, without clock, socket or async.

use std::time::Duration;

use chrono::{DateTime, Utc};
use plex_api_gen::{Error, Token};

use super::DeviceToken;

/// The token of a device over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Renewal {
    token: Option<DeviceToken>,
    /// The time at which this process received the token from plex.tv, if it did.
    received_at: Option<DateTime<Utc>>,
    /// The failure since the token was issued, if any.
    failure: Option<Failure>,
    /// plex.tv no longer knows the device, so the token is invalid before its expiry.
    is_removed: bool,
}

#[derive(Debug, Clone)]
struct Failure {
    error: Error,
    /// The number of failures in a row.
    count: u32,
    /// The earliest time of the next attempt.
    until: DateTime<Utc>,
}

/// The plan for a caller who asks for a token.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Use(Token),
    Refresh,
    Fail(Error),
}

/// The longest pause after a failure; it starts at one second and doubles.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5 * 60);

/// The longest pause that a server's Retry-After can ask for. It also bounds the pause when the clock jumps back.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// A token that is rejected this soon after it was received is not rejected because of its age.
const NEW: Duration = Duration::from_secs(60);

/// A token that was received this recently is not refreshed even if it seems old: this machine's clock must be wrong.
const FRESH: Duration = Duration::from_secs(60 * 60);

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

    /// Plans for a caller who wants a valid token at `now`, if tokens are refreshed `ahead` of their expiry.
    pub(super) fn plan(&self, now: DateTime<Utc>, ahead: Duration) -> Plan {
        let usable = self.usable(now);
        match (usable, self.pausing(now)) {
            (Some(token), _) if self.received_within(FRESH, now) || !is_due(token, now, ahead) => {
                Plan::Use(token.token().clone())
            }
            (_, None) => Plan::Refresh,
            (Some(token), Some(_)) => Plan::Use(token.token().clone()),
            (None, Some(failure)) => Plan::Fail(failure.error.clone()),
        }
    }

    /// Plans for a caller whose token was rejected.
    pub(super) fn plan_instead_of(&self, rejected: &Token, now: DateTime<Utc>) -> Plan {
        match (self.usable(now), self.pausing(now)) {
            (Some(token), _) if token.token() != rejected => Plan::Use(token.token().clone()),
            (_, Some(failure)) => Plan::Fail(failure.error.clone()),
            (Some(_), None) if self.received_within(NEW, now) => Plan::Fail(Error::misuse(
                "replace a rejected token",
                "plex.tv issued the token less than a minute ago, so a newer one will not help; media servers may reject JWTs",
            )),
            (_, None) => Plan::Refresh,
        }
    }

    /// Returns true if another token expires later than the current one, and is not due for a refresh itself.
    pub(super) fn is_newer(
        &self,
        other: &DeviceToken,
        now: DateTime<Utc>,
        ahead: Duration,
    ) -> bool {
        let expiry = |token: &DeviceToken| token.claims().expires_at;
        !is_due(other, now, ahead)
            && self
                .token
                .as_ref()
                .is_none_or(|own| expiry(own) < expiry(other))
    }

    /// Records a new token.
    pub(super) fn succeeded(&mut self, token: DeviceToken, now: DateTime<Utc>) {
        *self = Self {
            received_at: Some(now),
            ..Self::of(Some(token))
        };
    }

    /// Records a failed attempt.
    pub(super) fn failed(&mut self, error: Error, now: DateTime<Utc>) {
        let count = self.failure.as_ref().map_or(0, |failure| failure.count);
        let backoff = Duration::from_secs(1 << count.min(16)).min(LONGEST_BACKOFF);
        let pause = error.retry_after().unwrap_or_default().max(backoff);
        self.is_removed |= error.is_device_removed();
        self.failure = Some(Failure {
            error,
            count: count.saturating_add(1),
            until: now + pause.min(LONGEST_PAUSE),
        });
    }

    /// Returns the token, while it is valid and its device is not known to be removed.
    pub(super) fn usable(&self, now: DateTime<Utc>) -> Option<&DeviceToken> {
        self.token
            .as_ref()
            .filter(|token| !self.is_removed && now < token.claims().expires_at)
    }

    /// Returns true if the token was received within this time before now.
    fn received_within(&self, time: Duration, now: DateTime<Utc>) -> bool {
        self.received_at
            .is_some_and(|received| received <= now && between(received, now) < time)
    }

    /// Returns the last failure, while it is too early to try again.
    fn pausing(&self, now: DateTime<Utc>) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| {
            let left = between(now, failure.until);
            !left.is_zero() && left <= LONGEST_PAUSE
        })
    }
}

/// Returns true if a refresh is due. A token is used for at least half of its lifetime, whatever `ahead` is.
fn is_due(token: &DeviceToken, now: DateTime<Utc>, ahead: Duration) -> bool {
    let claims = token.claims();
    let ahead = claims.issued_at.map_or(ahead, |issued| {
        ahead.min(between(issued, claims.expires_at) / 2)
    });
    between(now, claims.expires_at) <= ahead
}

/// Returns the time from one date to a later one; zero if it is not later.
fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    (to - from).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests;
