//! The emulator's names: its origin in links, the pages that may act for a user, and the callers that may control it.

use std::net::{IpAddr, SocketAddr};

use hyper::http::request::Parts;
use ring::digest::{Digest, SHA256, digest};
use url::{Host, Url};

use crate::call::{self, header};
use crate::error::{Error, Kind};
#[cfg(feature = "tls")]
use crate::served::Sockets;
#[cfg(feature = "tls")]
use crate::tls::Tls;

/// The header with the token of [`control_token`](crate::EmulatorBuilder::control_token).
pub(crate) const TOKEN_HEADER: &str = "x-emulator-token";

/// The names of plex.tv that apps and browsers use.
pub(crate) const PLEX_NAMES: [&str; 4] =
    ["plex.tv", "www.plex.tv", "app.plex.tv", "clients.plex.tv"];

/// The settings that concern names and callers.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) is_tls: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Tls>,
    /// `host:port`, for requests without `Host`.
    local: String,
    /// Further names of the emulator, in lower case.
    hosts: Vec<String>,
    public_url: Option<Url>,
    pub(crate) trusts_forwarded: bool,
    control_hosts: Vec<String>,
    control_token: Option<TokenHash>,
}

/// The SHA-256 of the control token: comparing hashes takes the same time wherever two tokens differ.
struct TokenHash(Digest);

impl TokenHash {
    fn of(token: &[u8]) -> Self {
        Self(digest(&SHA256, token))
    }

    fn is_of(&self, token: &[u8]) -> bool {
        self.0.as_ref() == Self::of(token).0.as_ref()
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

impl Network {
    pub(crate) fn add_host(&mut self, name: &str) -> Result<(), Error> {
        self.hosts.push(canonical(name)?);
        Ok(())
    }

    pub(crate) fn add_control_host(&mut self, name: &str) -> Result<(), Error> {
        self.control_hosts.push(canonical(name)?);
        Ok(())
    }

    pub(crate) fn set_control_token(&mut self, token: &str) -> Result<(), Error> {
        let is_sendable = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_sendable {
            let message = "a control token has one or more visible ASCII characters and no spaces";
            return Err(Kind::Setting(message.to_owned()).into());
        }
        self.control_token = Some(TokenHash::of(token.as_bytes()));
        Ok(())
    }

    pub(crate) fn set_public_url(&mut self, url: &str) -> Result<(), Error> {
        let parsed = Url::parse(url).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        let url = parsed.ok_or_else(|| {
            let message = "a public URL is http:// or https:// with a host and no path, such as https://plex.example";
            Kind::Setting(message.to_owned())
        })?;
        self.public_url = Some(url);
        Ok(())
    }

    /// Returns the host at which other machines reach the emulator: that in the public URL, else the first further name.
    pub(crate) fn public_host(&self) -> Option<Host> {
        let public = self.public_url.as_ref().and_then(Url::host);
        let public = public.map(|host| host.to_owned());
        public.or_else(|| {
            let first = self.hosts.first()?;
            Some(match first.parse() {
                Ok(IpAddr::V4(address)) => Host::Ipv4(address),
                Ok(IpAddr::V6(address)) => Host::Ipv6(address),
                Err(_) => Host::Domain(first.clone()),
            })
        })
    }

    /// Completes the settings at the start, when the address is known.
    pub(crate) fn complete(&mut self, address: SocketAddr) {
        self.local = address.to_string();
    }

    /// Makes the certificates, unless the emulator serves plain http.
    #[cfg(feature = "tls")]
    pub(crate) fn certify(&mut self, address: SocketAddr, sockets: &Sockets) -> Result<(), Error> {
        if self.is_tls {
            let tls = Tls::new(self.names(address.ip()), sockets.names());
            self.tls = Some(tls.map_err(Kind::Certificate)?);
        }
        Ok(())
    }

    /// Returns all names for the certificate.
    #[cfg(feature = "tls")]
    fn names(&self, address: IpAddr) -> Vec<String> {
        let fixed = PLEX_NAMES.iter().chain(&["localhost", "127.0.0.1", "::1"]);
        let mut names: Vec<String> = fixed.map(|name| (*name).to_owned()).collect();
        names.push(address.to_string());
        let public = self.public_url.as_ref().and_then(Url::host);
        names.extend(public.iter().map(to_name));
        names.extend(self.hosts.iter().chain(&self.control_hosts).cloned());
        names.sort();
        names.dedup();
        names
    }

    /// Returns the emulator's origin as the client addresses it, for links: `http://host:port`.
    pub(crate) fn origin(&self, parts: &Parts) -> String {
        if let Some(url) = &self.public_url {
            return url.origin().ascii_serialization();
        }
        let own = if self.is_tls { "https" } else { "http" };
        let forwarded = header(parts, "x-forwarded-proto").filter(|_| self.trusts_forwarded);
        // Each proxy appends its own: the first is the one that the client sees.
        let forwarded = forwarded.and_then(|schemes| schemes.split(',').next());
        let scheme = match forwarded.map(str::trim) {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
            _ => own,
        };
        format!("{scheme}://{}", call::host(parts).unwrap_or(&self.local))
    }

    /// Checks that a request may come from one of the emulator's own pages.
    ///
    /// A website could point its own domain at the emulator's address (DNS rebinding): the name in `Host` must be
    /// one of the emulator's. An IP address is safe, because then the browser has loaded the page from there.
    pub(crate) fn check_page(&self, parts: &Parts) -> Result<(), &'static str> {
        let is_own = named_host(parts).is_some_and(|host| match &host {
            Host::Domain(name) => {
                name == "localhost"
                    || PLEX_NAMES.contains(&name.as_str())
                    || self.public_url.as_ref().and_then(Url::host_str) == Some(name)
                    || self.hosts.contains(name)
                    || self.control_hosts.contains(name)
            }
            Host::Ipv4(_) | Host::Ipv6(_) => true,
        });
        if !is_own {
            return Err(
                "The emulator does not know the name in this page's address. Start it with --host NAME.",
            );
        }
        if !self.is_same_origin(parts) {
            return Err(
                "This page's address differs from the one that the emulator sees. Behind a proxy, start it with --public-url URL.",
            );
        }
        Ok(())
    }

    /// Checks that the caller may control the emulator; the error says how to allow it.
    pub(crate) fn check_control(&self, parts: &Parts, peer: IpAddr) -> Result<(), &'static str> {
        if let Some(expected) = &self.control_token
            && let Some(token) = parts.headers.get(TOKEN_HEADER)
        {
            let wrong = "the control token is wrong";
            return expected.is_of(token.as_bytes()).then_some(()).ok_or(wrong);
        }
        let host = named_host(parts);
        let host = host.ok_or("the Host header is missing or not a host")?;
        if !self.is_same_origin(parts) {
            return Err("pages of other sites may not control the emulator");
        }
        let is_allowed_name = self.control_hosts.contains(&to_name(&host));
        let is_this_machine = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        if is_allowed_name || is_this_machine && peer.to_canonical().is_loopback() {
            Ok(())
        } else {
            Err(
                "only programs on this machine, at localhost or a loopback address, may control the emulator; \
                 start it with --control-host NAME or --control-token TOKEN to allow others",
            )
        }
    }

