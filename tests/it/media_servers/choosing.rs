//! Which address is chosen, and who gets the token.

use std::time::{Duration, Instant};

use plex_api::{ConnectOptions, Location, ServerAddress};
use plex_tv_emulator::{Behaviour, ServerConnection};
use serde_json::Value;

use super::{
    ID, assert_is_at, assert_only_the_winner_gets_the_token, connect, emulator, listed,
    living_room, requests_at, uri,
};

#[tokio::test]
async fn a_good_local_address_wins_immediately_whatever_the_others_do() {
    let server = living_room()
        .dead_address()
        .refusing_address()
        .another_server_address()
        .good_address()
        .remote_address()
        .relay_address();
    let emulator = emulator(server).await;
    let (plex, _, server) = listed(&emulator).await;
    let start = Instant::now();
    let connected = server.connect(&plex).await.unwrap();
    let is_quick = start.elapsed() < Duration::from_millis(150);
    assert_is_at(&connected, &emulator, 3);
    assert_eq!(connected.location(), Location::Local);
    connected
        .get("/library/sections")
        .json::<Value>()
        .await
        .unwrap();
    assert_only_the_winner_gets_the_token(&emulator, 3);
    // They start after 200 ms, which a busy machine may need for the rest.
    for unused in [4, 5] {
        assert!(!is_quick || requests_at(&emulator, &uri(&emulator, unused)).is_empty());
    }
}

#[tokio::test]
async fn the_relay_is_found_behind_dead_addresses() {
    let remote = ServerConnection::served(Behaviour::Dead).remote();
    let server = living_room()
        .dead_address()
        .dead_address()
        .connection(remote)
        .relay_address();
    let emulator = emulator(server).await;
    let start = Instant::now();
    let connected = connect(&emulator).await;
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(connected.location(), Location::Relay);
}

#[tokio::test]
async fn only_the_named_locations_are_tried() {
    let server = living_room().good_address().remote_address();
    let emulator = emulator(server).await;
    let (plex, _, server) = listed(&emulator).await;
    let options = ConnectOptions::new().locations([Location::Remote]);
    let connected = server.connect_with(&plex, &options).await.unwrap();
    assert_eq!(connected.location(), Location::Remote);
    assert!(requests_at(&emulator, &uri(&emulator, 0)).is_empty());
}

#[tokio::test]
async fn the_last_good_address_is_tried_first() {
    let server = living_room().good_address().good_address();
    let emulator = emulator(server).await;
    let (plex, _, server) = listed(&emulator).await;
    let second = ConnectOptions::new().first(stored(ID, &uri(&emulator, 1)));
    let connected = server.connect_with(&plex, &second).await.unwrap();
    assert_is_at(&connected, &emulator, 1);
    assert!(requests_at(&emulator, &uri(&emulator, 0)).is_empty());
    let address = connected.address();
    assert_eq!(address, stored(ID, &uri(&emulator, 1)));

    // An address of another server is ignored.
    let other = ConnectOptions::new().first(stored("attic", &uri(&emulator, 1)));
    server.connect_with(&plex, &other).await.unwrap();
    let requests = requests_at(&emulator, &uri(&emulator, 0));
    assert_eq!(requests.len(), 1);
}

/// Returns an address as it was stored.
fn stored(server: &str, url: &str) -> ServerAddress {
    serde_json::from_value(serde_json::json!({"server": server, "url": url})).unwrap()
}
