use plex_api_gen::types::RegisterDeviceKeyBody;
use plex_api_gen::{Error, Token};

use super::{Credentials, DeviceClient};

/// The deliberate end of a token.
///
/// Whoever makes one of these agrees that **this token dies**: as soon as plex.tv has issued a JWT for its device, the token
/// is refused everywhere, also by the media servers that would refuse the JWT, and also for every other installation that
/// shares it. There is no way back: the client identifier can sign in with its key only, and a lost key means a new
/// identifier (Plex's developer documentation; Streamarr and clambin/mediaclients).
#[derive(Debug, Clone)]
pub struct EndLegacyToken(pub Token);

const UPGRADE: &str = "upgrade to a device key";

impl DeviceClient {
    /// Moves a device that holds a legacy token to JWTs (`registerDeviceKey`, `POST /auth/jwk`): plex.tv learns the key.
    ///
    /// **This ends the token**, see [`EndLegacyToken`]: not at once, but when the first JWT is issued, which is at the first
    /// [`Credentials::token`] of what is returned. Store the key before that. The token must be that of this client
    /// identifier: plex.tv registers the key for the token's own device, and the first refresh then fails
    /// ([`Error::is_device_removed`]) if that is another one.
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token is not valid, or plex.tv does not accept the key (422); [`Error::is_bad_request`],
    /// or the network's failures ([`Error::is_transient`]), after which it may be tried again: where plex.tv says that the key
    /// is taken, and it is by this very device, that is as good.
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
        let body = RegisterDeviceKeyBody {
            jwk: self.key().public_jwk(),
        };
        let client = self.plex().with_token(&end.0);
        let registered = client.generated().register_device_key(&body).await;
        match registered.map_err(|error| error.during(UPGRADE)) {
            Ok(()) => Ok(Credentials::of(self, None)),
            // An earlier attempt may have succeeded, and its answer been lost. Then the key is good for a token.
            Err(error) if error.status() == Some(422) => {
                let token = self
                    .refresh()
                    .await
                    .map_err(|failed| if failed.is_transient() { failed } else { error })?;
                Ok(Credentials::of(self, Some(token)))
            }
            Err(error) => Err(error),
        }
    }
}
