//! Decides when to poll and when to stop: a pure function of elapsed time, without clock, socket or async.
//!
//! The driver asks [`Wait::next`] for an action, carries it out, reports the outcome of a poll with [`Wait::not_yet`] or
//! [`Wait::failed`], and asks again.

use std::time::Duration;

use fastrand::Rng as Random;

/// The state of a wait for one PIN. Every instant is the time elapsed since the wait began.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    interval: Duration,
    /// When the PIN expires. Responses only bring it nearer, except for the first one if the lifetime was not known.
    deadline: Duration,
    is_deadline_known: bool,
    /// The earliest time of the next poll.
    due: Duration,
    /// The time that recent responses took; a slow response counts for a while.
    round_trip: Duration,
    /// Polls that failed since the last response.
    failures: u32,
    reservation: Option<Reservation>,
    /// The last action was a final poll.
    final_poll_made: bool,
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

/// The time that the rate limiter reserved for the final poll, and the latest time that was asked for.
#[derive(Debug, Clone, Copy)]
struct Reservation {
    at: Duration,
    latest: Duration,
}

/// The final poll is sent this long before the PIN expires, or twice the response time if that is more, so that it arrives
/// in time.
const MARGIN: Duration = Duration::from_millis(250);

/// plex.tv's `expiresIn` counts whole seconds: the PIN may live up to this much longer.
const ROUNDING: Duration = Duration::from_secs(1);

/// After failures the pause doubles up to this many intervals.
const MAX_BACKOFF: u32 = 16;

/// Pauses are lengthened by a random fraction of the interval, up to this one, so that many waits do not poll in step.
const JITTER: f64 = 0.1;

impl Wait {
    /// Starts a wait for a PIN that expires `lifetime` from now, with a poll every `interval`.
    ///
    /// If the lifetime is not known exactly (it may come from another machine's clock), the first response sets it.
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
            reservation: None,
            final_poll_made: false,
            jitter,
        }
    }

    /// Delays the first poll: another wait for the same PIN has polled recently.
    pub(crate) fn put_off(&mut self, until: Duration) {
        self.due = until;
    }

    /// Returns the next action.
    ///
    /// `reserve` asks the rate limiter for a time for the final poll: the latest that is free up to the given one, or a
    /// later one if none is free. It is called for the first action, when the latest time has changed, and after each
    /// final poll.
    pub(crate) fn next(
        &mut self,
        now: Duration,
        reserve: impl FnOnce(Duration) -> Duration,
    ) -> Action {
        let latest = self.latest_poll();
        let is_current = |reservation: &Reservation| reservation.latest == latest;
        let reservation = self
            .reservation
            .filter(|reservation| !self.final_poll_made && is_current(reservation))
            .unwrap_or_else(|| Reservation {
                at: reserve(latest),
                latest,
            });
        self.reservation = Some(reservation);
        if self.final_poll_made && self.is_over(now, reservation) {
            return Action::Stop;
        }
        // If the rate limiter has no free time before the deadline, the final poll is sent at the latest time anyway.
        let until = reservation.at.min(latest);
        self.final_poll_made = self.due.max(now) >= until;
        if self.final_poll_made {
            Action::FinalPoll { at: until }
        } else {
            Action::Poll {
                at: self.due,
                until,
            }
        }
    }

    /// Returns true if no other poll follows the final poll that was made.
    ///
    /// That poll may have been early: because responses were slow for a while, because the deadline turned out to be
    /// later, or because very many waits share the rate limiter. Then another final poll follows, unless its reserved
    /// time is past the latest time, or before both the latest time and the time at which the next poll is due.
    fn is_over(&self, now: Duration, reservation: Reservation) -> bool {
        let Reservation { at, latest } = reservation;
        now >= latest || at > latest || at < latest.min(self.due)
    }

    /// Returns the earliest time of the next poll.
    pub(crate) fn due(&self) -> Duration {
        self.due
    }

    /// Returns the latest time at which a poll still arrives before the PIN expires.
    fn latest_poll(&self) -> Duration {
        self.deadline
            .saturating_sub(MARGIN.max(self.round_trip * 2))
    }

    /// Returns how long the PIN still lives.
    pub(crate) fn remaining(&self, now: Duration) -> Duration {
        self.deadline.saturating_sub(now)
    }

    /// Reports the response to a poll that was sent at `sent`: the user has not agreed yet, and the PIN expires in
    /// `expires_in`.
    pub(crate) fn not_yet(&mut self, sent: Duration, now: Duration, expires_in: Duration) {
        self.failures = 0;
        self.round_trip = now.saturating_sub(sent).max(self.round_trip / 2);
        let deadline = sent.saturating_add(expires_in).saturating_add(ROUNDING);
        self.deadline = if self.is_deadline_known {
            self.deadline.min(deadline)
        } else {
            deadline
        };
        self.is_deadline_known = true;
        self.due = sent.saturating_add(self.lengthened(self.interval));
    }

    /// Reports a poll that failed for a transient reason; the server may have asked for a pause.
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
