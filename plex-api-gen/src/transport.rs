use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use crate::{Error, Secret, Token};

mod builder;
mod call;
mod clients;
mod credentials;
mod http_client;
mod media_server;
mod no_body;
mod operation;
mod plain_http;
mod response;
mod send;
mod servers;
mod trace;

pub use builder::TransportBuilder;
use builder::{RESPONSE_LIMIT, TIMEOUT};
pub(crate) use clients::Client;
use clients::{Clients, Source};
pub use media_server::Address;
pub(crate) use no_body::{is_xml_success, read_nothing};
pub use operation::Operation;
use plain_http::Destinations;
pub use plain_http::PlainHttp;
pub(crate) use response::{compressed, read_bytes, read_json};
use servers::Servers;

/// The step of choosing another server.
const CHOOSE: &str = "choose a server";

/// Sends the requests of the generated client: base URL, connection pool, identity and token.
///
/// A clone is cheap and shares the connection pool. `Debug` shows the base URL and whether there is a token.
///
/// # Panics
/// A request outside of a tokio runtime is a misuse error, but a runtime without timer or I/O panics, and so does a future
/// that was created within a runtime and is polled outside.
#[derive(Clone)]
pub struct Transport {
    shared: Arc<Shared>,
    headers: Arc<HeaderMap>,
    token: Option<TokenHeader>,
    /// The credentials of other security schemes, by the name of the scheme.
    credentials: Option<Arc<BTreeMap<String, Secret>>>,
}

#[derive(Clone)]
struct Shared {
    clients: Arc<Clients>,
    base_url: Option<Url>,
    /// The servers of the spec, for a transport without a base URL.
    servers: Arc<Servers>,
    destinations: Arc<Destinations>,
    user_agent: Option<HeaderValue>,
    timeout: Duration,
    response_limit: usize,
    /// The base URL is on this machine.
    local: bool,
    /// The server was chosen for an existing transport, and is not plex.tv.
    is_media_server: bool,
}

/// The token as a header value.
#[derive(Clone)]
enum TokenHeader {
    Value(HeaderValue),
    /// The token holds characters that a header cannot carry; reported when an operation needs it.
    Unsendable,
}

impl Transport {
    /// Returns a builder for a transport that sends these headers with every request.
    ///
    /// They override the headers of a call. `Accept` always comes from the operation.
    pub fn builder(identity: HeaderMap) -> TransportBuilder {
        TransportBuilder {
            identity,
            base_url: None,
            http: Source::Built(None),
            plain_http: Vec::new(),
            user_agent: None,
            timeout: TIMEOUT,
            response_limit: RESPONSE_LIMIT,
        }
    }

    /// Returns the same transport with this token, for the operations that take one.
    #[must_use]
    pub fn with_token(&self, token: &Token) -> Self {
        let header = match HeaderValue::from_str(token.expose()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                TokenHeader::Value(value)
            }
            Err(_) => TokenHeader::Unsendable,
        };
        Self {
            token: Some(header),
            ..self.clone()
        }
    }

    /// Returns the same transport with a credential for a security scheme of the spec, by the scheme's name: a key, the token
    /// of a Bearer scheme, or `user:password` for Basic.
    ///
    /// It is sent with the operations that the scheme secures. Plex's own scheme takes [`with_token`](Self::with_token).
    #[must_use]
    pub fn with_credential(
        &self,
        scheme: impl Into<String>,
        credential: impl Into<Secret>,
    ) -> Self {
        let mut credentials = self.credentials.as_deref().cloned().unwrap_or_default();
        credentials.insert(scheme.into(), credential.into());
        Self {
            credentials: Some(Arc::new(credentials)),
            ..self.clone()
        }
    }

    /// Returns a transport that sends every operation to another server, such as a user's media server.
    ///
    /// It holds no token and no credential: those of one server must not reach another.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the URL is neither https nor a host that [`plain_http`](TransportBuilder::plain_http)
    /// allows, since tokens go there.
    pub fn with_base_url(&self, server: &Url) -> Result<Self, Error> {
        builder::check_base_url(CHOOSE, server, &self.shared.destinations)?;
        Ok(self.to_server(server, Shared::clone(&self.shared)))
    }

    /// Returns a transport to a server that was checked, without token and credentials.
    fn to_server(&self, server: &Url, shared: Shared) -> Self {
        let shared = Shared {
            base_url: Some(server.clone()),
            local: plain_http::is_loopback(server),
            is_media_server: !plain_http::is_at_plex_tv(server),
            ..shared
        };
        Self {
            shared: Arc::new(shared),
            headers: Arc::clone(&self.headers),
            token: None,
            credentials: None,
        }
    }

    /// Returns the base URL, if requests do not go to the servers of the spec.
    pub fn base_url(&self) -> Option<&Url> {
        self.shared.base_url.as_ref()
    }

    /// Returns true if all requests go to this machine.
    pub fn is_local(&self) -> bool {
        self.shared.local
    }

    /// Returns true if the transport holds a token.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.shared.base_url.as_ref().map(Url::as_str))
            .field("timeout", &self.shared.timeout)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