    /// Checks `Origin`, in which a browser names the site of the page: other sites may not act for the user.
    ///
    /// Its scheme does not matter, because a proxy may add TLS and keep `Host`.
    fn is_same_origin(&self, parts: &Parts) -> bool {
        if !parts.headers.contains_key("origin") {
            return true;
        }
        let Some(origin) = header(parts, "origin") else {
            return false;
        };
        let Some((_, authority)) = origin.split_once("://") else {
            return false;
        };
        let is_host = call::host(parts).is_some_and(|host| host.eq_ignore_ascii_case(authority));
        let public = self.public_url.as_ref().map(Url::origin);
        is_host || public.is_some_and(|public| public.ascii_serialization() == origin)
    }
}

/// Parses the host that a request names, without its port.
fn named_host(parts: &Parts) -> Option<Host> {
    let url = Url::parse(&format!("http://{}/", call::host(parts)?)).ok()?;
    url.host().map(|host| host.to_owned())
}

/// Writes a host without the brackets of a URL.
pub(crate) fn to_name<S: AsRef<str>>(host: &Host<S>) -> String {
    match host {
        Host::Domain(name) => name.as_ref().to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

/// Checks a host name or an IP address given by the user, and writes it as URLs do.
fn canonical(name: &str) -> Result<String, Error> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let parsed = match bare.parse() {
        Ok(address) => Host::Ipv6(address),
        Err(_) => Host::parse(name).map_err(|_| {
            let message =
                format!("{name:?} is not a host: give a name or an IP address without a port");
            Kind::Setting(message)
        })?,
    };
    Ok(to_name(&parsed))
}

#[cfg(test)]
mod tests;
