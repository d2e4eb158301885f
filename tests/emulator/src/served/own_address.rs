//! The emulator's own address, at which media servers listen unless their connections name another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

use crate::listeners::reachable;
use crate::media_server::ServerConnection;
use crate::network::to_name;

/// The emulator's own address.
#[derive(Debug)]
pub(crate) struct OwnAddress {
    /// The IP address to listen on.
    pub(crate) listen: IpAddr,
    /// The host at which other machines reach the emulator.
    pub(crate) host: Option<Host>,
}

impl OwnAddress {
    /// Returns the IP address at which the listener of a connection listens.
    ///
    /// # Errors
    ///
    /// The address of the connection, if it is not an IP address.
    pub(super) fn listening(&self, connection: &ServerConnection) -> Result<IpAddr, String> {
        let address = connection.address();
        // The emulator fills in this host when it starts, and another start with these users finds it.
        let is_own = self.listen.is_unspecified()
            && self
                .host
                .as_ref()
                .is_some_and(|host| to_name(host) == address);
        match address.parse() {
            Ok(address) if !is_own => Ok(address),
            Err(_) if !is_own && connection.address.is_some() => Err(address),
            _ => Ok(self.default_for(connection)),
        }
    }

    fn default_for(&self, connection: &ServerConnection) -> IpAddr {
        let is_ipv6 = connection.ipv6 == Some(true);
        if self.listen.is_unspecified() {
            // Every address of one family: some systems do not let `::` accept IPv4.
            return if is_ipv6 || matches!(self.host, Some(Host::Ipv6(_))) {
                Ipv6Addr::UNSPECIFIED.into()
            } else {
                Ipv4Addr::UNSPECIFIED.into()
            };
        }
        if is_ipv6 && self.listen.is_ipv4() {
            return Ipv6Addr::LOCALHOST.into();
        }
        self.listen
    }

    /// Returns the host at which clients reach a listener that is bound to this address.
    pub(super) fn reached(&self, bound: IpAddr) -> Host {
        let host = self.host.as_ref().filter(|host| match host {
            Host::Domain(_) => bound.is_unspecified(),
            Host::Ipv4(_) => bound == Ipv4Addr::UNSPECIFIED,
            Host::Ipv6(_) => bound == Ipv6Addr::UNSPECIFIED,
        });
        host.cloned().unwrap_or_else(|| match reachable(bound) {
            IpAddr::V4(address) => Host::Ipv4(address),
            IpAddr::V6(address) => Host::Ipv6(address),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media_server::Behaviour;

    /// The IP address to listen on and the host of the URI, for an own address and a connection.
    fn at(listen: &str, host: Option<&str>, connection: &ServerConnection) -> (String, String) {
        let host = host.map(|host| Host::parse(host).unwrap());
        let listen = listen.parse().unwrap();
        let own = OwnAddress { listen, host };
        let bound = own.listening(connection).unwrap();
        (bound.to_string(), own.reached(bound).to_string())
    }

    #[test]
    fn media_servers_listen_where_the_emulator_does() {
        let any = ServerConnection::served(Behaviour::Good);
        let ipv6 = any.clone().ipv6();
        let mut named = any.clone();
        named.address = Some("a.example".to_owned());
        let given = any.clone().at([127, 0, 0, 2].into());
        let every = any.clone().at([0, 0, 0, 0].into());
        let (name, ip) = (Some("a.example"), Some("127.0.0.2"));
        for (listen, host, connection, bound, reached) in [
            ("127.0.0.1", None, &any, "127.0.0.1", "127.0.0.1"),
            ("127.0.0.1", name, &any, "127.0.0.1", "127.0.0.1"),
            ("127.0.0.1", name, &every, "0.0.0.0", "a.example"),
            ("127.0.0.1", None, &ipv6, "::1", "[::1]"),
            ("192.0.2.1", name, &any, "192.0.2.1", "192.0.2.1"),
            ("192.0.2.1", None, &given, "127.0.0.2", "127.0.0.2"),
            ("192.0.2.1", ip, &given, "127.0.0.2", "127.0.0.2"),
            ("2001:db8::1", None, &any, "2001:db8::1", "[2001:db8::1]"),
            ("2001:db8::1", None, &ipv6, "2001:db8::1", "[2001:db8::1]"),
            ("0.0.0.0", None, &any, "0.0.0.0", "127.0.0.1"),
            ("0.0.0.0", None, &ipv6, "::", "[::1]"),
            ("0.0.0.0", name, &any, "0.0.0.0", "a.example"),
            ("0.0.0.0", name, &named, "0.0.0.0", "a.example"),
            ("0.0.0.0", name, &ipv6, "::", "a.example"),
            ("0.0.0.0", name, &given, "127.0.0.2", "127.0.0.2"),
            ("0.0.0.0", ip, &any, "0.0.0.0", "127.0.0.2"),
            ("0.0.0.0", ip, &given, "0.0.0.0", "127.0.0.2"),
            ("0.0.0.0", ip, &ipv6, "::", "[::1]"),
            ("::", None, &any, "0.0.0.0", "127.0.0.1"),
            ("::", None, &ipv6, "::", "[::1]"),
            ("::", Some("[2001:db8::1]"), &any, "::", "[2001:db8::1]"),
        ] {
            let expected = (bound.to_owned(), reached.to_owned());
            assert_eq!(
                at(listen, host, connection),
                expected,
                "{listen} {host:?} {connection:?}"
            );
        }
    }
}
