//! When to poll, when to pause, when to stop: a pure decision on elapsed time. No clock, no socket, no async.

use std::time::Duration;

/// The waiting for one PIN, counted from the moment the wait began.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    interval: Duration,
    /// When the PIN dies. Answers only ever pull it nearer.
    deadline: Duration,
    /// When the next poll is due.
    due: Duration,
    /// The slowest of the recent answers.
    round_trip: Duration,
    /// Polls that failed since the last answer.
    failures: u32,
    last_poll_sent: bool,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Poll; give the poll up after this time, if any, because the last one is due then.
    Poll { give_up_after: Option<Duration> },
    /// Do nothing for this long.
    Pause(Duration),
    /// The last poll was made and the user had not agreed.
    Expired,
}

/// The last poll is sent this long before the PIN dies, or twice the time an answer takes if that is more, so that it
/// arrives while the PIN lives.
const MARGIN: Duration = Duration::from_millis(250);

/// plex.tv's `expiresIn` counts whole seconds: the PIN may live up to this much longer than it says.
const ROUNDING: Duration = Duration::from_secs(1);

/// After failures the pause doubles up to this many intervals.
const MAX_BACKOFF: u32 = 16;

impl Wait {
    /// A wait for a PIN that lives `lifetime` from now, polling every `interval`.
    pub(crate) fn new(lifetime: Duration, interval: Duration) -> Self {
        Self {
            interval,
            deadline: lifetime,
            due: Duration::ZERO,
            round_trip: Duration::ZERO,
            failures: 0,
            last_poll_sent: false,
        }
    }

    /// What to do at `now`. A poll that is asked for must be sent, and its outcome told.
    pub(crate) fn step(&mut self, now: Duration) -> Step {
        if self.last_poll_sent {
            return Step::Expired;
        }
        let last_poll = self.last_poll();
        if now >= last_poll {
            self.last_poll_sent = true;
            Step::Poll {
                give_up_after: None,
            }
        } else if now >= self.due {
            Step::Poll {
                give_up_after: Some(last_poll - now),
            }
        } else {
            Step::Pause(self.due.min(last_poll) - now)
        }
    }

    /// A poll that was sent at `sent` was answered at `now`: not yet, and the PIN lives `expires_in` longer.
    pub(crate) fn pending(&mut self, sent: Duration, now: Duration, expires_in: Duration) {
        self.failures = 0;
        self.round_trip = now.saturating_sub(sent).max(self.round_trip / 2);
        self.deadline = self
            .deadline
            .min(sent.saturating_add(expires_in).saturating_add(ROUNDING));
        self.due = sent.saturating_add(self.interval);
    }

    /// A poll came to nothing at `now`, for a reason that may pass; the server may have asked for a pause.
    pub(crate) fn failed(&mut self, now: Duration, retry_after: Option<Duration>) {
        let factor = 1 << self.failures.min(MAX_BACKOFF.ilog2());
        self.failures = self.failures.saturating_add(1);
        let pause = (self.interval * factor).max(retry_after.unwrap_or_default());
        self.due = now.saturating_add(pause);
    }

    fn last_poll(&self) -> Duration {
        self.deadline
            .saturating_sub(MARGIN.max(self.round_trip * 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn wait(lifetime: u64) -> Wait {
        Wait::new(Duration::from_secs(lifetime), SECOND)
    }

    #[test]
    fn polls_at_once_and_then_every_interval() {
        let mut wait = wait(900);
        assert_eq!(
            wait.step(ms(0)),
            Step::Poll {
                give_up_after: Some(ms(899_750))
            }
        );
        wait.pending(ms(0), ms(80), Duration::from_secs(899));
        assert_eq!(wait.step(ms(80)), Step::Pause(ms(920)));
        assert!(matches!(wait.step(ms(1000)), Step::Poll { .. }));
    }

    #[test]
    fn the_last_poll_is_sent_before_the_end_and_nothing_after_it() {
        let mut wait = wait(10);
        wait.step(ms(0));
        wait.pending(ms(9000), ms(9010), SECOND);
        assert_eq!(wait.step(ms(9010)), Step::Pause(ms(740)));
        assert_eq!(
            wait.step(ms(9750)),
            Step::Poll {
                give_up_after: None
            }
        );
        wait.pending(ms(9750), ms(9760), Duration::ZERO);
        assert_eq!(wait.step(ms(9760)), Step::Expired);
    }

    #[test]
    fn slow_answers_bring_the_last_poll_forward() {
        let mut wait = wait(10);
        wait.step(ms(0));
        wait.pending(ms(0), ms(900), Duration::from_secs(10));
        assert_eq!(wait.last_poll(), ms(8200));
    }

    #[test]
    fn a_wait_that_begins_after_the_end_still_polls_once() {
        let mut wait = Wait::new(Duration::ZERO, SECOND);
        assert_eq!(
            wait.step(ms(0)),
            Step::Poll {
                give_up_after: None
            }
        );
        wait.failed(ms(5), None);
        assert_eq!(wait.step(ms(5)), Step::Expired);
    }

    #[test]
    fn answers_pull_the_end_nearer_and_never_further_away() {
        let mut wait = wait(900);
        wait.step(ms(0));
        wait.pending(ms(0), ms(10), Duration::from_secs(100));
        assert_eq!(wait.deadline, Duration::from_secs(101));
        wait.pending(ms(1000), ms(1010), Duration::from_secs(1800));
        assert_eq!(wait.deadline, Duration::from_secs(101));
    }

    #[test]
    fn failures_double_the_pause_up_to_sixteen_and_an_answer_ends_that() {
        let mut wait = wait(900);
        for seconds in [1, 2, 4, 8, 16, 16, 16] {
            wait.failed(ms(0), None);
            assert_eq!(wait.due, Duration::from_secs(seconds));
        }
        wait.pending(ms(0), ms(10), Duration::from_secs(800));
        assert_eq!(wait.due, SECOND);
        wait.failed(ms(0), None);
        assert_eq!(wait.due, SECOND);
    }

    #[test]
    fn a_server_that_asks_for_a_pause_gets_it_but_not_beyond_the_last_poll() {
        let mut wait = wait(900);
        wait.failed(ms(0), Some(Duration::from_secs(30)));
        assert_eq!(wait.step(ms(0)), Step::Pause(Duration::from_secs(30)));
        wait.failed(ms(0), Some(Duration::MAX));
        assert_eq!(wait.step(ms(0)), Step::Pause(ms(899_750)));
    }
}
