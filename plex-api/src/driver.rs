//! Carries out a wait: sleeps, takes permits and polls as [`Wait`] decides.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use plex_api_gen::Error;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::PlexApi;
use crate::active_pin::{ActivePin, MAX_LIFETIME};
use crate::rate_limiter::RateLimiter;
use crate::wait::{Action, Wait};

const WAIT: &str = "wait for the token";

/// A client that polls, and converts the received token to its credential.
pub(crate) trait Poller: Sync {
    type Credential: Send;

    /// Returns the client whose rate limiter and poll interval apply.
    fn plex(&self) -> &PlexApi;

    /// Rejects a sign-in that this client cannot poll.
    fn check_owner(&self, pin: &ActivePin, step: &'static str) -> Result<(), Error>;

    /// Polls once.
    fn poll(
        &self,
        pin: &ActivePin,
        step: &'static str,
    ) -> impl Future<Output = Result<Polled<Self::Credential>, Error>> + Send;
}

/// The outcome of a poll that got a response.
pub(crate) enum Polled<C> {
    Granted(C),
    NotYet { expires_in: Duration },
}

impl<C> Polled<C> {
    pub(crate) fn granted(self) -> Option<C> {
        match self {
            Self::Granted(credential) => Some(credential),
            Self::NotYet { .. } => None,
        }
    }
}

/// Polls until the user has agreed or the PIN has expired; calls `progress` after each poll that did not end the wait.
pub(crate) async fn wait<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<P::Credential, Error> {
    poller.check_owner(pin, WAIT)?;
    let plex = poller.plex();
    let limiter = plex.rate_limiter();
    let began = Instant::now();
    // No PIN lives this long; the limit keeps the addition from overflowing.
    let instant = |elapsed: Duration| began + elapsed.min(MAX_LIFETIME * 2);
    let mut wait = Wait::new(
        pin.remaining(),
        pin.is_lifetime_known(),
        plex.poll_interval(),
        Rng::new(),
    );
    wait.put_off(pin.not_before().saturating_duration_since(began));
    let mut reservation = None;
    // A poll that has no response yet when the final poll is due.
    let mut outstanding = None;
    let mut failure = None;
    loop {
        let action = wait.next(began.elapsed(), |latest| {
            let at = reservation
                .insert(limiter.reserve_latest(instant(latest)))
                .at();
            at.saturating_duration_since(began)
        });
        // The futures of permits and polls are large and short-lived; boxing them keeps the future of a wait small.
        let (sent, outcome) = match action {
            Action::Poll { at, until } => {
                sleep_until(instant(at)).await;
                let until = instant(until);
                let Some(permit) = Box::pin(permit_before(limiter, until)).await else {
                    continue;
                };
                let mut polled = Box::pin(poll(poller, pin, began, Some(permit)));
                match timeout_at(until, &mut polled).await {
                    Ok(polled) => polled,
                    Err(_) => {
                        outstanding = Some(polled);
                        continue;
                    }
                }
            }
            Action::FinalPoll { at } => {
                sleep_until(instant(at)).await;
                let polled = Box::pin(poll(poller, pin, began, None));
                match outstanding.take() {
                    Some(earlier) => first_token(earlier, polled).await,
                    None => polled.await,
                }
            }
            Action::Stop => {
                return Err(match failure {
                    // A token was received but could not be verified yet.
                    Some(error) if pin.received().is_some() => error,
                    failure => Error::expired(WAIT, failure),
                });
            }
        };
        let now = began.elapsed();
        failure = match outcome {
            Ok(Polled::Granted(credential)) => return Ok(credential),
            Ok(Polled::NotYet { expires_in }) => {
                wait.not_yet(sent, now, expires_in);
                None
            }
            Err(error) if !error.ends_wait() => {
                wait.failed(now, error.retry_after());
                Some(error)
            }
            Err(error) => return Err(error),
        };
        progress(Progress {
            remaining: wait.remaining(now),
            error: failure.as_ref(),
        });
        pin.set_not_before(instant(wait.due()));
    }
}

/// Waits until the rate limiter permits a poll; returns `None` if it does not before `until`.
async fn permit_before(limiter: &RateLimiter, until: Instant) -> Option<SemaphorePermit<'_>> {
    let permit = timeout_at(until, limiter.permit()).await.ok().flatten()?;
    let reservation = limiter.reserve_first(Instant::now());
    // Sleeps only if necessary: a timer may be late by a millisecond.
    if reservation.at() > Instant::now() {
        sleep_until(reservation.at().min(until)).await;
    }
    (Instant::now() < until).then_some(permit)
}

/// Sends a poll, which delays the polls of other waits for the same PIN, and keeps its permit until the response.
async fn poll<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    began: Instant,
    _permit: Option<SemaphorePermit<'_>>,
) -> Outcome<P::Credential> {
    let sent = Instant::now();
    pin.set_not_before(sent + poller.plex().poll_interval());
    (sent - began, poller.poll(pin, WAIT).await)
}

/// Returns the outcome of the final poll, or of the earlier one that is still outstanding if it yields the token.
async fn first_token<C>(
    mut earlier: impl Future<Output = Outcome<C>> + Unpin,
    mut last: impl Future<Output = Outcome<C>> + Unpin,
) -> Outcome<C> {
    let has_token = |outcome: &Outcome<C>| matches!(outcome.1, Ok(Polled::Granted(_)));
    let (mut is_earlier_done, mut outcome_of_last) = (false, None);
    poll_fn(|context| {
        if !is_earlier_done && let Poll::Ready(outcome) = Pin::new(&mut earlier).poll(context) {
            is_earlier_done = true;
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
            Some(outcome) if is_earlier_done || has_token(&outcome) => Poll::Ready(outcome),
            outcome => {
                outcome_of_last = outcome;
                Poll::Pending
            }
        }
    })
    .await
}

/// The time at which a poll was sent, and its outcome.
type Outcome<C> = (Duration, Result<Polled<C>, Error>);

/// The progress of a wait after a poll.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How long the PIN still lives.
    pub remaining: Duration,
    /// The failure of the poll, which does not end the wait; `None` if it succeeded.
    pub error: Option<&'a Error>,
}
