use std::pin::pin;

use chrono::TimeDelta;
use futures_util::future::{Either, select};
use plex_api_gen::requests::ExchangeDeviceJwtRequest;
use plex_api_gen::types::AccessToken;
use plex_api_gen::{Error, JwtFlaw, Secret, Token};
use serde_json::json;

use super::compact::{Unverified, sign};
use super::{Credentials, DeviceKey, DeviceToken, PlexKeys, Scope};
use crate::active_pin::ActivePin;
use crate::check::{self, SignInStatus};
use crate::driver::{self, Poller, Progress};
use crate::trace;
use crate::{
    AuthPinContainer, DeviceCodeSignIn, DeviceSignIn, GetPinRequest, PendingSignIn, PlexApi,
};

/// A client of plex.tv for one identity and one device key: it signs in for JWTs, which Plex recommends over legacy
/// tokens.
///
/// Create it with [`PlexApi::with_device_key`]. The sign-in flow is the same (start, show, wait) and yields a verified
/// [`DeviceToken`]. From then on, [`Credentials`] refreshes the token without the user.
///
/// **Signing in with a key is final for the client identifier**: once plex.tv has issued a JWT for it, the legacy
/// tokens of the device are invalid, and every sign-in under this identifier needs the key (seen in Streamarr and
/// clambin/mediaclients). If you need both, use one client identifier for JWTs and another one for legacy tokens.
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
    /// The `scope` claim: the user's data that tokens contain.
    scope: Option<String>,
}

/// The lifetime of a signed proof, long enough for a slow request and a clock that is slightly wrong.
const PROOF_LIFETIME: TimeDelta = TimeDelta::minutes(5);

const REFRESH: &str = "refresh the token";
const VERIFY: &str = "verify the token";

impl PlexApi {
    /// Returns a client that signs in for JWTs with this key.
    pub fn with_device_key(&self, key: &DeviceKey) -> DeviceClient {
        DeviceClient {
            plex: self.clone(),
            key: key.clone(),
            scope: Scope::list(&[Scope::Username, Scope::FriendlyName]),
        }
    }
}

