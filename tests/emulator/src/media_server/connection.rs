//! The address of a media server.

use std::net::IpAddr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use url::{Host, Url};

use super::Behaviour;
use crate::fields::Fields;

/// An address of a [`MediaServer`](crate::MediaServer). Only the URI, or the behaviour of a listener, is needed; the
/// other values follow from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServerConnection {
    /// The URI, as in `https://192-168-1-5.hash.plex.direct:32400`. The emulator replaces an empty string by the URI
    /// of its listener when it starts.
    pub uri: String,
    /// `http` or `https`; by default that in the URI.
    pub protocol: Option<String>,
    /// The IP address or name; by default the host in the URI.
    pub address: Option<String>,
    /// The port; by default the port of the URI.
    pub port: Option<u16>,
    /// True for an address in the network of the server; by default, if the address is a private one, or the name of
    /// the emulator that it has filled in.
    pub local: Option<bool>,
    /// True for an address of Plex's relay.
    pub relay: bool,
    /// True for an IPv6 address; by default, if the address is one.
    pub ipv6: Option<bool>,
    /// The listener of the emulator behind this address, on its IP address and port. The defaults are the emulator's
    /// own IP address or, for IPv6 beside IPv4, `::1`, and any free port. Where the emulator listens on every address,
    /// so does this listener, and the URI names the host of [`public_url`](crate::EmulatorBuilder::public_url), else
    /// the first [`host`](crate::EmulatorBuilder::host), else 127.0.0.1. `None` if the address leads to a server
    /// outside of the emulator.
    pub served: Option<Behaviour>,
}

impl<'de> Deserialize<'de> for ServerConnection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn read(value: Value) -> Result<ServerConnection, String> {
    let mut fields = Fields::of(value)?;
    fields.only(&[
        "uri", "protocol", "address", "port", "local", "relay", "ipv6", "served",
    ])?;
    let served = fields.optional("served")?;
    let uri: Option<String> = fields.optional("uri")?;
    if uri.is_none() && served.is_none() {
        return Err("missing field `uri`, or `served` for a listener of the emulator".to_owned());
    }
    let uri = uri.unwrap_or_default();
    let is_filled_in = served.is_some() && uri.is_empty();
    if !is_filled_in && !Url::parse(&uri).is_ok_and(|url| url.has_host()) {
        return Err(format!("the uri {uri:?} is not a URL with a host"));
    }
    Ok(ServerConnection {
        uri,
        protocol: fields.optional("protocol")?,
        address: fields.optional("address")?,
        port: fields.optional("port")?,
        local: fields.optional("local")?,
        relay: fields.optional("relay")?.unwrap_or_default(),
        ipv6: fields.optional("ipv6")?,
        served,
    })
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
            served: None,
        }
    }

    /// Creates a connection to a listener of the emulator, which fills in its URI when it starts.
    #[must_use]
    pub fn served(behaviour: Behaviour) -> Self {
        Self {
            served: Some(behaviour),
            ..Self::new("")
        }
    }

    /// Makes it an address of Plex's relay.
    #[must_use]
    pub fn relay(self) -> Self {
        Self {
            relay: true,
            ..self.remote()
        }
    }

    /// Makes it an address outside of the server's network.
    #[must_use]
    pub fn remote(self) -> Self {
        Self {
            local: Some(false),
            ..self
        }
    }

    /// Makes it an IPv6 address.
    #[must_use]
    pub fn ipv6(self) -> Self {
        Self {
            ipv6: Some(true),
            ..self
        }
    }

    /// Sets the IP address: the listener listens on it, and plex.tv lists it.
    #[must_use]
    pub fn at(self, address: IpAddr) -> Self {
        Self {
            address: Some(address.to_string()),
            ..self
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
