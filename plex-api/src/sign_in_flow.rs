//! The sign-in flow: start, show, wait.

use std::time::SystemTime;

use plex_api_gen::{Error, Secret, Token};
use tokio::time::Instant;

use crate::active_pin::ActivePin;
use crate::driver::{self, Polled, Poller, Progress};
use crate::pin_state::PinState;
use crate::{AuthPinContainer, CodeSignIn, GetPinRequest, PendingSignIn, PlexApi, SignIn};

const START: &str = "start the sign-in";
pub(crate) const CHECK: &str = "check the sign-in";

impl PlexApi {
    /// Starts a sign-in by link, for programs that can open a browser, send the user to a page, or show a QR code.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or a network failure ([`Error::is_transient`]).
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
        let pin = self.get_pin(GetPinRequest::new().strong(true));
        self.start(None, pin).await.map(SignIn::new)
    }

    /// Starts a sign-in by a user code of four characters, which the user types at plex.tv/link on another device.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or a network failure ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let sign_in = plex.start_code_sign_in().await?;
    /// println!("enter {} at https://plex.tv/link", sign_in.code());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start_code_sign_in(&self) -> Result<CodeSignIn, Error> {
        let pin = self.get_pin(GetPinRequest::new());
        self.start(None, pin).await.map(CodeSignIn::new)
    }

    /// Awaits the request that creates a PIN, which may be bound to a device key.
    pub(crate) async fn start(
        &self,
        key_id: Option<&str>,
        pin: impl Future<Output = Result<AuthPinContainer, Error>>,
    ) -> Result<ActivePin, Error> {
        // The PIN's lifetime is counted from before the request: the server may have started it at any time since.
        let asked = (Instant::now(), SystemTime::now());
        let pin = pin.await.map_err(|error| error.during(START))?;
        if pin.client_identifier != self.identity().client_identifier() {
            let what =
                "the server created the PIN for another client identifier than this client's";
            return Err(Error::mismatch(START, what));
        }
        Ok(ActivePin::new(pin, self.identity(), key_id, asked))
    }

    /// Checks once if the user has agreed: returns the token, or `None` if not yet.
    ///
    /// Use it in programs that are called back, such as a web back end when the user returns from Plex's page. Others
    /// use [`wait_for_token`](Self::wait_for_token).
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN has expired, another [`Error::is_refusal`] when plex.tv rejects the request for
    /// good, and [`Error::is_misuse`] when the sign-in was started under another client identifier. After any other failure
    /// it may be checked again: a network failure, or a response of a proxy, whatever its status.
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
    pub async fn check<P>(&self, sign_in: &P) -> Result<Option<Token>, Error>
    where
        P: PendingSignIn<Credential = Token> + ?Sized,
    {
        self.check_owner(sign_in.pin(), CHECK)?;
        Ok(self.poll(sign_in.pin(), CHECK).await?.granted())
    }

    /// Polls until the user has agreed, and returns the token.
    ///
    /// It polls once a second (see [`poll_interval`](crate::PlexApiBuilder::poll_interval)) and continues through outages,
    /// time-outs and malformed responses, with growing pauses or the pause that the server asks for.
    ///
    /// It polls a final time just before the PIN expires. A token that is granted in time for this poll (half a second
    /// before the expiry, or twice the response time if that is longer) is returned, unless so many PINs expire at the
    /// same time that their final polls must be spread out.
    ///
    /// All waits on a client and its clones share one rate limit, fairly.
    ///
    /// It spawns no task. Dropping the future cancels the wait. A new wait for the same sign-in continues at the same
    /// poll interval.
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN expired before the user was known to agree; its `source()` is the failure of
    /// the last poll, if it failed. [`Error::is_misuse`] when the sign-in was started under another client identifier.
    /// [`Error::is_bad_request`] and [`Error::is_rejected`] when plex.tv rejects a poll for good.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let sign_in = plex.start_code_sign_in().await?;
    /// println!("enter {} at https://plex.tv/link", sign_in.code());
    /// let token = plex.wait_for_token(&sign_in).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_token<P>(&self, sign_in: &P) -> Result<Token, Error>
    where
        P: PendingSignIn<Credential = Token> + ?Sized,
    {
        self.wait_for_token_with(sign_in, |_| {}).await
    }

    /// Does the same as [`wait_for_token`](Self::wait_for_token), and calls `progress` after each poll that did not end
    /// the wait.
    ///
    /// # Errors
    /// The same as [`wait_for_token`](Self::wait_for_token).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, sign_in: plex_api::SignIn) -> Result<(), plex_api::Error> {
    /// let token = plex
    ///     .wait_for_token_with(&sign_in, |progress| match progress.error {
    ///         None => println!("{} seconds left", progress.remaining.as_secs()),
    ///         Some(error) => println!("{error}; trying again"),
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_token_with<P>(
        &self,
        sign_in: &P,
        progress: impl FnMut(Progress<'_>),
    ) -> Result<Token, Error>
    where
        P: PendingSignIn<Credential = Token> + ?Sized,
    {
        driver::wait(self, sign_in.pin(), progress).await
    }

    /// Reads a PIN, and rejects a response that is about another one.
    pub(crate) async fn read_pin(
        &self,
        pin: &ActivePin,
        device_jwt: Option<&Secret>,
        step: &'static str,
    ) -> Result<PinState, Error> {
        let read = self.generated().get_token_by_pin_id_as(pin.id, device_jwt);
        let state: PinState = read.await.map_err(|error| error.during(step))?;
        if !state.is_of(pin) {
            let what = "the response is about another PIN than the one asked for";
            return Err(Error::mismatch(step, what));
        }
        Ok(state)
    }
}

impl Poller for PlexApi {
    type Credential = Token;

    fn plex(&self) -> &PlexApi {
        self
    }

    /// Rejects a sign-in of another client identifier: plex.tv would report its PIN as expired.
    fn check_owner(&self, pin: &ActivePin, step: &'static str) -> Result<(), Error> {
        if pin.client_identifier == self.identity().client_identifier() {
            return Ok(());
        }
        let what = "this sign-in was started under another client identifier; continue with a client that has that one";
        Err(Error::misuse(step, what))
    }

    async fn poll(&self, pin: &ActivePin, step: &'static str) -> Result<Polled<Token>, Error> {
        let state = self.read_pin(pin, None, step).await?;
        let expires_in = state.expires_in();
        Ok(state
            .auth_token
            .map_or(Polled::NotYet { expires_in }, Polled::Granted))
    }
}

/// Checks at compile time that futures can be spawned and types can be shared.
const _: fn() = || {
    fn is_send<T: Send>(_: T) {}
    fn is_send_sync<T: Send + Sync>() {}
    fn futures(plex: &PlexApi, sign_in: &SignIn, code_sign_in: &CodeSignIn) {
        is_send(plex.wait_for_token(sign_in));
        is_send(plex.wait_for_token_with(code_sign_in, |_| {}));
        is_send(plex.check(code_sign_in));
        is_send(plex.start_sign_in());
    }
    let _ = futures;
    is_send_sync::<(PlexApi, SignIn, CodeSignIn, Token, Error)>();
};
