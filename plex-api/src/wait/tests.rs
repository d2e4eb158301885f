use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn wait(lifetime: u64) -> Wait {
    Wait::new(
        Duration::from_secs(lifetime),
        true,
        SECOND,
        Random::with_seed(1),
    )
}

/// Returns true if a pause is the wanted one, lengthened by no more than the jitter.
fn is_about(pause: Duration, wanted: Duration) -> bool {
    pause >= wanted && pause <= wanted + SECOND.mul_f64(JITTER)
}

/// A rate limiter without other reservations: every time is free.
fn free(latest: Duration) -> Duration {
    latest
}

#[test]
fn polls_immediately_and_then_every_interval_with_some_jitter() {
    let mut wait = wait(900);
    assert_eq!(wait.due(), ms(0));
    let mut pauses = std::collections::BTreeSet::new();
    for _ in 0..100 {
        wait.not_yet(ms(0), ms(80), Duration::from_secs(899));
        assert!(is_about(wait.due(), SECOND), "{:?}", wait.due());
        pauses.insert(wait.due());
    }
    assert!(pauses.len() > 90, "the jitter differs");
}

#[test]
fn the_final_poll_arrives_before_the_deadline() {
    assert_eq!(wait(10).latest_poll(), ms(9750));
}

#[test]
fn slow_responses_bring_the_final_poll_forward_for_a_while() {
    let mut wait = wait(100);
    wait.not_yet(ms(0), ms(900), Duration::from_secs(100));
    assert_eq!(wait.latest_poll(), ms(98_200));
    wait.not_yet(ms(1000), ms(1000), Duration::from_secs(99));
    wait.not_yet(ms(2000), ms(2000), Duration::from_secs(98));
    wait.not_yet(ms(3000), ms(3000), Duration::from_secs(97));
    assert_eq!(wait.latest_poll(), ms(99_750));
}

#[test]
fn responses_bring_the_deadline_nearer_and_never_move_it_away() {
    let mut wait = wait(900);
    wait.not_yet(ms(0), ms(10), Duration::from_secs(100));
    assert_eq!(wait.remaining(ms(0)), Duration::from_secs(101));
    wait.not_yet(ms(1000), ms(1010), Duration::from_secs(1800));
    assert_eq!(wait.remaining(ms(1000)), Duration::from_secs(100));
}

#[test]
fn the_first_response_sets_a_deadline_that_is_not_known() {
    let mut wait = Wait::new(ms(0), false, SECOND, Random::with_seed(1));
    wait.not_yet(ms(0), ms(10), Duration::from_secs(800));
    assert_eq!(wait.remaining(ms(0)), Duration::from_secs(801));
    wait.not_yet(ms(1000), ms(1010), Duration::from_secs(1800));
    assert_eq!(wait.remaining(ms(1000)), Duration::from_secs(800));
}

