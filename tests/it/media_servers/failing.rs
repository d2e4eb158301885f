//! Connections that fail.

use std::time::{Duration, Instant};

use plex_api::{ConnectOptions, ErrorClass, Location, PlainHttp, PlexApi};
use plex_tv_emulator::ServerConnection;

use super::{emulator, listed, living_room, uri};
use crate::secrets::{assert_hidden, shown_error};
use crate::servers::roku;

#[tokio::test]
async fn an_error_lists_each_address_and_why_it_failed() {
    let server = living_room()
        .dead_address()
        .refusing_address()
        .another_server_address()
        .blocked_name()
        .connection(ServerConnection::new("http://203.0.113.7:32400"))
        .relay_address();
    let emulator = emulator(server).await;
    let (plex, token, server) = listed(&emulator).await;
    let limit = Duration::from_secs(1);
    let options = ConnectOptions::new()
        .time_limit(limit)
        .locations([Location::Local, Location::Remote]);
    let start = Instant::now();
    let error = server.connect_with(&plex, &options).await.unwrap_err();
    assert!(start.elapsed() >= limit && start.elapsed() < limit * 2);
    assert_eq!(error.class(), ErrorClass::Unreachable);
    assert!(error.is_transient());
    let classes: Vec<ErrorClass> = error
        .attempts()
        .iter()
        .map(|attempt| attempt.error.class())
        .collect();
    let mut expected = vec![
        ErrorClass::Timeout,
        ErrorClass::Connect,
        ErrorClass::Mismatch,
    ];
    // Addresses that were not tried come last: plain http to a name and to a public address, and the relay.
    expected.extend([ErrorClass::NotTried; 3]);
    assert_eq!(classes, expected, "{error}");
    let text = error.to_string();
    for index in [0, 1, 2] {
        let address = uri(&emulator, index);
        assert!(text.contains(address.trim_end_matches('/')), "{text}");
    }
    assert!(text.contains("another server"), "{text}");
    assert_hidden(&shown_error(&error), &[token.expose()]);
}

#[tokio::test]
async fn a_server_without_addresses_is_unreachable() {
    let emulator = emulator(living_room()).await;
    let (plex, _, server) = listed(&emulator).await;
    let start = Instant::now();
    let error = server.connect(&plex).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unreachable);
    assert!(error.attempts().is_empty());
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn limits_of_zero_are_a_misuse() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, _, server) = listed(&emulator).await;
    for options in [
        ConnectOptions::new().time_limit(Duration::ZERO),
        ConnectOptions::new().request_timeout(Duration::ZERO),
        ConnectOptions::new().response_limit(0),
    ] {
        let error = server.connect_with(&plex, &options).await.unwrap_err();
        assert!(error.is_misuse(), "{error}");
    }
}

#[tokio::test]
async fn an_endless_limit_is_none() {
    let emulator = emulator(living_room().slow_address(Duration::from_millis(20))).await;
    let (plex, _, server) = listed(&emulator).await;
    let endless = ConnectOptions::new().time_limit(Duration::MAX);
    server.connect_with(&plex, &endless).await.unwrap();
}

#[tokio::test]
async fn an_address_whose_turn_never_came_is_not_reported_as_late() {
    let emulator = emulator(living_room().dead_address().relay_address()).await;
    let (plex, _, server) = listed(&emulator).await;
    let short = ConnectOptions::new().time_limit(Duration::from_millis(100));
    let error = server.connect_with(&plex, &short).await.unwrap_err();
    let classes: Vec<ErrorClass> = error
        .attempts()
        .iter()
        .map(|attempt| attempt.error.class())
        .collect();
    assert_eq!(classes, [ErrorClass::Timeout, ErrorClass::NotTried]);
    let text = error.attempts()[1].error.to_string();
    assert!(text.contains("ConnectOptions::time_limit"), "{text}");
}

#[tokio::test]
async fn a_list_of_plex_tv_cannot_name_programs_on_this_machine() {
    let emulator = emulator(living_room().good_address()).await;
    let (_, _, server) = listed(&emulator).await;
    // Nothing is sent to plex.tv.
    let elsewhere = || PlexApi::builder(roku());
    let plex = elsewhere().build().unwrap();
    emulator.clear_requests();
    let error = server.connect(&plex).await.unwrap_err();
    assert_eq!(error.attempts()[0].error.class(), ErrorClass::NotTried);
    assert!(emulator.requests().is_empty());
    let named = elsewhere().plain_http(PlainHttp::hosts(["127.0.0.1"]));
    server.connect(&named.build().unwrap()).await.unwrap();
}
