use std::io::ErrorKind;
use std::path::Path;

use plex_api_gen::{Error, Token};
use serde::{Deserialize, Deserializer, Serialize};

use super::compact::is_object;
use super::{DeviceClient, DeviceKey, DeviceToken, Scope};
use crate::private_file::error::{unusable, unwritable};
use crate::private_file::{self, PrivateFile};
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

const FILE: PrivateFile = PrivateFile {
    step: STEP,
    limit: 64 * 1024,
    is_secret: true,
};

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
        let Some(bytes) = FILE.read(path)? else {
            return Ok(None);
        };
        // The parser's own message may quote a secret.
        let state = Some(&bytes)
            .filter(|bytes| is_object(bytes))
            .and_then(|bytes| serde_json::from_slice(bytes).ok());
        let what = "does not hold the credentials of a device; choose another file, or restore it";
        state.map(Some).ok_or_else(|| unusable(STEP, path, what))
    }

    /// Writes a file that only its owner can read: a new one, or in place of one that holds the credentials of the same
    /// device. Any other file is left unchanged: another device's key could not be recovered.
    pub(super) fn save(&self, path: &Path) -> Result<(), Error> {
        // A longer file could not be read again.
        let json = private_file::json(self, FILE.limit).ok_or_else(|| {
            let what = "is not written: the credentials are too long; request fewer scopes";
            unusable(STEP, path, what)
        })?;
        let written = if self.is_kept_in(path)? {
            FILE.replace(path, &json)
        } else {
            match FILE.create(path, &json) {
                // Another process was first.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    self.is_kept_in(path)?;
                    FILE.replace(path, &json)
                }
                created => created,
            }
        };
        written.map_err(|error| unwritable(STEP, path, error))
    }

    /// Returns true if the file holds the credentials of this device, and false if there is no file.
    fn is_kept_in(&self, path: &Path) -> Result<bool, Error> {
        match Self::load(path)? {
            Some(found) if !found.is_same_device(self) => {
                let what =
                    "holds the credentials of another device; choose another file, or delete it";
                Err(unusable(STEP, path, what))
            }
            found => Ok(found.is_some()),
        }
    }
}
