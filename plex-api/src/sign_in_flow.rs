//! The sign-in flow: start, show, wait.

use std::sync::Arc;
use std::time::SystemTime;

use plex_api_gen::{Client, Error, Request as _, Secret, Token};
use tokio::time::Instant;

use crate::active_pin::ActivePin;
use crate::check::{self, SignInStatus};
use crate::driver::{self, Poller, Progress};
use crate::pin_state::PinState;
use crate::{
    AuthPinContainer, CodeSignIn, GetPinRequest, GetTokenByPinIdRequest, PendingSignIn, PlexApi,
    SignIn,
};

const START: &str = "start the sign-in";

impl PlexApi {
    /// Starts a sign-in by link, for programs that can open a browser, send the user to a page, or show a QR code.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or a network failure ([`Error::is_transient`]): call it again.
    /// The first call after the machine slept may fail so, on a connection that died meanwhile.
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
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or a network failure ([`Error::is_transient`]): call it again.
    /// The first call after the machine slept may fail so, on a connection that died meanwhile.
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
        let pin = ActivePin::new(pin, self.identity(), key_id, asked);
        self.live_pins().add(&pin);
        Ok(pin)
    }

    /// Returns the state of a sign-in: granted, pending or expired.
    ///
    /// Use it in programs that are asked by others, such as a web back end whose page asks every second, or when the user
    /// returns from Plex's page. Others use [`wait_for_token`](Self::wait_for_token).
    ///
    /// Call it as often as you like: it polls at most once per
    /// [`poll_interval`](crate::PlexApiBuilder::poll_interval), within the client's limits and any pause that plex.tv asks
    /// for, and otherwise returns what the last poll brought. A granted token is returned again until the PIN expires. All
    /// of this counts per PIN: for every clone of the client, for concurrent waits and checks, and for a sign-in that was
    /// stored and loaded again.
    ///
    /// A failure that may pass is not an error: the state is still pending, with the failure.
    ///
    /// # Errors
    /// [`Error::is_refusal`] when plex.tv rejects the poll for good. [`Error::is_misuse`] when the sign-in was started under
    /// another client identifier, or outside of a tokio runtime.
    /// [`ErrorClass::Mismatch`](crate::ErrorClass::Mismatch) when the response is about another PIN, and
    /// [`ErrorClass::NoCertificates`](crate::ErrorClass::NoCertificates).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, sign_in: plex_api::SignIn) -> Result<(), plex_api::Error> {
    /// use plex_api::SignInStatus;
    ///
    /// match plex.check(&sign_in).await? {
    ///     SignInStatus::Granted(_token) => println!("signed in"),
    ///     SignInStatus::Pending { remaining, .. } => println!("not yet, {} seconds left", remaining.as_secs()),
    ///     SignInStatus::Expired => println!("start a new sign-in"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check<P>(&self, sign_in: &P) -> Result<SignInStatus<Token>, Error>
    where
        P: PendingSignIn<Credential = Token> + ?Sized,
    {
        check::check(self, sign_in.pin()).await
    }

    /// Polls until the user has agreed, and returns the token.
    ///
    /// It polls once a second (see [`poll_interval`](crate::PlexApiBuilder::poll_interval)) and continues through outages,
    /// time-outs and malformed responses, with growing pauses or the pause that the server asks for.
    ///
    /// It polls a final time just before the PIN expires: a quarter of a second before, or twice the response time if that
    /// is longer. If the PINs of `n` waits expire in the same second, their final polls are spread out, and may be up to
    /// `n` / 2,000 seconds earlier. A token that is granted before the final poll is returned.
    ///
    /// All waits on a client and its clones share one rate limit, fairly. Waits for the same sign-in share its polls.
    ///
    /// It spawns no task. Dropping the future cancels the wait. A new wait for the same sign-in continues with the poll
    /// that is under way and at the same poll interval, so a wait may be made anew in each round of a `select!` loop.
    ///
    /// A resumed sign-in is waited for until a response says that its PIN has expired, or 30 minutes if there is no
    /// response: the clock of the process that stored it may be wrong.
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN expired before the user was known to agree; its `source()` is the failure of
    /// the last poll, if it failed. [`Error::is_refusal`] when plex.tv rejects a poll for good. [`Error::is_misuse`] when the
    /// sign-in was started under another client identifier, or outside of a tokio runtime.
    /// [`ErrorClass::Mismatch`](crate::ErrorClass::Mismatch) when a response is about another PIN, and
    /// [`ErrorClass::NoCertificates`](crate::ErrorClass::NoCertificates).
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
}

/// The request of a poll, which borrows nothing.
pub(crate) struct PinRequest {
    pub(crate) client: Client,
    pub(crate) id: i64,
    pub(crate) client_identifier: Arc<str>,
    pub(crate) device_jwt: Option<Secret>,
}

impl PinRequest {
    /// Reads the PIN, and rejects a response that is about another one.
    pub(crate) async fn send(self) -> Result<PinState, Error> {
        let mut request = GetTokenByPinIdRequest::new(self.id);
        if let Some(proof) = self.device_jwt {
            request = request.device_jwt(proof);
        }
        let state: PinState = request.send_as(&self.client).await?;
        if !state.is_of(self.id, &self.client_identifier) {
            let what = "the response is about another PIN than the one asked for";
            return Err(Error::mismatch("getTokenByPinId", what));
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

    fn proof(&self) -> Result<Option<Secret>, Error> {
        Ok(None)
    }

    async fn credential(&self, token: Token) -> Result<Token, Error> {
        Ok(token)
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
        is_send(plex.get_pin(GetPinRequest::new()));
        is_send(plex.send(GetPinRequest::new()));
    }
    let _ = futures;
    is_send_sync::<(PlexApi, SignIn, CodeSignIn, Token, Error)>();
};
