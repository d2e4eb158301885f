//! The option for media servers.

use std::io::{self, Write};
use std::str::FromStr;
use std::time::Duration;

use plex_tv_emulator::{Behaviour, Emulator, MediaServer, ServerConnection};

/// The delay of a `slow` address.
const DELAY: Duration = Duration::from_millis(500);

/// A media server as the command line describes it: `NAME` or `NAME=good:32400,dead`.
#[derive(Clone, Debug)]
pub(super) struct ServerOption(MediaServer);

impl FromStr for ServerOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, addresses) = text.split_once('=').unwrap_or((text, "good"));
        if name.trim().is_empty() {
            return Err("write NAME or NAME=good,dead".to_owned());
        }
        let mut server = MediaServer::new(name, identifier(name));
        for address in addresses.split(',') {
            server = server.connection(connection(address)?);
        }
        Ok(Self(server))
    }
}

/// Reads an address such as `good` or `good:32400`.
fn connection(text: &str) -> Result<ServerConnection, String> {
    let (kind, port) = match text.split_once(':') {
        None => (text, None),
        Some((kind, port)) => {
            let port = port
                .parse()
                .map_err(|_| format!("{text:?} has no port behind the colon: write good:32400"))?;
            (kind, Some(port))
        }
    };
    let good = ServerConnection::served(Behaviour::Good);
    let mut connection = match kind {
        "good" => good,
        "dead" => ServerConnection::served(Behaviour::Dead),
        "slow" => ServerConnection::served(Behaviour::Slow(DELAY)),
        "refusing" => ServerConnection::served(Behaviour::Refusing),
        "another" => ServerConnection::served(Behaviour::Another),
        "blocked" => ServerConnection::served(Behaviour::Blocked),
        "relay" => good.relay(),
        "remote" => good.remote(),
        other => {
            let known = "good, dead, slow, refusing, another, blocked, relay and remote";
            return Err(format!("{other:?} is not an address: write any of {known}"));
        }
    };
    connection.port = port;
    Ok(connection)
}

/// Returns the client identifier of a server with this name: `living-room` for `Living room`.
fn identifier(name: &str) -> String {
    let dashed = |c: char| if c.is_alphanumeric() { c } else { '-' };
    name.to_lowercase().chars().map(dashed).collect()
}

pub(super) fn all(options: Vec<ServerOption>) -> impl Iterator<Item = MediaServer> {
    options.into_iter().map(|ServerOption(server)| server)
}

/// Prints a line for each address at which the emulator listens as a media server.
pub(super) fn announce(emulator: &Emulator, out: &mut impl Write) -> io::Result<()> {
    let users = emulator.users();
    for server in users.iter().flat_map(|user| &user.servers) {
        let served = server.connections.iter();
        for connection in served.filter(|connection| connection.served.is_some()) {
            writeln!(out, "media server {}: {}", server.name, connection.uri)?;
        }
    }
    Ok(())
}
