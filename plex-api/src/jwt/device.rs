use std::pin::pin;

use chrono::TimeDelta;
use futures_util::future::{Either, select};
use plex_api_gen::types::{AccessToken, CreatePinBody, ExchangeDeviceJwtBody};
use plex_api_gen::{Error, JwtFlaw, Secret, Token};
use serde_json::json;

use super::compact::{Unverified, sign};
use super::{Credentials, DeviceKey, DeviceToken, PlexKeys, Scope};
use crate::driver::{self, Polled, Poller, Progress};
use crate::sign_in::Pending;
use crate::sign_in_flow::CHECK;
use crate::{AuthPinContainer, DeviceCodeSignIn, DeviceSignIn, PendingSignIn, PlexApi};

/// A client of plex.tv for one identity and one device key: it signs in for JWTs, which plex.tv recommends over the older
/// tokens.
///
/// Made by [`PlexApi::with_device_key`]. It tells the same story: start, show, wait; what comes of it is a [`DeviceToken`],
/// verified. From then on [`Credentials`] has a valid token at any time, without the user.
///
/// **Signing in with a key is final for the client identifier**: once plex.tv has issued a JWT for it, the device's older
/// tokens are dead, and nobody signs in under this identifier without the key any more (seen in Streamarr and
/// clambin/mediaclients). Use a client identifier for JWTs and another one for older tokens, if you need both.
///
/// A clone is cheap.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// use plex_api::{Credentials, DeviceKey};
///
/// let device = plex.with_device_key(&DeviceKey::load_or_create("plex-device-key.pem")?);
/// let sign_in = device.start_sign_in().await?;
/// println!("open {}", sign_in.url());
/// let token = device.wait_for_token(&sign_in).await?;
/// let credentials = Credentials::new(&device, &token)?.keep_in("plex-credentials.json")?;
/// let _valid = credentials.token().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct DeviceClient {
    plex: PlexApi,
    key: DeviceKey,
    /// The claim of what tokens tell about their user.
    scope: Option<String>,
}

/// How long a signed proof is good for. It must outlive a slow request and a clock that is a little off.
const PROOF_LIFETIME: TimeDelta = TimeDelta::minutes(5);

const REFRESH: &str = "refresh the token";
const VERIFY: &str = "verify the token";

impl PlexApi {
    /// A client that signs in for JWTs with this key.
    pub fn with_device_key(&self, key: &DeviceKey) -> DeviceClient {
        DeviceClient {
            plex: self.clone(),
            key: key.clone(),
            scope: Scope::list(&[Scope::Username, Scope::FriendlyName]),
        }
    }
}

