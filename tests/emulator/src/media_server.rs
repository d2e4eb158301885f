//! The media servers of a user, as plex.tv lists them.

mod addresses;
mod behaviour;
mod connection;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use behaviour::Behaviour;
pub use connection::ServerConnection;

use crate::codes::Codes;

/// A media server that a user owns, or that a friend shares with the user.
///
/// The emulator lists it in `/api/v2/resources`, `/api/resources` and, if the user owns it, `/devices.xml`. Its
/// connections lead to any server, for example one of a test, or to listeners of the emulator, each with a
/// [`Behaviour`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), plex_tv_emulator::Error> {
/// use plex_tv_emulator::{Emulator, MediaServer, ServerConnection, User};
///
/// let mut user = User::new("ada");
/// user.servers.push(MediaServer::new("Living room", "machine-identifier").good_address().dead_address());
/// let elsewhere = ServerConnection::new("http://127.0.0.1:32400");
/// user.servers.push(MediaServer::new("Attic", "another-identifier").connection(elsewhere));
/// let emulator = Emulator::builder().users([user]).start().await?;
/// let good = &emulator.users()[0].servers[0].connections[0];
/// assert!(good.uri.starts_with("http://127.0.0.1:"));
/// # Ok(()) }
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
