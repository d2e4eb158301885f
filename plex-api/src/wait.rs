//! When to poll and when to stop: a pure decision on elapsed time. No clock, no socket, no async.

use std::time::Duration;

use fastrand::Rng as Random;

/// The waiting for one PIN. Every moment is counted from when the wait began.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    interval: Duration,
    /// When the PIN dies. Answers only ever pull it nearer, but for the first one where nobody knew better.
    deadline: Duration,
    is_known: bool,
    /// When the next poll is due.
    due: Duration,
    /// How long recent answers took, the slow ones remembered for a while.
    round_trip: Duration,
    /// Polls that failed since the last answer.
    failures: u32,
    jitter: Random,
}

/// The last poll is sent this long before the PIN dies, or twice the time an answer takes if that is more, so that it
/// arrives while the PIN lives.
pub(crate) const MARGIN: Duration = Duration::from_millis(250);

/// plex.tv's `expiresIn` counts whole seconds: the PIN may live up to this much longer than it says.
const ROUNDING: Duration = Duration::from_secs(1);

/// After failures the pause doubles up to this many intervals.
const MAX_BACKOFF: u32 = 16;

/// Pauses between polls are longer by up to this part of the interval, so that many waits do not beat in step.
const JITTER: f64 = 0.1;

impl Wait {
    /// A wait for a PIN that lives `lifetime` from now, polling every `interval`. Where that lifetime is not known for sure
    /// (it may come from the clock of another machine), the first answer sets it.
    pub(crate) fn new(
        lifetime: Duration,
        is_known: bool,
        interval: Duration,
        jitter: Random,
    ) -> Self {
        let (due, round_trip) = (Duration::ZERO, Duration::ZERO);
        Self {
            interval,
            deadline: lifetime,
            is_known,
            due,
            round_trip,
            failures: 0,
            jitter,
        }
    }

    /// Puts off the first poll: another wait for the same PIN has polled lately.
    pub(crate) fn put_off(&mut self, until: Duration) {
        self.due = until;
    }

    /// The earliest moment for the next poll.
    pub(crate) fn due(&self) -> Duration {
        self.due
    }

    /// The latest moment at which a poll still arrives before the PIN dies. A poll is always made then, if the user has not
    /// agreed by then, and none after it.
    pub(crate) fn last_poll(&self) -> Duration {
        self.deadline
            .saturating_sub(MARGIN.max(self.round_trip * 2))
    }

    /// How long the PIN still lives.
    pub(crate) fn remaining(&self, now: Duration) -> Duration {
        self.deadline.saturating_sub(now)
    }

    /// A poll that was sent at `sent` was answered at `now`: not yet, and the PIN lives `expires_in` longer.
    pub(crate) fn pending(&mut self, sent: Duration, now: Duration, expires_in: Duration) {
        self.failures = 0;
        self.round_trip = now.saturating_sub(sent).max(self.round_trip / 2);
        let deadline = sent.saturating_add(expires_in).saturating_add(ROUNDING);
        self.deadline = if self.is_known {
            self.deadline.min(deadline)
        } else {
            deadline
        };
        self.is_known = true;
        self.due = sent.saturating_add(self.lengthened(self.interval));
    }

    /// A poll came to nothing at `now`, for a reason that may pass; the server may have asked for a pause.
    pub(crate) fn failed(&mut self, now: Duration, retry_after: Option<Duration>) {
        let factor = 1 << self.failures.min(MAX_BACKOFF.ilog2());
        self.failures = self.failures.saturating_add(1);
        let pause = self
            .lengthened(self.interval * factor)
            .max(retry_after.unwrap_or_default());
        self.due = now.saturating_add(pause);
    }

    fn lengthened(&mut self, pause: Duration) -> Duration {
        pause + self.interval.mul_f64(JITTER * self.jitter.f64())
    }
}

#[cfg(test)]
mod tests {
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

    /// Whether a pause is the wanted one, lengthened by jitter at most.
    fn is_about(pause: Duration, wanted: Duration) -> bool {
        pause >= wanted && pause <= wanted + SECOND.mul_f64(JITTER)
    }

    #[test]
    fn polls_at_once_and_then_every_interval_with_some_jitter() {
        let mut wait = wait(900);
        assert_eq!(wait.due(), ms(0));
        let mut pauses = std::collections::BTreeSet::new();
        for _ in 0..100 {
            wait.pending(ms(0), ms(80), Duration::from_secs(899));
            assert!(is_about(wait.due(), SECOND), "{:?}", wait.due());
            pauses.insert(wait.due());
        }
        assert!(pauses.len() > 90, "they differ");
    }

    #[test]
    fn the_last_poll_arrives_before_the_end() {
        assert_eq!(wait(10).last_poll(), ms(9750));
    }

    #[test]
    fn slow_answers_bring_the_last_poll_forward_for_a_while() {
        let mut wait = wait(100);
        wait.pending(ms(0), ms(900), Duration::from_secs(100));
        assert_eq!(wait.last_poll(), ms(98_200));
        wait.pending(ms(1000), ms(1000), Duration::from_secs(99));
        wait.pending(ms(2000), ms(2000), Duration::from_secs(98));
        wait.pending(ms(3000), ms(3000), Duration::from_secs(97));
        assert_eq!(wait.last_poll(), ms(99_750));
    }

    #[test]
    fn answers_pull_the_end_nearer_and_never_further_away() {
        let mut wait = wait(900);
        wait.pending(ms(0), ms(10), Duration::from_secs(100));
        assert_eq!(wait.remaining(ms(0)), Duration::from_secs(101));
        wait.pending(ms(1000), ms(1010), Duration::from_secs(1800));
        assert_eq!(wait.remaining(ms(1000)), Duration::from_secs(100));
    }

