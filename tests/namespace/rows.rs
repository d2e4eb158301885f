//! The media servers of the matrix.

use std::net::IpAddr;
use std::time::Duration;

use plex_tv_emulator::{Behaviour, MediaServer, ServerConnection};

use crate::network::{
    DOCKER, LOCAL, LOCAL_IPV6, NOBODY, NOBODY_IN_DOCKER, NOBODY_RELAY, NOBODY_REMOTE, RELAY,
    REMOTE, REMOTE_IPV6,
};

/// The 32 digits in the names of another server.
const HASH: &str = "0123456789abcdef0123456789abcdef";

/// A media server and its addresses.
pub(crate) struct Row {
    /// The addresses, in words.
    pub(crate) addresses: &'static str,
    pub(crate) server: MediaServer,
    /// False if the server speaks plain http only.
    pub(crate) is_tls: bool,
}

/// Returns the connection to a listener of the emulator.
pub(crate) fn at(address: IpAddr, behaviour: Behaviour) -> ServerConnection {
    ServerConnection::served(behaviour).at(address)
}

pub(crate) fn good(address: IpAddr) -> ServerConnection {
    at(address, Behaviour::Good)
}

pub(crate) fn relay() -> ServerConnection {
    good(RELAY).relay()
}

/// Returns the connection to an address that nobody has.
pub(crate) fn nobody(address: IpAddr) -> ServerConnection {
    let dashed = match address {
        IpAddr::V4(address) => address.to_string().replace('.', "-"),
        IpAddr::V6(address) => address.to_string().replace(':', "-"),
    };
    let uri = format!("https://{dashed}.{HASH}.plex.direct:32400");
    ServerConnection::new(uri).at(address)
}

pub(crate) fn slow(address: IpAddr, milliseconds: u64) -> ServerConnection {
    at(
        address,
        Behaviour::Slow(Duration::from_millis(milliseconds)),
    )
}

/// Returns the connection to a listener in the local network that has another name.
fn named(uri: &str) -> ServerConnection {
    let mut connection = good(LOCAL);
    connection.uri = uri.to_owned();
    connection
}

pub(crate) fn server(connections: impl IntoIterator<Item = ServerConnection>) -> MediaServer {
    let server = MediaServer::new("Living room", "the-machine-identifier");
    connections
        .into_iter()
        .fold(server, MediaServer::connection)
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn rows() -> Vec<Row> {
    let row = |addresses, connections: &[ServerConnection]| Row {
        addresses,
        server: server(connections.to_vec()),
        is_tls: true,
    };
    let with = |row: Row, change: fn(&mut MediaServer)| {
        let mut row = row;
        change(&mut row.server);
        row
    };
    let (local, remote) = (good(LOCAL), good(REMOTE));
    let blocked = at(LOCAL, Behaviour::Blocked);
    let another = at(LOCAL, Behaviour::Another);
    let silent = |port: u16| named(&format!("https://silent.example.org:{port}"));
    let of_another = format!("https://192-168-7-1.{HASH}.plex.direct:32401");
    vec![
        row("local", std::slice::from_ref(&local)),
        row(
            "local, remote, relay",
            &[local.clone(), remote.clone(), relay()],
        ),
        row("remote", std::slice::from_ref(&remote)),
        row(
            "local that nobody has, remote, relay",
            &[nobody(NOBODY), remote.clone(), relay()],
        ),
        row(
            "local that accepts and stays silent, remote",
            &[at(LOCAL, Behaviour::Dead), remote.clone()],
        ),
        row(
            "local that refuses, remote",
            &[at(LOCAL, Behaviour::Refusing), remote.clone()],
        ),
        row(
            "two Docker bridges, one that refuses and one that nobody has; local",
            &[
                at(DOCKER, Behaviour::Refusing),
                nobody(NOBODY_IN_DOCKER),
                local.clone(),
            ],
        ),
        row(
            "another server at the local address; remote",
            &[another.clone(), remote.clone()],
        ),
        row(
            "local whose name is not found",
            std::slice::from_ref(&blocked),
        ),
        row("local whose name server stays silent", &[silent(32402)]),
        with(
            row(
                "the same, and plex.tv expects DNS rebinding protection",
                &[silent(32403)],
            ),
            |server| server.dns_rebinding_protection = true,
        ),
        row(
            "local with a certificate for another name",
            &[named(&of_another)],
        ),
        Row {
            is_tls: false,
            ..row(
                "local and remote, both plain http only",
                &[local.clone(), remote.clone()],
            )
        },
        row(
            "local whose name is not found, remote",
            &[blocked.clone(), remote.clone()],
        ),
        with(
            row(
                "the same, and the server requires https",
                &[blocked, remote.clone()],
            ),
            |server| server.https_required = true,
        ),
        row(
            "local that responds after 0.3 s, remote",
            &[slow(LOCAL, 300), remote.clone()],
        ),
        row(
            "local that responds after 1.1 s, remote",
            &[slow(LOCAL, 1100), remote.clone()],
        ),
        row("relay", &[relay()]),
        row(
            "remote that responds after 0.5 s, relay",
            &[slow(REMOTE, 500), relay()],
        ),
        row(
            "local and remote that nobody has, relay",
            &[nobody(NOBODY), nobody(NOBODY_REMOTE), relay()],
        ),
        row(
            "IPv6 only: local, remote",
            &[good(LOCAL_IPV6), good(REMOTE_IPV6)],
        ),
        row("IPv6 only: remote", &[good(REMOTE_IPV6)]),
        row(
            "local that nobody has, local over IPv6",
            &[nobody(NOBODY), good(LOCAL_IPV6)],
        ),
        with(
            row(
                "a friend's server: local, where another server responds; remote",
                &[another, remote.clone()],
            ),
            |server| {
                server.owned = false;
                server.source_title = Some("grace".to_owned());
            },
        ),
        with(
            row(
                "a friend's server in the same network: local, remote",
                &[local, remote],
            ),
            |server| {
                server.owned = false;
                server.source_title = Some("grace".to_owned());
                server.public_address_matches = true;
            },
        ),
        row("none", &[]),
        row(
            "local, remote and relay that nobody has",
            &[
                nobody(NOBODY),
                nobody(NOBODY_REMOTE),
                nobody(NOBODY_RELAY).relay(),
            ],
        ),
    ]
}
