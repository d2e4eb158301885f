use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use plex_api_gen::{Client, Error, Token};
use url::Url;

use crate::budget::Budget;
use crate::{Identity, PlexApiBuilder};

/// A client of plex.tv for one identity.
///
/// It has two storeys. The story: [`start_sign_in`](Self::start_sign_in) or [`start_code_sign_in`](Self::start_code_sign_in), then
/// [`wait_for_token`](Self::wait_for_token) or [`check`](Self::check). And the operations of the spec, one method each.
/// Operations that have no method here are called through [`generated`](Self::generated).
///
/// A clone is cheap and shares connections and settings; a client is made once and cloned wherever it is needed.
#[derive(Clone)]
pub struct PlexApi {
    generated: Client,
    settings: Arc<Settings>,
}

pub(crate) struct Settings {
    pub(crate) identity: Identity,
    /// Where polls go: behind it comes the PIN's id.
    pub(crate) pins_url: Url,
    pub(crate) poll_interval: Duration,
    pub(crate) budget: Budget,
    #[cfg(feature = "jwt")]
    pub(crate) clock: crate::jwt::Clock,
    #[cfg(feature = "jwt")]
    pub(crate) plex_keys: crate::jwt::PlexKeys,
}

impl PlexApi {
    /// A client of plex.tv with the usual settings. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the identity cannot be sent as headers, an empty client identifier among others.
    pub fn new(identity: Identity) -> Result<Self, Error> {
        Self::builder(identity).build()
    }

    /// Begins a client with settings of one's own.
    pub fn builder(identity: Identity) -> PlexApiBuilder {
        PlexApiBuilder::new(identity)
    }

    pub(crate) fn from_parts(generated: Client, settings: Settings) -> Self {
        Self {
            generated,
            settings: Arc::new(settings),
        }
    }

    /// The same client, sending this token on the operations that take one. Cheap: everything else is shared.
    #[must_use]
    pub fn with_token(&self, token: &Token) -> Self {
        let generated = Client::new(self.generated.transport().with_token(token));
        Self {
            generated,
            settings: Arc::clone(&self.settings),
        }
    }

    /// The generated client: every operation of the spec, with this client's identity and token.
    pub fn generated(&self) -> &Client {
        &self.generated
    }

    /// The generated client at another server, with this client's identity and limits: for operations of a user's media
    /// server, which were added to the spec.
    ///
    /// `token` is the one for this very server, the `access_token` of its [`Resource`](plex_api_gen::types::Resource): whoever
    /// runs the server of a friend must not get the user's own.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the address is neither https nor on this machine, since the token goes there.
    pub fn at(&self, server: &Url, token: &Token) -> Result<Client, Error> {
        let transport = self.generated.transport().with_base_url(server)?;
        Ok(Client::new(transport.with_token(token)))
    }

    /// Who this client is.
    pub fn identity(&self) -> &Identity {
        &self.settings.identity
    }

    pub(crate) fn pins_url(&self) -> &Url {
        &self.settings.pins_url
    }

    pub(crate) fn poll_interval(&self) -> Duration {
        self.settings.poll_interval
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.settings.budget
    }

    /// What time it is, by the clock that was set.
    #[cfg(feature = "jwt")]
    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.settings.clock.now()
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn plex_keys(&self) -> &crate::jwt::PlexKeys {
        &self.settings.plex_keys
    }

    /// The generated client under another identity, if there is one.
    pub(crate) fn generated_as(&self, identity: Option<&Identity>) -> Result<Client, Error> {
        let Some(identity) = identity else {
            return Ok(self.generated.clone());
        };
        Ok(Client::new(
            self.generated
                .transport()
                .with_identity(identity.to_headers()?),
        ))
    }
}

impl fmt::Debug for PlexApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlexApi")
            .field("generated", &self.generated)
            .field("identity", &self.settings.identity)
            .field("poll_interval", &self.settings.poll_interval)
            .finish()
    }
}
