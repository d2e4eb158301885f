//! An emulator with one media server, and clients of it whose name server belongs to the test.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use plex_api::reqwest::Certificate;
use plex_api::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use plex_api::{ConnectOptions, ConnectedServer, Error, Identity, PlexApi, Server, Token};
use plex_tv_emulator::{Emulator, MediaServer, Operation, RecordedRequest, User};

/// A running emulator.
pub(crate) struct Setting {
    pub(crate) emulator: Emulator,
    /// The media server, as plex.tv lists it.
    pub(crate) server: Server,
    pub(crate) names: Arc<Names>,
}

impl Setting {
    /// Starts an emulator whose first user has this media server.
    pub(crate) async fn start(server: MediaServer, is_tls: bool) -> Self {
        let mut user = User::new("ada");
        user.servers.push(server);
        let emulator = Emulator::builder().users([user]);
        let emulator = if is_tls { emulator.tls() } else { emulator };
        let emulator = emulator.start().await.unwrap();
        let names = Arc::<Names>::default();
        let token = Token::new(emulator.demo_token());
        let plex = client(&emulator, &names, "lister");
        let server = plex.servers(&token).await.unwrap().remove(0);
        Self {
            emulator,
            server,
            names,
        }
    }

    /// Connects to the media server as a client with this identifier, which the record of its requests has.
    pub(crate) async fn connect(
        &self,
        client_identifier: &str,
        options: &ConnectOptions,
    ) -> Result<ConnectedServer, Error> {
        let plex = client(&self.emulator, &self.names, client_identifier);
        self.server.connect_with(&plex, options).await
    }

    /// Returns the requests of a client to the addresses of the media server.
    pub(crate) fn requests_of(&self, client_identifier: &str) -> Vec<RecordedRequest> {
        self.emulator.requests_of(client_identifier)
    }
}

fn client(emulator: &Emulator, names: &Arc<Names>, client_identifier: &str) -> PlexApi {
    let ca = emulator.ca_pem();
    let ca = ca.map(|ca| Certificate::from_pem(ca.as_bytes()).unwrap());
    let names = Arc::clone(names);
    PlexApi::builder(Identity::new(client_identifier))
        .base_url(emulator.base_url())
        .http(move |http| {
            http.no_proxy()
                .dns_resolver(Arc::clone(&names))
                .tls_certs_only(ca.clone())
        })
        .build()
        .unwrap()
}

/// Checks that a token went to no address but the chosen one, and not before that address had identified itself. Returns
/// the addresses that were asked, as host and port.
pub(crate) fn check_record(requests: &[RecordedRequest], chosen: Option<&str>) -> Vec<String> {
    let mut identified = Vec::new();
    let mut asked = Vec::new();
    for request in requests {
        let host = request.header("host").unwrap().to_owned();
        let has_token = request.header("x-plex-token").is_some()
            || request.query_value("X-Plex-Token").is_some();
        if request.operation == Some(Operation::GetServerIdentity) {
            assert!(!has_token, "{host} was asked for its identity with a token");
            if request.status == Some(200) {
                identified.push(host.clone());
            }
        } else {
            assert!(has_token, "{host} got a request without a token");
            assert_eq!(Some(host.as_str()), chosen, "got a token");
            assert!(identified.contains(&host), "{host} was not verified");
        }
        asked.push(host);
    }
    asked
}

/// The name server of a router with DNS rebinding protection. It knows the names of plex.direct, but does not resolve
/// those with private addresses.
#[derive(Default)]
pub(crate) struct Names {
    asked: Mutex<Vec<String>>,
}

impl Names {
    /// Returns the names that were looked up, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let address = address_in(&name);
        self.asked.lock().unwrap().push(name.clone());
        Box::pin(async move {
            if name.starts_with("silent.") {
                std::future::pending::<()>().await;
            }
            match address.filter(|address| !is_private(*address)) {
                Some(address) => {
                    Ok(Box::new(std::iter::once(SocketAddr::new(address, 0))) as Addrs)
                }
                None => Err("the name is not known".into()),
            }
        })
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

/// Returns the IP address in a name of plex.direct.
pub(crate) fn address_in(name: &str) -> Option<IpAddr> {
    let (address, _) = name.strip_suffix(".plex.direct")?.split_once('.')?;
    let v6 = || address.replace('-', ":").parse::<Ipv6Addr>().ok();
    let v4 = address.replace('-', ".").parse().ok();
    v4.map(IpAddr::V4).or_else(|| v6().map(IpAddr::V6))
}
