//! One wait under any schedule of responses, failures and sleep.

use proptest::prelude::*;

use super::*;

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

proptest! {
    /// Simulates a server whose PIN lives `lifetime` seconds, and a driver that carries out every action, under any
    /// schedule of responses, failures and sleep, and with any spread of the final poll.
    #[test]
    fn under_any_schedule(
        lifetime in 1..1800u64,
        handlings in proptest::collection::vec(handling(), 0..200),
        spread in prop_oneof![2 => Just(0), 1 => 0..5000u64],
        // The milliseconds by which the rate limiter delays each poll.
        delays in proptest::collection::vec(prop_oneof![9 => Just(0), 1 => 0..5000u64], 0..200),
        seed in any::<u64>(),
    ) {
        let (lifetime, spread) = (Duration::from_secs(lifetime), ms(spread));
        let mut wait = Wait::new(lifetime, true, SECOND, Random::with_seed(seed));
        // The monotonic clock, and how long the computer slept, which only the server's clock counts.
        let (mut now, mut slept) = (NONE, NONE);
        // The slowest response, and the most that an `expiresIn` was short by.
        let (mut slowest, mut short) = (NONE, NONE);
        let mut last_poll: Option<Duration> = None;
        let mut last_final_poll: Option<Duration> = None;
        let mut handlings = handlings.into_iter();
        let mut delays = delays.into_iter();
        loop {
            let needed = MARGIN.max(slowest * 2);
            let is_final = match wait.next(now, spread) {
                Action::Stop => {
                    // It made a last poll, and a grant is missed only in the time that this poll needs, plus the error of
                    // `expiresIn`, plus the spread.
                    let last = last_poll.unwrap();
                    if slept.is_zero() {
                        prop_assert!(last + needed + short + spread >= lifetime, "{last:?} of {lifetime:?}");
                        prop_assert!(now + needed + short >= lifetime, "stopped at {now:?} of {lifetime:?}");
                    }
                    break;
                }
                Action::Poll { at, until } => {
                    prop_assert!(now < until, "{now:?} {until:?}");
                    prop_assert!(until <= lifetime.saturating_sub(MARGIN) || now >= wait.deadline());
                    let sent = at.max(now) + ms(delays.next().unwrap_or(0));
                    if sent >= until {
                        // It was not permitted in time.
                        now = until;
                        continue;
                    }
                    if let Some(before) = last_poll {
                        prop_assert!(sent >= before + SECOND, "polls at {before:?} and {sent:?}");
                    }
                    now = sent;
                    false
                }
                Action::FinalPoll { at } => {
                    prop_assert!(now < wait.deadline(), "the PIN is alive");
                    now = at.max(now);
                    if let Some(before) = last_final_poll {
                        prop_assert!(now >= before + SECOND || now >= wait.latest_poll(), "{before:?} and {now:?}");
                    }
                    last_final_poll = Some(now);
                    true
                }
            };
            let sent = now;
            wait.sent(sent, is_final);
            last_poll = Some(sent);
            let left = |now| lifetime.saturating_sub(now + slept);
            match handlings.next().unwrap_or(Handling::NotYet { takes: 10, short_by: 0 }) {
                Handling::Asleep { seconds } => {
                    slept += Duration::from_secs(seconds);
                    // The poll is sent after the computer wakes up.
                    let left = lifetime.saturating_sub(now + slept);
                    if left.is_zero() {
                        break; // 404: final.
                    }
                    wait.not_yet(sent, now, Some(Duration::from_secs(left.as_secs())));
                }
                Handling::NotYet { takes, short_by } => {
                    let left = left(now);
                    if left.is_zero() {
                        break;
                    }
                    slowest = slowest.max(ms(takes));
                    short = short.max(Duration::from_secs(short_by));
                    now += ms(takes);
                    wait.not_yet(sent, now, Some(Duration::from_secs(left.as_secs().saturating_sub(short_by))));
                }
                Handling::Failed { takes, retry_after } => {
                    now = (now + ms(takes)).min(wait.latest_poll().max(now));
                    wait.failed(now, retry_after.map(Duration::from_secs));
                }
            }
            // The deadline only moves nearer.
            prop_assert!(wait.deadline() <= lifetime);
        }
    }
}
