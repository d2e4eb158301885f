//! When to refresh a token: a pure decision on the time of day. No clock, no socket, no async.

use std::time::Duration;

use chrono::{DateTime, Utc};
use plex_api_gen::{Error, Token};

use super::DeviceToken;

/// The token of a device over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Renewal {
    token: Option<DeviceToken>,
    /// When the token came from plex.tv, if it came to this process.
    came_at: Option<DateTime<Utc>>,
    /// Why there is no newer one.
    trouble: Option<Trouble>,
    /// The device is no longer known: its token is dead, however long it would be valid.
    is_removed: bool,
}

#[derive(Debug, Clone)]
struct Trouble {
    error: Error,
    failures: u32,
    /// Before when nothing is tried again.
    until: DateTime<Utc>,
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

/// A token that came from plex.tv no longer ago is not replaced for its age: this machine's clock must be wrong.
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

    /// What to do for somebody who wants a valid token at `now`, if tokens are refreshed `ahead` of their end.
    pub(super) fn plan(&self, now: DateTime<Utc>, ahead: Duration) -> Plan {
        let usable = self.usable(now);
        match (usable, self.pausing(now)) {
            (Some(token), _) if self.came_within(FRESH, now) || !is_due(token, now, ahead) => {
                Plan::Use(token.token().clone())
            }
            (_, None) => Plan::Refresh,
            (Some(token), Some(_)) => Plan::Use(token.token().clone()),
            (None, Some(trouble)) => Plan::Fail(trouble.error.clone()),
        }
    }

    /// What to do for somebody whose token was refused.
    pub(super) fn plan_instead_of(&self, refused: &Token, now: DateTime<Utc>) -> Plan {
        match (self.usable(now), self.pausing(now)) {
            (Some(token), _) if token.token() != refused => Plan::Use(token.token().clone()),
            (_, Some(trouble)) => Plan::Fail(trouble.error.clone()),
            (Some(_), None) if self.came_within(NEW, now) => Plan::Fail(Error::misuse(
                "replace a refused token",
                "plex.tv issued the token a moment ago, so a newer one will not help; media servers may refuse JWTs",
            )),
            (_, None) => Plan::Refresh,
        }
    }

    /// Whether another token is worth having instead of this one.
    pub(super) fn is_newer(
        &self,
        other: &DeviceToken,
        now: DateTime<Utc>,
        ahead: Duration,
    ) -> bool {
        let ends = |token: &DeviceToken| token.claims().expires_at;
        !is_due(other, now, ahead)
            && self
                .token
                .as_ref()
                .is_none_or(|own| ends(own) < ends(other))
    }

    /// plex.tv has issued a token.
    pub(super) fn succeeded(&mut self, token: DeviceToken, now: DateTime<Utc>) {
        *self = Self {
            came_at: Some(now),
            ..Self::of(Some(token))
        };
    }

    pub(super) fn failed(&mut self, error: Error, now: DateTime<Utc>) {
        let failures = self.trouble.as_ref().map_or(0, |trouble| trouble.failures);
        let backoff = Duration::from_secs(1 << failures.min(16)).min(LONGEST_BACKOFF);
        let pause = error.retry_after().unwrap_or_default().max(backoff);
        self.is_removed |= error.is_device_removed();
        self.trouble = Some(Trouble {
            error,
            failures: failures.saturating_add(1),
            until: now + pause.min(LONGEST_PAUSE),
        });
    }

    /// The token, while it is valid and its device is not known to be removed.
    pub(super) fn usable(&self, now: DateTime<Utc>) -> Option<&DeviceToken> {
        self.token
            .as_ref()
            .filter(|token| !self.is_removed && now < token.claims().expires_at)
    }

    /// Whether the token came from plex.tv in this time before now.
    fn came_within(&self, time: Duration, now: DateTime<Utc>) -> bool {
        self.came_at
            .is_some_and(|came| came <= now && between(came, now) < time)
    }

    /// The trouble, while it is too early to try again.
    fn pausing(&self, now: DateTime<Utc>) -> Option<&Trouble> {
        self.trouble.as_ref().filter(|trouble| {
            let left = between(now, trouble.until);
            !left.is_zero() && left <= LONGEST_PAUSE
        })
    }
}

/// Whether it is time for a newer token. However far ahead is asked for, half of a token's life is left to it.
fn is_due(token: &DeviceToken, now: DateTime<Utc>, ahead: Duration) -> bool {
    let claims = token.claims();
    let ahead = claims.issued_at.map_or(ahead, |issued| {
        ahead.min(between(issued, claims.expires_at) / 2)
    });
    between(now, claims.expires_at) <= ahead
}

