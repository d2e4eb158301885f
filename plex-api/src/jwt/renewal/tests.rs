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
fn a_token_that_was_just_received_is_not_refreshed_even_if_it_seems_old() {
    // This machine's clock is six and a half days ahead, so the new token seems old.
    let mut renewal = Renewal::default();
    renewal.succeeded(token(0), at(6 * DAY + DAY / 2));
    let plan = |now| described(renewal.plan(at(now), AHEAD), &[token(0)]);
    assert_eq!(plan(6 * DAY + DAY / 2 + 3599), "use 0");
    assert_eq!(plan(6 * DAY + DAY / 2 + 3600), "refresh");
    assert_eq!(plan(8 * DAY), "refresh");
}

#[test]
fn a_removed_device_stays_removed_until_it_has_a_new_token() {
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
    assert!(!newer(DAY, 7 * DAY), "it is also due");
    assert!(Renewal::of(None).is_newer(&token(0), at(0), AHEAD));
}
