//! The story of a sign-in: start, show, wait.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use plex_api_gen::{Error, Token, lenient};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::sign_in::{MAX_LIFETIME, Pending, lifetime};
use crate::wait::Wait;
use crate::{GetPinRequest, Link, PendingSignIn, PlexApi, SignIn};

const START: &str = "start the sign-in";
const CHECK: &str = "check the sign-in";
const WAIT: &str = "wait for the token";

impl PlexApi {
    /// Starts a sign-in by link: for programs that can open a browser, send the user to a page, or show a QR code.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or the network's failures ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let sign_in = plex.start_sign_in().await?;
    /// println!("open {}", sign_in.url());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start_sign_in(&self) -> Result<SignIn, Error> {
        self.start(GetPinRequest::new().strong(true))
            .await
            .map(SignIn::new)
    }

    /// Starts a sign-in by a four-character code that the user types at plex.tv/link on another device.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or the network's failures ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let link = plex.start_link().await?;
    /// println!("enter {} at https://plex.tv/link", link.code());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start_link(&self) -> Result<Link, Error> {
        self.start(GetPinRequest::new()).await.map(Link::new)
    }

    async fn start(&self, request: GetPinRequest) -> Result<Pending, Error> {
        // The PIN's life is counted from before the request: it may have begun at any moment since.
        let asked = (Instant::now(), SystemTime::now());
        let pin = self
            .get_pin(request)
            .await
            .map_err(|error| error.during(START))?;
        if pin.client_identifier != self.identity().client_identifier() {
            let what =
                "the server created the PIN for another client identifier than this client's";
            return Err(Error::wrong_answer(START, what));
        }
        Ok(Pending::new(pin, self.identity(), asked))
    }

    /// Asks once whether the user has agreed: the token, or `None` for not yet.
    ///
    /// For programs that are called back, such as a web back end when the user returns from Plex's page; others rather
    /// [`wait_for_token`](Self::wait_for_token).
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN is dead, [`Error::is_misuse`] when it was started under another client
    /// identifier, or the network's failures ([`Error::is_transient`]), after which the same sign-in may be checked again.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, sign_in: plex_api::SignIn) -> Result<(), plex_api::Error> {
    /// match plex.check(&sign_in).await? {
    ///     Some(_token) => println!("signed in"),
    ///     None => println!("not yet"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check<P: PendingSignIn>(
        &self,
        sign_in: &P,
    ) -> Result<Option<P::Credential>, Error> {
        let pending = sign_in.pending();
        self.owns(pending, CHECK)?;
        let pin = self.poll(pending, CHECK).await?;
        Ok(pin.auth_token.map(P::credential))
    }

    /// Polls until the user has agreed, and returns the token.
    ///
    /// It polls once a second (see [`poll_interval`](crate::PlexApiBuilder::poll_interval)), carries on through outages,
    /// time-outs and broken answers with growing pauses, pauses as long as the server says when it is told to, and polls
    /// a last time just before the PIN dies: a token that was granted half a second before that, and twice the time that an
    /// answer takes, is returned, unless so many sign-ins end at the same moment that their last polls must be spread out. All waits on a client and its clones share one budget of polls, fairly.
    ///
    /// It spawns nothing. Dropping the future ends the wait, and the same sign-in may be waited for again; it is polled no more often for that.
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN died before the user agreed, as far as is known; its `source()` is then the
    /// failure of the last poll, if that failed. [`Error::is_misuse`] when it was started under another client identifier.
    /// And what plex.tv refuses for good ([`Error::is_bad_request`], [`Error::is_rejected`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let link = plex.start_link().await?;
    /// println!("enter {} at https://plex.tv/link", link.code());
    /// let token = plex.wait_for_token(&link).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_token<P: PendingSignIn>(
        &self,
        sign_in: &P,
    ) -> Result<P::Credential, Error> {
        self.wait_for_token_with(sign_in, |_| {}).await
    }

    /// The same as [`wait_for_token`](Self::wait_for_token), and `progress` is called after each poll that did not end the
    /// wait.
    ///
    /// # Errors
    /// The same as [`wait_for_token`](Self::wait_for_token).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, sign_in: plex_api::SignIn) -> Result<(), plex_api::Error> {
    /// let token = plex
    ///     .wait_for_token_with(&sign_in, |progress| match progress.trouble {
    ///         None => println!("{} seconds left", progress.remaining.as_secs()),
    ///         Some(error) => println!("{error}; trying again"),
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_token_with<P: PendingSignIn>(
        &self,
        sign_in: &P,
        mut progress: impl FnMut(Progress<'_>) + Send,
    ) -> Result<P::Credential, Error> {
        let pending = sign_in.pending();
        self.owns(pending, WAIT)?;
        let began = Instant::now();
        // Nothing is planned further ahead than any PIN lives; so no moment is out of range.
        let moment = |elapsed: Duration| began + elapsed.min(MAX_LIFETIME * 2);
        let mut wait = Wait::new(
            pending.remaining(),
            pending.is_known(),
            self.poll_interval(),
            Rng::new(),
        );
        wait.put_off(pending.not_before().saturating_duration_since(began));
        let mut end = moment(wait.last_poll());
        let mut last = self.budget().latest_until(end);
        loop {
            let due = moment(wait.due());
            let is_sent = AtomicBool::new(false);
            let mut polled = pin!(async {
                sleep_until(due).await;
                let _place = self.budget().place().await;
                let slot = self.budget().first_from(Instant::now());
                sleep_until(slot.at()).await;
                is_sent.store(true, Ordering::Relaxed);
                pending.set_not_before(Instant::now() + self.poll_interval());
                (began.elapsed(), self.poll(pending, WAIT).await)
            });
            // A last poll goes before the budget: where the calendar is full to the end, it is sent at the end.
            let last_at = last.at().min(end);
            let (is_last, (sent, outcome)) = match timeout_at(last_at, &mut polled).await {
                Ok(polled) => (false, polled),
                Err(_) => {
                    let last_poll = async { (began.elapsed(), self.poll(pending, WAIT).await) };
                    // A poll whose answer is still under way may yet bring the token.
                    let earlier = is_sent.load(Ordering::Relaxed).then_some(polled);
                    (true, token_of_either(earlier, last_poll).await)
                }
            };
            let now = began.elapsed();
            let trouble = match outcome {
                Ok(Polled {
                    auth_token: Some(token),
                    ..
                }) => return Ok(P::credential(token)),
                Ok(pin) => {
                    let expires_in = pin.expires_in.map_or(Duration::MAX, lifetime);
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
                last = self.budget().latest_until(end);
                if Instant::now() >= end
                    || last.at() > end
                    || last.at() < end.min(moment(wait.due()))
                {
                    return Err(Error::expired(WAIT, trouble));
                }
            } else if end != planned {
                last = self.budget().latest_until(end);
            }
        }
    }

    /// One poll, whose answer must be about the PIN that was asked for.
    async fn poll(&self, pending: &Pending, step: &'static str) -> Result<Polled, Error> {
        let polled = self
            .generated()
            .get_token_by_pin_id_as::<Polled>(pending.id, None)
            .await;
        let pin = polled.map_err(|error| error.during(step))?;
        let is_other_id = pin.id.is_some_and(|id| id != pending.id);
        if is_other_id
            || pin
                .client_identifier
                .as_ref()
                .is_some_and(|client| *client != pending.client_identifier)
        {
            return Err(Error::wrong_answer(
                step,
                "the server answered about another PIN than the one asked for",
            ));
        }
        Ok(pin)
    }

    /// plex.tv knows a PIN only under the client identifier that created it; under another it seems expired.
    fn owns(&self, pending: &Pending, step: &'static str) -> Result<(), Error> {
        if pending.client_identifier == self.identity().client_identifier() {
            return Ok(());
        }
        let what = "this sign-in was started under another client identifier; only a client with that one can go on";
        Err(Error::misuse(step, what))
    }
}

/// The outcome of the last poll; or of an earlier one that is still under way, if that brings the token.
async fn token_of_either(
    mut earlier: Option<impl Future<Output = Outcome> + Unpin>,
    last: impl Future<Output = Outcome>,
) -> Outcome {
    let has_token = |outcome: &Outcome| matches!(&outcome.1, Ok(pin) if pin.auth_token.is_some());
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
type Outcome = (Duration, Result<Polled, Error>);

/// What a poll needs of the answer, and no more: nothing else in it can cost a token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Polled {
    #[serde(default, deserialize_with = "lenient::read")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::read")]
    client_identifier: Option<String>,
    #[serde(default, deserialize_with = "lenient::read")]
    expires_in: Option<i64>,
    #[serde(default, deserialize_with = "lenient::read")]
    auth_token: Option<Token>,
}

/// How a wait is going.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How long the PIN still lives.
    pub remaining: Duration,
    /// What went wrong with the poll that was just made; nothing if it was answered.
    pub trouble: Option<&'a Error>,
}

/// Compile-time: futures can be spawned, types can be shared.
const _: fn() = || {
    fn is_send<T: Send>(_: T) {}
    fn is_send_sync<T: Send + Sync>() {}
    fn futures(plex: &PlexApi, sign_in: &SignIn, link: &Link) {
        is_send(plex.wait_for_token(sign_in));
        is_send(plex.wait_for_token_with(link, |_| {}));
        is_send(plex.check(link));
        is_send(plex.start_sign_in());
    }
    let _ = futures;
    is_send_sync::<(PlexApi, SignIn, Link, Token, Error)>();
};
