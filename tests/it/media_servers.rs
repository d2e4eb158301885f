//! From a token to a media server: listing, connecting, calling. Everything listens on this machine.

mod calling;
mod choosing;
mod failing;
mod listing;

use std::time::{Duration, Instant};

use plex_api::{ConnectedServer, PlexApi, Server, Token};
use plex_tv_emulator::{Emulator, MediaServer, Operation, RecordedRequest, User};
use url::Url;

use crate::sign_in_flow::plex;

const ID: &str = "the-machine-identifier";

fn living_room() -> MediaServer {
    MediaServer::new("Living room", ID)
}

/// Starts an emulator whose user has this server.
async fn emulator(server: MediaServer) -> Emulator {
    let mut user = User::new("ada");
    user.servers.push(server);
    Emulator::builder().users([user]).start().await.unwrap()
}

/// Returns the user's token and only server.
async fn listed(emulator: &Emulator) -> (PlexApi, Token, Server) {
    let plex = plex(emulator);
    let token = Token::new(emulator.demo_token());
    let mut servers = plex.servers(&token).await.unwrap();
    (plex, token, servers.pop().unwrap())
}

async fn connect(emulator: &Emulator) -> ConnectedServer {
    let (plex, _, server) = listed(emulator).await;
    server.connect(&plex).await.unwrap()
}

/// Returns the URI of one of the server's connections.
fn uri(emulator: &Emulator, index: usize) -> String {
    let user = emulator.users().swap_remove(0);
    user.servers[0].connections[index].uri.clone()
}

/// Checks that the server was reached by this connection.
fn assert_is_at(connected: &ConnectedServer, emulator: &Emulator, index: usize) {
    let expected = Url::parse(&uri(emulator, index)).unwrap();
    assert_eq!(connected.base_url(), &expected);
}

/// Returns the requests at an address, the oldest first.
fn requests_at(emulator: &Emulator, uri: &str) -> Vec<RecordedRequest> {
    let host = uri.trim_start_matches("http://").trim_end_matches('/');
    let mut requests = emulator.requests();
    requests.retain(|request| request.header("host") == Some(host));
    requests
}

/// Checks that no address of the server got a token but the chosen one, and that one only after it had identified itself.
fn assert_only_the_winner_gets_the_token(emulator: &Emulator, winner: usize) {
    let addresses = emulator.users()[0].servers[0].connections.len();
    for index in 0..addresses {
        let requests = requests_at(emulator, &uri(emulator, index));
        let tokens = requests
            .iter()
            .filter(|request| request.header("x-plex-token").is_some());
        if index == winner {
            assert_eq!(requests[0].operation, Some(Operation::GetServerIdentity));
            assert_eq!(requests[0].header("x-plex-token"), None);
            assert_eq!(tokens.count(), requests.len() - 1);
        } else {
            assert_eq!(tokens.count(), 0);
        }
    }
}

/// Waits until no connection to an address is open.
async fn closed(emulator: &Emulator, uri: &str) {
    let start = Instant::now();
    while emulator.open_connections(uri) > 0 {
        assert!(start.elapsed() < Duration::from_secs(5), "{uri} is open");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
