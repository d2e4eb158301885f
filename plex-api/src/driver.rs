//! Carries out a wait: sleeps, takes permits and polls as [`Wait`](crate::wait::Wait) decides.

use std::time::Duration;

use plex_api_gen::{Error, Secret, Token};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::PlexApi;
use crate::active_pin::ActivePin;
use crate::live_pin::LivePin;
use crate::live_pins::InUse;
use crate::sign_in_flow::read_pin;
use crate::under_way::Outcome;
use crate::wait::Action;

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
pub(crate) async fn wait<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<P::Credential, Error> {
    poller.check_owner(pin, WAIT)?;
    let plex = poller.plex();
    let live = plex.live_pins().get(pin);
    let mut final_poll = plex.final_polls().register(live.deadline());
    // The permit of the poll under way.
    let mut permit = None;
    loop {
        // The futures of permits and verifications are large and short-lived; boxing them keeps the future of a wait small.
        let outcome = if let Some(token) = live.received() {
            sleep_until(live.verify_at()).await;
            match Box::pin(poller.credential(token)).await {
                Ok(credential) => return Ok(credential),
                Err(error) => live.not_verified(error),
            }
        } else {
            let action = live
                .next(final_poll.spread())
                .map_err(|error| error.during(WAIT))?;
            match (action, live.under_way()) {
                (Action::Stop, None) => return Err(Error::expired(WAIT, live.failure())),
                (Action::Stop, Some(poll)) => poll.await,
                (Action::FinalPoll { at }, _) if at <= Instant::now() => {
                    begin(poller, pin, &live, true)?;
                    continue;
                }
                (Action::Poll { until, .. } | Action::FinalPoll { at: until }, Some(poll)) => {
                    match timeout_at(until, poll).await {
                        Ok(outcome) => outcome,
                        Err(_) => continue,
                    }
                }
                (Action::FinalPoll { at }, None) => {
                    sleep_until(at).await;
                    continue;
                }
                (Action::Poll { at, until }, None) => {
                    if at > Instant::now() {
                        sleep_until(at.min(until)).await;
                        continue;
                    }
                    let limiter = plex.rate_limiter();
                    permit = Box::pin(limiter.permit(at, until, || live.is_due())).await;
                    if permit.is_some() {
                        begin(poller, pin, &live, false)?;
                    }
                    continue;
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
        progress(Progress {
            remaining: live.remaining().unwrap_or_else(|| pin.remaining()),
            error: failure.as_ref(),
        });
        final_poll.move_to(live.deadline());
        if let Some(error) = failure
            && live.received().is_some()
            && live.latest_poll() <= Instant::now()
        {
            // The received token could not be verified before the PIN expired.
            return Err(error);
        }
    }
}

/// Begins a poll of the PIN.
pub(crate) fn begin<P: Poller>(
    poller: &P,
    pin: &ActivePin,
    live: &InUse<'_>,
    is_final: bool,
) -> Result<(), Error> {
    let client = poller.plex().generated().clone();
    let id = pin.id;
    let proof = poller.proof()?;
    let identifier = poller.plex().shared_client_identifier();
    let request = async move { read_pin(&client, id, &identifier, proof.as_ref()).await };
    LivePin::begin(live, request, is_final);
    Ok(())
}

/// The progress of a wait after a poll.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How long the PIN still lives.
    pub remaining: Duration,
    /// The transient failure of the poll; `None` if it succeeded.
    pub error: Option<&'a Error>,
}
