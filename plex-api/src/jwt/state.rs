use std::path::Path;

use plex_api_gen::{Error, Token};
use serde::{Deserialize, Serialize};

use super::{DeviceClient, DeviceKey, DeviceToken, Scope};
use crate::private_file::{self, refuse};

/// What [`Credentials`](crate::Credentials) are made of, to be stored: client identifier, device key, scopes, and the current
/// token.
///
/// It serialises **with the private key and the token**, so store it where only the user can read it. `Debug` shows neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialsState {
    client_identifier: String,
    key: DeviceKey,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    token: Option<Token>,
}

const STEP: &str = "credentials";

/// No file of credentials is longer; a longer one is something else.
const MAX_LENGTH: u64 = 64 * 1024;

impl CredentialsState {
    pub(super) fn new(device: &DeviceClient, token: Option<&DeviceToken>) -> Self {
        Self {
            client_identifier: device.client_identifier().to_owned(),
            key: device.key().clone(),
            scope: device.scope().map(str::to_owned),
            token: token.map(|token| token.token().clone()),
        }
    }

    /// The client identifier that they are for.
    pub fn client_identifier(&self) -> &str {
        &self.client_identifier
    }

    /// The device key.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// The current token, if one was issued yet.
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// What new tokens tell about their user.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        Scope::parse_list(self.scope.as_deref().unwrap_or_default())
    }

    /// Whether both are of the same device.
    pub(super) fn is_same_device(&self, other: &Self) -> bool {
        self.client_identifier == other.client_identifier && self.key == other.key
    }

    /// The token with its claims; nothing if it is damaged or another device's, since a new one can be had.
    pub(super) fn device_token(&self) -> Option<DeviceToken> {
        let token = self.token.as_ref()?;
        DeviceToken::stored(token, &self.client_identifier, self.key.id()).ok()
    }

    /// What is in the file; nothing if there is no file.
    pub(super) fn load(path: &Path) -> Result<Option<Self>, Error> {
        let Some(bytes) = private_file::read(STEP, path, MAX_LENGTH)? else {
            return Ok(None);
        };
        // The parser's own message may quote a secret.
        serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            let what =
                "does not hold the credentials of a device; name another file, or restore it";
            refuse(STEP, path, what)
        })
    }

    /// Writes it to a file that only its owner can read, in the place of what is there. A file that holds anything but the
    /// credentials of the same device is left alone: another device's key could not be had again.
    pub(super) fn save(&self, path: &Path) -> Result<(), Error> {
        if let Some(found) = Self::load(path)?
            && !found.is_same_device(self)
        {
            let what = "holds the credentials of another device; name another file, or delete it";
            return Err(refuse(STEP, path, what));
        }
        let json = private_file::json(self)
            .map_err(|_| refuse(STEP, path, "cannot be written: the key has no form"))?;
        private_file::replace(path, &json)
            .map_err(|error| private_file::unwritable(STEP, path, &error))
    }
}
