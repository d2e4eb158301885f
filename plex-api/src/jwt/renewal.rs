//! Decides when to refresh a token: a pure function of the time of day, without clock, socket or async.

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
    /// plex.tv no longer knows the device, so the token is dead before its expiry.
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

/// A token that is rejected this soon after it was issued is not rejected for its age.
const NEW: Duration = Duration::from_secs(60);

/// A token that was received this recently is not replaced for its age: this machine's clock must be wrong.
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

    /// Returns true if another token is better than the current one.
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
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    const DAY: i64 = 24 * 60 * 60;
    const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    /// A token that is valid for seven days.
    fn token(issued: i64) -> DeviceToken {
        token_until(Some(at(issued)), at(issued + 7 * DAY))
    }

    fn token_until(issued: Option<DateTime<Utc>>, end: DateTime<Utc>) -> DeviceToken {
        let claims = json!({
            "iss": "plex.tv", "aud": "app", "thumbprint": "key", "user": {"id": 1},
            "iat": issued.map(|issued| issued.timestamp()), "exp": end.timestamp(),
        });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}.", part(json!({"alg": "EdDSA"})), part(claims));
        DeviceToken::stored(&Token::new(text), "app", "key").unwrap()
    }

    fn renewal(issued: i64) -> Renewal {
        let mut renewal = Renewal::default();
        renewal.succeeded(token(issued), at(issued));
        renewal
    }

    /// Describes a plan: `use` and the index of the token, `refresh`, or the message of the error.
    fn described(plan: Plan, tokens: &[DeviceToken]) -> String {
        match plan {
            Plan::Refresh => "refresh".to_owned(),
            Plan::Fail(error) => error.to_string(),
            Plan::Use(token) => {
                let index = tokens.iter().position(|other| other.token() == &token);
                format!("use {}", index.unwrap())
            }
        }
    }

    fn outage() -> Error {
        Error::misuse("test", "outage")
    }

    #[test]
    fn a_token_is_used_until_a_day_before_its_expiry() {
        let (renewal, tokens) = (renewal(0), [token(0)]);
        let plan = |now| described(renewal.plan(at(now), AHEAD), &tokens);
        assert_eq!(plan(0), "use 0");
        assert_eq!(plan(6 * DAY - 1), "use 0");
        assert_eq!(plan(6 * DAY), "refresh");
        assert_eq!(plan(8 * DAY), "refresh");
        assert_eq!(
            described(Renewal::of(None).plan(at(0), AHEAD), &[]),
            "refresh"
        );
    }

    #[test]
    fn a_token_is_used_for_at_least_half_of_its_lifetime() {
        let (renewal, tokens) = (renewal(0), [token(0)]);
        for ahead in [AHEAD * 5, Duration::MAX] {
            let plan = |now| described(renewal.plan(at(now), ahead), &tokens);
            assert_eq!(plan(7 * DAY / 2 - 1), "use 0");
            assert_eq!(plan(7 * DAY / 2), "refresh");
        }
    }

    #[test]
    fn extreme_dates_and_durations_do_not_overflow() {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        let cases = [
            (None, last, "use 0"),
            (Some(first), last, "use 0"),
            (Some(last), first, "refresh"),
            (None, first, "refresh"),
        ];
        for (issued, end, expected) in cases {
            let token = token_until(issued, end);
            let renewal = Renewal::of(Some(token.clone()));
            let plan = described(renewal.plan(at(0), AHEAD), &[token]);
            assert_eq!(plan, expected, "{issued:?} {end}");
        }
    }

    #[test]
    fn a_token_that_was_just_received_is_not_replaced_for_its_age() {
        // By this machine's clock, which is six and a half days ahead, the new token is old.
        let mut renewal = Renewal::default();
        renewal.succeeded(token(0), at(6 * DAY + DAY / 2));
        let plan = |now| described(renewal.plan(at(now), AHEAD), &[token(0)]);
        assert_eq!(plan(6 * DAY + DAY / 2 + 3599), "use 0");
        assert_eq!(plan(6 * DAY + DAY / 2 + 3600), "refresh");
        assert_eq!(plan(8 * DAY), "refresh");
    }

    #[test]
    fn a_removed_device_stays_removed_until_there_is_a_token() {
        let mut renewal = renewal(0);
        renewal.is_removed = true;
        renewal.failed(outage(), at(DAY));
        assert!(renewal.usable(at(DAY)).is_none());
        assert_eq!(described(renewal.plan(at(DAY), AHEAD), &[]), "test: outage");
        renewal.succeeded(token(DAY), at(DAY));
        assert!(renewal.usable(at(DAY)).is_some());
    }

    #[test]
    fn after_a_failure_the_old_token_is_used_and_no_attempt_is_made_during_the_pause() {
        let (mut renewal, tokens) = (renewal(0), [token(0)]);
        renewal.failed(outage(), at(6 * DAY));
        let plan = |renewal: &Renewal, now| described(renewal.plan(at(now), AHEAD), &tokens);
        assert_eq!(plan(&renewal, 6 * DAY), "use 0");
        assert_eq!(plan(&renewal, 6 * DAY + 1), "refresh");
        renewal.failed(outage(), at(7 * DAY));
        assert_eq!(plan(&renewal, 7 * DAY + 1), "test: outage");
        assert_eq!(plan(&renewal, 7 * DAY + 2), "refresh");
        renewal.succeeded(token(8 * DAY), at(8 * DAY));
        assert_eq!(
            described(renewal.plan(at(8 * DAY), AHEAD), &[token(8 * DAY)]),
            "use 0"
        );
    }

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let mut renewal = Renewal::default();
        let (mut now, mut pauses) = (at(0), Vec::new());
        for _ in 0..12 {
            renewal.failed(outage(), now);
            let until = renewal.failure.as_ref().unwrap().until;
            pauses.push(between(now, until).as_secs());
            now = until;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    }

    #[test]
    fn a_clock_that_jumps_back_does_not_make_the_pause_endless() {
        let mut renewal = Renewal::default();
        renewal.failed(outage(), at(0));
        assert_eq!(described(renewal.plan(at(0), AHEAD), &[]), "test: outage");
        assert_eq!(described(renewal.plan(at(-DAY), AHEAD), &[]), "refresh");
    }

    #[test]
    fn a_rejected_token_is_not_returned_again() {
        let (renewal, tokens) = (renewal(0), [token(0), token(-DAY)]);
        let plan = |rejected: &DeviceToken, now| {
            let plan = renewal.plan_instead_of(rejected.token(), at(now));
            described(plan, &tokens)
        };
        assert_eq!(
            plan(&tokens[1], 10),
            "use 0",
            "the current token is a different one"
        );
        assert!(plan(&tokens[0], 10).contains("issued the token less than a minute ago"));
        assert_eq!(plan(&tokens[0], 60), "refresh");
        assert_eq!(plan(&tokens[0], -1), "refresh", "the clock went back");
        assert_eq!(plan(&tokens[1], 8 * DAY), "refresh");
    }

    #[test]
    fn only_a_token_with_a_later_expiry_that_is_not_due_is_newer() {
        let renewal = renewal(0);
        let newer = |issued, now| renewal.is_newer(&token(issued), at(now), AHEAD);
        assert!(newer(DAY, 6 * DAY));
        assert!(!newer(0, DAY) && !newer(-DAY, DAY));
        assert!(!newer(DAY, 7 * DAY), "it is due too");
        assert!(Renewal::of(None).is_newer(&token(0), at(0), AHEAD));
    }
}
