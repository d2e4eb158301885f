//! Calls of a connected server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use plex_api::generated::Transport;
use plex_api::generated::requests::GetKeysRequest;
use plex_api::{ConnectOptions, ErrorClass, Location};
use plex_tv_emulator::{Emulator, Fault, MediaServer, Operation, User};
use serde_json::Value;

use super::{assert_is_at, closed, connect, emulator, listed, living_room, requests_at, uri};
use crate::devices;
use crate::secrets::assert_hidden;

#[tokio::test]
async fn connections_of_losers_are_closed_and_the_winners_is_used() {
    let slow = Duration::from_millis;
    let server = living_room()
        .dead_address()
        .another_server_address()
        .slow_address(slow(600))
        .slow_address(slow(100));
    let emulator = emulator(server).await;
    let connected = connect(&emulator).await;
    assert_is_at(&connected, &emulator, 3);
    for loser in 0..3 {
        closed(&emulator, &uri(&emulator, loser)).await;
    }
    // The one that never responds leaves no record.
    for loser in 1..3 {
        assert_eq!(requests_at(&emulator, &uri(&emulator, loser)).len(), 1);
    }
    for _ in 0..3 {
        connected.get("/library/sections").bytes().await.unwrap();
    }
    let winner = uri(&emulator, 3);
    assert_eq!(emulator.open_connections(&winner), 1);
    drop(connected);
    closed(&emulator, &winner).await;
}

#[tokio::test]
async fn reconnecting_finds_another_address() {
    let server = living_room().good_address().remote_address();
    let emulator = emulator(server).await;
    let old = connect(&emulator).await;
    assert_eq!(old.location(), Location::Local);
    // The local address is asked first.
    emulator.fail_next(Operation::GetServerIdentity, Fault::Status { status: 503 });
    let connected = old.reconnect().await.unwrap();
    assert_eq!(connected.location(), Location::Remote);
    connected.get("/library/sections").bytes().await.unwrap();
    old.get("/library/sections").bytes().await.unwrap();
}

#[tokio::test]
async fn a_failed_reconnection_changes_nothing() {
    let emulator = emulator(living_room().good_address()).await;
    let connected = connect(&emulator).await;
    emulator.fail_next(Operation::GetServerIdentity, Fault::Status { status: 503 });
    let error = connected.reconnect().await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unreachable);
    connected.get("/library/sections").bytes().await.unwrap();
}

#[tokio::test]
async fn connecting_and_requests_can_be_spawned() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, _, server) = listed(&emulator).await;
    let connected = tokio::spawn(async move { server.connect(&plex).await });
    let connected = connected.await.unwrap().unwrap();
    let again = connected.clone();
    let again = tokio::spawn(async move { again.reconnect().await });
    again.await.unwrap().unwrap();
    let sections = tokio::spawn(connected.get("/library/sections").bytes());
    sections.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_without_a_token_gets_none() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, token, mut server) = listed(&emulator).await;
    server.access_token = None;
    let plex = plex.with_token(&token);
    let connected = server.connect(&plex).await.unwrap();
    let error = connected.get("/library/sections").bytes().await;
    assert_eq!(error.unwrap_err().status(), Some(401));
    for request in requests_at(&emulator, &uri(&emulator, 0)) {
        assert_eq!(request.header("x-plex-token"), None);
    }
    let url = connected.url_for("/library/sections").unwrap();
    assert!(!url.expose().contains("X-Plex-Token"));
}

#[tokio::test]
async fn a_friends_server_never_gets_the_users_token() {
    let mut ada = User::new("ada");
    let shared = MediaServer::new("Attic", "attic").shared_by("grace");
    ada.servers.push(shared.remote_address());
    let emulator = Emulator::builder().users([ada]).start().await.unwrap();
    let (plex, token, server) = listed(&emulator).await;
    let connected = server.connect(&plex.with_token(&token)).await.unwrap();
    connected.get("/library/sections").bytes().await.unwrap();
    let requests = requests_at(&emulator, &uri(&emulator, 0));
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_ne!(request.header("x-plex-token"), Some(token.expose()));
    }
}

#[tokio::test]
async fn a_server_that_refuses_a_jwt_says_so() {
    let mut user = User::new("ada");
    user.servers.push(living_room().good_address());
    let emulator = Emulator::builder().users([user]).start().await.unwrap();
    let emulator = Arc::new(emulator);
    let credentials = devices::signed_in(&emulator).await;
    let plex = devices::plex(&emulator);
    let token = credentials.token().await.unwrap();
    let server = plex.servers(&token).await.unwrap().remove(0);
    assert_eq!(server.access_token.as_ref(), Some(&token));
    let connected = server.connect(&plex).await.unwrap();
    let sections = async || connected.get("/library/sections").bytes().await;
    let error = sections().await.unwrap_err();
    assert!(error.is_jwt_refused() && error.is_rejected(), "{error}");
    assert!(error.to_string().contains("another client identifier"));
    emulator.set_switches(|switches| switches.servers_refuse_jwts = false);
    sections().await.unwrap();
}

