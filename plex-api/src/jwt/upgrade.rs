use plex_api_gen::requests::RegisterDeviceKeyRequest;
use plex_api_gen::{Error, Token};

use super::{Credentials, DeviceClient};

/// The consent to end a token.
///
/// **This token becomes invalid**: as soon as plex.tv has issued a JWT for its device, the token is rejected everywhere, even
/// by media servers that reject the JWT, and for every other installation that shares it. This cannot be undone: from then
/// on the client identifier can only sign in with its key, and a lost key means a new identifier (Plex's developer
/// documentation; Streamarr and clambin/mediaclients).
#[derive(Debug, Clone)]
pub struct EndLegacyToken(pub Token);

const UPGRADE: &str = "upgrade to a device key";

impl DeviceClient {
    /// Moves a device with a legacy token to JWTs (`registerDeviceKey`, `POST /auth/jwk`): registers the key at plex.tv.
    ///
    /// **This ends the token**, see [`EndLegacyToken`]: not immediately, but when plex.tv issues the first JWT, at the first
    /// call of [`Credentials::token`] on the returned credentials. Store the key first.
    ///
    /// The token must belong to this client identifier: plex.tv registers the key for the token's own device, and if that is
    /// another one, the first refresh fails ([`Error::is_device_removed`]).
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token is not valid, or plex.tv does not accept the key (422); [`Error::is_bad_request`];
    /// or a network failure ([`Error::is_transient`]), after which it may be tried again: a key that this device has already
    /// registered is accepted.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), plex_api::Error> {
    /// use plex_api::{DeviceKey, EndLegacyToken};
    ///
    /// let device = plex.with_device_key(&DeviceKey::load_or_create("plex-device-key.pem")?);
    /// let credentials = device.upgrade(EndLegacyToken(token)).await?;
    /// let _jwt = credentials.token().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upgrade(&self, end: EndLegacyToken) -> Result<Credentials, Error> {
        let request = RegisterDeviceKeyRequest::new(self.key().public_jwk());
        let client = self.plex().with_token(&end.0);
        let registered = client.generated().register_device_key(request).await;
        match registered.map_err(|error| error.during(UPGRADE)) {
            Ok(()) => Ok(Credentials::of(self, None)),
            // An earlier attempt may have succeeded although its response was lost. Then the key yields a token.
            Err(error) if error.status() == Some(422) => {
                let token = self
                    .refresh()
                    .await
                    .map_err(|failed| if failed.ends_wait() { error } else { failed })?;
                Ok(Credentials::of(self, Some(token)))
            }
            Err(error) => Err(error),
        }
    }
}
