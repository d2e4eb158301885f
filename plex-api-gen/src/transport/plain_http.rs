//! Where requests may go without TLS.

use std::net::IpAddr;

use url::{Host, Origin, Url};

use crate::Error;

/// Hosts beyond this machine that may receive requests over plain http.
///
/// Plain http is not encrypted: anybody on the network path to such a host can read the token and the responses, and
/// change them. plex.tv and its subdomains are never allowed.
///
/// # Examples
/// ```
/// use plex_api_gen::PlainHttp;
///
/// let by_name = PlainHttp::hosts(["nas.local", "192.168.1.20"]);
/// let by_address = PlainHttp::PrivateNetworks;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlainHttp {
    /// These hosts: names or IP addresses, without a port.
    Hosts(Vec<String>),
    /// Every IP address of a private network: RFC 1918 (such as `192.168.1.20`), RFC 4193, RFC 6598, and link-local
    /// addresses. Names are not looked up: list them under [`Hosts`](Self::Hosts).
    PrivateNetworks,
}

impl PlainHttp {
    /// Allows these hosts: names or IP addresses, without a port.
    pub fn hosts<H: Into<String>>(hosts: impl IntoIterator<Item = H>) -> Self {
        Self::Hosts(hosts.into_iter().map(Into::into).collect())
    }
}

/// Decides which URLs may receive requests.
#[derive(Clone, Default)]
pub(super) struct Destinations {
    hosts: Vec<Host<String>>,
    private_networks: bool,
    /// The server that the caller allowed plain http to, by scheme, host and port.
    server: Option<Origin>,
}

impl Destinations {
    /// # Errors
    /// If a host is not a host name or an IP address, or belongs to plex.tv.
    pub(super) fn new(step: &'static str, allowed: Vec<PlainHttp>) -> Result<Self, Error> {
        let mut destinations = Self::default();
        for allowed in allowed {
            match allowed {
                PlainHttp::PrivateNetworks => destinations.private_networks = true,
                PlainHttp::Hosts(hosts) => {
                    for host in hosts {
                        destinations.hosts.push(parsed(step, &host)?);
                    }
                }
            }
        }
        Ok(destinations)
    }

    /// Returns true if requests may go to a URL: https, this machine, or a host that plain http was allowed for.
    pub(super) fn allow(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => {
                is_loopback(url)
                    || self.is_listed(url)
                    || (self.private_networks && is_in_private_network(url))
                    || self.server.as_ref() == Some(&url.origin())
            }
            _ => false,
        }
    }

    /// Returns the same destinations, and this server over plain http, if the caller allowed it. plex.tv is never allowed.
    pub(super) fn with_server(&self, server: Option<&Url>) -> Self {
        let is_allowed = |url: &&Url| !is_at_plex_tv(url);
        Self {
            server: server.filter(is_allowed).map(Url::origin),
            ..self.clone()
        }
    }

    /// Returns true if the host of a URL is one of the listed hosts.
    pub(super) fn is_listed(&self, url: &Url) -> bool {
        url.host()
            .is_some_and(|host| self.hosts.iter().any(|listed| *listed == host))
    }
}

fn parsed(step: &'static str, host: &str) -> Result<Host<String>, Error> {
    let parsed = match host.parse() {
        Ok(IpAddr::V4(address)) => Ok(Host::Ipv4(address)),
        Ok(IpAddr::V6(address)) => Ok(Host::Ipv6(address)),
        Err(_) => Host::parse(host),
    };
    let Ok(parsed) = parsed else {
        let what = format!(
            "{host:?} cannot be allowed for plain http: it is not a host name or IP address; remove scheme, port and path"
        );
        return Err(Error::misuse(step, what));
    };
    if let Host::Domain(name) = &parsed
        && is_plex_tv(name)
    {
        let what =
            format!("{host} cannot be allowed for plain http: plex.tv requires https; remove it");
        return Err(Error::misuse(step, what));
    }
    Ok(parsed)
}

fn is_plex_tv(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.strip_suffix("plex.tv")
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Returns true if a URL belongs to plex.tv.
pub(super) fn is_at_plex_tv(url: &Url) -> bool {
    url.domain().is_some_and(is_plex_tv)
}

/// Returns true if a URL is on this machine. The transport resolves `localhost` itself.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn is_in_private_network(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_private(address.into()),
        Some(Host::Ipv6(address)) => is_private(address.into()),
        Some(Host::Domain(_)) | None => false,
    }
}

/// Returns true for the addresses of [`PlainHttp::PrivateNetworks`].
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && second & 0b1100_0000 == 64;
            address.is_private() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}
