//! The state of one PIN, which all its waits and checks on a client share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use plex_api_gen::{Error, Token};
use tokio::time::Instant;

use crate::active_pin::{ActivePin, MAX_LIFETIME};
use crate::pin_state::PinState;
use crate::trace::Polls;
use crate::under_way::{Outcome, Poll, UnderWay};
use crate::wait::{Action, Wait};

/// A PIN that the client polls.
#[derive(Debug)]
pub(crate) struct LivePin {
    /// The instant from which [`Wait`] counts.
    began: Instant,
    /// Until then a 404 counts only if it is confirmed; counted from `began`.
    new_until: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    wait: Wait,
    /// The received token: the server may not return it a second time.
    received: Option<Token>,
    /// The failure of the last poll, or of the verification of the received token.
    failure: Option<Error>,
    /// The response by which plex.tv no longer knows the PIN.
    gone: Option<Error>,
    /// When a new PIN was first reported as not found.
    missing_since: Option<Duration>,
    under_way: UnderWay,
    /// Reports the polls to the log.
    polls: Polls,
}

/// The next step of a wait. Durations are times that [`LivePin::instant`] converts.
pub(crate) enum Next {
    /// Verify the received token at this time.
    Verify { token: Token, at: Instant },
    /// Wait for the poll that is under way, and then, or at a time, ask again.
    Await { poll: Poll, until: Option<Duration> },
    /// Sleep until this time, and ask again.
    Sleep(Instant),
    /// Poll if there is a permit before `until`, and ask again.
    Poll { due: Duration, until: Duration },
    /// Poll immediately without a permit, and ask again.
    FinalPoll,
    /// Stop, because the PIN has expired; with the failure of the last poll.
    Stop(Option<Error>),
    /// Stop, because plex.tv no longer knows the PIN.
    Fail(Error),
}

/// The state of a PIN, for a check.
pub(crate) enum Known {
    Received(Token),
    Expired,
    Refused(Error),
    Pending {
        /// `None` if no response has said it yet.
        remaining: Option<Duration>,
        failure: Option<Error>,
    },
}

/// plex.tv's servers may not know a PIN yet that was created this recently.
const NEW: Duration = Duration::from_secs(10);

/// A 404 of a new PIN is confirmed by another one that comes this much later.
const CONFIRMED_AFTER: Duration = Duration::from_secs(2);

/// The time that an entry outlives its PIN, unless its token is not verified yet: until then, repeated waits for an expired
/// PIN keep their interval.
const LINGER: Duration = Duration::from_secs(60);

