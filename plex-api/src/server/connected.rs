//! A media server that was reached.

use std::fmt;
use std::sync::Arc;

use plex_api_gen::{Error, Request, Secret, Transport};
use url::Url;

use super::connect::race;
use super::{ConnectOptions, Location, Server, ServerAddress, ServerGet};

/// A client of one media server, at an address that works: [`Server::connect`] returns it.
///
/// It sends the server's own token, over the connection that found the server. Requests of a client that is generated from a
/// spec of media servers take it in place of their client, and such a client is made of it: `Client::new(&server)`.
///
/// A clone is cheap and shares connections.
///
/// # Examples
/// ```no_run
/// # async fn example(server: plex_api::ConnectedServer) -> Result<(), plex_api::Error> {
/// let films: serde_json::Value = server
///     .get("/library/sections/1/all")
///     .query("X-Plex-Container-Start", 0)
///     .query("X-Plex-Container-Size", 50)
///     .json()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ConnectedServer {
    server: Arc<Server>,
    options: Arc<ConnectOptions>,
    /// The transport to plex.tv, from which connections to the server are made.
    plex: Transport,
    transport: Transport,
    base_url: Url,
    location: Location,
}

impl ConnectedServer {
    pub(super) async fn connect(
        server: Arc<Server>,
        options: Arc<ConnectOptions>,
        plex: Transport,
    ) -> Result<Self, Error> {
        let (candidate, transport) = race(&server, &plex, &options).await?;
        let transport = transport.with_response_limit(options.response_limit);
        Ok(Self {
            transport: match &server.access_token {
                Some(token) => transport.with_token(token),
                None => transport,
            },
            base_url: candidate.url,
            location: candidate.location,
            server,
            options,
            plex,
        })
    }

    /// Finds an address that works at present, when this one stopped working, and returns a client for it.
    ///
    /// It tries the addresses that [`PlexApi::servers`](crate::PlexApi::servers) listed, with the token that it listed. If none
    /// of them works, the server rejects the token ([`Error::is_rejected`]), or this machine is in another network, list the
    /// servers again: the list says which local addresses are in reach. This client, its clones, and clients that were made of
    /// it keep their address.
    ///
    /// # Errors
    /// As for [`Server::connect_with`].
    pub async fn reconnect(&self) -> Result<Self, Error> {
        let (server, options) = (Arc::clone(&self.server), Arc::clone(&self.options));
        Self::connect(server, options, self.plex.clone()).await
    }

    /// Returns the server, as plex.tv listed it.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns the base URL at which the server was reached.
    pub fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// Returns the network in which the address is: a program may reduce the quality of a video over the relay.
    pub fn location(&self) -> Location {
        self.location
    }

    /// Returns the address, to be stored for [`ConnectOptions::first`] of the next start.
    pub fn address(&self) -> ServerAddress {
        ServerAddress {
            server: self.server.id.clone(),
            url: self.base_url.clone(),
        }
    }

    /// Returns the transport to the server, with its token and the limits of the settings.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Sends a request of a client that is generated from a spec of media servers.
    ///
    /// # Errors
    /// [`Error::is_rejected`] if the server does not accept the token, and also [`Error::is_jwt_refused`] if that is because it
    /// is a JWT; [`Error::is_misuse`] if an argument cannot be sent; or the request fails.
    pub async fn send<R: Request>(&self, request: R) -> Result<R::Response, Error> {
        let response = request.send(self);
        response.await
    }

    /// Starts a GET, for a call without a spec.
    ///
    /// The path begins with a slash and may have a query: the `key` or the `thumb` of an item, for example.
    pub fn get(&self, path: impl Into<String>) -> ServerGet {
        ServerGet::new(&self.transport, path)
    }

    /// Returns the URL of a path of the server, for a player that cannot set headers.
    ///
    /// The URL is a secret: the token is in its query, so whoever has it can use the token.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the path is not one.
    pub fn url_for(&self, path: impl Into<String>) -> Result<Secret, Error> {
        self.get(path).url()
    }
}

/// Lets [`Request::send`] and the other methods of a request take the server.
impl AsRef<Transport> for ConnectedServer {
    fn as_ref(&self) -> &Transport {
        &self.transport
    }
}

/// Lets generated clients be made of the server.
impl From<&ConnectedServer> for Transport {
    fn from(server: &ConnectedServer) -> Self {
        server.transport.clone()
    }
}

impl fmt::Debug for ConnectedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectedServer")
            .field("server", &self.server.name)
            .field("base_url", &self.base_url.as_str())
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}
