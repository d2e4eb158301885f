//! Decides which addresses of a media server may be tried, in which order, and why the others are left out. Pure.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use plex_api_gen::is_private;
use url::{Host, Url};

use super::race::{Entry, GRACE, PLAIN_HTTP_GRACE, RELAY_GRACE};
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
    fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Returns the addresses as the race sees them.
pub(super) fn entries(candidates: &[Candidate]) -> impl Iterator<Item = Entry> {
    candidates.iter().map(|candidate| {
        let is_https_beside =
            |other: &Candidate| other.is_https() && other.location == candidate.location;
        let grace = if !candidate.is_https() && candidates.iter().any(is_https_beside) {
            PLAIN_HTTP_GRACE
        } else if candidate.location == Location::Relay {
            RELAY_GRACE
        } else {
            GRACE
        };
        Entry {
            rank: candidate.rank,
            group: candidate.group,
            grace,
        }
    })
}

/// The number of connections that are considered: more than any server has.
const MOST: usize = 32;

/// Returns the addresses to try. `allows` says where the client may send requests without further permission.
pub(super) fn candidates(
    server: &Server,
    options: &ConnectOptions,
    allows: impl Fn(&Url) -> bool,
) -> (Vec<Candidate>, Vec<LeftOut>) {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut left_out: Vec<LeftOut> = Vec::new();
    let mut urls: Vec<Listed> = server
        .connections
        .iter()
        .take(MOST)
        .flat_map(urls)
        .collect();
    // Of a URL that is listed twice, the better entry counts.
    urls.sort_by_key(|listed| listed.location);
    for listed in urls {
        let Listed { url, location, .. } = &listed;
        if candidates.iter().any(|candidate| candidate.url == *url) {
            continue;
        }
        if let Some(why) = objection(server, options, &listed, &allows) {
            if !left_out.iter().any(|left_out| left_out.url == *url) {
                let url = listed.url;
                left_out.push(LeftOut { url, why });
            }
            continue;
        }
        let is_first = options
            .first
            .as_ref()
            .is_some_and(|first| first.server == server.id && first.url == *url);
        let rank = rank(*location, url);
        // Where names are probably blocked, plain http starts together with https, which is one rank better.
        let is_early = url.scheme() != "https" && server.dns_rebinding_protection;
        let group = match is_first {
            true => 0,
            false => 1 + rank - u8::from(is_early),
        };
        candidates.push(Candidate {
            ip: encoded(url).filter(|ip| is_internal(*ip)),
            location: *location,
            url: listed.url,
            rank,
            group,
        });
    }
    let is_tried = |url: &Url| candidates.iter().any(|candidate| candidate.url == *url);
    left_out.retain(|left_out| !is_tried(&left_out.url));
    (candidates, left_out)
}

/// A URL of a connection.
struct Listed {
    url: Url,
    location: Location,
    /// It is not in the list: plain http beside a listed https URL.
    is_fallback: bool,
}

/// Returns the URLs of a connection. A media server takes plain http and https at the same port.
fn urls(connection: &ServerConnection) -> Vec<Listed> {
    let location = location(connection);
    let listed = |url, is_fallback| Listed {
        url,
        location,
        is_fallback,
    };
    let mut urls = vec![listed(connection.uri.clone(), false)];
    if location == Location::Local
        && connection.uri.scheme() == "https"
        && let Some(ip) = connection.address.or_else(|| encoded(&connection.uri))
        && is_internal(ip)
    {
        urls.extend(plain(ip, connection.port).map(|url| listed(url, true)));
    }
    urls
}

/// Returns the location of a connection. An address within a network is local, whatever the list says. This machine is tried only
/// where the client allows it.
fn location(connection: &ServerConnection) -> Location {
    let ip = literal(&connection.uri).or_else(|| encoded(&connection.uri));
    if connection.relay {
        Location::Relay
    } else if connection.local || ip.is_some_and(is_private) {
        Location::Local
    } else {
        Location::Remote
    }
}

/// Returns why an address is not tried.
fn objection(
    server: &Server,
    options: &ConnectOptions,
    listed: &Listed,
    allows: impl Fn(&Url) -> bool,
) -> Option<&'static str> {
    let Listed { url, location, .. } = listed;
    if !options.locations.contains(location) {
        return Some("it is not in a location that `ConnectOptions::locations` names");
    }
    let is_in_foreign_network = !server.owned && !server.home && !server.public_address_matches;
    if *location == Location::Local && is_in_foreign_network {
        return Some("it is an address within the network of the server's owner");
    }
    let ip = literal(url).or_else(|| encoded(url));
    let on_this_machine = on_this_machine(url);
    if on_this_machine.as_ref().is_some_and(|url| !allows(url)) {
        return Some("it is on this machine, and plex.tv is not");
    }
    if url.scheme() == "https" {
        return None;
    }
    if server.https_required {
        return Some("it is plain http, and the server requires https");
    }
    let is_in_lan = *location == Location::Local && ip.is_some_and(is_in_lan);
    let is_allowed = allows(url) && !(listed.is_fallback && on_this_machine.is_some());
    match (is_in_lan, is_allowed || (options.plain_http && is_in_lan)) {
        (_, true) => None,
        (true, false) => Some(
            "it is plain http; if you trust the local network, allow plain http with `ConnectOptions::plain_http`",
        ),
        (false, false) => {
            Some("it is plain http to an address that is not known to be in the local network")
        }
    }
}

/// Returns true for an address that a name server cannot know better than the name that contains it.
fn is_internal(ip: IpAddr) -> bool {
    is_private(ip) || ip.is_loopback()
}

/// Returns true for an address that plain http may be allowed for. Link-local ones are not: at one of them, machines in a
/// cloud have a service that gives out their secrets.
fn is_in_lan(ip: IpAddr) -> bool {
    let is_link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !is_link_local && (is_private(ip) || ip.is_loopback())
}

/// Returns the URL for plain http to the same port, if the host is this machine.
fn on_this_machine(url: &Url) -> Option<Url> {
    let ip = literal(url).or_else(|| encoded(url));
    let is_this_machine = |ip: &IpAddr| ip.is_loopback() || ip.is_unspecified();
    let ip = match url.domain().map(|name| name.trim_end_matches('.')) {
        Some("localhost") => Some(Ipv4Addr::LOCALHOST.into()),
        _ => ip.filter(is_this_machine),
    };
    plain(ip?, url.port_or_known_default()?)
}

fn plain(ip: IpAddr, port: u16) -> Option<Url> {
    Url::parse(&format!("http://{}", SocketAddr::new(ip, port))).ok()
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
        Host::Ipv6(ip) => Some(IpAddr::V6(ip).to_canonical()),
        Host::Domain(_) => None,
    }
}

/// Returns the IP address that a name of the form `192-168-1-5.HASH.plex.direct` contains. The form for IPv6 is a guess: a
/// dash for each colon.
fn encoded(url: &Url) -> Option<IpAddr> {
    let name = url.domain()?.trim_end_matches('.');
    let mut labels = name.strip_suffix(".plex.direct")?.split('.');
    let (address, _hash, None) = (labels.next()?, labels.next()?, labels.next()) else {
        return None;
    };
    let v4 = address.replace('-', ".").parse().map(IpAddr::V4);
    v4.or_else(|_| address.replace('-', ":").parse().map(IpAddr::V6))
        .ok()
}

#[cfg(test)]
mod tests;
