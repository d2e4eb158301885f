//! Decides which addresses of a media server may be tried, in which order, and why the others are left out. Pure.

use std::net::{IpAddr, SocketAddr};

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

/// Where the settings of the client allow requests.
pub(super) struct Permissions<'a> {
    /// Returns true if requests may go to this URL.
    pub(super) allows: &'a dyn Fn(&Url) -> bool,
    /// Returns true if a media server may be at this URL, whose host is this machine.
    pub(super) allows_this_machine: &'a dyn Fn(&Url) -> bool,
}

/// Returns the addresses to try, and those that are left out.
pub(super) fn candidates(
    server: &Server,
    options: &ConnectOptions,
    permissions: &Permissions<'_>,
) -> (Vec<Candidate>, Vec<LeftOut>) {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut left_out: Vec<LeftOut> = Vec::new();
    let connections = server.connections.iter().take(MOST);
    let mut listed: Vec<Listed> = connections.flat_map(listed).collect();
    // Of a URL that is listed twice, the better entry counts.
    listed.sort_by_key(|listed| listed.location);
    for listed in listed {
        if candidates
            .iter()
            .any(|candidate| candidate.url == listed.url)
        {
            continue;
        }
        let objection = objection(server, options, permissions, &listed);
        let Listed { url, location, .. } = listed;
        if let Some(why) = objection {
            if !left_out.iter().any(|left_out| left_out.url == url) {
                left_out.push(LeftOut { url, why });
            }
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
            ip: encoded(&url).filter(|ip| is_private(*ip) || ip.is_loopback()),
            location,
            url,
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
    /// The IP address that it contains.
    ip: Option<IpAddr>,
    location: Location,
    /// It is not in the list: plain http beside a listed https URL.
    is_fallback: bool,
}

/// Returns the URLs of a connection. A media server takes plain http and https at the same port.
fn listed(connection: &ServerConnection) -> Vec<Listed> {
    let in_url = ip_in(&connection.uri);
    // An address within a network is local, whatever the list says.
    let location = if in_url.is_some_and(is_private) {
        Location::Local
    } else if connection.relay {
        Location::Relay
    } else if connection.local {
        Location::Local
    } else {
        Location::Remote
    };
    let listed = |url, is_fallback| Listed {
        ip: ip_in(&url),
        url,
        location,
        is_fallback,
    };
    let mut all = vec![listed(connection.uri.clone(), false)];
    if location == Location::Local
        && connection.uri.scheme() == "https"
        && let Some(ip) = in_url.or(connection.address)
        && (is_in_lan(ip) || ip.is_loopback())
    {
        let url = Url::parse(&format!("http://{}", SocketAddr::new(ip, connection.port)));
        all.extend(url.map(|url| listed(url, true)));
    }
    all
}

/// Returns why an address is not tried.
fn objection(
    server: &Server,
    options: &ConnectOptions,
    permissions: &Permissions<'_>,
    listed: &Listed,
) -> Option<&'static str> {
    let Listed {
        url, ip, location, ..
    } = listed;
    let ip_is = |property: fn(IpAddr) -> bool| ip.is_some_and(property);
    if !options.locations.contains(location) {
        return Some("it is not in a location that `ConnectOptions::locations` names");
    }
    let is_in_foreign_network = !server.owned && !server.home && !server.public_address_matches;
    let may_be_private = ip.is_none_or(is_private);
    if *location == Location::Local && is_in_foreign_network && may_be_private {
        return Some("it is an address within the network of the server's owner");
    }
    let is_this_machine = ip_is(is_loopback) || is_localhost(url);
    if is_this_machine && !(permissions.allows_this_machine)(url) {
        return Some(
            "it is on this machine, which a list of plex.tv may not name; allow its name with `PlainHttp::Hosts`",
        );
    }
    if url.scheme() == "https" {
        return None;
    }
    if server.https_required {
        return Some("it is plain http, and the server requires https");
    }
    if ip_is(is_link_local) {
        return Some("it is plain http to a link-local address");
    }
    let is_local = *location == Location::Local && (ip_is(is_in_lan) || is_this_machine);
    let is_allowed = (permissions.allows)(url) && !(listed.is_fallback && is_this_machine);
    match (is_local, is_allowed || (options.plain_http && is_local)) {
        (_, true) => None,
        (true, false) => Some(
            "it is plain http; if you trust the local network, allow plain http with `ConnectOptions::plain_http`",
        ),
        (false, false) => {
            Some("it is plain http to an address that is not known to be in the local network")
        }
    }
}

/// Returns true for addresses that lead nowhere outside of a network.
fn is_private(ip: IpAddr) -> bool {
    is_in_lan(ip) || is_link_local(ip)
}

/// Returns true for the addresses of local networks: RFC 1918 and RFC 4193.
fn is_in_lan(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

/// Returns true for link-local addresses. At one of them, machines in a cloud have a service that gives out their secrets.
fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified()
}

fn is_localhost(url: &Url) -> bool {
    let name = url.domain().map(|name| name.trim_end_matches('.'));
    name == Some("localhost")
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

/// Returns the IP address that a URL contains.
fn ip_in(url: &Url) -> Option<IpAddr> {
    let ip = literal(url).or_else(|| encoded(url));
    ip.map(|ip| ip.to_canonical())
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