impl DeviceClient {
    /// What the tokens tell about their user; [`Scope::Username`] and [`Scope::FriendlyName`] if not set.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scope = Scope::list(&scopes.into_iter().collect::<Vec<_>>());
        self
    }

    pub(super) fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The client without the key.
    pub fn plex(&self) -> &PlexApi {
        &self.plex
    }

    /// The key.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Starts a sign-in by link, as [`PlexApi::start_sign_in`] does.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or the network's failures ([`Error::is_transient`]).
    pub async fn start_sign_in(&self) -> Result<DeviceSignIn, Error> {
        let pin = self.create_pin(true);
        let pending = self.plex.start(Some(self.key.id()), pin).await?;
        Ok(DeviceSignIn::new(pending))
    }

    /// Starts a sign-in by a four-character code, as [`PlexApi::start_code_sign_in`] does.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or the network's failures ([`Error::is_transient`]).
    pub async fn start_code_sign_in(&self) -> Result<DeviceCodeSignIn, Error> {
        let pin = self.create_pin(false);
        let pending = self.plex.start(Some(self.key.id()), pin).await?;
        Ok(DeviceCodeSignIn::new(pending))
    }

    async fn create_pin(&self, strong: bool) -> Result<AuthPinContainer, Error> {
        let body = CreatePinBody {
            jwk: Some(self.key.public_jwk()),
            strong: strong.then_some(true),
        };
        self.plex.generated().get_pin(None, Some(&body)).await
    }

    /// Asks once whether the user has agreed: the verified token, or `None` for not yet.
    ///
    /// # Errors
    /// The same as [`PlexApi::check`], [`Error::is_misuse`] also when it was started with another key. And
    /// [`Error::jwt_flaw`] when what came is not a JWT for this device: a legacy token among others, which is never taken for
    /// success. A token that came but could not be verified, because plex.tv's keys are out of reach, is not lost: the error is
    /// then [`Error::is_transient`], and the same sign-in can be checked again, also after its PIN has died.
    pub async fn check<P: PendingSignIn<Credential = DeviceToken>>(
        &self,
        sign_in: &P,
    ) -> Result<Option<DeviceToken>, Error> {
        self.owns(sign_in.pending(), CHECK)?;
        let polled = self.poll(sign_in.pending(), CHECK).await?;
        Ok(polled.granted())
    }

    /// Polls until the user has agreed, as [`PlexApi::wait_for_token`] does, and verifies the token. Each poll carries a proof
    /// of the key that was signed for it.
    ///
    /// # Errors
    /// The same as [`PlexApi::wait_for_token`], and as [`check`](Self::check).
    pub async fn wait_for_token<P: PendingSignIn<Credential = DeviceToken>>(
        &self,
        sign_in: &P,
    ) -> Result<DeviceToken, Error> {
        self.wait_for_token_with(sign_in, |_| {}).await
    }

    /// The same as [`wait_for_token`](Self::wait_for_token), and `progress` is called after each poll that did not end the
    /// wait.
    ///
    /// # Errors
    /// The same as [`wait_for_token`](Self::wait_for_token).
    pub async fn wait_for_token_with<P: PendingSignIn<Credential = DeviceToken>>(
        &self,
        sign_in: &P,
        progress: impl FnMut(Progress<'_>) + Send,
    ) -> Result<DeviceToken, Error> {
        // plex.tv's keys are fetched while the user still makes up their mind, not when the token is there. If that fails,
        // nothing is lost: whoever needs them tries again.
        let keys = pin!(PlexKeys::prepare(&self.plex));
        let wait = pin!(driver::wait(self, sign_in.pending(), progress));
        match select(wait, keys).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right((_, wait)) => wait.await,
        }
    }

    /// Verifies that a token is a JWT that plex.tv has signed for this device, and that it is still valid.
    ///
    /// plex.tv's keys are fetched once a day; where none of them fits, they are fetched anew, once. This machine's clock may be
    /// off by a minute.
    ///
    /// # Errors
    /// [`Error::jwt_flaw`] says what is wrong with the token; the network's failures ([`Error::is_transient`]) say nothing
    /// about it.
    pub async fn verify(&self, token: &Token) -> Result<DeviceToken, Error> {
        let flaw = |flaw| Error::jwt(VERIFY, flaw);
        let jwt = Unverified::parse(token.expose()).map_err(flaw)?;
        // A token that would not do anyway is not worth a request for keys.
        let claims = jwt.claims().map_err(flaw)?;
        claims
            .check(self.client_identifier(), self.key.id(), self.plex.now())
            .map_err(flaw)?;
        match PlexKeys::have_signed(&self.plex, &jwt).await {
            Ok(true) => Ok(DeviceToken::new(token, claims)),
            Ok(false) => Err(flaw(JwtFlaw::Signature)),
            Err(error) => Err(error.during(VERIFY)),
        }
    }

    /// A new token, for a proof of the key over a nonce (`getNonce`, `exchangeDeviceJwt`).
    pub(super) async fn refresh(&self) -> Result<DeviceToken, Error> {
        let outcome = match self.exchange().await {
            // A nonce may be spent, or die on the way: once more with another one.
            Err(error) if error.status() == Some(422) && !error.is_device_removed() => {
                self.exchange().await
            }
            outcome => outcome,
        };
        outcome.map_err(|error| error.during(REFRESH))
    }

    async fn exchange(&self) -> Result<DeviceToken, Error> {
        // Without keys the token could not be verified, and would be wasted.
        PlexKeys::prepare(&self.plex).await?;
        let nonce = self.plex.generated().get_nonce().await?.nonce;
        let body = ExchangeDeviceJwtBody {
            jwt: self.proof(Some(&nonce))?,
        };
        let AccessToken { auth_token, .. } =
            self.plex.generated().exchange_device_jwt(&body).await?;
        self.verify(&auth_token).await
    }

    /// A JWT that proves that this device holds its key, signed now. With a nonce for a refresh, without for a poll.
    fn proof(&self, nonce: Option<&str>) -> Result<Secret, Error> {
        let now = self.plex.now();
        let mut claims = json!({
            "aud": "plex.tv",
            "iss": self.client_identifier(),
            "iat": now.timestamp(),
            "exp": (now + PROOF_LIFETIME).timestamp(),
        });
        for (claim, value) in [("scope", self.scope.as_deref()), ("nonce", nonce)] {
            if let Some(value) = value {
                claims[claim] = json!(value);
            }
        }
        sign(&self.key, &claims)
    }

    pub(super) fn client_identifier(&self) -> &str {
        self.plex.identity().client_identifier()
    }
}

impl Poller for DeviceClient {
    type Credential = DeviceToken;

    fn plex(&self) -> &PlexApi {
        &self.plex
    }

    fn owns(&self, pending: &Pending, step: &'static str) -> Result<(), Error> {
        self.plex.check_owner(pending, step)?;
        if pending.key_id.as_deref() == Some(self.key.id()) {
            return Ok(());
        }
        let what = "this sign-in was started with another device key; only a client with that one can go on";
        Err(Error::misuse(step, what))
    }

    /// A token that has come is remembered until it is verified, since the server need not give it out a second time.
    async fn poll(
        &self,
        pending: &Pending,
        step: &'static str,
    ) -> Result<Polled<DeviceToken>, Error> {
        let verified = async |token: &Token| {
            let verified = self.verify(token).await;
            verified.map_err(|error| error.during(step))
        };
        if let Some(token) = pending.received() {
            match verified(&token).await {
                // It will never do; perhaps there is another one by now.
                Err(error) if error.jwt_flaw().is_some() => {}
                outcome => return outcome.map(Polled::Granted),
            }
        }
        let proof = self.proof(None)?;
        let pin = self.plex.read_pin(pending, Some(&proof), step).await;
        if let Some(token) = pin.as_ref().ok().and_then(|pin| pin.auth_token.as_ref()) {
            pending.set_received(token);
        }
        // If not this poll, another one may have brought it meanwhile.
        match pending.received() {
            Some(token) => verified(&token).await.map(Polled::Granted),
            None => pin.map(|pin| Polled::Pending {
                expires_in: pin.expires_in(),
            }),
        }
    }
}

/// Compile-time: futures can be spawned, types can be shared.
const _: fn() = || {
    fn is_send<T: Send>(_: T) {}
    fn is_send_sync<T: Send + Sync>() {}
    fn futures(device: &DeviceClient, sign_in: &DeviceSignIn, credentials: &Credentials) {
        is_send(device.wait_for_token(sign_in));
        is_send(device.check(sign_in));
        is_send(credentials.token());
    }
    let _ = futures;
    is_send_sync::<(DeviceClient, DeviceKey, DeviceToken, Credentials)>();
};
