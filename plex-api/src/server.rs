//! The media servers of a user, as plex.tv lists them.

use std::net::IpAddr;

use plex_api_gen::requests::GetResourcesRequest;
use plex_api_gen::types::{Connection, Resource};
use plex_api_gen::{Error, Request as _, Token};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::PlexApi;

mod candidates;
mod connect;
mod connected;
mod get;
mod options;
mod race;

pub use connected::ConnectedServer;
pub use get::ServerGet;
pub use options::{ConnectOptions, Location, ServerAddress};

/// A media server that the user owns, or that a friend shares with the user.
///
/// [`PlexApi::servers`] lists them. [`connect`](Self::connect) finds the address that works and returns a client for it.
///
/// It implements `Serialize`, so that a program can reach its server while plex.tv is unavailable, in the network in which it
/// was listed. Store it where only the user can read it: it contains the [`access_token`](Self::access_token).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Server {
    /// The displayed name.
    pub name: String,
    /// The identifier, which the server itself calls its `machineIdentifier`.
    pub id: String,
    /// True if the server belongs to the user; false if a friend shares it.
    #[serde(default)]
    pub owned: bool,
    /// The name of the friend who shares the server.
    #[serde(default)]
    pub owner: Option<String>,
    /// True if the server belongs to the user's Plex Home.
    #[serde(default)]
    pub home: bool,
    /// True if plex.tv sees the server at present. Without it, the server may still be in reach in the local network.
    #[serde(default)]
    pub presence: bool,
    /// The version of Plex Media Server.
    #[serde(default)]
    pub version: Option<String>,
    /// The token for this server and no other. Requests to a server without one carry none: the user's own token is never
    /// sent in its place.
    #[serde(default)]
    pub access_token: Option<Token>,
    /// True if the server accepts https only.
    #[serde(default)]
    pub https_required: bool,
    /// True if plex.tv sees the server and this program at the same public address: they are probably in one network.
    #[serde(default)]
    pub public_address_matches: bool,
    /// True if the router of the server's network probably refuses to look up names that lead to private addresses.
    #[serde(default)]
    pub dns_rebinding_protection: bool,
    /// The addresses, in the order of plex.tv's list.
    pub connections: Vec<ServerConnection>,
}

/// An address of a [`Server`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServerConnection {
    /// The base URL.
    pub uri: Url,
    /// The IP address, if the list has it.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// True if the address is in the server's own network.
    pub local: bool,
    /// True if the connection goes through Plex's relay, which is slow: about 2 Mbit/s for video.
    pub relay: bool,
    /// True if the address is an IPv6 address.
    pub ipv6: bool,
}

impl PlexApi {
    /// Lists the media servers that a user owns or may use (`getResources`, `GET /resources`).
    ///
    /// # Errors
    /// [`Error::is_rejected`] if the token is not valid, [`Error::is_rate_limited`], or a network failure
    /// ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), plex_api::Error> {
    /// for server in plex.servers(&token).await? {
    ///     println!("{}, {} addresses", server.name, server.connections.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn servers(&self, token: &Token) -> Result<Vec<Server>, Error> {
        let request = GetResourcesRequest::new()
            .include_https(true)
            .include_relay(true)
            .include_ipv6(true);
        // A response that is not an array is an error, and no empty list.
        let resources: Vec<Option<Resource>> = request.send_as(&self.with_token(token)).await?;
        let resources = resources.into_iter().flatten();
        Ok(resources.filter_map(Server::read).collect())
    }
}

impl Server {
    /// Returns `None` for a resource that is not a media server.
    fn read(resource: Resource) -> Option<Self> {
        let mut roles = resource.provides.as_deref()?.split(',').map(str::trim);
        if !roles.any(|role| role == "server") {
            return None;
        }
        let id = resource.client_identifier.filter(|id| !id.is_empty())?;
        let connections = resource.connections.into_iter();
        Some(Self {
            name: resource.name.unwrap_or_else(|| id.clone()),
            id,
            owned: resource.owned.unwrap_or_default(),
            owner: resource.source_title,
            home: resource.home.unwrap_or_default(),
            presence: resource.presence.unwrap_or_default(),
            version: resource.product_version,
            access_token: resource.access_token,
            https_required: resource.https_required.unwrap_or_default(),
            public_address_matches: resource.public_address_matches.unwrap_or_default(),
            dns_rebinding_protection: resource.dns_rebinding_protection.unwrap_or_default(),
            connections: connections.filter_map(ServerConnection::read).collect(),
        })
    }
}

impl ServerConnection {
    /// Returns `None` for a connection without a usable URL.
    fn read(connection: Connection) -> Option<Self> {
        let uri = Url::parse(connection.uri.as_deref()?).ok()?;
        let is_base_url = matches!(uri.scheme(), "http" | "https")
            && uri.username().is_empty()
            && uri.password().is_none()
            && uri.query().is_none()
            && uri.fragment().is_none();
        let port = connection.port.and_then(|port| u16::try_from(port).ok());
        let port = port.or_else(|| uri.port_or_known_default())?;
        is_base_url.then(|| Self {
            address: connection.address.and_then(|address| address.parse().ok()),
            port,
            local: connection.local.unwrap_or_default(),
            relay: connection.relay.unwrap_or_default(),
            ipv6: connection.ipv6.unwrap_or_default(),
            uri,
        })
    }
}

#[cfg(test)]
mod tests;
