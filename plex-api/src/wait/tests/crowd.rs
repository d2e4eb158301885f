//! Crowds of waits on one client: none ends before its PIN, whatever the rate limit.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::final_polls::spread;

/// The time at which a wait acts next, and its index.
type Next = (Duration, u32);

/// The last poll of a wait, and when it stopped.
struct Last {
    poll: Duration,
    stop: Duration,
}

/// Simulates waits that begin together for PINs with the same lifetime, and a server that always responds in 10 ms that the
/// user has not agreed yet. Permits go to the poll that has been due for longest.
fn simulate(count: u32, per_second: u32, lifetime: Duration) -> (Vec<Last>, Duration) {
    let response_time = ms(10);
    let mut waits: Vec<Wait> = (0..count)
        .map(|index| Wait::new(lifetime, true, SECOND, Random::with_seed(index.into())))
        .collect();
    let mut last: Vec<Last> = (0..count)
        .map(|_| Last {
            poll: NONE,
            stop: NONE,
        })
        .collect();
    let mut asleep: BTreeSet<Next> = (0..count).map(|index| (NONE, index)).collect();
    let mut queue: BTreeSet<Next> = BTreeSet::new();
    let mut next_permit = NONE;
    while let Some(now) = asleep.first().map(|first| first.0) {
        while let Some(&(at, index)) = asleep.first()
            && at <= now
        {
            asleep.pop_first();
            let wait = &mut waits[index as usize];
            queue.retain(|(_, queued)| *queued != index);
            match wait.next(now, spread(index)) {
                Action::Stop => last[index as usize].stop = now,
                Action::FinalPoll { at } if at > now => {
                    asleep.insert((at, index));
                }
                Action::FinalPoll { .. } => {
                    wait.sent(now, true);
                    wait.not_yet(now, now + response_time, Some(lifetime - now));
                    last[index as usize].poll = now;
                    asleep.insert((now + response_time, index));
                }
                Action::Poll { at, until } => {
                    if at <= now {
                        queue.insert((at, index));
                        asleep.insert((until, index));
                    } else {
                        asleep.insert((at.min(until), index));
                    }
                }
            }
        }
        // Permits until the next wait acts.
        let until = asleep.first().map_or(now, |first| first.0);
        while let Some(&(_, index)) = queue.first()
            && next_permit.max(now) < until
        {
            let sent = next_permit.max(now);
            next_permit = sent + SECOND / per_second;
            queue.pop_first();
            asleep.retain(|(_, sleeping)| *sleeping != index);
            let wait = &mut waits[index as usize];
            wait.sent(sent, false);
            wait.not_yet(sent, sent + response_time, Some(lifetime - sent));
            last[index as usize].poll = sent;
            asleep.insert((sent + response_time, index));
            if asleep.first().is_some_and(|first| first.0 < until) {
                break;
            }
        }
    }
    (last, MARGIN + spread(count))
}

fn none_ends_early(count: u32, per_second: u32, lifetime: Duration) -> Result<(), TestCaseError> {
    let (last, lost) = simulate(count, per_second, lifetime);
    for Last { poll, stop } in last {
        prop_assert!(
            poll + lost >= lifetime,
            "last poll at {poll:?} of {lifetime:?}"
        );
        prop_assert!(
            stop + MARGIN >= lifetime,
            "stopped at {stop:?} of {lifetime:?}"
        );
    }
    Ok(())
}

#[test]
fn few_waits_on_a_very_low_rate_are_polled_until_their_pins_end() -> Result<(), TestCaseError> {
    none_ends_early(10, 1, seconds(10))
}

#[test]
fn many_waits_at_the_default_rate_are_polled_until_their_pins_end() -> Result<(), TestCaseError> {
    none_ends_early(1_000, 50, seconds(60))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_wait_of_a_crowd_ends_before_its_pin(
        count in 1..400u32,
        per_second in prop_oneof![1..20u32, 20..1_000u32],
        lifetime in 1..60u64,
    ) {
        none_ends_early(count, per_second, seconds(lifetime))?;
    }
}
