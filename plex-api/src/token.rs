//! Using a token: is it still valid, keep it alive, end it.

use plex_api_gen::types::User;
use plex_api_gen::{Error, Token};

use crate::PlexApi;

/// What plex.tv says of a token.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) {
/// use plex_api::TokenStatus;
///
/// match plex.check_token(&token).await {
///     TokenStatus::Valid(user) => println!("signed in as {}", user.title.unwrap_or_default()),
///     TokenStatus::Rejected(why) => println!("sign in again: {why}"),
///     TokenStatus::Unknown(error) => println!("keep the token and ask again later: {error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
pub enum TokenStatus {
    /// It is valid, and this is its user.
    Valid(Box<User>),
    /// plex.tv itself refused it (401, 403, 422 or 498): forget it and sign in again. The error says why.
    Rejected(Error),
    /// Nobody knows: the network failed, plex.tv is in trouble, or something answered in its place. Keep the token.
    Unknown(Error),
}

impl PlexApi {
    /// Asks plex.tv whether a token is valid (`getTokenDetails`, `GET /user`).
    ///
    /// An outage is never taken for a bad token: Plex's developer documentation says that only a refusal means one.
    pub async fn check_token(&self, token: &Token) -> TokenStatus {
        match self.with_token(token).generated().get_token_details().await {
            Ok(user) => TokenStatus::Valid(Box::new(user)),
            Err(error) if error.is_rejected() => TokenStatus::Rejected(error),
            Err(error) => TokenStatus::Unknown(error),
        }
    }

    /// Ends the life of a token (`signOut`, `DELETE /users/signout`). If it fails, nothing is lost: the token is as it was.
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token was not valid any more, or the network's failures ([`Error::is_transient`]),
    /// after which it may be tried again.
    pub async fn sign_out(&self, token: &Token) -> Result<(), Error> {
        self.with_token(token).generated().sign_out().await
    }

    /// Tells plex.tv that a token is in use (`ping`, `GET /ping`), which keeps a token that is seldom used from being
    /// forgotten (seen in python-plexapi and seerr; not documented by Plex).
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token is not valid, or the network's failures ([`Error::is_transient`]).
    pub async fn ping(&self, token: &Token) -> Result<(), Error> {
        self.with_token(token).generated().ping().await.map(drop)
    }
}