impl DeviceClient {
    /// Sets the user's data that tokens contain; [`Scope::Username`] and [`Scope::FriendlyName`] if not set.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scope = Scope::list(&scopes.into_iter().collect::<Vec<_>>());
        self
    }

    pub(super) fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Returns the client without the key.
    pub fn plex(&self) -> &PlexApi {
        &self.plex
    }

    /// Returns the key.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Starts a sign-in by link, as [`PlexApi::start_sign_in`] does.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or a network failure ([`Error::is_transient`]).
    pub async fn start_sign_in(&self) -> Result<DeviceSignIn, Error> {
        let pin = self.create_pin(true);
        let pin = self.plex.start(Some(self.key.id()), pin).await?;
        Ok(DeviceSignIn::new(pin))
    }

    /// Starts a sign-in by a user code, as [`PlexApi::start_code_sign_in`] does.
    ///
    /// # Errors
    /// [`Error::is_rate_limited`], [`Error::is_bad_request`], or a network failure ([`Error::is_transient`]).
    pub async fn start_code_sign_in(&self) -> Result<DeviceCodeSignIn, Error> {
        let pin = self.create_pin(false);
        let pin = self.plex.start(Some(self.key.id()), pin).await?;
        Ok(DeviceCodeSignIn::new(pin))
    }

    async fn create_pin(&self, strong: bool) -> Result<AuthPinContainer, Error> {
        let mut request = GetPinRequest::new().jwk(self.key.public_jwk());
        if strong {
            request = request.strong_in_body(true);
        }
        self.plex.get_pin(request).await
    }

    /// Returns the state of a sign-in, as [`PlexApi::check`] does; a granted token is verified.
    ///
    /// A token that cannot be verified because plex.tv's keys are unreachable is not lost: the state is pending, with that
    /// failure, and the sign-in can be checked again, for half an hour after its PIN has expired.
    ///
    /// # Errors
    /// The same as [`PlexApi::check`]. [`Error::is_misuse`] also when the sign-in was started with another key, and
    /// [`Error::jwt_flaw`] when the token is not a JWT for this device, a legacy token for example.
    pub async fn check<P>(&self, sign_in: &P) -> Result<SignInStatus<DeviceToken>, Error>
    where
        P: PendingSignIn<Credential = DeviceToken> + ?Sized,
    {
        check::check(self, sign_in.pin()).await
    }

    /// Polls until the user has agreed, as [`PlexApi::wait_for_token`] does, and verifies the token.
    ///
    /// Each poll carries a newly signed proof of the key.
    ///
    /// # Errors
    /// The same as [`PlexApi::wait_for_token`] and [`check`](Self::check).
    pub async fn wait_for_token<P>(&self, sign_in: &P) -> Result<DeviceToken, Error>
    where
        P: PendingSignIn<Credential = DeviceToken> + ?Sized,
    {
        self.wait_for_token_with(sign_in, |_| {}).await
    }

    /// Does the same as [`wait_for_token`](Self::wait_for_token), and calls `progress` after each poll that did not end
    /// the wait.
    ///
    /// # Errors
    /// The same as [`wait_for_token`](Self::wait_for_token).
    pub async fn wait_for_token_with<P>(
        &self,
        sign_in: &P,
        progress: impl FnMut(Progress<'_>),
    ) -> Result<DeviceToken, Error>
    where
        P: PendingSignIn<Credential = DeviceToken> + ?Sized,
    {
        // Fetch plex.tv's keys while the user decides, so that the token is verified without delay. If that fails, the
        // verification fetches them.
        let keys = pin!(PlexKeys::prepare(&self.plex));
        let wait = pin!(driver::wait(self, sign_in.pin(), progress));
        match select(wait, keys).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right((_, wait)) => wait.await,
        }
    }

    /// Verifies that a token is a JWT that plex.tv has signed for this device, and that it is still valid.
    ///
    /// It fetches plex.tv's keys once a day, and again if none of them matches. It tolerates an error of one minute in
    /// this machine's clock.
    ///
    /// # Errors
    /// [`Error::jwt_flaw`] if the token is not valid. After a network failure ([`Error::is_transient`]) it may be valid.
    pub async fn verify(&self, token: &Token) -> Result<DeviceToken, Error> {
        let flaw = |flaw| Error::jwt(VERIFY, flaw);
        let jwt = Unverified::parse(token.expose()).map_err(flaw)?;
        // Check the claims first: an invalid token needs no request for keys.
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

    /// Exchanges a proof of the key over a nonce for a new token (`getNonce`, `exchangeDeviceJwt`).
    pub(super) async fn refresh(&self) -> Result<DeviceToken, Error> {
        let outcome = match self.exchange().await {
            // The nonce may be used or expired: try once more with another one.
            Err(error) if error.status() == Some(422) && !error.is_device_removed() => {
                self.exchange().await
            }
            outcome => outcome,
        };
        let outcome = outcome.map_err(|error| error.during(REFRESH));
        trace::refreshed(&outcome);
        outcome
    }

    async fn exchange(&self) -> Result<DeviceToken, Error> {
        // Without keys the new token could not be verified, and would be lost.
        PlexKeys::prepare(&self.plex).await?;
        let nonce = self.plex.generated().get_nonce().await?.nonce;
        let request = ExchangeDeviceJwtRequest::new(self.sign_proof(Some(&nonce))?);
        let AccessToken { auth_token, .. } =
            self.plex.generated().exchange_device_jwt(request).await?;
        self.verify(&auth_token).await
    }

    /// Signs a JWT that proves that this device holds its key: with a nonce for a refresh, without one for a poll.
    fn sign_proof(&self, nonce: Option<&str>) -> Result<Secret, Error> {
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

    fn check_owner(&self, pin: &ActivePin, step: &'static str) -> Result<(), Error> {
        self.plex.check_owner(pin, step)?;
        if pin.key_id.as_deref() == Some(self.key.id()) {
            return Ok(());
        }
        let what = "this sign-in was started with another device key; continue with a client that has that one";
        Err(Error::misuse(step, what))
    }

    fn proof(&self) -> Result<Option<Secret>, Error> {
        self.sign_proof(None).map(Some)
    }

    async fn credential(&self, token: Token) -> Result<DeviceToken, Error> {
        self.verify(&token).await
    }
}

/// Checks at compile time that futures can be spawned and types can be shared.
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
