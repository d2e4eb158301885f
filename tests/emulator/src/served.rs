//! The listeners behind the connections of media servers.

mod own_address;

use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ring::digest::{SHA256, digest};
use tokio::net::TcpSocket;
use url::Host;
#[cfg(feature = "tls")]
use url::Url;

pub(crate) use own_address::OwnAddress;

use crate::error::{Error, Kind};
use crate::listeners::reserve;
use crate::media_server::{Behaviour, MediaServer, ServerConnection};
use crate::network::to_name;
use crate::user::User;

/// The listener behind a connection, while the emulator runs.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) uri: String,
    /// The client identifier of the listed server.
    pub(crate) client_identifier: String,
    pub(crate) behaviour: Behaviour,
    /// The IP address or name at which clients reach the listener.
    #[cfg(feature = "tls")]
    pub(crate) address: String,
    #[cfg(feature = "tls")]
    pub(crate) https_required: bool,
    open: AtomicUsize,
}

/// The sockets of the media servers.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    pub(crate) listening: Vec<(std::net::TcpListener, Arc<Served>)>,
    /// Bound, so that no other program takes the ports, but not listening.
    pub(crate) refusing: Vec<TcpSocket>,
}

impl Sockets {
    /// Opens the sockets of all served connections, and fills in their URIs and addresses.
    pub(crate) fn open(users: &mut [User], own: &OwnAddress, is_tls: bool) -> Result<Self, Error> {
        let mut sockets = Self::default();
        for server in users.iter_mut().flat_map(|user| &mut user.servers) {
            for index in 0..server.connections.len() {
                sockets.open_one(server, index, own, is_tls)?;
            }
        }
        Ok(sockets)
    }

    /// Returns the names of each media server for its certificate: those of plex.direct, and its IP addresses.
    #[cfg(feature = "tls")]
    pub(crate) fn names(&self) -> crate::tls::MediaServerNames {
        let mut all = crate::tls::MediaServerNames::new();
        for (_, served) in &self.listening {
            let id = &served.client_identifier;
            let names = all.entry(id.clone());
            let names = names.or_insert_with(|| vec![format!("*.{}.plex.direct", hash(id))]);
            // A given URI may have any host; of the names of plex.direct, a server has its own only.
            let uri = Url::parse(&served.uri).ok();
            let host = uri.as_ref().and_then(Url::host).map(|host| to_name(&host));
            let given = host.into_iter().chain([served.address.clone()]);
            names.extend(given.filter(|name| !name.ends_with(".plex.direct")));
        }
        all
    }

    fn open_one(
        &mut self,
        server: &mut MediaServer,
        index: usize,
        own: &OwnAddress,
        is_tls: bool,
    ) -> Result<(), Error> {
        let connection = &mut server.connections[index];
        let Some(behaviour) = connection.served else {
            return Ok(());
        };
        let address = own.listening(connection).map_err(|address| {
            let message = "a served connection needs an IP address to listen on";
            Kind::Setting(format!("{message}: {address:?} is not one"))
        })?;
        let address = SocketAddr::new(address, connection.port());
        let (socket, bound) = bind(address, behaviour).map_err(|e| Kind::Listen(address, e))?;
        let host = own.reached(bound.ip());
        let hash = hash(&server.client_identifier);
        fill_in(connection, &host, bound.port(), &hash, is_tls);
        match socket {
            Socket::Refusing(socket) => self.refusing.push(socket),
            Socket::Listening(socket) => {
                let served = Served {
                    uri: connection.uri.clone(),
                    client_identifier: server.client_identifier.clone(),
                    behaviour,
                    #[cfg(feature = "tls")]
                    address: to_name(&host),
                    #[cfg(feature = "tls")]
                    https_required: server.https_required,
                    open: AtomicUsize::new(0),
                };
                self.listening.push((socket, Arc::new(served)));
            }
        }
        Ok(())
    }
}

enum Socket {
    Listening(std::net::TcpListener),
    Refusing(TcpSocket),
}

fn bind(address: SocketAddr, behaviour: Behaviour) -> io::Result<(Socket, SocketAddr)> {
    if behaviour == Behaviour::Refusing {
        let socket = reserve(address)?;
        let bound = socket.local_addr()?;
        return Ok((Socket::Refusing(socket), bound));
    }
    let socket = std::net::TcpListener::bind(address)?;
    socket.set_nonblocking(true)?;
    let bound = socket.local_addr()?;
    Ok((Socket::Listening(socket), bound))
}

/// Sets the values of a connection that were left open, as plex.tv lists them.
fn fill_in(connection: &mut ServerConnection, host: &Host, port: u16, hash: &str, is_tls: bool) {
    connection.address = Some(to_name(host));
    if !connection.uri.is_empty() {
        return;
    }
    if let Host::Domain(_) = host {
        // An IP address tells by itself.
        connection.local.get_or_insert(true);
    }
    let scheme = if is_tls { "https" } else { "http" };
    connection.uri = if connection.served == Some(Behaviour::Blocked) {
        // The names of plex.direct begin with an IP address; without one, no name server knows them.
        format!("{scheme}://blocked.{hash}.plex.direct:{port}")
    } else if let Some(label) = dashed(host).filter(|_| is_tls) {
        format!("{scheme}://{label}.{hash}.plex.direct:{port}")
    } else {
        format!("{scheme}://{host}:{port}")
    };
}

/// Writes an IP address as the label of a name. The label of an IPv6 address is a guess: it cannot begin with a dash,
/// so no zeros are left out.
fn dashed(host: &Host) -> Option<String> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.to_string().replace('.', "-")),
        Host::Ipv6(address) => {
            let segments = address.segments().map(|segment| format!("{segment:x}"));
            Some(segments.join("-"))
        }
    }
}

/// Returns the 32 hexadecimal digits of a server in the names of its addresses.
pub(crate) fn hash(client_identifier: &str) -> String {
    hex(&digest(&SHA256, client_identifier.as_bytes()).as_ref()[..16])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Served {
    /// Returns the `machineIdentifier` of the server that responds here.
    pub(crate) fn machine_identifier(&self) -> String {
        if self.behaviour == Behaviour::Another {
            let name = format!("another server than {}", self.client_identifier);
            return hex(&digest(&SHA256, name.as_bytes()).as_ref()[..20]);
        }
        self.client_identifier.clone()
    }

    /// Counts a connection as open until the returned value is dropped.
    pub(crate) fn open(self: &Arc<Self>) -> Open {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(self))
    }

    pub(crate) fn open_connections(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Open(Arc<Served>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}
