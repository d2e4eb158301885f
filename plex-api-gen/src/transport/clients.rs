//! The HTTP clients of a transport: one for each kind of destination, each built when a request first needs it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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

/// Where the HTTP clients come from.
pub(super) enum Source {
    /// The transport builds them, with these settings of the program.
    Built(Option<Customize>),
    /// The program built one, which sends every request.
    Custom(reqwest::Client),
}

/// The HTTP clients that all clones of a transport share.
pub(super) struct Clients(Kind);

enum Kind {
    Custom(Arc<Client>),
    Built {
        settings: Settings,
        https: Slot,
        direct_https: Slot,
        plain: Slot,
    },
}

/// The settings of the clients that a transport builds.
#[derive(Clone)]
struct Settings {
    customize: Option<Customize>,
    timeout: Duration,
    pin: Option<Pin>,
}

/// The known IP address of a host: its name is not looked up.
#[derive(Clone)]
pub(super) struct Pin {
    pub(super) host: String,
    pub(super) ip: IpAddr,
}

impl Kind {
    fn built(settings: Settings, plain: Slot) -> Self {
        Self::Built {
            settings,
            https: Slot::default(),
            direct_https: Slot::default(),
            plain,
        }
    }
}

/// An HTTP client until it is replaced.
pub(crate) struct Client {
    pub(super) http: reqwest::Client,
    /// True if the next request must use other connections.
    retired: AtomicBool,
}

impl Client {
    fn new(http: reqwest::Client) -> Arc<Self> {
        let retired = AtomicBool::new(false);
        Arc::new(Self { http, retired })
    }

    /// Makes later requests use other connections, if the transport built this client.
    pub(super) fn retire(&self) {
        self.retired.store(true, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Slot(Mutex<Current>);

#[derive(Default)]
struct Current {
    client: Option<Arc<Client>>,
    replaced: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq)]
enum Route {
    /// Through the configured proxies.
    Https,
    /// Never through a proxy, which could not reach this machine, and would look up a name whose IP address is known.
    DirectHttps,
    /// Never through a proxy, which could read the token.
    Plain,
}

impl Route {
    fn to(url: &Url, pin: Option<&Pin>) -> Self {
        let is_pinned = |pin: &Pin| url.host_str() == Some(pin.host.as_str());
        if url.scheme() != "https" {
            Self::Plain
        } else if is_loopback(url) || pin.is_some_and(is_pinned) {
            Self::DirectHttps
        } else {
            Self::Https
        }
    }
}

impl Clients {
    pub(super) fn new(
        step: &'static str,
        source: Source,
        timeout: Duration,
    ) -> Result<Self, Error> {
        Ok(Self(match source {
            Source::Custom(http) => Kind::Custom(Client::new(http)),
            Source::Built(customize) => {
                // Bad settings fail here, not in the first request.
                let settings = Settings {
                    customize,
                    timeout,
                    pin: None,
                };
                let http = build(step, &settings, Route::Plain)?;
                let plain = Current {
                    client: Some(Client::new(http)),
                    replaced: None,
                };
                Kind::built(settings, Slot(Mutex::new(plain)))
            }
        }))
    }

    /// Returns clients with the settings of the program and connections of their own, of which none is built yet. A custom
    /// client is shared.
    pub(super) fn separate(&self, timeout: Duration, pin: Option<Pin>) -> Self {
        Self(match &self.0 {
            Kind::Custom(client) => Kind::Custom(Arc::clone(client)),
            Kind::Built { settings, .. } => {
                let customize = settings.customize.clone();
                let settings = Settings {
                    customize,
                    timeout,
                    pin,
                };
                Kind::built(settings, Slot::default())
            }
        })
    }

    /// Returns true if the program built the HTTP client.
    pub(super) fn is_custom(&self) -> bool {
        matches!(self.0, Kind::Custom(_))
    }

    /// Returns the client for a URL, and builds it if there is none yet.
    pub(super) fn for_url(&self, step: &'static str, url: &Url) -> Result<Arc<Client>, Error> {
        let (settings, route, slot) = match &self.0 {
            Kind::Custom(client) => return Ok(Arc::clone(client)),
            Kind::Built {
                settings,
                https,
                direct_https,
                plain,
            } => {
                let route = Route::to(url, settings.pin.as_ref());
                let slot = match route {
                    Route::Https => https,
                    Route::DirectHttps => direct_https,
                    Route::Plain => plain,
                };
                (settings, route, slot)
            }
        };
        let mut current = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &current.client {
            // A server that rejects every connection must not cost a new client for each request.
            let is_usable = !client.retired.load(Ordering::Relaxed)
                || current
                    .replaced
                    .is_some_and(|at| at.elapsed() < settings.timeout);
            if is_usable {
                return Ok(Arc::clone(client));
            }
            current.replaced = Some(Instant::now());
        }
        let client = match (build(step, settings, route), &current.client) {
            (Ok(http), _) => Client::new(http),
            // For example because too many files are open to read the certificates.
            (Err(_), Some(retired)) => Arc::clone(retired),
            (Err(error), None) => return Err(error),
        };
        current.client = Some(Arc::clone(&client));
        Ok(client)
    }
}

fn build(step: &'static str, settings: &Settings, route: Route) -> Result<reqwest::Client, Error> {
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
    let builder = match &settings.pin {
        Some(Pin { host, ip }) => builder.resolve_to_addrs(host, &[SocketAddr::new(*ip, 0)]),
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

/// Keeps reqwest from reading the system's certificates, which takes long and fails where there are none.
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
