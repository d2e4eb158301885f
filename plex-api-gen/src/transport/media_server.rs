use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::http_client::KnownAddress;
use super::{CHOOSE, Shared, Transport, builder};
use crate::Error;

/// How to reach one address of a media server; not part of the public API.
#[doc(hidden)]
#[derive(Clone)]
pub struct Address {
    /// The base URL, http or https.
    pub url: Url,
    /// The IP address of the URL's host, if it is known: the name is not looked up. TLS still verifies the name.
    pub ip: Option<IpAddr>,
    /// True if the address is in the local network: no proxy is used.
    pub is_local: bool,
    /// True if the caller allowed plain http to this very URL.
    pub allows_plain_http: bool,
    /// The time limit of a request, from connecting to the last byte of the response.
    pub timeout: Duration,
    /// The size limit of a response, in bytes.
    pub response_limit: usize,
}

/// Hides the URL: it may hold a password, which only `to_media_server` rejects.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("ip", &self.ip)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// Returns a transport to a media server, with HTTP clients, and so connections, of its own: dropping it and its clones
    /// closes them. Not part of the public API.
    ///
    /// It holds no token and no credential. A custom HTTP client is shared instead, with all its connections.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if requests may not go to the URL, it has a user, query or fragment, or a limit is 0.
    #[doc(hidden)]
    pub fn to_media_server(&self, address: Address) -> Result<Self, Error> {
        let Address {
            url,
            ip,
            is_local,
            allows_plain_http,
            timeout,
            response_limit,
        } = address;
        builder::check_limits(CHOOSE, timeout, response_limit)?;
        let allowed = Some(&url).filter(|_| allows_plain_http);
        let destinations = self.shared.destinations.with_server(allowed);
        builder::check_base_url(CHOOSE, &url, &destinations)?;
        let known_address = ip.zip(url.domain()).map(|(ip, host)| KnownAddress {
            host: host.to_owned(),
            ip,
        });
        let clients = self
            .shared
            .clients
            .separate(timeout, known_address, is_local);
        let shared = Shared {
            clients: Arc::new(clients),
            destinations: Arc::new(destinations),
            timeout,
            response_limit,
            ..Shared::clone(&self.shared)
        };
        let transport = self.to_server(&url, shared);
        transport.check_destination(CHOOSE, &url, transport.shared.clients.is_custom())?;
        Ok(transport)
    }

    /// Returns the same transport with another size limit of responses, in bytes; not part of the public API.
    #[doc(hidden)]
    #[must_use]
    pub fn with_response_limit(&self, bytes: usize) -> Self {
        let mut transport = self.clone();
        Arc::make_mut(&mut transport.shared).response_limit = bytes;
        transport
    }

    /// Returns true if requests may go to this URL: over https, to this machine, or to a host that plain http was allowed for.
    /// Not part of the public API.
    #[doc(hidden)]
    pub fn allows(&self, url: &Url) -> bool {
        self.why_refused(url, self.shared.clients.is_custom())
            .is_none()
    }

    /// Returns true if [`PlainHttp::Hosts`](crate::PlainHttp::Hosts) lists the host of this URL. Not part of the public API.
    #[doc(hidden)]
    pub fn lists(&self, url: &Url) -> bool {
        self.shared.destinations.is_listed(url)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn plain_http_is_allowed_to_the_server_of_an_address_and_nowhere_else() {
        let address = |url: &str, allows_plain_http| Address {
            url: Url::parse(url).unwrap(),
            ip: None,
            is_local: true,
            allows_plain_http,
            timeout: Duration::from_secs(1),
            response_limit: 1,
        };
        let plex = Transport::builder(HeaderMap::new()).build().unwrap();
        for (url, allows_plain_http) in [
            ("http://192.168.1.5:32400", false),
            ("http://plex.tv", true),
            ("http://app.plex.tv", true),
            ("ftp://192.168.1.5", true),
            ("https://user@192.168.1.5", true),
            ("https://192.168.1.5/?a=b", true),
        ] {
            let refused = plex.to_media_server(address(url, allows_plain_http));
            assert!(refused.unwrap_err().is_misuse(), "{url}");
        }
        let server = plex.to_media_server(address("http://192.168.1.5:32400/plex", true));
        let server = server.unwrap();
        for (url, of_plex, of_server) in [
            ("http://192.168.1.5:32400/identity", false, true),
            ("http://192.168.1.5:32401", false, false),
            ("http://192.168.1.5", false, false),
            ("http://192.168.1.6:32400", false, false),
            ("http://127.0.0.1:32400", true, true),
            ("https://192.0.2.1", true, true),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(
                (plex.allows(&url), server.allows(&url)),
                (of_plex, of_server),
                "{url}"
            );
        }
        let another = server
            .to_media_server(address("https://192.0.2.1", false))
            .unwrap();
        assert!(!another.allows(server.base_url().unwrap()));
    }
}
