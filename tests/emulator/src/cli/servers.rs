//! The option for media servers.

use std::io::{self, Write};
use std::str::FromStr;
use std::time::Duration;

use plex_tv_emulator::{Emulator, MediaServer};

/// The delay of a `slow` address.
const DELAY: Duration = Duration::from_millis(500);

/// A media server as the command line describes it: `NAME` or `NAME=good,dead`.
#[derive(Clone, Debug)]
pub(super) struct ServerOption(MediaServer);

impl FromStr for ServerOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, addresses) = text.split_once('=').unwrap_or((text, "good"));
        if name.trim().is_empty() {
            return Err("write NAME or NAME=good,dead".to_owned());
        }
        let server = MediaServer::new(name, identifier(name));
        addresses.split(',').try_fold(server, add).map(Self)
    }
}

fn add(server: MediaServer, address: &str) -> Result<MediaServer, String> {
    Ok(match address {
        "good" => server.good_address(),
        "dead" => server.dead_address(),
        "slow" => server.slow_address(DELAY),
        "refusing" => server.refusing_address(),
        "another" => server.another_server_address(),
        "blocked" => server.blocked_name(),
        "relay" => server.relay_address(),
        "remote" => server.remote_address(),
        other => {
            let known = "good, dead, slow, refusing, another, blocked, relay and remote";
            return Err(format!("{other:?} is not an address: write any of {known}"));
        }
    })
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
