//! The settings of a connection to a media server.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// The network in which an address of a media server is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// The server's own network.
    Local,
    /// The internet.
    Remote,
    /// Plex's relay: slow, and the last resort.
    Relay,
}

/// The settings of [`Server::connect_with`](super::Server::connect_with).
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use plex_api::{ConnectOptions, Location};
///
/// let options = ConnectOptions::new()
///     .locations([Location::Local, Location::Remote])
///     .time_limit(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    pub(super) locations: Vec<Location>,
    pub(super) time_limit: Duration,
    pub(super) plain_http: bool,
    pub(super) first: Option<ServerAddress>,
    pub(super) request_timeout: Duration,
    pub(super) response_limit: usize,
}

/// The defaults: all locations, 10 seconds, no plain http.
impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            locations: vec![Location::Local, Location::Remote, Location::Relay],
            time_limit: Duration::from_secs(10),
            plain_http: false,
            first: None,
            request_timeout: Duration::from_secs(30),
            response_limit: 64 * 1024 * 1024,
        }
    }
}

impl ConnectOptions {
    /// Creates the default settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tries only addresses in these locations; all by default.
    #[must_use]
    pub fn locations(mut self, locations: impl IntoIterator<Item = Location>) -> Self {
        self.locations = locations.into_iter().collect();
        self
    }

    /// Sets the time limit of the search for an address, over all addresses together; 10 seconds by default.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Allows plain http to the server's private addresses (RFC 1918, RFC 4193); not allowed by default.
    ///
    /// It is used only if https at the local addresses does not succeed within two seconds, and then also where a remote address
    /// would work.
    ///
    /// Plain http is not encrypted: anybody in the local network can read the token and the responses, and a machine that takes
    /// the server's address and claims its identity gets the token. That holds for every network that this program is in, also
    /// away from home. It never goes to a public address, or to a server that requires https.
    ///
    /// [`PlexApiBuilder::plain_http`](crate::PlexApiBuilder::plain_http) allows it for a whole client, to the hosts that it
    /// names.
    #[must_use]
    pub fn plain_http(mut self, allowed: bool) -> Self {
        self.plain_http = allowed;
        self
    }

    /// Tries this address first: the one that worked last time, [`ConnectedServer::address`](super::ConnectedServer::address).
    ///
    /// It gets a head start. A better address still wins if it succeeds within the grace, so a stored remote address costs the
    /// grace where the local ones are dead. An address of another server, or one that plex.tv does not list any more, is
    /// ignored.
    #[must_use]
    pub fn first(mut self, address: impl Into<Option<ServerAddress>>) -> Self {
        self.first = address.into();
        self
    }

    /// Sets the time limit of each request to the connected server; 30 seconds by default, because the listing of a large
    /// library takes long.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Sets the size limit of a response of the connected server, in bytes; 64 MiB by default. A listing takes about 2.5 kB
    /// for each item. Streams are not limited.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }
}

/// The address at which a media server was last reached, to be stored for the next start.
///
/// It contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerAddress {
    /// The identifier of the server.
    pub(super) server: String,
    pub(super) url: Url,
}

impl ServerAddress {
    /// Returns the identifier of the server: [`Server::id`](super::Server::id).
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Returns the base URL.
    pub fn url(&self) -> &Url {
        &self.url
    }
}
