//! How the HTTP client of a route is built.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use url::Url;

use super::plain_http::is_loopback;
use crate::Error;

/// How long a connection is kept for later requests: less than servers do (Plex Media Server: 20 seconds), so that a
/// request seldom meets a connection that the server is closing.
const IDLE: Duration = Duration::from_secs(15);

/// The longest pause until a ping, however long the time limit is.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The settings of a program for the HTTP clients.
pub(super) type Customize = Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

/// The settings of the clients that a transport builds.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) customize: Option<Customize>,
    pub(super) timeout: Duration,
    pub(super) known_address: Option<KnownAddress>,
    /// True if no proxy is used.
    pub(super) is_direct: bool,
}

/// The known IP address of a host: its name is not looked up.
#[derive(Clone)]
pub(super) struct KnownAddress {
    pub(super) host: String,
    pub(super) ip: IpAddr,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Route {
    /// Through the configured proxies.
    Https,
    /// Never through a proxy, which could not reach this machine or its local network.
    DirectHttps,
    /// Never through a proxy, which could read the token.
    Plain,
}

impl Route {
    pub(super) fn to(url: &Url, is_direct: bool) -> Self {
        if url.scheme() != "https" {
            Self::Plain
        } else if is_direct || is_loopback(url) {
            Self::DirectHttps
        } else {
            Self::Https
        }
    }
}

pub(super) fn build(
    step: &'static str,
    settings: &Settings,
    route: Route,
) -> Result<reqwest::Client, Error> {
    check_provider(step)?;
    let timeout = settings.timeout;
    let builder = reqwest::Client::builder().pool_idle_timeout(IDLE);
    let builder = match &settings.customize {
        Some(customize) => customize(builder),
        None => builder,
    };
    // A followed redirect would carry the X-Plex headers and the token to another server.
    let builder = builder.redirect(Policy::none()).referer(false);
    // Less than the whole limit, so that the error shows what took too long.
    let builder = builder.connect_timeout(timeout / 5 * 4).timeout(timeout);
    let builder = keeping_alive(builder, (timeout / 5).min(LONGEST_PAUSE));
    let builder = match &settings.known_address {
        Some(KnownAddress { host, ip }) => {
            builder.resolve_to_addrs(host, &[SocketAddr::new(*ip, 0)])
        }
        None => builder,
    };
    // RFC 6761, section 6.3: `localhost` is this machine, whatever a resolver says. The port comes from the URL.
    let localhost = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    let builder = builder.resolve_to_addrs("localhost", &localhost);
    let builder = match route {
        Route::Https => builder,
        Route::DirectHttps => builder.no_proxy(),
        Route::Plain => without_roots(builder.no_proxy()),
    };
    builder.build().map_err(|error| Error::build(step, &error))
}

/// reqwest panics where rustls has no cryptography provider.
#[cfg(all(
    feature = "rustls-no-provider",
    not(feature = "rustls"),
    not(feature = "native-tls")
))]
fn check_provider(step: &'static str) -> Result<(), Error> {
    if rustls::crypto::CryptoProvider::get_default().is_some() {
        return Ok(());
    }
    let what = "rustls has no cryptography provider; call `CryptoProvider::install_default` first, or enable the feature `rustls`";
    Err(Error::misuse(step, what))
}

#[cfg(not(all(
    feature = "rustls-no-provider",
    not(feature = "rustls"),
    not(feature = "native-tls")
)))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature for all features"
)]
fn check_provider(_: &'static str) -> Result<(), Error> {
    Ok(())
}

/// Detects broken connections: an HTTP/2 connection that receives nothing for `pause` while a request waits is pinged, and
/// closed after another `pause`. On Linux a connection whose peer does not acknowledge data is closed after both.
fn keeping_alive(builder: ClientBuilder, pause: Duration) -> ClientBuilder {
    #[cfg(feature = "http2")]
    let builder = builder
        .http2_keep_alive_interval(pause)
        .http2_keep_alive_timeout(pause);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(pause * 2);
    builder
}

/// Prevents reqwest from reading the system's certificates: this takes some milliseconds, and fails where there are none.
#[cfg(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
))]
fn without_roots(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_certs_only([])
}

#[cfg(not(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
)))]
fn without_roots(builder: ClientBuilder) -> ClientBuilder {
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_used_for_this_machine_plain_http_and_the_local_network() {
        for (url, is_direct, route) in [
            ("https://plex.tv", false, Route::Https),
            ("https://192.168.1.5:32400", true, Route::DirectHttps),
            ("http://192.168.1.5:32400", true, Route::Plain),
            ("https://localhost", false, Route::DirectHttps),
            ("http://192.168.1.5:32400", false, Route::Plain),
        ] {
            let url = Url::parse(url).unwrap();
            assert!(Route::to(&url, is_direct) == route, "{url}");
        }
    }
}