/// How long it is from one moment to a later one; nothing if that has passed.
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

    /// A token that was issued at a moment and lives for seven days.
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

    /// `use` and which token of these, `refresh`, or the error's text.
    fn said(plan: Plan, tokens: &[DeviceToken]) -> String {
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
    fn a_token_is_used_until_a_day_before_its_end() {
        let (renewal, tokens) = (renewal(0), [token(0)]);
        let plan = |now| said(renewal.plan(at(now), AHEAD), &tokens);
        assert_eq!(plan(0), "use 0");
        assert_eq!(plan(6 * DAY - 1), "use 0");
        assert_eq!(plan(6 * DAY), "refresh");
        assert_eq!(plan(8 * DAY), "refresh");
        assert_eq!(said(Renewal::of(None).plan(at(0), AHEAD), &[]), "refresh");
    }

    #[test]
    fn half_of_a_tokens_life_is_left_to_it() {
        let (renewal, tokens) = (renewal(0), [token(0)]);
        for ahead in [AHEAD * 5, Duration::MAX] {
            let plan = |now| said(renewal.plan(at(now), ahead), &tokens);
            assert_eq!(plan(7 * DAY / 2 - 1), "use 0");
            assert_eq!(plan(7 * DAY / 2), "refresh");
        }
    }

    #[test]
    fn any_dates_and_durations_can_be_reckoned_with() {
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
            let plan = said(renewal.plan(at(0), AHEAD), &[token]);
            assert_eq!(plan, expected, "{issued:?} {end}");
        }
    }

    #[test]
    fn a_token_that_just_came_is_not_replaced_for_its_age() {
        // By this machine's clock, which is six and a half days ahead, the new token is old.
        let mut renewal = Renewal::default();
        renewal.succeeded(token(0), at(6 * DAY + DAY / 2));
        let plan = |now| said(renewal.plan(at(now), AHEAD), &[token(0)]);
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
        assert_eq!(said(renewal.plan(at(DAY), AHEAD), &[]), "test: outage");
        renewal.succeeded(token(DAY), at(DAY));
        assert!(renewal.usable(at(DAY)).is_some());
    }

    #[test]
    fn in_trouble_the_old_one_is_used_while_it_is_valid_and_nothing_is_tried_in_the_pause() {
        let (mut renewal, tokens) = (renewal(0), [token(0)]);
        renewal.failed(outage(), at(6 * DAY));
        let plan = |renewal: &Renewal, now| said(renewal.plan(at(now), AHEAD), &tokens);
        assert_eq!(plan(&renewal, 6 * DAY), "use 0");
        assert_eq!(plan(&renewal, 6 * DAY + 1), "refresh");
        renewal.failed(outage(), at(7 * DAY));
        assert_eq!(plan(&renewal, 7 * DAY + 1), "test: outage");
        assert_eq!(plan(&renewal, 7 * DAY + 2), "refresh");
        renewal.succeeded(token(8 * DAY), at(8 * DAY));
        assert_eq!(
            said(renewal.plan(at(8 * DAY), AHEAD), &[token(8 * DAY)]),
            "use 0"
        );
    }

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let mut renewal = Renewal::default();
        let (mut now, mut pauses) = (at(0), Vec::new());
        for _ in 0..12 {
            renewal.failed(outage(), now);
            let until = renewal.trouble.as_ref().unwrap().until;
            pauses.push(between(now, until).as_secs());
            now = until;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    }

    #[test]
    fn a_clock_that_jumped_back_does_not_make_the_pause_endless() {
        let mut renewal = Renewal::default();
        renewal.failed(outage(), at(0));
        assert_eq!(said(renewal.plan(at(0), AHEAD), &[]), "test: outage");
        assert_eq!(said(renewal.plan(at(-DAY), AHEAD), &[]), "refresh");
    }

    #[test]
    fn a_refused_token_is_not_handed_out_to_who_refused_it() {
        let (renewal, tokens) = (renewal(0), [token(0), token(-DAY)]);
        let plan = |refused: &DeviceToken, now| {
            let plan = renewal.plan_instead_of(refused.token(), at(now));
            said(plan, &tokens)
        };
        assert_eq!(plan(&tokens[1], 10), "use 0", "another one is there by now");
        assert!(plan(&tokens[0], 10).contains("issued the token a moment ago"));
        assert_eq!(plan(&tokens[0], 60), "refresh");
        assert_eq!(plan(&tokens[0], -1), "refresh", "the clock went back");
        assert_eq!(plan(&tokens[1], 8 * DAY), "refresh");
    }

    #[test]
    fn only_a_later_token_that_will_do_is_newer() {
        let renewal = renewal(0);
        let newer = |issued, now| renewal.is_newer(&token(issued), at(now), AHEAD);
        assert!(newer(DAY, 6 * DAY));
        assert!(!newer(0, DAY) && !newer(-DAY, DAY));
        assert!(!newer(DAY, 7 * DAY), "it is due itself");
        assert!(Renewal::of(None).is_newer(&token(0), at(0), AHEAD));
    }
}
