//! The story of a sign-in: start, show, wait.

use std::time::{Duration, SystemTime};

use plex_api_gen::{Error, Token};
use tokio::time::{Instant, sleep, timeout};

use crate::sign_in::{Pending, lifetime};
use crate::wait::{Step, Wait};
use crate::{AuthPinContainer, GetPinRequest, Link, PendingSignIn, PlexApi, SignIn};

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
        let pin = self.get_pin(request).await?;
        if pin.client_identifier != self.identity().client_identifier() {
            let what =
                "the server created the PIN for another client identifier than this client's";
            return Err(Error::wrong_answer("start the sign-in", what));
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
    /// time-outs and broken answers with growing pauses, does as long as the server says when it is told to pause, and
    /// polls a last time just before the PIN dies. It spawns nothing: dropping the future ends the wait, and the same
    /// sign-in may be waited for again.
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN died before the user agreed; [`Error::is_misuse`] when it was started under
    /// another client identifier; and what plex.tv refuses for good ([`Error::is_bad_request`], [`Error::is_rejected`]).
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
        let pending = sign_in.pending();
        self.owns(pending, WAIT)?;
        let began = Instant::now();
        let mut wait = Wait::new(pending.remaining(), self.poll_interval());
        loop {
            let give_up_after = match wait.step(began.elapsed()) {
                Step::Pause(pause) => {
                    sleep(pause).await;
                    continue;
                }
                Step::Expired => return Err(Error::expired(WAIT)),
                Step::Poll { give_up_after } => give_up_after.unwrap_or(Duration::MAX),
            };
            let sent = began.elapsed();
            match timeout(give_up_after, self.poll(pending, WAIT)).await {
                Ok(Ok(AuthPinContainer {
                    auth_token: Some(token),
                    ..
                })) => return Ok(P::credential(token)),
                Ok(Ok(pin)) => wait.pending(sent, began.elapsed(), lifetime(pin.expires_in)),
                Ok(Err(error)) if error.is_transient() => {
                    wait.failed(began.elapsed(), error.retry_after())
                }
                Ok(Err(error)) => return Err(error),
                Err(_) => wait.failed(began.elapsed(), None),
            }
        }
    }

    /// One poll, whose answer must be about the PIN that was asked for.
    async fn poll(&self, pending: &Pending, step: &'static str) -> Result<AuthPinContainer, Error> {
        let pin = self
            .generated()
            .get_token_by_pin_id(pending.id, None)
            .await?;
        if pin.id != pending.id || pin.client_identifier != pending.client_identifier {
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

/// Compile-time: futures can be spawned, types can be shared.
const _: fn() = || {
    fn is_send<T: Send>(_: T) {}
    fn is_send_sync<T: Send + Sync>() {}
    fn futures(plex: &PlexApi, sign_in: &SignIn, link: &Link) {
        is_send(plex.wait_for_token(sign_in));
        is_send(plex.check(link));
        is_send(plex.start_sign_in());
    }
    let _ = futures;
    is_send_sync::<(PlexApi, SignIn, Link, Token, Error)>();
};