#[test]
fn failures_double_the_pause_up_to_sixteen_and_a_response_resets_it() {
    let mut wait = wait(900);
    for seconds in [1, 2, 4, 8, 16, 16, 16] {
        wait.failed(ms(0), None);
        assert!(
            is_about(wait.due(), Duration::from_secs(seconds)),
            "{:?}",
            wait.due()
        );
    }
    wait.not_yet(ms(0), ms(10), Duration::from_secs(800));
    assert!(is_about(wait.due(), SECOND));
    wait.failed(ms(0), None);
    assert!(is_about(wait.due(), SECOND));
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it_and_the_final_poll_stays() {
    let mut wait = wait(900);
    wait.failed(ms(0), Some(Duration::from_secs(30)));
    assert_eq!(wait.due(), Duration::from_secs(30));
    wait.failed(ms(0), Some(Duration::MAX));
    assert_eq!(
        (wait.due(), wait.latest_poll()),
        (Duration::MAX, ms(899_750))
    );
    assert_eq!(
        wait.next(ms(0), free),
        Action::FinalPoll { at: ms(899_750) }
    );
}

#[test]
fn polls_until_the_final_poll_and_then_stops() {
    let mut wait = wait(10);
    let (at, until) = (ms(0), ms(9750));
    assert_eq!(wait.next(ms(0), free), Action::Poll { at, until });
    wait.not_yet(ms(0), ms(10), Duration::from_secs(10));
    wait.put_off(ms(9740));
    let poll = Action::Poll {
        at: ms(9740),
        until,
    };
    assert_eq!(wait.next(ms(10), free), poll);
    // The rate limiter did not permit it in time, or its response is outstanding.
    assert_eq!(wait.next(until, free), Action::FinalPoll { at: until });
    wait.not_yet(until, ms(9760), ms(0));
    assert_eq!(wait.next(ms(9760), free), Action::Stop);
}

#[test]
fn the_reservation_is_renewed_only_when_the_latest_time_changes_or_it_was_used() {
    let mut wait = wait(10);
    let action = wait.next(ms(0), |latest| latest - SECOND);
    let poll = |at: Duration, until: Duration| Action::Poll { at, until };
    assert_eq!(action, poll(ms(0), ms(8750)));
    let unused = |latest: Duration| -> Duration { panic!("reserved again for {latest:?}") };
    wait.failed(ms(0), None);
    let due = wait.due();
    assert_eq!(wait.next(ms(1), unused), poll(due, ms(8750)));
    wait.not_yet(ms(1500), ms(1500), ms(3500));
    let (due, earlier) = (wait.due(), |latest: Duration| latest - SECOND);
    assert_eq!(wait.next(ms(1500), earlier), poll(due, ms(4750)));
    wait.put_off(ms(4750));
    let final_poll = Action::FinalPoll { at: ms(4750) };
    assert_eq!(wait.next(ms(1500), unused), final_poll);
}

#[test]
fn a_final_poll_that_was_early_is_followed_by_others() {
    let mut wait = wait(10);
    wait.put_off(ms(5000));
    let early = wait.next(ms(0), |_| ms(4000));
    assert_eq!(early, Action::FinalPoll { at: ms(4000) });
    wait.not_yet(ms(4000), ms(4010), ms(6000));
    let (at, until) = (wait.due(), ms(9750));
    assert_eq!(wait.next(ms(4010), free), Action::Poll { at, until });
}

#[test]
fn no_final_poll_follows_too_soon_or_too_late() {
    for (reserved, name) in [
        (ms(4100), "sooner than an interval after the one before"),
        (ms(9900), "past the latest time"),
    ] {
        let mut wait = wait(10);
        wait.put_off(ms(5000));
        let _early = wait.next(ms(0), |_| ms(4000));
        wait.not_yet(ms(4000), ms(4010), ms(6000));
        assert_eq!(wait.next(ms(4010), |_| reserved), Action::Stop, "{name}");
    }
}

/// The server's handling of one poll.
#[derive(Debug, Clone)]
enum Handling {
    /// A response after `takes` milliseconds, with an `expiresIn` that is `short_by` seconds too low.
    NotYet { takes: u64, short_by: u64 },
    /// A failure after `takes` milliseconds, perhaps with a Retry-After in seconds.
    Failed {
        takes: u64,
        retry_after: Option<u64>,
    },
    /// The computer sleeps before the poll is sent; the monotonic clock does not advance.
    Asleep { seconds: u64 },
}

fn handling() -> impl Strategy<Value = Handling> {
    prop_oneof![
        4 => (0..2000u64, 0..3u64).prop_map(|(takes, short_by)| Handling::NotYet { takes, short_by }),
        2 => (0..15_000u64, proptest::option::of(0..5000u64))
            .prop_map(|(takes, retry_after)| Handling::Failed { takes, retry_after }),
        1 => (0..2000u64).prop_map(|seconds| Handling::Asleep { seconds }),
    ]
}

/// The time that the rate limiter reserves for a final poll, from now to the latest time.
#[derive(Debug, Clone)]
enum Calendar {
    Free,
    /// The last free time is this many milliseconds before the latest time.
    Early(u64),
    /// No time is free until this many milliseconds past the latest time.
    Late(u64),
}

fn calendar() -> impl Strategy<Value = Calendar> {
    prop_oneof![
        2 => Just(Calendar::Free),
        1 => (0..5000u64).prop_map(Calendar::Early),
        1 => (0..5000u64).prop_map(Calendar::Late),
    ]
}

impl Calendar {
    fn reserve(&self, now: Duration, latest: Duration) -> Duration {
        match self {
            Self::Free => latest,
            Self::Early(by) => latest.saturating_sub(ms(*by)),
            Self::Late(by) => latest + ms(*by),
        }
        .max(now)
    }
}

proptest! {
    /// Simulates a server whose PIN lives `lifetime` seconds, and a driver that carries out every action, under any
    /// schedule of responses, failures, sleep and reservations.
    #[test]
    fn under_any_schedule(
        lifetime in 1..1800u64,
        handlings in proptest::collection::vec(handling(), 0..200),
        calendars in proptest::collection::vec(calendar(), 0..20),
        // The milliseconds by which the rate limiter delays each poll.
        delays in proptest::collection::vec(prop_oneof![9 => Just(0), 1 => 0..5000u64], 0..200),
        seed in any::<u64>(),
    ) {
        let lifetime = Duration::from_secs(lifetime);
        let mut wait = Wait::new(lifetime, true, SECOND, Random::with_seed(seed));
        // The monotonic clock, and how long the computer slept, which only the server's clock counts.
        let (mut now, mut slept) = (Duration::ZERO, Duration::ZERO);
        // The slowest response, and the most that an `expiresIn` was short by.
        let (mut slowest, mut short) = (Duration::ZERO, Duration::ZERO);
        let mut sent_before: Option<Duration> = None;
        // The time of the last final poll, if no other poll followed it.
        let mut final_poll: Option<Duration> = None;
        let mut handlings = handlings.into_iter();
        let mut delays = delays.into_iter();
        let is_crowded = !calendars.is_empty();
        let mut calendars = calendars.into_iter();
        loop {
            let needed = MARGIN.max(slowest * 2);
            let action = wait.next(now, |latest| calendars.next().unwrap_or(Calendar::Free).reserve(now, latest));
            let sent = match action {
                Action::Stop => {
                    // A wait never stops before it made a final poll.
                    let Some(last) = final_poll else { panic!("stopped without a final poll") };
                    if slept.is_zero() && !is_crowded {
                        // A grant is missed only in the time that the final poll needs, plus the error of `expiresIn`.
                        prop_assert!(last + needed + short >= lifetime, "{last:?} of {lifetime:?}, {needed:?}, {short:?}");
                    }
                    break;
                }
                Action::Poll { at, until } => {
                    prop_assert!(at < until && now < until);
                    prop_assert!(until <= lifetime.saturating_sub(MARGIN), "{until:?} of {lifetime:?}");
                    let sent = at.max(now) + ms(delays.next().unwrap_or(0));
                    if sent >= until {
                        // It was not permitted in time.
                        now = until;
                        prop_assert_eq!(wait.next(now, |_| panic!("reserved again")), Action::FinalPoll { at: until });
                        now
                    } else {
                        if let Some(before) = sent_before {
                            prop_assert!(sent >= before + SECOND, "polls at {before:?} and {sent:?}");
                        }
                        final_poll = None;
                        sent
                    }
                }
                Action::FinalPoll { at } => {
                    // The PIN is still alive, unless the computer slept.
                    prop_assert!(at <= lifetime.saturating_sub(MARGIN), "{at:?} of {lifetime:?}");
                    prop_assert!(is_crowded || now <= at || wait.remaining(now) <= needed, "late: {now:?}");
                    at.max(now)
                }
            };
            let is_final = !matches!(action, Action::Poll { until, .. } if sent < until);
            if is_final {
                // A second final poll comes when it is due, or at the latest time.
                if let Some(before) = final_poll {
                    let is_late_enough = sent >= before + SECOND || sent >= wait.latest_poll();
                    prop_assert!(is_late_enough, "final polls at {before:?} and {sent:?}");
                }
                final_poll = Some(sent);
            }
            sent_before = Some(sent);
            now = sent;
            match handlings.next().unwrap_or(Handling::NotYet { takes: 10, short_by: 0 }) {
                Handling::Asleep { seconds } => {
                    slept += Duration::from_secs(seconds);
                    // The poll is sent after the computer wakes up.
                    let left = lifetime.saturating_sub(now + slept);
                    if left.is_zero() {
                        break; // 404: final.
                    }
                    wait.not_yet(sent, now, Duration::from_secs(left.as_secs()));
                }
                Handling::NotYet { takes, short_by } => {
                    let left = lifetime.saturating_sub(now + slept);
                    if left.is_zero() {
                        break;
                    }
                    slowest = slowest.max(ms(takes));
                    short = short.max(Duration::from_secs(short_by));
                    now += ms(takes);
                    wait.not_yet(sent, now, Duration::from_secs(left.as_secs().saturating_sub(short_by)));
                }
                Handling::Failed { takes, retry_after } => {
                    now = (now + ms(takes)).min(wait.latest_poll().max(now));
                    wait.failed(now, retry_after.map(Duration::from_secs));
                }
            }
            // The deadline only moves nearer.
            prop_assert!(wait.remaining(Duration::ZERO) <= lifetime);
        }
    }
}
