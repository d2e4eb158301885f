//! The HTTP clients of a transport: one for each kind of destination, each built when a request first needs it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

use super::http_client::{Customize, KnownAddress, Route, Settings, build};
use crate::Error;

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
                    known_address: None,
                    is_direct: false,
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
    pub(super) fn separate(
        &self,
        timeout: Duration,
        known_address: Option<KnownAddress>,
        is_direct: bool,
    ) -> Self {
        Self(match &self.0 {
            Kind::Custom(client) => Kind::Custom(Arc::clone(client)),
            Kind::Built { settings, .. } => {
                let customize = settings.customize.clone();
                let settings = Settings {
                    customize,
                    timeout,
                    known_address,
                    is_direct,
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
                let route = Route::to(url, settings.is_direct);
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
