use proptest::prelude::*;

use super::*;

const LIMIT: Duration = Duration::from_secs(10);

/// The outcome of an attempt: after how many milliseconds it succeeds or fails, or neither.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Succeeds(u64),
    Fails(u64),
    Swallows,
}

use Outcome::{Fails, Succeeds, Swallows};

/// The course of a race.
#[derive(Debug, PartialEq)]
struct Course {
    /// The address that was taken.
    winner: Option<usize>,
    /// When the race ended, in milliseconds.
    end: u128,
    /// When each attempt started, in milliseconds.
    starts: Vec<Option<u64>>,
}

/// Returns an address whose group is its rank.
fn ranked(rank: u8) -> Entry {
    Entry {
        rank,
        group: rank,
        grace: GRACE,
    }
}

fn relay(rank: u8) -> Entry {
    Entry {
        grace: RELAY_GRACE,
        ..ranked(rank)
    }
}

/// Carries a race out, without waiting.
fn run(entries: &[(Entry, Outcome)]) -> Course {
    let mut race = Race::new(entries.iter().map(|(entry, _)| *entry), LIMIT);
    let mut now = Duration::ZERO;
    let mut starts = vec![None; entries.len()];
    let mut reported = vec![false; entries.len()];
    loop {
        let until = match race.next(now) {
            Action::Start(index) => {
                assert_eq!(starts[index], None, "started twice");
                starts[index] = Some(u64::try_from(now.as_millis()).unwrap());
                continue;
            }
            Action::Take(index) => {
                let end = now.as_millis();
                return Course {
                    winner: Some(index),
                    end,
                    starts,
                };
            }
            Action::GiveUp => {
                let end = now.as_millis();
                return Course {
                    winner: None,
                    end,
                    starts,
                };
            }
            Action::Wait { until } => until,
        };
        assert!(until > now, "waits for the past at {now:?}");
        let outcomes = entries.iter().enumerate().filter_map(|(index, entry)| {
            let (Succeeds(after) | Fails(after)) = entry.1 else {
                return None;
            };
            let at = Duration::from_millis(starts[index]? + after);
            (!reported[index] && at < until).then_some((at, index))
        });
        match outcomes.min() {
            Some((at, index)) => {
                now = now.max(at);
                reported[index] = true;
                match entries[index].1 {
                    Succeeds(_) => race.succeeded(index, now),
                    _ => race.failed(index),
                }
            }
            None => now = until,
        }
    }
}

fn outcome(entries: &[(Entry, Outcome)]) -> (Option<usize>, u128) {
    let course = run(entries);
    (course.winner, course.end)
}

#[test]
fn a_success_of_the_best_rank_wins_at_once() {
    let local = ranked(0);
    let course = run(&[
        (local, Swallows),
        (local, Succeeds(3)),
        (ranked(2), Succeeds(1)),
        (relay(4), Succeeds(1)),
    ]);
    assert_eq!((course.winner, course.end), (Some(1), 3));
    assert_eq!(course.starts, [Some(0), Some(0), None, None]);
}

#[test]
fn dead_addresses_cost_their_head_start_and_a_grace() {
    let dead = (ranked(0), Swallows);
    let course = outcome(&[dead, dead, (ranked(2), Succeeds(20))]);
    assert_eq!(course, (Some(2), 200 + 20 + 200));
    let only_the_relay = [dead, (ranked(2), Swallows), (relay(4), Succeeds(20))];
    assert_eq!(outcome(&only_the_relay), (Some(2), 400 + 20 + 750));
}

#[test]
fn when_all_attempts_have_failed_the_next_group_starts_at_once() {
    let course = outcome(&[
        (ranked(0), Fails(5)),
        (ranked(0), Fails(7)),
        (ranked(2), Succeeds(20)),
    ]);
    assert_eq!(course, (Some(2), 27));
}

#[test]
fn a_better_address_wins_within_the_grace() {
    let slow = |after| [(ranked(0), Succeeds(after)), (ranked(2), Succeeds(10))];
    assert_eq!(outcome(&slow(380)), (Some(0), 380));
    assert_eq!(outcome(&slow(450)), (Some(1), 410));
    // The grace ends once no better address is left.
    let failing = [(ranked(0), Fails(300)), (ranked(2), Succeeds(10))];
    assert_eq!(outcome(&failing), (Some(1), 300));
}

#[test]
fn a_better_address_gets_more_time_when_the_relay_succeeded_first() {
    let remote = |after| [(ranked(2), Succeeds(after)), (relay(4), Succeeds(10))];
    assert_eq!(outcome(&remote(900)), (Some(0), 900));
    assert_eq!(outcome(&remote(1000)), (Some(1), 960));
}

