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

const NONE: Duration = Duration::ZERO;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn polls_immediately_and_then_every_interval_with_some_jitter() {
    let mut wait = wait(900);
    assert_eq!(wait.due(), ms(0));
    let mut pauses = std::collections::BTreeSet::new();
    for _ in 0..100 {
        wait.not_yet(ms(0), ms(80), Some(seconds(899)));
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
    wait.not_yet(ms(0), ms(900), Some(seconds(100)));
    assert_eq!(wait.latest_poll(), ms(98_200));
    wait.not_yet(ms(1000), ms(1000), Some(seconds(99)));
    wait.not_yet(ms(2000), ms(2000), Some(seconds(98)));
    wait.not_yet(ms(3000), ms(3000), Some(seconds(97)));
    assert_eq!(wait.latest_poll(), ms(99_750));
}

#[test]
fn responses_bring_the_deadline_nearer_and_never_move_it_away() {
    let mut wait = wait(900);
    wait.not_yet(ms(0), ms(10), Some(seconds(100)));
    assert_eq!(wait.remaining(ms(0)), Some(seconds(101)));
    wait.not_yet(ms(1000), ms(1010), Some(seconds(1800)));
    assert_eq!(wait.remaining(ms(1000)), Some(seconds(100)));
}

#[test]
fn the_first_response_sets_a_deadline_that_is_not_known() {
    let mut wait = Wait::new(seconds(1800), false, SECOND, Random::with_seed(1));
    wait.failed(ms(10), None);
    assert_eq!(wait.remaining(ms(0)), None);
    wait.not_yet(ms(0), ms(10), None);
    assert_eq!(
        (wait.remaining(ms(0)), wait.deadline()),
        (None, seconds(1800))
    );
    wait.not_yet(ms(0), ms(10), Some(seconds(800)));
    assert_eq!(wait.remaining(ms(0)), Some(seconds(801)));
    wait.not_yet(ms(1000), ms(1010), Some(seconds(1800)));
    assert_eq!(wait.remaining(ms(1000)), Some(seconds(800)));
}

#[test]
fn a_deadline_that_never_becomes_known_ends_the_wait_at_its_limit() {
    let mut wait = Wait::new(seconds(1800), false, SECOND, Random::with_seed(1));
    let mut now = NONE;
    loop {
        match wait.next(now, NONE) {
            Action::Poll { at, .. } => {
                now = at.max(now);
                wait.sent(now, false);
            }
            Action::FinalPoll { at } => {
                now = at;
                wait.sent(now, true);
            }
            Action::Stop => break,
        }
        wait.failed(now, None);
    }
    assert_eq!(now, ms(1_799_750));
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
    wait.not_yet(ms(0), ms(10), Some(seconds(800)));
    assert!(is_about(wait.due(), SECOND));
    wait.failed(ms(0), None);
    assert!(is_about(wait.due(), SECOND));
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it_and_the_final_poll_stays() {
    let mut wait = wait(900);
    wait.failed(ms(0), Some(seconds(30)));
    assert_eq!(wait.due(), seconds(30));
    wait.failed(ms(0), Some(Duration::MAX));
    assert_eq!(wait.due(), Duration::MAX);
    let at = ms(899_750);
    assert_eq!(wait.next(ms(0), NONE), Action::FinalPoll { at });
}

#[test]
fn polls_until_the_final_poll_and_then_stops() {
    let mut wait = wait(10);
    let (at, until) = (ms(0), ms(9750));
    assert_eq!(wait.next(ms(0), NONE), Action::Poll { at, until });
    wait.sent(ms(8740), false);
    let at = ms(9740);
    assert_eq!(wait.next(ms(8740), NONE), Action::Poll { at, until });
    // The rate limiter did not permit it in time, or its response is outstanding.
    assert_eq!(wait.next(until, NONE), Action::FinalPoll { at: until });
    wait.sent(until, true);
    wait.not_yet(until, ms(9760), Some(ms(0)));
    assert_eq!(wait.next(ms(9760), NONE), Action::Stop);
}

#[test]
fn a_poll_at_the_latest_time_is_the_final_one() {
    let mut wait = wait(10);
    wait.sent(ms(9750), false);
    assert_eq!(wait.next(ms(9760), NONE), Action::Stop);
}

#[test]
fn after_an_early_final_poll_it_polls_on_until_the_latest_time() {
    let mut wait = wait(10);
    wait.sent(ms(5900), false);
    let spread = ms(3000);
    assert_eq!(
        wait.next(ms(5900), spread),
        Action::FinalPoll { at: ms(6750) }
    );
    wait.sent(ms(6750), true);
    wait.not_yet(ms(6750), ms(6760), Some(seconds(3)));
    let poll = |at, until| Action::Poll { at, until };
    assert_eq!(wait.next(ms(6760), spread), poll(wait.due(), ms(9750)));
    wait.sent(ms(9000), false);
    assert_eq!(wait.next(ms(9010), spread), poll(ms(9750), ms(9750)));
    assert_eq!(wait.next(ms(9750), spread), Action::Stop);
}

#[test]
fn a_final_poll_is_repeated_when_the_latest_time_turns_out_to_be_later() {
    let mut wait = wait(10);
    wait.sent(ms(5000), false);
    wait.not_yet(ms(5000), ms(6500), Some(seconds(5)));
    assert_eq!(
        wait.next(ms(6500), NONE),
        Action::Poll {
            at: wait.due(),
            until: ms(7000)
        }
    );
    wait.sent(ms(7000), true);
    wait.not_yet(ms(7000), ms(7010), Some(seconds(3)));
    // The slow response counts for half.
    assert_eq!(
        wait.next(ms(7010), NONE),
        Action::Poll {
            at: wait.due(),
            until: ms(8500)
        }
    );
    let last = ms(8500);
    assert_eq!(wait.next(last, NONE), Action::FinalPoll { at: last });
}

#[test]
fn a_pin_that_has_expired_is_polled_once_and_with_a_permit() {
    let wait = wait(10);
    let (at, until) = (ms(0), Duration::MAX);
    assert_eq!(wait.next(seconds(10), NONE), Action::Poll { at, until });
    let mut polled = wait.clone();
    polled.sent(seconds(11), false);
    assert_eq!(polled.next(seconds(12), NONE), Action::Stop);
    let mut paused = wait.clone();
    paused.failed(seconds(9), Some(seconds(60)));
    assert_eq!(paused.next(seconds(10), NONE), Action::Stop);
}

mod crowd;
mod schedules;
