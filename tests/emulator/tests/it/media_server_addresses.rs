//! The addresses of media servers, of every kind.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use plex_tv_emulator::{Behaviour, Emulator, MediaServer, ServerConnection, User};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::App;

async fn serving(server: MediaServer) -> Emulator {
    let mut user = User::new("ada");
    user.servers = vec![server];
    Emulator::builder().users([user]).start().await.unwrap()
}

fn server() -> MediaServer {
    MediaServer::new("Living room", "the-machine-identifier")
}

fn uris(emulator: &Emulator) -> Vec<String> {
    let users = emulator.users();
    let connections = users[0].servers[0].connections.iter();
    connections
        .map(|connection| connection.uri.clone())
        .collect()
}

async fn identity(uri: &str) -> reqwest::Result<String> {
    let client = Client::builder().no_proxy();
    let client = client.timeout(Duration::from_secs(5)).build().unwrap();
    client
        .get(format!("{uri}/identity"))
        .send()
        .await?
        .text()
        .await
}

/// Connects to the address in a URI.
async fn connect(uri: &str) -> std::io::Result<TcpStream> {
    let (_, address) = uri.split_once("://").unwrap();
    TcpStream::connect(address).await
}

/// Waits until a listener has this number of open connections.
async fn wait_for(emulator: &Emulator, uri: &str, open: usize) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while emulator.open_connections(uri) != open {
        let now = Instant::now();
        let is = emulator.open_connections(uri);
        assert!(now < deadline, "{is} connections are open, not {open}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_good_address_responds() {
    let emulator = serving(server().good_address()).await;
    let uri = &uris(&emulator)[0];
    assert!(uri.starts_with("http://127.0.0.1:"), "{uri}");
    let identity = identity(uri).await.unwrap();
    assert!(identity.contains("the-machine-identifier"), "{identity}");
}

#[tokio::test]
async fn a_dead_address_swallows() {
    let emulator = serving(server().dead_address()).await;
    let mut stream = connect(&uris(&emulator)[0]).await.unwrap();
    let request = b"GET /identity HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut byte));
    assert!(read.await.is_err(), "it has sent or closed");
}

#[tokio::test]
async fn a_refusing_address_refuses() {
    let emulator = serving(server().refusing_address().good_address()).await;
    let uris = uris(&emulator);
    let error = connect(&uris[0]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(identity(&uris[1]).await.is_ok());
}

#[tokio::test]
async fn open_connections_are_counted() {
    let emulator = serving(server().good_address().dead_address()).await;
    for uri in uris(&emulator) {
        assert_eq!(emulator.open_connections(&uri), 0);
        let streams = (connect(&uri).await.unwrap(), connect(&uri).await.unwrap());
        wait_for(&emulator, &uri, 2).await;
        assert_eq!(emulator.open_connections(&format!("{uri}/")), 2);
        drop(streams.0);
        wait_for(&emulator, &uri, 1).await;
        drop(streams.1);
        wait_for(&emulator, &uri, 0).await;
    }
    assert_eq!(emulator.open_connections("http://127.0.0.1:1"), 0);
}

#[tokio::test]
async fn a_slow_address_delays_every_response() {
    let delay = Duration::from_millis(150);
    let emulator = serving(server().slow_address(delay)).await;
    let start = Instant::now();
    let text = identity(&uris(&emulator)[0]).await.unwrap();
    assert!(text.contains("the-machine-identifier"), "{text}");
    assert!(start.elapsed() >= delay);
}

#[tokio::test]
async fn at_another_servers_address_the_token_is_unknown() {
    let emulator = serving(server().another_server_address()).await;
    let uri = &uris(&emulator)[0];
    let text = identity(uri).await.unwrap();
    assert!(text.contains("machineIdentifier="), "{text}");
    assert!(!text.contains("the-machine-identifier"), "{text}");
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.get(format!("{uri}/library/sections"));
    let request = request.header("X-Plex-Token", emulator.demo_token());
    assert_eq!(request.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_blocked_name_is_of_a_good_address() {
    let emulator = serving(server().blocked_name()).await;
    let connection = &emulator.users()[0].servers[0].connections[0];
    let uri: reqwest::Url = connection.uri.parse().unwrap();
    let name = uri.host_str().unwrap();
    assert!(name.starts_with("blocked."), "{name}");
    assert!(name.ends_with(".plex.direct"), "{name}");
    assert_eq!(connection.address.as_deref(), Some("127.0.0.1"));
    let at_address = format!("http://127.0.0.1:{}", uri.port().unwrap());
    let text = identity(&at_address).await.unwrap();
    assert!(text.contains("the-machine-identifier"), "{text}");
}

#[tokio::test]
async fn plex_tv_lists_the_addresses() {
    let elsewhere = ServerConnection::new("http://192.0.2.7:32400");
    let second = ServerConnection::served(Behaviour::Good).at(Ipv4Addr::new(127, 0, 0, 2).into());
    let server = server().good_address().relay_address().remote_address();
    let emulator = serving(server.connection(second).connection(elsewhere)).await;
    let app = App::new(&emulator);
    let resources = app.request("GET", "/resources?includeRelay=1");
    let resources = resources.header("X-Plex-Token", emulator.demo_token());
    let resources: Value = resources.send().await.unwrap().json().await.unwrap();
    let uris = uris(&emulator);
    for (index, (address, local, relay)) in [
        ("127.0.0.1", true, false),
        ("127.0.0.1", false, true),
        ("127.0.0.1", false, false),
        ("127.0.0.2", true, false),
        ("192.0.2.7", false, false),
    ]
    .into_iter()
    .enumerate()
    {
        let listed = &resources[0]["connections"][index];
        assert_eq!(listed["uri"], uris[index]);
        assert_eq!(listed["protocol"], "http");
        assert_eq!(listed["address"], address);
        assert_eq!(listed["local"], local, "{listed}");
        assert_eq!(listed["relay"], relay, "{listed}");
        assert!(uris[index].ends_with(&format!("{address}:{}", listed["port"])));
        if index < 4 {
            assert!(identity(&uris[index]).await.is_ok(), "{listed}");
        }
    }
}

#[tokio::test]
async fn an_address_may_be_of_ipv6() {
    if TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let emulator =
        serving(server().connection(ServerConnection::served(Behaviour::Good).ipv6())).await;
    let uri = &uris(&emulator)[0];
    assert!(uri.starts_with("http://[::1]:"), "{uri}");
    assert!(identity(uri).await.is_ok());
}

#[tokio::test]
async fn users_of_a_stopped_emulator_keep_their_addresses() {
    // No other test listens on this address.
    let connection = ServerConnection::served(Behaviour::Good);
    let connection = connection.at(Ipv4Addr::new(127, 0, 0, 3).into());
    let emulator = serving(server().connection(connection)).await;
    let users = emulator.users();
    emulator.stop(Duration::from_secs(1)).await;
    let uri = &users[0].servers[0].connections[0].uri;
    assert!(connect(uri).await.is_err());
    let emulator = Emulator::builder().users(users.clone()).start().await;
    let emulator = emulator.unwrap();
    assert_eq!(&uris(&emulator)[0], uri);
    assert!(identity(uri).await.is_ok());
}

#[tokio::test]
async fn all_addresses_are_refused_for_a_while_and_closed_at_the_end() {
    // No other test listens on this address.
    let at = |behaviour| {
        let connection = ServerConnection::served(behaviour);
        connection.at(Ipv4Addr::new(127, 0, 0, 4).into())
    };
    let server = server().connection(at(Behaviour::Good));
    let server = server.connection(at(Behaviour::Dead));
    let emulator = serving(server.connection(at(Behaviour::Refusing))).await;
    let uris = uris(&emulator);
    let mut streams = Vec::new();
    for uri in &uris[..2] {
        streams.push(connect(uri).await.unwrap());
        wait_for(&emulator, uri, 1).await;
    }
    emulator.refuse_connections(Duration::from_millis(300));
    for stream in &mut streams {
        let mut byte = [0];
        assert!(matches!(stream.read(&mut byte).await, Ok(0) | Err(_)));
    }
    for uri in &uris {
        assert!(connect(uri).await.is_err(), "{uri}");
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    while connect(&uris[0]).await.is_err() || connect(&uris[1]).await.is_err() {
        assert!(Instant::now() < deadline, "the addresses stay closed");
    }
    assert!(identity(&uris[0]).await.is_ok());
    emulator.reset();
    assert_eq!(self::uris(&emulator), uris);
    assert!(identity(&uris[0]).await.is_ok());
    let stream = connect(&uris[1]).await.unwrap();
    wait_for(&emulator, &uris[1], 1).await;
    drop(emulator);
    for uri in &uris {
        assert!(connect(uri).await.is_err(), "{uri}");
        let (_, address) = uri.split_once("://").unwrap();
        assert!(TcpListener::bind(address).is_ok(), "{uri} is still taken");
    }
    drop(stream);
}

#[tokio::test]
async fn where_the_emulator_listens_on_every_address_media_servers_do_too() {
    let mut user = User::new("ada");
    user.servers = vec![server().good_address().blocked_name().relay_address()];
    let every = Emulator::builder().listen_on(Ipv4Addr::UNSPECIFIED.into());
    let named = every.host("localhost").host("other.example");
    let emulator = named.users([user]).start().await.unwrap();
    let connections = &emulator.users()[0].servers[0].connections;
    let port = |uri: &str| reqwest::Url::parse(uri).unwrap().port().unwrap();
    for (connection, host) in connections
        .iter()
        .zip(["localhost", "blocked.", "localhost"])
    {
        let start = format!("http://{host}");
        assert!(connection.uri.starts_with(&start), "{connection:?}");
        assert_eq!(connection.address.as_deref(), Some("localhost"));
        // Another address of this machine stands for the network.
        let uri = format!("http://127.0.0.5:{}", port(&connection.uri));
        let text = identity(&uri).await.unwrap();
        assert!(text.contains("the-machine-identifier"), "{text}");
    }
    assert_eq!(connections[0].local, Some(true));
    assert_eq!(connections[2].local, Some(false));
}

#[tokio::test]
async fn media_servers_listen_on_the_emulators_single_address() {
    let mut user = User::new("ada");
    user.servers = vec![server().good_address()];
    let builder = Emulator::builder().listen_on(Ipv4Addr::new(127, 0, 0, 6).into());
    let emulator = builder.host("a.example").users([user]).start().await;
    let uri = &uris(&emulator.unwrap())[0];
    assert!(uri.starts_with("http://127.0.0.6:"), "{uri}");
}

#[tokio::test]
async fn a_connection_is_served_only_at_an_ip_address() {
    let mut connection = ServerConnection::served(Behaviour::Good);
    connection.address = Some("living.room".to_owned());
    let mut user = User::new("ada");
    user.servers = vec![server().connection(connection)];
    let error = Emulator::builder().users([user]).start().await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("\"living.room\" is not"), "{message}");
}

#[test]
fn a_served_connection_needs_no_uri_in_json() {
    for (behaviour, json) in [
        (Behaviour::Good, json!({"served": "good"})),
        (
            Behaviour::Slow(Duration::from_millis(5)),
            json!({"served": {"slow": {"milliseconds": 5}}}),
        ),
    ] {
        let read: ServerConnection = serde_json::from_value(json).unwrap();
        assert_eq!(read, ServerConnection::served(behaviour));
        let again = serde_json::to_value(&read).unwrap();
        assert_eq!(
            serde_json::from_value::<ServerConnection>(again).unwrap(),
            read
        );
    }
    for (json, reason) in [
        (json!({"relay": true}), "missing field `uri`, or `served`"),
        (
            json!({"served": "slow"}),
            r#"served: write {"slow": {"milliseconds": 500}}"#,
        ),
        (
            json!({"served": {"slow": 500}}),
            r#"served: write {"slow": {"milliseconds": 500}}"#,
        ),
        (json!({"served": "bad"}), "unknown variant `bad`"),
        (
            json!({"served": "good", "uri": "a"}),
            "is not a URL with a host",
        ),
        (json!({"serves": "good"}), "unknown field `serves`"),
    ] {
        let error = serde_json::from_value::<ServerConnection>(json).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}