#[test]
fn https_gets_the_most_time_when_plain_http_succeeded_first() {
    let plain_http = Entry {
        grace: PLAIN_HTTP_GRACE,
        ..ranked(1)
    };
    let https = |after| [(ranked(0), Succeeds(after)), (plain_http, Succeeds(10))];
    assert_eq!(outcome(&https(2_200)), (Some(0), 2_200));
    assert_eq!(outcome(&https(2_220)), (Some(1), 2_210));
}

#[test]
fn better_addresses_start_when_a_remembered_one_succeeds() {
    let remembered = Entry {
        group: 0,
        ..relay(4)
    };
    let later = Entry {
        group: 1,
        ..ranked(0)
    };
    let worse = Entry {
        group: 2,
        ..ranked(6)
    };
    let course = run(&[
        (worse, Succeeds(1)),
        (later, Succeeds(30)),
        (remembered, Succeeds(5)),
    ]);
    assert_eq!((course.winner, course.end), (Some(1), 35));
    assert_eq!(course.starts, [None, Some(5), Some(0)]);
}

#[test]
fn nothing_outlives_the_limit() {
    assert_eq!(outcome(&[(ranked(0), Swallows)]), (None, 10_000));
    assert_eq!(outcome(&[(ranked(0), Fails(3))]), (None, 3));
    assert_eq!(outcome(&[]), (None, 0));
    // A success shortly before the limit is taken at the limit.
    let late = [(ranked(0), Swallows), (ranked(2), Succeeds(9_700))];
    assert_eq!(outcome(&late), (Some(1), 10_000));
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        (0..12_000_u64).prop_map(Succeeds),
        (0..12_000_u64).prop_map(Fails),
        (0..300_u64).prop_map(Succeeds),
        Just(Swallows),
    ]
}

fn races() -> impl Strategy<Value = Vec<(Entry, Outcome)>> {
    let entry =
        (0..3_u8, any::<bool>(), any::<bool>()).prop_map(|(location, is_http, is_first)| {
            let rank = 2 * location + u8::from(is_http);
            Entry {
                rank,
                group: if is_first { 0 } else { 1 + rank },
                grace: match location {
                    _ if is_http => PLAIN_HTTP_GRACE,
                    2 => RELAY_GRACE,
                    _ => GRACE,
                },
            }
        });
    prop::collection::vec((entry, outcomes()), 0..8)
}

/// Returns when each attempt that was started succeeded, in milliseconds.
fn successes(entries: &[(Entry, Outcome)], course: &Course) -> Vec<Option<u128>> {
    let both = entries.iter().zip(&course.starts);
    both.map(|((_, outcome), start)| match (outcome, start) {
        (Succeeds(after), Some(start)) => Some(u128::from(start + after)),
        _ => None,
    })
    .collect()
}

proptest! {
    #[test]
    fn the_winner_is_the_best_success_so_far(entries in races()) {
        let course = run(&entries);
        let successes = successes(&entries, &course);
        prop_assert!(course.end <= LIMIT.as_millis());
        match course.winner {
            Some(winner) => {
                prop_assert!(successes[winner].is_some_and(|at| at <= course.end));
                for (entry, success) in entries.iter().zip(&successes) {
                    let is_in_time = success.is_some_and(|at| at < course.end);
                    prop_assert!(!is_in_time || entry.0.rank >= entries[winner].0.rank);
                }
            }
            None => prop_assert!(successes.iter().flatten().all(|at| *at >= LIMIT.as_millis())),
        }
    }

    #[test]
    fn a_success_waits_for_nothing_but_better_addresses(entries in races()) {
        let course = run(&entries);
        let first = successes(&entries, &course).into_iter().flatten().min();
        if let (Some(winner), Some(first)) = (course.winner, first) {
            let grace = entries[winner].0.grace;
            let won = successes(&entries, &course)[winner].unwrap_or_default();
            prop_assert!(course.end <= won.max(first + grace.as_millis()));
        }
    }

    #[test]
    fn every_group_starts_in_time(entries in races()) {
        let course = run(&entries);
        let mut groups: Vec<u8> = entries.iter().map(|(entry, _)| entry.group).collect();
        groups.sort_unstable();
        groups.dedup();
        for ((entry, _), start) in entries.iter().zip(&course.starts) {
            let earlier = groups.iter().filter(|group| **group < entry.group).count();
            let latest = HEAD_START.as_millis() * u128::try_from(earlier).unwrap_or_default();
            match start {
                Some(start) => prop_assert!(u128::from(*start) <= latest),
                None => prop_assert!(course.winner.is_some() && course.end <= latest
                    || course.winner.is_some_and(|winner| entries[winner].0.rank <= entry.rank)),
            }
        }
    }
}
