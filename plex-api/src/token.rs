//! Checks a token, keeps it alive, and signs out.

use plex_api_gen::types::User;
use plex_api_gen::{Error, Token};

use crate::PlexApi;

/// The result of [`PlexApi::check_token`].
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) {
/// use plex_api::TokenStatus;
///
/// match plex.check_token(&token).await {
///     TokenStatus::Valid(user) => println!("signed in as {}", user.title.unwrap_or_default()),
///     TokenStatus::Rejected(error) => println!("sign in again: {error}"),
///     TokenStatus::Unknown(error) => println!("keep the token and check again later: {error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub enum TokenStatus {
    /// The token is valid; contains its user.
    Valid(Box<User>),
    /// plex.tv rejected the token (401, 422 or 498, or 403 with Plex's error): delete it and sign in again. The error has
    /// the reason.
    Rejected(Error),
    /// The check failed: a network failure, an outage of plex.tv, or a response from something in between, whatever its
    /// status. Keep the token.
    Unknown(Error),
}

impl PlexApi {
    /// Asks plex.tv if a token is valid (`getTokenDetails`, `GET /user`).
    ///
    /// An outage never counts as a rejection: according to Plex's developer documentation, only a refusal by plex.tv
    /// does ([`Error::is_rejected`]).
    pub async fn check_token(&self, token: &Token) -> TokenStatus {
        match self.with_token(token).generated().get_token_details().await {
            Ok(user) => TokenStatus::Valid(Box::new(user)),
            Err(error) if error.is_rejected() => TokenStatus::Rejected(error),
            Err(error) => TokenStatus::Unknown(error),
        }
    }

    /// Invalidates a token (`signOut`, `DELETE /users/signout`). After a failure it may still be valid.
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token was no longer valid, or a network failure ([`Error::is_transient`]), after
    /// which you may try again.
    pub async fn sign_out(&self, token: &Token) -> Result<(), Error> {
        self.with_token(token).generated().sign_out().await
    }

    /// Reports to plex.tv that a token is in use (`ping`, `GET /ping`), so that a rarely used token does not expire (seen in
    /// python-plexapi and seerr; not documented by Plex).
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token is not valid, or a network failure ([`Error::is_transient`]).
    pub async fn ping(&self, token: &Token) -> Result<(), Error> {
        self.with_token(token).generated().ping().await.map(drop)
    }
}
