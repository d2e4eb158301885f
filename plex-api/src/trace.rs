//! Events for operators, with the feature `tracing`. Without the feature this costs nothing.
//!
//! An event holds ids, numbers, classes and the text of an [`Error`]. None of them contains a code, a token or a key.

use std::sync::Arc;

#[cfg(feature = "tracing")]
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use plex_api_gen::Error;

#[cfg(feature = "jwt")]
use crate::DeviceToken;
use crate::active_pin::ActivePin;
use crate::live_pin::LivePin;
use crate::under_way::Outcome;

/// The target of all spans and events of the SDK.
#[cfg(feature = "tracing")]
const TARGET: &str = "plex_api";

/// Writes a warning about an error, with further fields and a message.
#[cfg(feature = "tracing")]
macro_rules! warn {
    ($error:expr, $($rest:tt)+) => {
        tracing::warn!(target: TARGET, class = %$error.class(), error = %$error, $($rest)+)
    };
}

/// Numbers the polls of a PIN, and writes their outcomes.
#[derive(Debug)]
pub(crate) struct Polls {
    #[cfg(feature = "tracing")]
    pin: i64,
    #[cfg(feature = "tracing")]
    begun: u32,
}

#[cfg(feature = "tracing")]
impl Polls {
    pub(crate) fn new(pin: &ActivePin) -> Self {
        Self {
            pin: pin.id,
            begun: 0,
        }
    }

    /// Returns a poll that runs within a span of its own, and writes its outcome.
    pub(crate) fn observe(
        &mut self,
        poll: BoxFuture<'static, Outcome>,
        live: &Arc<LivePin>,
    ) -> BoxFuture<'static, Outcome> {
        use tracing::Instrument as _;
        self.begun = self.begun.saturating_add(1);
        let (pin, attempt, live) = (self.pin, self.begun, Arc::downgrade(live));
        let poll = poll.instrument(tracing::debug_span!(target: TARGET, "poll", pin, attempt));
        async move {
            let outcome = poll.await;
            if let Some(live) = live.upgrade() {
                let remaining_seconds = live.remaining().map(|remaining| remaining.as_secs());
                let state = match &outcome {
                    Outcome::NotYet => "pending",
                    Outcome::Received => "granted",
                    Outcome::Ended(error) if error.is_expired() => "expired",
                    Outcome::Failed(error) | Outcome::Ended(error) => {
                        warn!(error, pin, attempt, remaining_seconds, "poll failed");
                        return outcome;
                    }
                };
                tracing::debug!(target: TARGET, pin, attempt, remaining_seconds, state, "polled");
            }
            outcome
        }
        .boxed()
    }

    /// Writes that the received token could not be verified.
    pub(crate) fn not_verified(&self, error: &Error) {
        warn!(error, pin = self.pin, "cannot verify the token");
    }
}

#[cfg(not(feature = "tracing"))]
impl Polls {
    pub(crate) fn new(_: &ActivePin) -> Self {
        Self {}
    }

    pub(crate) fn observe(
        &mut self,
        poll: BoxFuture<'static, Outcome>,
        _: &Arc<LivePin>,
    ) -> BoxFuture<'static, Outcome> {
        poll
    }

    pub(crate) fn not_verified(&self, _: &Error) {}
}

/// Runs a wait or a check, and writes the error with which it ends.
#[cfg(feature = "tracing")]
pub(crate) async fn observe<T>(
    pin: &ActivePin,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let outcome = work.await;
    if let Err(error) = &outcome {
        warn!(error, pin = pin.id, "ended without a token");
    }
    outcome
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn observe<F>(_: &ActivePin, work: F) -> F {
    work
}

/// Writes the outcome of a refresh of a device's token.
#[cfg(all(feature = "jwt", feature = "tracing"))]
pub(crate) fn refreshed(outcome: &Result<DeviceToken, Error>) {
    match outcome {
        Ok(token) => {
            let expires_at = token.claims().expires_at;
            tracing::debug!(target: TARGET, ?expires_at, "token refreshed");
        }
        Err(error) => warn!(error, "cannot refresh the token"),
    }
}

#[cfg(all(feature = "jwt", not(feature = "tracing")))]
pub(crate) fn refreshed(_: &Result<DeviceToken, Error>) {}

/// Writes that the credentials file holds a newer token, which another process wrote.
#[cfg(all(feature = "jwt", feature = "tracing"))]
pub(crate) fn read_from_file(token: &DeviceToken) {
    let expires_at = token.claims().expires_at;
    tracing::debug!(target: TARGET, ?expires_at, "newer token read from the credentials file");
}

#[cfg(all(feature = "jwt", not(feature = "tracing")))]
pub(crate) fn read_from_file(_: &DeviceToken) {}

/// Writes that the credentials file cannot be read or written.
#[cfg(all(feature = "jwt", feature = "tracing"))]
pub(crate) fn file_failed(error: &Error) {
    warn!(error, "cannot use the credentials file");
}

#[cfg(all(feature = "jwt", not(feature = "tracing")))]
pub(crate) fn file_failed(_: &Error) {}
