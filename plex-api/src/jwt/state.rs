use std::path::Path;

use plex_api_gen::{Error, Token};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{DeviceKey, DeviceToken};
use crate::private_file::{self, refuse};

/// What [`Credentials`](crate::Credentials) are made of, to be stored: client identifier, device key, and the current token.
///
/// It serialises **with the private key and the token**, so store it where only the user can read it. `Debug` shows neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialsState {
    client_identifier: String,
    key: DeviceKey,
    #[serde(default)]
    token: Option<Token>,
}

const STEP: &str = "credentials";

/// No file of credentials is longer; a longer one is something else.
const MAX_LENGTH: u64 = 64 * 1024;

impl CredentialsState {
    pub(super) fn new(client_identifier: &str, key: &DeviceKey, token: Option<&Token>) -> Self {
        Self {
            client_identifier: client_identifier.to_owned(),
            key: key.clone(),
            token: token.cloned(),
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

    /// Writes it to a file that only its owner can read, in the place of what is there.
    pub(super) fn save(&self, path: &Path) -> Result<(), Error> {
        let json = serde_json::to_vec(self).map(Zeroizing::new);
        let json =
            json.map_err(|_| refuse(STEP, path, "cannot be written: the key has no form"))?;
        private_file::replace(path, &json)
            .map_err(|error| private_file::unwritable(STEP, path, &error))
    }
}
