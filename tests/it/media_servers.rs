//! From a token to a media server: listing, connecting, calling. Everything listens on this machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use plex_api::generated::{Transport, requests::GetKeysRequest};
use plex_api::{
    ConnectOptions, ConnectedServer, ErrorClass, Location, PlainHttp, PlexApi, Server,
    ServerAddress, Token,
};
use plex_tv_emulator::{
    Behaviour, Emulator, Fault, MediaServer, Operation, RecordedRequest, ServerConnection, User,
};
use serde_json::Value;
use url::Url;

use crate::devices;
use crate::secrets::{assert_hidden, shown_error};
use crate::servers::roku;
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

#[tokio::test]
async fn servers_are_listed_with_their_own_tokens() {
    let mut ada = User::new("ada");
    let mut shared = MediaServer::new("Attic", "attic").shared_by("grace");
    shared.access_token = Some("a-token-of-the-attic".to_owned());
    shared.presence = false;
    ada.servers = vec![living_room().good_address().relay_address(), shared];
    let emulator = Emulator::builder().users([ada]).start().await.unwrap();
    let plex = plex(&emulator);
    let token = Token::new(emulator.demo_token());
    // The list also has the demo browser, which is not a media server.
    let servers = plex.servers(&token).await.unwrap();
    let [own, shared] = servers.as_slice() else {
        panic!("{servers:?}");
    };
    assert_eq!((own.name.as_str(), own.id.as_str()), ("Living room", ID));
    assert!(own.owned && own.presence && !own.home);
    let version = own.version.as_deref();
    assert_eq!(version, Some("1.42.1.10060-4e8b05daf"));
    assert_eq!(own.access_token.as_ref(), Some(&token));
    let [local, relay] = own.connections.as_slice() else {
        panic!("{own:?}");
    };
    assert!(local.local && !local.relay && !local.ipv6);
    assert!(!relay.local && relay.relay);
    assert_eq!(local.uri, Url::parse(&uri(&emulator, 0)).unwrap());

    assert!(!shared.owned && !shared.presence);
    assert_eq!(shared.owner.as_deref(), Some("grace"));
    let token = shared.access_token.as_ref().map(Token::expose);
    assert_eq!(token, Some("a-token-of-the-attic"));
}

#[tokio::test]
async fn a_rejected_token_lists_nothing() {
    let emulator = emulator(living_room()).await;
    let error = plex(&emulator).servers(&Token::new("unknown")).await;
    assert!(error.unwrap_err().is_rejected());
}

#[tokio::test]
async fn a_stored_server_connects_without_plex_tv() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, _, server) = listed(&emulator).await;
    let stored = serde_json::to_string(&server).unwrap();
    let restored: Server = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, server);
    emulator.clear_requests();
    restored.connect(&plex).await.unwrap();
    assert_eq!(emulator.requests().len(), 1);
}

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
    let connected = connect(&emulator).await;
    assert_is_at(&connected, &emulator, 3);
    assert_eq!(connected.location(), Location::Local);
    connected
        .get("/library/sections")
        .json::<Value>()
        .await
        .unwrap();
    assert_only_the_winner_gets_the_token(&emulator, 3);
    // They would have started 200 ms later.
    for unused in [4, 5] {
        assert!(requests_at(&emulator, &uri(&emulator, unused)).is_empty());
    }
}

#[tokio::test]
async fn connections_of_losers_are_closed_and_the_winners_is_used() {
    let slow = Duration::from_millis(50);
    let server = living_room()
        .dead_address()
        .another_server_address()
        .slow_address(slow)
        .good_address();
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
async fn a_local_address_that_is_a_little_slow_wins_over_a_fast_remote_one() {
    let slow = Duration::from_millis(300);
    let server = living_room().slow_address(slow).remote_address();
    let connected = connect(&emulator(server).await).await;
    assert_eq!(connected.location(), Location::Local);
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
    assert!(error.to_string().contains("time_limit"), "{error}");
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