impl LivePin {
    pub(crate) fn new(pin: &ActivePin, interval: Duration) -> Self {
        let now = Instant::now();
        let lifetime = pin.deadline.saturating_duration_since(now);
        // The seed makes the polls of different PINs differ.
        let jitter = Rng::with_seed(pin.id.cast_unsigned());
        Self {
            began: now,
            new_until: pin.created.map_or(Duration::ZERO, |created| {
                (created + NEW).saturating_duration_since(now)
            }),
            state: Mutex::new(State {
                wait: Wait::new(lifetime, pin.created.is_some(), interval, jitter),
                received: None,
                failure: None,
                gone: None,
                missing_since: None,
                under_way: UnderWay::default(),
                polls: Polls::new(pin),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Converts a time that counts from `began`. It is limited, so that the addition cannot overflow.
    pub(crate) fn instant(&self, elapsed: Duration) -> Instant {
        self.began + elapsed.min(MAX_LIFETIME * 100)
    }

    /// Returns until when the state is kept.
    pub(crate) fn keep_until(&self) -> Instant {
        let state = self.state();
        let linger = if state.received.is_some() && state.failure.is_some() {
            MAX_LIFETIME
        } else {
            LINGER
        };
        self.instant(state.wait.deadline()) + linger
    }

    /// Returns when the PIN expires.
    pub(crate) fn deadline(&self) -> Instant {
        self.instant(self.state().wait.deadline())
    }

    /// Returns the earliest time of the next poll.
    pub(crate) fn due(&self) -> Instant {
        self.instant(self.state().wait.due())
    }

    /// Returns true if no poll would arrive before the PIN expires.
    pub(crate) fn is_too_late(&self) -> bool {
        self.state().wait.latest_poll() <= self.elapsed()
    }

    /// Returns how long the PIN still lives, if that is known, and when it expires.
    pub(crate) fn end(&self) -> (Option<Duration>, Instant) {
        let (now, state) = (self.elapsed(), self.state());
        let deadline = self.instant(state.wait.deadline());
        (state.wait.remaining(now), deadline)
    }

    /// Returns how long the PIN still lives, if that is known.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        self.state().wait.remaining(self.elapsed())
    }

    /// Returns what a wait does next.
    pub(crate) fn next(&self, spread: Duration) -> Next {
        let now = self.elapsed();
        let mut state = self.state();
        if let Some(token) = &state.received {
            return Next::Verify {
                token: token.clone(),
                at: self.instant(state.verify_at(now)),
            };
        }
        if let Some(error) = &state.gone {
            return Next::Fail(error.clone());
        }
        let action = state.wait.next(now, spread);
        match (action, state.under_way.poll()) {
            (Action::FinalPoll { at }, _) if at <= now => Next::FinalPoll,
            (Action::Poll { until, .. } | Action::FinalPoll { at: until }, Some(poll)) => {
                Next::Await {
                    poll,
                    until: Some(until),
                }
            }
            (Action::Stop, Some(poll)) => Next::Await { poll, until: None },
            (Action::Stop, None) => Next::Stop(state.failure.clone()),
            (Action::Poll { at, until }, None) if at <= now => Next::Poll { due: at, until },
            (Action::Poll { at, until }, None) => Next::Sleep(self.instant(at.min(until))),
            (Action::FinalPoll { at }, None) => Next::Sleep(self.instant(at)),
        }
    }

    /// Returns true if a poll is due, none is under way, and it may bring something new.
    pub(crate) fn is_due(&self) -> bool {
        let mut state = self.state();
        state.received.is_none()
            && state.gone.is_none()
            && state.wait.due() <= self.elapsed()
            && state.under_way.poll().is_none()
    }

    /// Returns the poll that is under way.
    pub(crate) fn under_way(&self) -> Option<Poll> {
        self.state().under_way.poll()
    }

    /// Notes that a wait or check leaves now; returns true if a poll is under way that nobody else waits for.
    pub(crate) fn leave(&self, now: Instant) -> bool {
        self.state().under_way.leave(now)
    }

    /// Drops a poll that nobody has waited for in a while.
    pub(crate) fn drop_abandoned(&self, now: Instant) {
        self.state().under_way.drop_abandoned(now);
    }

    /// Begins a poll, or returns the one that another wait or check has just begun.
    ///
    /// A final poll is always begun. An earlier one that is still under way is not abandoned: whichever brings the token
    /// counts.
    pub(crate) fn begin(
        self: &Arc<Self>,
        response: impl Future<Output = Result<PinState, Error>> + Send + 'static,
        is_final: bool,
    ) -> Poll {
        let sent = self.elapsed();
        // The state holds the poll: a strong reference would be a cycle.
        let pin = Arc::downgrade(self);
        let poll = async move {
            let response = response.await;
            match pin.upgrade() {
                Some(pin) => pin.record(sent, response),
                None => Outcome::NotYet,
            }
        };
        let mut state = self.state();
        if !is_final && let Some(poll) = state.under_way.poll() {
            return poll;
        }
        state.wait.sent(sent, is_final);
        let poll = state.polls.observe(Box::pin(poll), self);
        state.under_way.begin(poll)
    }

    /// Records the outcome of a poll.
    fn record(&self, sent: Duration, response: Result<PinState, Error>) -> Outcome {
        let now = self.elapsed();
        let mut state = self.state();
        if state.received.is_some() {
            // Another poll was faster.
            return Outcome::Received;
        }
        let error = match response {
            Ok(response) => {
                state.failure = None;
                state.missing_since = None;
                return match response.auth_token {
                    Some(ref token) => {
                        state.received = Some(token.clone());
                        Outcome::Received
                    }
                    None => {
                        let expires_in = response.expires_in();
                        state.wait.not_yet(sent, now, expires_in);
                        Outcome::NotYet
                    }
                };
            }
            Err(error) => error,
        };
        state.wait.failed(now, error.retry_after());
        state.failure = Some(error.clone());
        if error.is_expired() {
            let is_new = sent < self.new_until;
            let since = *state.missing_since.get_or_insert(sent);
            if is_new && sent.saturating_sub(since) < CONFIRMED_AFTER {
                return Outcome::Failed(error);
            }
            state.gone = Some(error.clone());
            return Outcome::Ended(error);
        }
        if error.ends_wait() {
            Outcome::Ended(error)
        } else {
            Outcome::Failed(error)
        }
    }

    /// Records that the received token was verified.
    pub(crate) fn verified(&self) {
        self.state().failure = None;
    }

    /// Records that the received token could not be verified, and drops it if it never will be: the server may have another
    /// one by now.
    pub(crate) fn not_verified(&self, error: Error) -> Outcome {
        let now = self.elapsed();
        let mut state = self.state();
        state.polls.not_verified(&error);
        // A longer pause than the PIN lives would lose the token.
        let left = state.wait.latest_poll().saturating_sub(now);
        let pause = error.retry_after().map(|pause| pause.min(left));
        state.wait.failed(now, pause);
        state.failure = Some(error.clone());
        if error.ends_wait() {
            state.received = None;
            return Outcome::Ended(error);
        }
        Outcome::Failed(error)
    }

    /// Returns the failure of the last poll.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.state().failure.clone()
    }

    /// Returns the state of the PIN without a request.
    pub(crate) fn known(&self) -> Known {
        let now = self.elapsed();
        let state = self.state();
        let remaining = state.wait.remaining(now);
        match (&state.received, state.failure.clone()) {
            (Some(token), None) => Known::Received(token.clone()),
            (Some(token), Some(_)) if state.wait.due() <= now => Known::Received(token.clone()),
            (Some(_), failure) => Known::Pending { remaining, failure },
            (None, _) if state.gone.is_some() => Known::Expired,
            (None, Some(error)) if error.ends_wait() && !error.is_expired() => {
                Known::Refused(error)
            }
            (None, _) if state.wait.deadline() <= now => Known::Expired,
            (None, failure) => Known::Pending { remaining, failure },
        }
    }
}

impl State {
    /// Returns when to verify the received token: after a failure when a poll would be due, but at the latest just before
    /// the PIN expires.
    fn verify_at(&self, now: Duration) -> Duration {
        let (due, latest) = (self.wait.due(), self.wait.latest_poll());
        match self.failure {
            None => now,
            Some(_) if now >= latest => due,
            Some(_) => due.min(latest),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
