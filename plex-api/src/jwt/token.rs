use plex_api_gen::{JwtFlaw, Token};

use super::Claims;
use super::compact::Unverified;

/// A JWT of plex.tv's for this device: an access token that lives for seven days.
///
/// It was verified when it came: one of plex.tv's keys has signed it, for this client identifier and this device key. (One
/// that was stored is taken as it was stored.) Refresh it through [`Credentials`](crate::Credentials).
///
/// Media servers may refuse it, whatever Plex's documentation says: version 1.42.1 was seen to answer 401 with a page of HTML
/// (240-MP issues 240 and 244, Streamarr issue 322). A program that talks to media servers signs in a second time, without a
/// key and under a client identifier of its own, and uses that token there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceToken {
    token: Token,
    claims: Claims,
}

impl DeviceToken {
    /// The access token, to be sent like any other ([`PlexApi::with_token`](crate::PlexApi::with_token)).
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// What it says.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    pub(super) fn new(token: &Token, claims: Claims) -> Self {
        Self {
            token: token.clone(),
            claims,
        }
    }

    /// A token that was verified before it was stored; it may have expired since.
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
