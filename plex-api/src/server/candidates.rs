//! Decides which addresses of a media server may be tried, in which order, and why the others are left out. Pure.

use std::net::IpAddr;

use plex_api_gen::is_private;
use url::{Host, Url};

use super::race::Entry;
use super::{ConnectOptions, Location, Server, ServerConnection};

/// An address to try.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) url: Url,
    /// The IP address behind the name, if no name server is needed for it.
    pub(super) ip: Option<IpAddr>,
    pub(super) location: Location,
    /// The rank and the group in the race.
    rank: u8,
    group: u8,
}

/// An address that is not tried.
#[derive(Debug, PartialEq)]
pub(super) struct LeftOut {
    pub(super) url: Url,
    pub(super) why: &'static str,
}

impl Candidate {
    pub(super) fn entry(&self) -> Entry {
        Entry {
            rank: self.rank,
            group: self.group,
            is_relay: self.location == Location::Relay,
        }
    }
}

/// Returns the addresses to try. `allows` says where the client may send requests without further permission.
pub(super) fn candidates(
    server: &Server,
    options: &ConnectOptions,
    allows: impl Fn(&Url) -> bool,
) -> (Vec<Candidate>, Vec<LeftOut>) {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut left_out: Vec<LeftOut> = Vec::new();
    for connection in &server.connections {
        let location = location(connection);
        for url in urls(connection) {
            let is_known = candidates.iter().any(|candidate| candidate.url == url)
                || left_out.iter().any(|left_out| left_out.url == url);
            if is_known {
                continue;
            }
            if let Some(why) = objection(server, options, location, &url, &allows) {
                left_out.push(LeftOut { url, why });
                continue;
            }
            let is_first = options
                .first
                .as_ref()
                .is_some_and(|first| first.server == server.id && first.url == url);
            let rank = rank(location, &url);
            // Where names are probably blocked, plain http starts together with https, which is one rank better.
            let is_early = url.scheme() != "https" && server.dns_rebinding_protection;
            let group = match is_first {
                true => 0,
                false => 1 + rank - u8::from(is_early),
            };
            candidates.push(Candidate {
                rank,
                ip: encoded(&url).filter(|ip| is_private(*ip) || ip.is_loopback()),
                url,
                location,
                group,
            });
        }
    }
    (candidates, left_out)
}

fn location(connection: &ServerConnection) -> Location {
    if connection.relay {
        Location::Relay
    } else if connection.local {
        Location::Local
    } else {
        Location::Remote
    }
}

/// Returns the URLs of a connection. A media server takes plain http and https at the same port.
fn urls(connection: &ServerConnection) -> Vec<Url> {
    let mut urls = vec![connection.uri.clone()];
    if location(connection) == Location::Local
        && connection.uri.scheme() == "https"
        && let Some(ip) = connection.address.or_else(|| encoded(&connection.uri))
        && is_private(ip)
    {
        let host = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        urls.extend(Url::parse(&format!("http://{host}:{}", connection.port)));
    }
    urls
}

/// Returns why an address is not tried.
fn objection(
    server: &Server,
    options: &ConnectOptions,
    location: Location,
    url: &Url,
    allows: impl Fn(&Url) -> bool,
) -> Option<&'static str> {
    if !options.locations.contains(&location) {
        return Some("it is not in a location that `ConnectOptions::locations` names");
    }
    let is_in_foreign_network = !server.owned && !server.home && !server.public_address_matches;
    if location == Location::Local && is_in_foreign_network {
        return Some("it is an address within the network of the server's owner");
    }
    if url.scheme() == "https" {
        return None;
    }
    if server.https_required {
        return Some("it is plain http, and the server requires https");
    }
    let is_in_lan = location == Location::Local && literal(url).is_some_and(is_private);
    match (is_in_lan, allows(url) || (options.plain_http && is_in_lan)) {
        (_, true) => None,
        (true, false) => Some(
            "it is plain http; if you trust the local network, allow plain http with `ConnectOptions::plain_http`",
        ),
        (false, false) => {
            Some("it is plain http to an address that is not known to be in the local network")
        }
    }
}

/// Local before remote before relay, https before http. IPv4 and IPv6 are equally good.
fn rank(location: Location, url: &Url) -> u8 {
    let rank = match location {
        Location::Local => 0,
        Location::Remote => 2,
        Location::Relay => 4,
    };
    rank + u8::from(url.scheme() != "https")
}

/// Returns the IP address that is the host of a URL.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

/// Returns the IP address that a name of the form `192-168-1-5.HASH.plex.direct` contains. The form for IPv6 is a guess: a
/// dash for each colon.
fn encoded(url: &Url) -> Option<IpAddr> {
    let mut labels = url.domain()?.strip_suffix(".plex.direct")?.split('.');
    let (address, _hash, None) = (labels.next()?, labels.next()?, labels.next()) else {
        return None;
    };
    let v4 = address.replace('-', ".").parse().map(IpAddr::V4);
    v4.or_else(|_| address.replace('-', ":").parse().map(IpAddr::V6))
        .ok()
}

#[cfg(test)]
mod tests;
