use plex_api_gen::{JwtFlaw, Token};

use super::Claims;
use super::compact::Unverified;

/// A JWT that plex.tv issued for this device: an access token that is valid for seven days.
///
/// It was verified when it was received: plex.tv signed it for this client identifier and this device key. (A stored
/// token is not verified again.) Refresh it through [`Credentials`](crate::Credentials).
///
/// Media servers may reject it, contrary to Plex's documentation: version 1.42.1 was seen to respond with 401 and an
/// HTML page (240-MP issues 240 and 244, Streamarr issue 322). A program that connects to media servers signs in a
/// second time, without a key and under a separate client identifier, and uses that token there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceToken {
    token: Token,
    claims: Claims,
}

impl DeviceToken {
    /// Returns the access token, which is sent like any other ([`PlexApi::with_token`](crate::PlexApi::with_token)).
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Returns its claims.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    pub(super) fn new(token: &Token, claims: Claims) -> Self {
        Self {
            token: token.clone(),
            claims,
        }
    }

    /// Loads a token that was verified before it was stored; it may have expired since.
    pub(super) fn stored(
        token: &Token,
        client_identifier: &str,
        key_id: &str,
    ) -> Result<Self, JwtFlaw> {
        let claims = Unverified::parse(token.expose())?.claims()?;
        claims.belongs_to(client_identifier, key_id)?;
        Ok(Self::new(token, claims))
    }
}
