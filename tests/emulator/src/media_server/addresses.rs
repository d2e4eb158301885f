//! The addresses of a media server at which the emulator listens.

use std::time::Duration;

use super::{Behaviour, MediaServer, ServerConnection};

/// Methods that add an address. plex.tv lists the addresses in this order.
impl MediaServer {
    /// Adds an address at which the server responds.
    #[must_use]
    pub fn good_address(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Good))
    }

    /// Adds an address at which the server responds after a delay.
    #[must_use]
    pub fn slow_address(self, delay: Duration) -> Self {
        self.connection(ServerConnection::served(Behaviour::Slow(delay)))
    }

    /// Adds an address that accepts connections and never responds.
    #[must_use]
    pub fn dead_address(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Dead))
    }

    /// Adds an address that refuses connections.
    #[must_use]
    pub fn refusing_address(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Refusing))
    }

    /// Adds an address at which another media server responds.
    #[must_use]
    pub fn another_server_address(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Another))
    }

    /// Adds an address whose name no resolver finds; the server responds at its IP address.
    #[must_use]
    pub fn blocked_name(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Blocked))
    }

    /// Adds an address of Plex's relay at which the server responds.
    #[must_use]
    pub fn relay_address(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Good).relay())
    }

    /// Adds an address outside of the server's network at which the server responds.
    #[must_use]
    pub fn remote_address(self) -> Self {
        self.connection(ServerConnection::served(Behaviour::Good).remote())
    }

    /// Adds any connection.
    #[must_use]
    pub fn connection(mut self, connection: ServerConnection) -> Self {
        self.connections.push(connection);
        self
    }

    /// Makes it the server of a friend, who shares it with the user.
    #[must_use]
    pub fn shared_by(self, friend: impl Into<String>) -> Self {
        Self {
            owned: false,
            source_title: Some(friend.into()),
            ..self
        }
    }
}
