//! The wait: one loop around the pure decision when to poll.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use plex_api_gen::Error;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::PlexApi;
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
    // A poll on its way is large, and most of the time a wait has none: so it is not kept inside of it.
    let poll = || Box::pin(poller.poll(pending, WAIT));
    loop {
        let due = moment(wait.due());
        let is_sent = AtomicBool::new(false);
        let mut polled = pin!(async {
            sleep_until(due).await;
            let _place = plex.budget().place().await;
            let slot = plex.budget().first_from(Instant::now());
            sleep_until(slot.at()).await;
            is_sent.store(true, Ordering::Relaxed);
            pending.set_not_before(Instant::now() + plex.poll_interval());
            (began.elapsed(), poll().await)
        });
        // A last poll goes before the budget: where the calendar is full to the end, it is sent at the end.
        let last_at = last.at().min(end);
        let (is_last, (sent, outcome)) = match timeout_at(last_at, &mut polled).await {
            Ok(polled) => (false, polled),
            Err(_) => {
                let last_poll = async { (began.elapsed(), poll().await) };
                // A poll whose answer is still under way may yet bring the token.
                let earlier = is_sent.load(Ordering::Relaxed).then_some(polled);
                (true, token_of_either(earlier, last_poll).await)
            }
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

/// The outcome of the last poll; or of an earlier one that is still under way, if that brings the token.
async fn token_of_either<C>(
    mut earlier: Option<impl Future<Output = Outcome<C>> + Unpin>,
    last: impl Future<Output = Outcome<C>>,
) -> Outcome<C> {
    let has_token = |outcome: &Outcome<C>| matches!(outcome.1, Ok(Polled::Granted(_)));
    let mut last = pin!(last);
    let mut outcome_of_last = None;
    poll_fn(|context| {
        if let Some(Poll::Ready(outcome)) = earlier
            .as_mut()
            .map(|earlier| Pin::new(earlier).poll(context))
        {
            earlier = None;
            if has_token(&outcome) {
                return Poll::Ready(outcome);
            }
        }
        if outcome_of_last.is_none()
            && let Poll::Ready(outcome) = last.as_mut().poll(context)
        {
            outcome_of_last = Some(outcome);
        }
        match outcome_of_last.take() {
            Some(outcome) if earlier.is_none() || has_token(&outcome) => Poll::Ready(outcome),
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
