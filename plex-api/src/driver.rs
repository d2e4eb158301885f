//! Carries out a wait: sleeps, takes permits and polls as [`LivePin::next`] says.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use plex_api_gen::{Error, Secret, Token, Transport};
use tokio::time::sleep_until;

use crate::PlexApi;
use crate::active_pin::ActivePin;
use crate::live_pin::{LivePin, Next};
use crate::live_pins::InUse;
use crate::sign_in_flow::PinRequest;
use crate::trace;
use crate::under_way::{Outcome, Poll, ended};

const WAIT: &str = "wait for the token";

/// A client that polls, and converts the received token to its credential.
pub(crate) trait Poller: Sync {
    type Credential: Send;

    /// Returns the client whose rate limiter and poll interval apply.
    fn plex(&self) -> &PlexApi;

    /// Rejects a sign-in that this client cannot poll.
    fn check_owner(&self, pin: &ActivePin, step: &'static str) -> Result<(), Error>;

    /// Returns the proof of the device key that a poll carries, if any.
    fn proof(&self) -> Result<Option<Secret>, Error>;

    /// Converts a received token, which may have to be verified.
    fn credential(
        &self,
        token: Token,
    ) -> impl Future<Output = Result<Self::Credential, Error>> + Send;
}

/// Polls until the user has agreed or the PIN has expired; calls `progress` after each poll that did not end the wait.
pub(crate) fn wait<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    progress: impl FnMut(Progress<'_>),
) -> impl Future<Output = Result<P::Credential, Error>> {
    trace::observe(pin, run(poller, pin, progress))
}

async fn run<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<P::Credential, Error> {
    poller.check_owner(pin, WAIT)?;
    Transport::check_runtime(WAIT)?;
    let plex = poller.plex();
    let live = plex.live_pins().get(pin);
    let mut final_poll = plex.final_polls().register(live.deadline());
    // One timer for all polls, since it is hardly ever reset.
    let (mut end, mut end_at) = (pin!(sleep_until(live.deadline())), None);
    // The permit of the poll under way.
    let mut permit = None;
    loop {
        let mut is_verification = false;
        let (poll, until) = match live.next(final_poll.spread()) {
            Next::Verify { token, at } => {
                is_verification = true;
                sleep_until(at).await;
                // A large and short-lived future: boxing it keeps the future of a wait small.
                match Box::pin(poller.credential(token)).await {
                    Ok(credential) => {
                        live.verified();
                        return Ok(credential);
                    }
                    Err(error) => (ended(live.not_verified(error)), None),
                }
            }
            Next::Await { poll, until } => (poll, until),
            Next::Sleep(until) => {
                // No poll is under way.
                permit = None;
                sleep_until(until).await;
                continue;
            }
            Next::Poll { due, until } => {
                let limiter = plex.rate_limiter();
                permit = match limiter.free_permit() {
                    Some(permit) => Some(permit),
                    None => {
                        let (due, until) = (live.instant(due), live.instant(until));
                        Box::pin(limiter.permit(due, until, || live.is_due())).await
                    }
                };
                if permit.is_none() {
                    continue;
                }
                (begin(poller, pin, &live, false)?, Some(until))
            }
            Next::FinalPoll => (begin(poller, pin, &live, true)?, None),
            Next::Stop(failure) => return Err(Error::expired(WAIT, failure)),
            Next::Fail(error) => return Err(error.during(WAIT)),
        };
        let outcome = match until {
            None => poll.await,
            Some(until) => {
                if end_at != Some(until) {
                    end.as_mut().reset(live.instant(until));
                    end_at = Some(until);
                }
                match select(poll, end.as_mut()).await {
                    Either::Left((outcome, _)) => outcome,
                    Either::Right(_) => continue,
                }
            }
        };
        drop(permit.take());
        let failure = match outcome {
            Outcome::Received => continue,
            Outcome::NotYet => None,
            Outcome::Failed(error) => Some(error.during(WAIT)),
            Outcome::Ended(error) => return Err(error.during(WAIT)),
        };
        let (remaining, deadline) = live.end();
        progress(Progress {
            remaining: remaining.unwrap_or_else(|| pin.remaining()),
            error: failure.as_ref(),
        });
        final_poll.move_to(deadline);
        if let Some(error) = failure
            && is_verification
            && live.is_too_late()
        {
            // The received token could not be verified before the PIN expired.
            return Err(error);
        }
    }
}

/// Begins a poll of the PIN, and returns it.
pub(crate) fn begin<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    live: &InUse<'_>,
    is_final: bool,
) -> Result<Poll, Error> {
    let plex = poller.plex();
    let request = PinRequest {
        client: plex.generated().clone(),
        id: pin.id,
        client_identifier: plex.shared_client_identifier(),
        device_jwt: poller.proof()?,
    };
    Ok(LivePin::begin(live, request.send(), is_final))
}

/// The progress of a wait after a poll.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How long the PIN still lives.
    pub remaining: Duration,
    /// The failure of the poll, which does not end the wait; `None` if it succeeded.
    pub error: Option<&'a Error>,
}
