//! The media servers of a user, as plex.tv lists them.

use std::fmt;
use std::net::IpAddr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use url::{Host, Url};

use crate::codes::Codes;

/// A media server that a user owns, or that a friend shares with the user.
///
/// The emulator lists it in `/api/v2/resources`, `/api/resources` and, if the user owns it, `/devices.xml`. It does
/// not run one: a connection may lead to any server, for example one of a test.
///
/// ```
/// use plex_tv_emulator::{MediaServer, ServerConnection, User};
///
/// let mut server = MediaServer::new("Living room", "machine-identifier");
/// server.connections.push(ServerConnection::new("http://127.0.0.1:32400"));
/// let mut user = User::new("ada");
/// user.servers.push(server);
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MediaServer {
    /// The displayed name.
    pub name: String,
    /// The client identifier, which is the server's `machineIdentifier`.
    pub client_identifier: String,
    /// True if the server belongs to the user; false if a friend shares it.
    #[serde(default = "yes")]
    pub owned: bool,
    /// The token for this server. By default it is the user's own for a server that the user owns, and a token of
    /// 20 characters for any other.
    #[serde(default)]
    pub access_token: Option<String>,
    /// The product.
    #[serde(default = "product")]
    pub product: String,
    /// The version of the product.
    #[serde(default = "product_version")]
    pub product_version: String,
    /// The operating system.
    #[serde(default = "platform")]
    pub platform: String,
    /// The version of the operating system.
    #[serde(default)]
    pub platform_version: String,
    /// The kind of machine.
    #[serde(default = "device")]
    pub device: String,
    /// The id of the owner's account; for a server of a friend, the emulator replaces `None` by a random id.
    #[serde(default)]
    pub owner_id: Option<u64>,
    /// The name of the friend.
    #[serde(default)]
    pub source_title: Option<String>,
    /// The public address.
    #[serde(default = "public_address")]
    pub public_address: String,
    /// True if the user is in the Plex Home of the owner.
    #[serde(default)]
    pub home: bool,
    /// False if plex.tv has not seen the server lately.
    #[serde(default = "yes")]
    pub presence: bool,
    /// True if the server accepts only HTTPS.
    #[serde(default)]
    pub https_required: bool,
    /// True if the app has the server's public address.
    #[serde(default)]
    pub public_address_matches: bool,
    /// True if a router is expected to block the names of the connections.
    #[serde(default)]
    pub dns_rebinding_protection: bool,
    /// True if the network of the server reaches its own public address.
    #[serde(default)]
    pub nat_loopback_supported: bool,
    /// The addresses, in the order of the list.
    #[serde(default)]
    pub connections: Vec<ServerConnection>,
    /// The id in `/devices.xml`.
    #[serde(skip)]
    pub(crate) device_id: u64,
}

fn yes() -> bool {
    true
}

fn product() -> String {
    "Plex Media Server".to_owned()
}

fn product_version() -> String {
    "1.42.1.10060-4e8b05daf".to_owned()
}

fn platform() -> String {
    "Linux".to_owned()
}

fn device() -> String {
    "PC".to_owned()
}

fn public_address() -> String {
    crate::routes::PUBLIC_ADDRESS.to_owned()
}

impl MediaServer {
    /// Creates a server that the user owns, without connections and with defaults for the rest.
    #[must_use]
    pub fn new(name: impl Into<String>, client_identifier: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            client_identifier: client_identifier.into(),
            owned: true,
            access_token: None,
            product: product(),
            product_version: product_version(),
            platform: platform(),
            platform_version: String::new(),
            device: device(),
            owner_id: None,
            source_title: None,
            public_address: public_address(),
            home: false,
            presence: true,
            https_required: false,
            public_address_matches: false,
            dns_rebinding_protection: false,
            nat_loopback_supported: false,
            connections: Vec::new(),
            device_id: 0,
        }
    }

    /// Fills in what the user has left open.
    pub(crate) fn complete(&mut self, codes: &mut Codes) {
        self.device_id = codes.id();
        if !self.owned {
            self.access_token.get_or_insert_with(|| codes.token());
            self.owner_id.get_or_insert_with(|| codes.id());
        }
    }
}

impl fmt::Debug for MediaServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaServer")
            .field("name", &self.name)
            .field("client_identifier", &self.client_identifier)
            .field("owned", &self.owned)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// An address of a [`MediaServer`]. Only the URI is needed; the other values follow from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerConnection {
    /// The URI, as in `https://192-168-1-5.hash.plex.direct:32400`.
    #[serde(deserialize_with = "uri")]
    pub uri: String,
    /// `http` or `https`; by default that in the URI.
    #[serde(default)]
    pub protocol: Option<String>,
    /// The IP address or name; by default the host in the URI.
    #[serde(default)]
    pub address: Option<String>,
    /// The port; by default the port of the URI.
    #[serde(default)]
    pub port: Option<u16>,
    /// True for an address in the network of the server; by default, if the address is a private one.
    #[serde(default)]
    pub local: Option<bool>,
    /// True for an address of Plex's relay.
    #[serde(default)]
    pub relay: bool,
    /// True for an IPv6 address; by default, if the address is one.
    #[serde(default)]
    pub ipv6: Option<bool>,
}

fn uri<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let uri = String::deserialize(deserializer)?;
    match Url::parse(&uri) {
        Ok(url) if url.has_host() => Ok(uri),
        _ => Err(D::Error::custom(format!(
            "the uri {uri:?} is not a URL with a host"
        ))),
    }
}

impl ServerConnection {
    /// Creates a connection from its URI.
    #[must_use]
    pub fn new(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            protocol: None,
            address: None,
            port: None,
            local: None,
            relay: false,
            ipv6: None,
        }
    }

    pub(crate) fn protocol(&self) -> String {
        let from_uri = || self.url().map(|url| url.scheme().to_owned());
        self.protocol.clone().or_else(from_uri).unwrap_or_default()
    }

    pub(crate) fn address(&self) -> String {
        let from_uri = || match self.url()?.host()? {
            // Without the brackets of a URL.
            Host::Ipv6(address) => Some(address.to_string()),
            host => Some(host.to_string()),
        };
        self.address.clone().or_else(from_uri).unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        let from_uri = || self.url()?.port_or_known_default();
        self.port.or_else(from_uri).unwrap_or_default()
    }

    pub(crate) fn is_local(&self) -> bool {
        self.local.unwrap_or_else(|| match self.address().parse() {
            Ok(IpAddr::V4(address)) => {
                address.is_private() || address.is_loopback() || address.is_link_local()
            }
            Ok(IpAddr::V6(address)) => {
                address.is_unique_local()
                    || address.is_loopback()
                    || address.is_unicast_link_local()
            }
            Err(_) => false,
        })
    }

    pub(crate) fn is_ipv6(&self) -> bool {
        let is_ipv6 = || matches!(self.address().parse(), Ok(IpAddr::V6(_)));
        self.ipv6.unwrap_or_else(is_ipv6)
    }

    fn url(&self) -> Option<Url> {
        Url::parse(&self.uri).ok()
    }
}
