//! Decides when to poll a PIN and when to stop: a pure function of elapsed time, without clock, socket or async.
//!
//! The driver asks [`Wait::next`] for an action, carries it out, reports a poll with [`Wait::sent`] and its outcome with
//! [`Wait::not_yet`] or [`Wait::failed`], and asks again.

use std::time::Duration;

use fastrand::Rng as Random;

/// The state of the polls of one PIN, which all waits and checks share. Every instant is the time elapsed since the state
/// was created.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    interval: Duration,
    /// When the PIN expires. Responses only bring it nearer.
    deadline: Duration,
    is_deadline_known: bool,
    /// The earliest time of the next poll.
    due: Duration,
    /// The time that recent responses took; a slow response counts for a while.
    round_trip: Duration,
    /// Polls that failed since the last response.
    failures: u32,
    /// When the last poll was sent.
    last_poll: Option<Duration>,
    /// When the last final poll was sent.
    final_poll: Option<Duration>,
    jitter: Random,
}

/// An action for the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Wait until `at`, then poll as soon as the rate limiter permits. Ask for the next action if the poll was not
    /// permitted by `until`, or has no response by then.
    Poll { at: Duration, until: Duration },
    /// Poll at this time without a permit.
    FinalPoll { at: Duration },
    /// The PIN has expired: stop.
    Stop,
}

/// The final poll is sent this long before the PIN expires, or twice the response time if that is more, so that it arrives
/// in time.
pub(crate) const MARGIN: Duration = Duration::from_millis(250);

/// plex.tv's `expiresIn` counts whole seconds: the PIN may live up to this much longer.
const ROUNDING: Duration = Duration::from_secs(1);

/// After failures the pause doubles up to this many intervals.
const MAX_BACKOFF: u32 = 16;

/// Pauses are lengthened by a random fraction of the interval, up to this one, so that many waits do not poll in step.
const JITTER: f64 = 0.1;

impl Wait {
    /// Starts with a PIN that expires `lifetime` from now, and a poll every `interval`.
    ///
    /// If the lifetime is not known exactly (a resumed sign-in may come from a machine with another clock), `lifetime` is
    /// the most that it can be.
    pub(crate) fn new(
        lifetime: Duration,
        is_lifetime_known: bool,
        interval: Duration,
        jitter: Random,
    ) -> Self {
        Self {
            interval,
            deadline: lifetime,
            is_deadline_known: is_lifetime_known,
            due: Duration::ZERO,
            round_trip: Duration::ZERO,
            failures: 0,
            last_poll: None,
            final_poll: None,
            jitter,
        }
    }

    /// Returns the next action. `spread` is how much earlier than necessary the final poll is to be sent, because other
    /// PINs expire at the same time.
    pub(crate) fn next(&self, now: Duration, spread: Duration) -> Action {
        let latest = self.latest_poll();
        if now >= self.deadline {
            return self.after_the_end(now, latest);
        }
        let final_at = latest.saturating_sub(spread);
        // A final poll counts unless the time for it has turned out to be at least an interval later.
        let is_final_made = self
            .final_poll
            .is_some_and(|sent| sent.saturating_add(self.interval) > final_at);
        if now >= latest && (is_final_made || self.last_poll >= Some(latest)) {
            Action::Stop
        } else if is_final_made {
            // It was early.
            Action::Poll {
                at: self.due.min(latest),
                until: latest,
            }
        } else if self.due.max(now) >= final_at {
            Action::FinalPoll {
                at: final_at.max(now),
            }
        } else {
            Action::Poll {
                at: self.due,
                until: final_at,
            }
        }
    }

    /// Returns the action for a PIN whose end has passed: nothing can be lost, so its last poll takes a permit.
    fn after_the_end(&self, now: Duration, latest: Duration) -> Action {
        let is_polled = self.final_poll.is_some() || self.last_poll >= Some(latest);
        let is_paused = self.due > now.saturating_add(self.interval * 2);
        if is_polled || is_paused {
            return Action::Stop;
        }
        Action::Poll {
            at: self.due,
            until: Duration::MAX,
        }
    }

    /// Returns the earliest time of the next poll.
    pub(crate) fn due(&self) -> Duration {
        self.due
    }

    /// Returns when the PIN expires.
    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Returns the latest time at which a poll still arrives before the PIN expires.
    pub(crate) fn latest_poll(&self) -> Duration {
        self.deadline
            .saturating_sub(MARGIN.max(self.round_trip * 2))
    }

    /// Returns how long the PIN still lives, if that is known.
    pub(crate) fn remaining(&self, now: Duration) -> Option<Duration> {
        self.is_deadline_known
            .then(|| self.deadline.saturating_sub(now))
    }

    /// Reports that a poll is being sent.
    pub(crate) fn sent(&mut self, at: Duration, is_final: bool) {
        self.due = at.saturating_add(self.interval);
        self.last_poll = Some(at);
        if is_final {
            self.final_poll = Some(at);
        }
    }

    /// Reports the response to a poll that was sent at `sent`: the user has not agreed yet, and the PIN expires in
    /// `expires_in`.
    pub(crate) fn not_yet(&mut self, sent: Duration, now: Duration, expires_in: Option<Duration>) {
        self.failures = 0;
        self.round_trip = now.saturating_sub(sent).max(self.round_trip / 2);
        if let Some(expires_in) = expires_in {
            let deadline = sent.saturating_add(expires_in).saturating_add(ROUNDING);
            self.deadline = self.deadline.min(deadline);
            self.is_deadline_known = true;
        }
        self.due = sent.saturating_add(self.lengthened(self.interval));
    }

    /// Reports a poll that failed; the server may have asked for a pause.
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
mod tests;
