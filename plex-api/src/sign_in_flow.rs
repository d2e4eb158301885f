//! The story of a sign-in: start, show, wait.

use std::time::{Duration, SystemTime};

use plex_api_gen::{Error, Secret, Token, lenient, operations};
use reqwest::{Method, Request};
use serde::Deserialize;
use tokio::time::Instant;

use crate::driver::{self, Polled, Poller, Progress};
use crate::sign_in::{Pending, lifetime};
use crate::{AuthPinContainer, CodeSignIn, GetPinRequest, PendingSignIn, PlexApi, SignIn};

const START: &str = "start the sign-in";
pub(crate) const CHECK: &str = "check the sign-in";

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
        let pin = self.get_pin(GetPinRequest::new().strong(true));
        self.start(None, pin).await.map(SignIn::new)
    }

    /// Starts a sign-in by a four-character code that the user types at plex.tv/link on another device.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or the network's failures ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let link = plex.start_code_sign_in().await?;
    /// println!("enter {} at https://plex.tv/link", link.code());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start_code_sign_in(&self) -> Result<CodeSignIn, Error> {
        let pin = self.get_pin(GetPinRequest::new());
        self.start(None, pin).await.map(CodeSignIn::new)
    }

    /// The sign-in of a PIN that is still to be asked for, and that is bound to a device key or to none.
    pub(crate) async fn start(
        &self,
        key_id: Option<&str>,
        pin: impl Future<Output = Result<AuthPinContainer, Error>>,
    ) -> Result<Pending, Error> {
        // The PIN's life is counted from before the request: it may have begun at any moment since.
        let asked = (Instant::now(), SystemTime::now());
        let pin = pin.await.map_err(|error| error.during(START))?;
        if pin.client_identifier != self.identity().client_identifier() {
            let what =
                "the server created the PIN for another client identifier than this client's";
            return Err(Error::mismatch(START, what));
        }
        Ok(Pending::new(pin, self.identity(), key_id, asked))
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
    pub async fn check<P: PendingSignIn<Credential = Token>>(
        &self,
        sign_in: &P,
    ) -> Result<Option<Token>, Error> {
        self.check_owner(sign_in.pending(), CHECK)?;
        let pin = self.read_pin(sign_in.pending(), None, CHECK).await?;
        Ok(pin.auth_token)
    }

    /// Polls until the user has agreed, and returns the token.
    ///
    /// It polls once a second (see [`poll_interval`](crate::PlexApiBuilder::poll_interval)), carries on through outages,
    /// time-outs and broken answers with growing pauses, pauses as long as the server says when it is told to, and polls
    /// a last time just before the PIN dies: a token that was granted half a second before that, and twice the time that an
    /// answer takes, is returned, unless so many sign-ins end at the same moment that their last polls must be spread out. All
    /// waits on a client and its clones share one budget of polls, fairly.
    ///
    /// It spawns nothing. Dropping the future ends the wait, and the same sign-in may be waited for again; it is polled no more
    /// often for that.
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN died before the user agreed, as far as is known; its `source()` is then the
    /// failure of the last poll, if that failed. [`Error::is_misuse`] when it was started under another client identifier.
    /// And what plex.tv refuses for good ([`Error::is_bad_request`], [`Error::is_rejected`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// let link = plex.start_code_sign_in().await?;
    /// println!("enter {} at https://plex.tv/link", link.code());
    /// let token = plex.wait_for_token(&link).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_token<P: PendingSignIn<Credential = Token>>(
        &self,
        sign_in: &P,
    ) -> Result<Token, Error> {
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
    pub async fn wait_for_token_with<P: PendingSignIn<Credential = Token>>(
        &self,
        sign_in: &P,
        progress: impl FnMut(Progress<'_>) + Send,
    ) -> Result<Token, Error> {
        driver::wait(self, sign_in.pending(), progress).await
    }

    /// Reads a PIN once.
    pub(crate) async fn read_pin(
        &self,
        pending: &Pending,
        device_jwt: Option<&Secret>,
        step: &'static str,
    ) -> Result<PinState, Error> {
        let pin = self
            .generated()
            .get_token_by_pin_id_as::<PinState>(pending.id, device_jwt)
            .await;
        about(pending, pin, step)
    }

    /// plex.tv knows a PIN only under the client identifier that created it; under another it seems expired.
    pub(crate) fn check_owner(&self, pending: &Pending, step: &'static str) -> Result<(), Error> {
        if pending.client_identifier == self.identity().client_identifier() {
            return Ok(());
        }
        let what = "this sign-in was started under another client identifier; only a client with that one can go on";
        Err(Error::misuse(step, what))
    }
}

/// The answer to a poll; it must be about the PIN that was asked for.
fn about(
    pending: &Pending,
    pin: Result<PinState, Error>,
    step: &'static str,
) -> Result<PinState, Error> {
    let pin = pin.map_err(|error| error.during(step))?;
    let is_other_id = pin.id.is_some_and(|id| id != pending.id);
    if is_other_id
        || pin
            .client_identifier
            .as_ref()
            .is_some_and(|client| *client != pending.client_identifier)
    {
        return Err(Error::mismatch(
            step,
            "the server answered about another PIN than the one asked for",
        ));
    }
    Ok(pin)
}

/// Its polls are the request of `get_token_by_pin_id`, with an address that is parsed once, and read only what they need.
impl Poller for PlexApi {
    type Credential = Token;

    fn plex(&self) -> &PlexApi {
        self
    }

    fn owns(&self, pending: &Pending, step: &'static str) -> Result<(), Error> {
        self.check_owner(pending, step)
    }

    async fn poll(&self, pending: &Pending, step: &'static str) -> Result<Polled<Token>, Error> {
        let mut url = self.pins_url().clone();
        url.path_segments_mut()
            .map_err(|()| Error::misuse(step, "no path can be put behind the base URL"))?
            .push(&pending.id.to_string());
        let request = Request::new(Method::GET, url);
        let transport = self.generated().transport();
        let pin = transport
            .json(&operations::GET_TOKEN_BY_PIN_ID, Ok(request))
            .await;
        let pin: PinState = about(pending, pin, step)?;
        let expires_in = pin.expires_in();
        Ok(pin
            .auth_token
            .map_or(Polled::Pending { expires_in }, Polled::Granted))
    }
}

/// What a poll needs of the answer, and no more: nothing else in it can cost a token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PinState {
    #[serde(default, deserialize_with = "lenient::read")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::read")]
    client_identifier: Option<String>,
    #[serde(default, deserialize_with = "lenient::read")]
    expires_in: Option<i64>,
    #[serde(default, deserialize_with = "lenient::read")]
    pub(crate) auth_token: Option<Token>,
}

impl PinState {
    /// How long the PIN still lives, as the answer has it.
    pub(crate) fn expires_in(&self) -> Duration {
        self.expires_in.map_or(Duration::MAX, lifetime)
    }
}

/// Compile-time: futures can be spawned, types can be shared.
const _: fn() = || {
    fn is_send<T: Send>(_: T) {}
    fn is_send_sync<T: Send + Sync>() {}
    fn futures(plex: &PlexApi, sign_in: &SignIn, link: &CodeSignIn) {
        is_send(plex.wait_for_token(sign_in));
        is_send(plex.wait_for_token_with(link, |_| {}));
        is_send(plex.check(link));
        is_send(plex.start_sign_in());
    }
    let _ = futures;
    is_send_sync::<(PlexApi, SignIn, CodeSignIn, Token, Error)>();
};
