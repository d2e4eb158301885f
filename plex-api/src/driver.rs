//! The wait: one loop around the pure decision when to poll.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use plex_api_gen::Error;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::PlexApi;
use crate::budget::Budget;
use crate::sign_in::{MAX_LIFETIME, Pending};
use crate::wait::Wait;

const WAIT: &str = "wait for the token";

/// Who polls, and what it makes of the token that comes.
pub(crate) trait Poller: Sync {
    type Credential: Send;

    /// The client whose budget and interval hold.
    fn plex(&self) -> &PlexApi;

    /// Refuses a sign-in that this client cannot poll.
    fn owns(&self, pending: &Pending, step: &'static str) -> Result<(), Error>;

    fn poll(
        &self,
        pending: &Pending,
        step: &'static str,
    ) -> impl Future<Output = Result<Polled<Self::Credential>, Error>> + Send;
}

/// What came of a poll.
pub(crate) enum Polled<C> {
    Granted(C),
    Pending { expires_in: Duration },
}

#[cfg(feature = "jwt")]
impl<C> Polled<C> {
    pub(crate) fn granted(self) -> Option<C> {
        match self {
            Self::Granted(credential) => Some(credential),
            Self::Pending { .. } => None,
        }
    }
}

/// Polls until the user has agreed or the PIN is dead; `progress` is called after each poll that did not end it.
pub(crate) async fn wait<P: Poller>(
    poller: &P,
    pending: &Pending,
    mut progress: impl FnMut(Progress<'_>) + Send,
) -> Result<P::Credential, Error> {
    poller.owns(pending, WAIT)?;
    let plex = poller.plex();
    let began = Instant::now();
    // Nothing is planned further ahead than any PIN lives; so no moment is out of range.
    let moment = |elapsed: Duration| began + elapsed.min(MAX_LIFETIME * 2);
    let mut wait = Wait::new(
        pending.remaining(),
        pending.is_known(),
        plex.poll_interval(),
        Rng::new(),
    );
    wait.put_off(pending.not_before().saturating_duration_since(began));
    let mut end = moment(wait.last_poll());
    let mut last = plex.budget().latest_until(end);
    loop {
        // A last poll goes before the budget: where the calendar is full to the end, it is sent at the end.
        let last_at = last.at().min(end);
        sleep_until(moment(wait.due()).min(last_at)).await;
        // Its turn and a poll on its way are large, and most of the time a wait has neither: so neither is kept inside of it.
        let place = if moment(wait.due()) < last_at {
            Box::pin(turn(plex.budget(), last_at)).await
        } else {
            None
        };
        let is_early = place.is_some();
        let mut polled = Box::pin(poll(poller, pending, began, place));
        let (is_last, (sent, outcome)) = if is_early {
            match timeout_at(last_at, &mut polled).await {
                Ok(polled) => (false, polled),
                // A poll whose answer is still under way may yet bring the token.
                Err(_) => {
                    let last_poll = Box::pin(poll(poller, pending, began, None));
                    (true, token_of_either(polled, last_poll).await)
                }
            }
        } else {
            (true, polled.await)
        };
        let now = began.elapsed();
        let trouble = match outcome {
            Ok(Polled::Granted(credential)) => return Ok(credential),
            Ok(Polled::Pending { expires_in }) => {
                wait.pending(sent, now, expires_in);
                None
            }
            Err(error) if error.is_transient() => {
                wait.failed(now, error.retry_after());
                Some(error)
            }
            Err(error) => return Err(error),
        };
        progress(Progress {
            remaining: wait.remaining(now),
            trouble: trouble.as_ref(),
        });
        pending.set_not_before(moment(wait.due()));
        let planned = std::mem::replace(&mut end, moment(wait.last_poll()));
        if is_last {
            // The last poll may have come early: because answers were slow for a while, because the end turned out to be
            // later, or among very many waits. Then there is another one, unless that would be one too many.
            last = plex.budget().latest_until(end);
            if Instant::now() >= end || last.at() > end || last.at() < end.min(moment(wait.due())) {
                return Err(match trouble {
                    // A token has come, and could not be verified yet.
                    Some(error) if pending.received().is_some() => error,
                    trouble => Error::expired(WAIT, trouble),
                });
            }
        } else if end != planned {
            last = plex.budget().latest_until(end);
        }
    }
}

/// Waits until a poll that is due may be sent: for its place among those in flight and for its slot. None if the last poll
/// is due first.
async fn turn(budget: &Budget, last: Instant) -> Option<SemaphorePermit<'_>> {
    let place = timeout_at(last, budget.place()).await.ok().flatten()?;
    let slot = budget.first_from(Instant::now());
    // Timers are late by a millisecond, and most of the time there is nothing to wait for.
    if slot.at() > Instant::now() {
        sleep_until(slot.at().min(last)).await;
    }
    (Instant::now() < last).then_some(place)
}

/// Sends a poll, which puts off those of other waits for the same PIN, and keeps its place until the answer.
async fn poll<P: Poller>(
    poller: &P,
    pending: &Pending,
    began: Instant,
    _place: Option<SemaphorePermit<'_>>,
) -> Outcome<P::Credential> {
    let sent = Instant::now();
    pending.set_not_before(sent + poller.plex().poll_interval());
    (sent - began, poller.poll(pending, WAIT).await)
}

/// The outcome of the last poll; or of an earlier one that is still under way, if that brings the token.
async fn token_of_either<C>(
    mut earlier: impl Future<Output = Outcome<C>> + Unpin,
    mut last: impl Future<Output = Outcome<C>> + Unpin,
) -> Outcome<C> {
    let has_token = |outcome: &Outcome<C>| matches!(outcome.1, Ok(Polled::Granted(_)));
    let (mut is_earlier_over, mut outcome_of_last) = (false, None);
    poll_fn(|context| {
        if !is_earlier_over && let Poll::Ready(outcome) = Pin::new(&mut earlier).poll(context) {
            is_earlier_over = true;
            if has_token(&outcome) {
                return Poll::Ready(outcome);
            }
        }
        if outcome_of_last.is_none()
            && let Poll::Ready(outcome) = Pin::new(&mut last).poll(context)
        {
            outcome_of_last = Some(outcome);
        }
        match outcome_of_last.take() {
            Some(outcome) if is_earlier_over || has_token(&outcome) => Poll::Ready(outcome),
            outcome => {
                outcome_of_last = outcome;
                Poll::Pending
            }
        }
    })
    .await
}

/// When a poll was sent, and what came of it.
type Outcome<C> = (Duration, Result<Polled<C>, Error>);

/// How a wait is going.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How long the PIN still lives.
    pub remaining: Duration,
    /// What went wrong with the poll that was just made; nothing if it was answered.
    pub trouble: Option<&'a Error>,
}
