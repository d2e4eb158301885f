//! Checks a sign-in: polls if a poll is due, and returns the state.

use std::time::Duration;

use plex_api_gen::{Error, Transport};
use tokio::time::{Instant, sleep_until};

use crate::active_pin::ActivePin;
use crate::driver::{Poller, begin};
use crate::live_pin::Known;
use crate::trace;
use crate::under_way::Outcome;

const CHECK: &str = "check the sign-in";

/// The state of a sign-in, as [`PlexApi::check`](crate::PlexApi::check) returns it.
///
/// # Examples
/// ```
/// use plex_api::{SignInStatus, Token};
///
/// fn page(status: &SignInStatus<Token>) -> &'static str {
///     match status {
///         SignInStatus::Granted(_token) => "You are signed in.",
///         SignInStatus::Pending { last_failure: None, .. } => "Waiting for you.",
///         SignInStatus::Pending { .. } => "Plex does not respond at present; please wait.",
///         SignInStatus::Expired => "That took too long. Start again.",
///     }
/// }
/// # assert_eq!(page(&SignInStatus::Granted(Token::new("2ffLuB84dqLswk9skLos"))), "You are signed in.");
/// ```
#[derive(Debug, Clone)]
pub enum SignInStatus<C> {
    /// The user has agreed; the credential is a [`Token`](crate::Token) or a `DeviceToken`.
    Granted(C),
    /// The user has not agreed yet, or plex.tv could not be asked.
    #[non_exhaustive]
    Pending {
        /// How long the PIN still lives.
        remaining: Duration,
        /// The failure of the last poll; `None` if it succeeded, or if there was none yet. Keep checking.
        last_failure: Option<Error>,
    },
    /// The PIN has expired, or plex.tv no longer knows it. Start a new sign-in.
    Expired,
}

impl<C> SignInStatus<C> {
    /// Returns the credential, if the user has agreed.
    pub fn granted(self) -> Option<C> {
        match self {
            Self::Granted(credential) => Some(credential),
            Self::Pending { .. } | Self::Expired => None,
        }
    }
}

/// Polls if a poll is due soon and permitted within an interval, and returns the state.
pub(crate) fn check<P: Poller>(
    poller: &P,
    pin: &ActivePin,
) -> impl Future<Output = Result<SignInStatus<P::Credential>, Error>> {
    trace::observe(pin, run(poller, pin))
}

async fn run<P: Poller>(poller: &P, pin: &ActivePin) -> Result<SignInStatus<P::Credential>, Error> {
    poller.check_owner(pin, CHECK)?;
    Transport::check_runtime(CHECK)?;
    let plex = poller.plex();
    let live = plex.live_pins().get(pin);
    let (mut permit, mut poll) = (None, None);
    // A page that asks once per interval must not be early by a hair each time.
    let due = live.due();
    if due <= Instant::now() + plex.poll_interval() / 4 {
        sleep_until(due).await;
    }
    if live.is_due() {
        let until = Instant::now() + plex.poll_interval();
        let limiter = plex.rate_limiter();
        permit = limiter.permit(live.due(), until, || live.is_due()).await;
        if permit.is_some() {
            poll = Some(begin(poller, pin, &live, false)?);
        }
    }
    if let Some(poll) = poll.or_else(|| live.under_way()) {
        poll.await;
    }
    drop(permit);
    let pending = |remaining: Option<Duration>, failure: Option<Error>| SignInStatus::Pending {
        remaining: remaining.unwrap_or_else(|| pin.remaining()),
        last_failure: failure.map(|error| error.during(CHECK)),
    };
    match live.known() {
        Known::Received(token) => match poller.credential(token).await {
            Ok(credential) => {
                live.verified();
                Ok(SignInStatus::Granted(credential))
            }
            Err(error) => match live.not_verified(error) {
                Outcome::Ended(error) => Err(error.during(CHECK)),
                _ => Ok(pending(live.remaining(), live.failure())),
            },
        },
        Known::Pending { remaining, failure } => Ok(pending(remaining, failure)),
        Known::Refused(error) => Err(error.during(CHECK)),
        Known::Expired => Ok(SignInStatus::Expired),
    }
}
