//! The users of a Plex Home: lists them, and switches between them.

use plex_api_gen::requests::SwitchHomeUserRequest;
use plex_api_gen::types::{HomeUser, HomeUserList};
use plex_api_gen::{Error, Secret, Token, operations};
use reqwest::StatusCode;

use crate::PlexApi;

impl PlexApi {
    /// Lists the users of the Plex Home of the user whose token is sent (`getHomeUsers`, `GET /home/users`).
    ///
    /// A TV asks who is watching: one person signs in once, the TV shows the users of the home with
    /// [`title`](HomeUser::title) and [`thumb`](HomeUser::thumb), and [`switch_user`](Self::switch_user) returns the token of
    /// the one who was chosen. Managed users have no account to sign in with, so this is their only way to a token.
    ///
    /// Plex does not document this operation, and nobody recorded a response. Both forms that clients read are accepted: an
    /// array, and an object with the array `users`. A user without a `uuid` cannot be switched to and is left out.
    ///
    /// # Errors
    /// [`Error::is_rejected`] when the token is not valid, [`Error::is_rate_limited`], or a network failure or a response of
    /// another form ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), plex_api::Error> {
    /// for user in plex.home_users(&token).await? {
    ///     let lock = if user.protected == Some(true) { " (PIN)" } else { "" };
    ///     println!("{}{lock}", user.title.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn home_users(&self, token: &Token) -> Result<Vec<HomeUser>, Error> {
        match self.with_token(token).generated().get_home_users().await? {
            HomeUserList::List(users) => Ok(users),
            HomeUserList::Home(home) => Ok(home.users),
            _ => {
                let why = "it is neither an array of users nor an object with such an array";
                let step = operations::GET_HOME_USERS.id;
                Err(Error::unexpected(step, StatusCode::OK, why.to_owned()))
            }
        }
    }

    /// Returns the access token of a user of the same Plex Home (`switchHomeUser`, `POST /home/users/{uuid}/switch`).
    ///
    /// `token` belongs to the user who signed in. It stays valid, also after a failure: keep it, and send it again to switch
    /// to the next user. The returned token belongs to this client's identifier. One client (240-MP) relies on it being a
    /// legacy token even if `token` is a JWT, because media servers refuse JWTs; nobody recorded a response.
    ///
    /// `pin` has four digits and is required if the user is [`protected`](HomeUser::protected). plex.tv is reported to demand
    /// the PIN of some accounts only, and to check every PIN that is sent. So ask for it if `protected` is true, and after
    /// [`Error::is_wrong_pin`]. plex.tv expects it in the URL, which a proxy that decrypts https may log.
    ///
    /// # Errors
    /// [`Error::is_wrong_pin`] when the PIN is wrong or missing, [`Error::is_locked`] after too many wrong PINs,
    /// [`Error::is_not_found`] when the user has left the home, [`Error::is_rate_limited`], [`Error::is_rejected`] when
    /// `token` is not valid, [`Error::is_misuse`] with an empty PIN, or a network failure ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # fn ask_for_the_pin() -> plex_api::Secret { plex_api::Secret::new("1234") }
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), plex_api::Error> {
    /// let users = plex.home_users(&token).await?;
    /// let Some(user) = users.first() else { return Ok(()) };
    /// let mut pin = (user.protected == Some(true)).then(ask_for_the_pin);
    /// let token_of_user = loop {
    ///     match plex.switch_user(&token, user, pin.as_ref()).await {
    ///         Ok(token) => break token,
    ///         Err(error) if error.is_wrong_pin() => pin = Some(ask_for_the_pin()),
    ///         // After `is_locked` or `is_rate_limited`: wait some minutes. `token` is still valid.
    ///         Err(error) => return Err(error),
    ///     }
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub async fn switch_user(
        &self,
        token: &Token,
        user: &HomeUser,
        pin: Option<&Secret>,
    ) -> Result<Token, Error> {
        let mut request = SwitchHomeUserRequest::new(&user.uuid);
        if let Some(pin) = pin {
            if pin.expose().is_empty() {
                let what = "the argument `pin` is empty; use the PIN of the user, or None for a user without one";
                return Err(Error::misuse(operations::SWITCH_HOME_USER.id, what));
            }
            request = request.pin(pin.clone());
        }
        let plex = self.with_token(token);
        let switched = plex.generated().switch_home_user(request).await?;
        Ok(switched.auth_token)
    }
}