#[tokio::test]
async fn pages_pictures_streams_and_urls_need_no_spec() {
    let emulator = emulator(living_room().good_address()).await;
    let connected = connect(&emulator).await;
    let page: Value = connected
        .get("/library/sections/1/all?type=1")
        .query("X-Plex-Container-Start", 10)
        .query("X-Plex-Container-Size", 20)
        .json()
        .await
        .unwrap();
    let page = &page["MediaContainer"];
    assert_eq!(page["Metadata"].as_array().unwrap().len(), 20);
    assert_eq!(
        (&page["size"], &page["totalSize"]),
        (&20.into(), &500.into())
    );

    let picture = connected.get("/library/metadata/1/thumb/1");
    let picture = picture.bytes().await.unwrap();
    let mut stream = connected.get("/library/metadata/1/thumb/1");
    stream = stream.query("width", 100);
    let mut stream = stream.stream().await.unwrap();
    let mut streamed = Vec::new();
    while let Some(piece) = stream.next().await.unwrap() {
        streamed.extend(piece);
    }
    assert_eq!(streamed, picture);

    let url = connected.url_for("/library/sections").unwrap();
    let response = reqwest::get(url.expose()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_hidden(&format!("{url:?}"), &[&emulator.demo_token()]);
    for path in [
        "library",
        "",
        "//example.com/",
        "https://example.com/",
        "/a/../b",
        "/a#b",
    ] {
        let error = connected.url_for(path).unwrap_err();
        assert!(error.is_misuse(), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_listing_may_be_larger_than_a_response_of_plex_tv() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, _, server) = listed(&emulator).await;
    let tight = ConnectOptions::new().response_limit(1000);
    let connected = server.connect_with(&plex, &tight).await.unwrap();
    let error = connected.get("/library/sections/1/all").bytes().await;
    assert_eq!(error.unwrap_err().class(), ErrorClass::TooLarge);
    let connected = server.connect(&plex).await.unwrap();
    let all = connected.get("/library/sections/1/all");
    assert!(all.bytes().await.unwrap().len() > 1024 * 1024);
}

#[tokio::test]
async fn generated_requests_and_clients_take_the_server() {
    let emulator = emulator(living_room().good_address()).await;
    let connected = connect(&emulator).await;
    // An operation that a media server does not have.
    let error = connected.send(GetKeysRequest::new()).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    let client = plex_api::generated::Client::new(&connected);
    assert_eq!(client.get_keys().await.unwrap_err().status(), Some(404));
    let transport: Transport = (&connected).into();
    assert_eq!(transport.base_url(), Some(connected.base_url()));
    let requests = requests_at(&emulator, &uri(&emulator, 0));
    assert_eq!(requests.last().unwrap().path, "/auth/keys");
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, token, server) = listed(&emulator).await;
    let connected = server.connect(&plex).await.unwrap();
    let get = connected.get(format!("/a?X-Plex-Token={}", token.expose()));
    let text = format!(
        "{server:?} {connected:?} {get:?} {:?}",
        connected.transport()
    );
    assert_hidden(&text, &[token.expose()]);
}

#[tokio::test]
async fn a_page_is_a_text_and_never_a_picture() {
    let emulator = emulator(living_room().good_address()).await;
    let connected = connect(&emulator).await;
    let page = || {
        let fault = Fault::Respond {
            status: 200,
            content_type: Some("text/html".to_owned()),
            body: "<html><body>200 OK</body></html>".to_owned(),
            headers: BTreeMap::new(),
        };
        emulator.fail_next(Operation::GetLibrarySections, fault);
        connected.get("/library/sections")
    };
    assert!(page().text().await.unwrap().contains("200 OK"));
    let classes = [
        page().bytes().await.unwrap_err().class(),
        page().json::<Value>().await.unwrap_err().class(),
        page().stream().await.unwrap_err().class(),
    ];
    assert_eq!(classes, [ErrorClass::Unreadable; 3]);
}

#[tokio::test]
async fn headers_are_sent_and_only_those_of_plex_fit_into_a_url() {
    let emulator = emulator(living_room().good_address()).await;
    let connected = connect(&emulator).await;
    let get = || connected.get("/library/sections");
    get().header("Range", "bytes=5-").bytes().await.unwrap();
    let requests = requests_at(&emulator, &uri(&emulator, 0));
    assert_eq!(requests[1].header("range"), Some("bytes=5-"));
    let page = get().header("X-Plex-Container-Size", 2).url().unwrap();
    assert!(page.expose().contains("X-Plex-Container-Size=2"));
    let error = get().header("Range", "bytes=5-").url().unwrap_err();
    assert!(error.is_misuse(), "{error}");
}