    #[test]
    fn where_the_end_is_not_known_the_first_answer_sets_it() {
        let mut wait = Wait::new(ms(0), false, SECOND, Random::with_seed(1));
        wait.pending(ms(0), ms(10), Duration::from_secs(800));
        assert_eq!(wait.remaining(ms(0)), Duration::from_secs(801));
        wait.pending(ms(1000), ms(1010), Duration::from_secs(1800));
        assert_eq!(wait.remaining(ms(1000)), Duration::from_secs(800));
    }

    #[test]
    fn failures_double_the_pause_up_to_sixteen_and_an_answer_ends_that() {
        let mut wait = wait(900);
        for seconds in [1, 2, 4, 8, 16, 16, 16] {
            wait.failed(ms(0), None);
            assert!(
                is_about(wait.due(), Duration::from_secs(seconds)),
                "{:?}",
                wait.due()
            );
        }
        wait.pending(ms(0), ms(10), Duration::from_secs(800));
        assert!(is_about(wait.due(), SECOND));
        wait.failed(ms(0), None);
        assert!(is_about(wait.due(), SECOND));
    }

    #[test]
    fn a_server_that_asks_for_a_pause_gets_it_and_the_last_poll_stays() {
        let mut wait = wait(900);
        wait.failed(ms(0), Some(Duration::from_secs(30)));
        assert_eq!(wait.due(), Duration::from_secs(30));
        wait.failed(ms(0), Some(Duration::MAX));
        assert_eq!((wait.due(), wait.last_poll()), (Duration::MAX, ms(899_750)));
    }

    /// What a server does with one poll.
    #[derive(Debug, Clone)]
    enum Answer {
        /// It answers after so many milliseconds, with an `expiresIn` that is short by so many seconds.
        Pending { takes: u64, short_by: u64 },
        /// It fails after so many milliseconds, perhaps asking for a pause of so many seconds.
        Failed {
            takes: u64,
            retry_after: Option<u64>,
        },
        /// The computer sleeps so many seconds before the poll is sent; the steady clock does not notice.
        Asleep { seconds: u64 },
    }

    fn answer() -> impl Strategy<Value = Answer> {
        prop_oneof![
            4 => (0..2000u64, 0..3u64).prop_map(|(takes, short_by)| Answer::Pending { takes, short_by }),
            2 => (0..15_000u64, proptest::option::of(0..5000u64))
                .prop_map(|(takes, retry_after)| Answer::Failed { takes, retry_after }),
            1 => (0..2000u64).prop_map(|seconds| Answer::Asleep { seconds }),
        ]
    }

    proptest! {
        /// A server with a PIN of so many seconds and a driver that polls as it is told, under any schedule of answers,
        /// failures and sleep.
        #[test]
        fn under_any_schedule(
            lifetime in 1..1800u64,
            answers in proptest::collection::vec(answer(), 0..200),
            seed in any::<u64>(),
        ) {
            let lifetime = Duration::from_secs(lifetime);
            let mut wait = Wait::new(lifetime, true, SECOND, Random::with_seed(seed));
            // The steady clock, and how far the server's clock has run ahead of it in sleep.
            let (mut now, mut slept) = (Duration::ZERO, Duration::ZERO);
            // The slowest answer, and the most that an `expiresIn` was short by.
            let (mut slowest, mut short) = (Duration::ZERO, Duration::ZERO);
            let mut sent_before: Option<Duration> = None;
            let mut answers = answers.into_iter();
            loop {
                let (due, last) = (wait.due(), wait.last_poll());
                if due >= last {
                    // The last poll: always made, and while the PIN lives, as far as an awake computer can know.
                    prop_assert!(last <= lifetime.saturating_sub(MARGIN), "{last:?} of {lifetime:?}");
                    prop_assert!(now <= last || wait.remaining(now) <= MARGIN.max(slowest * 2), "late: {now:?}");
                    if slept.is_zero() {
                        // A grant is only missed in the time that the last poll needs, and by what the server misstated.
                        let missed = MARGIN.max(slowest * 2) + short;
                        prop_assert!(last + missed >= lifetime, "{last:?} of {lifetime:?}, {missed:?}");
                    }
                    break;
                }
                let sent = due.max(now);
                if let Some(before) = sent_before {
                    prop_assert!(sent >= before + SECOND, "polls at {before:?} and {sent:?}");
                }
                sent_before = Some(sent);
                now = sent;
                match answers.next().unwrap_or(Answer::Pending { takes: 10, short_by: 0 }) {
                    Answer::Asleep { seconds } => {
                        slept += Duration::from_secs(seconds);
                        // The poll goes out after waking up, and finds the PIN as it is then.
                        let left = lifetime.saturating_sub(now + slept);
                        if left.is_zero() {
                            break; // 404: final.
                        }
                        wait.pending(sent, now, Duration::from_secs(left.as_secs()));
                    }
                    Answer::Pending { takes, short_by } => {
                        let left = lifetime.saturating_sub(now + slept);
                        if left.is_zero() {
                            break;
                        }
                        slowest = slowest.max(ms(takes));
                        short = short.max(Duration::from_secs(short_by));
                        now += ms(takes);
                        wait.pending(sent, now, Duration::from_secs(left.as_secs().saturating_sub(short_by)));
                    }
                    Answer::Failed { takes, retry_after } => {
                        now = (now + ms(takes)).min(wait.last_poll().max(now));
                        wait.failed(now, retry_after.map(Duration::from_secs));
                    }
                }
                // The end only ever comes nearer, and an awake computer never thinks it later than it is.
                prop_assert!(wait.remaining(Duration::ZERO) <= lifetime);
            }
        }
    }
}
