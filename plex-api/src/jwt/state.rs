use std::path::Path;

use plex_api_gen::{Error, Token};
use serde::{Deserialize, Deserializer, Serialize};

use super::{DeviceClient, DeviceKey, DeviceToken, Scope};
use crate::private_file::{self, unusable};
use crate::unquoted::unquoted;

/// The stored form of [`Credentials`](crate::Credentials): client identifier, device key, scopes and current token.
///
/// It serializes **with the private key and the token**: store it where only the user can read it. `Debug` shows neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialsState {
    client_identifier: String,
    key: DeviceKey,
    scope: Option<String>,
    token: Option<Token>,
}

/// Reads what was serialized. An error does not quote it.
impl<'de> Deserialize<'de> for CredentialsState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            client_identifier: String,
            key: DeviceKey,
            #[serde(default)]
            scope: Option<String>,
            #[serde(default)]
            token: Option<Token>,
        }
        let what = "these are not the credentials of a device, or they are damaged";
        let stored = Stored::deserialize(deserializer).map_err(|error| unquoted(&error, what))?;
        Ok(Self {
            client_identifier: stored.client_identifier,
            key: stored.key,
            scope: stored.scope,
            token: stored.token,
        })
    }
}

const STEP: &str = "credentials";

/// The longest file of credentials, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

impl CredentialsState {
    pub(super) fn new(device: &DeviceClient, token: Option<&DeviceToken>) -> Self {
        Self {
            client_identifier: device.client_identifier().to_owned(),
            key: device.key().clone(),
            scope: device.scope().map(str::to_owned),
            token: token.map(|token| token.token().clone()),
        }
    }

    /// Returns the client identifier.
    pub fn client_identifier(&self) -> &str {
        &self.client_identifier
    }

    /// Returns the device key.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Returns the current token, if one was issued.
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// Returns the scopes of new tokens.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        Scope::parse_list(self.scope.as_deref().unwrap_or_default())
    }

    /// Returns true if both belong to the same device.
    pub(super) fn is_same_device(&self, other: &Self) -> bool {
        self.client_identifier == other.client_identifier && self.key == other.key
    }

    /// Returns the token with its claims, or `None` if it is damaged or belongs to another device: a refresh replaces
    /// it.
    pub(super) fn device_token(&self) -> Option<DeviceToken> {
        let token = self.token.as_ref()?;
        DeviceToken::stored(token, &self.client_identifier, self.key.id()).ok()
    }

    /// Reads the file; `None` if there is no file.
    pub(super) fn load(path: &Path) -> Result<Option<Self>, Error> {
        let Some(bytes) = private_file::read(STEP, path, MAX_LENGTH)? else {
            return Ok(None);
        };
        // The parser's own message may quote a secret.
        serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            let what =
                "does not hold the credentials of a device; choose another file, or restore it";
            unusable(STEP, path, what)
        })
    }

    /// Writes a file that only its owner can read, in place of the existing one. A file that holds anything but the
    /// credentials of the same device is left unchanged: another device's key could not be recovered.
    pub(super) fn save(&self, path: &Path) -> Result<(), Error> {
        if let Some(found) = Self::load(path)?
            && !found.is_same_device(self)
        {
            let what = "holds the credentials of another device; choose another file, or delete it";
            return Err(unusable(STEP, path, what));
        }
        let json = private_file::json(self)
            .map_err(|_| Error::crypto(STEP, "the key cannot be serialized; generate a new one"))?;
        private_file::replace(path, &json)
            .map_err(|error| private_file::unwritable(STEP, path, error))
    }
}
