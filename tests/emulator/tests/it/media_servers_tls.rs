//! Media servers over https.

use std::net::SocketAddr;
use std::time::Duration;

use plex_tv_emulator::{Behaviour, Emulator, MediaServer, ServerConnection, User};
use reqwest::{Certificate, Client, Url};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const IDS: [&str; 2] = ["the-first-machine", "the-second-machine"];

async fn serving(servers: [MediaServer; 2]) -> Emulator {
    let mut user = User::new("ada");
    user.servers = servers.into();
    let builder = Emulator::builder().tls().users([user]);
    builder.start().await.unwrap()
}

fn servers() -> [MediaServer; 2] {
    IDS.map(|id| MediaServer::new("Living room", id))
}

fn uri(emulator: &Emulator, server: usize, connection: usize) -> Url {
    let users = emulator.users();
    let connection = &users[0].servers[server].connections[connection];
    connection.uri.parse().unwrap()
}

fn address(uri: &Url) -> SocketAddr {
    ([127, 0, 0, 1], uri.port().unwrap()).into()
}

/// A client that trusts the emulator's authority, and finds the host of `uri` at `address`.
fn client(emulator: &Emulator, uri: &Url, address: SocketAddr) -> Client {
    let ca = Certificate::from_pem(emulator.ca_pem().unwrap().as_bytes()).unwrap();
    let builder = Client::builder().no_proxy().tls_certs_only([ca]);
    let builder = builder.resolve(uri.host_str().unwrap(), address);
    builder.timeout(Duration::from_secs(5)).build().unwrap()
}

async fn identity(emulator: &Emulator, uri: &Url) -> reqwest::Result<String> {
    let client = client(emulator, uri, address(uri));
    let url = uri.join("/identity").unwrap();
    client.get(url).send().await?.text().await
}

#[tokio::test]
async fn a_server_has_names_of_plex_direct() {
    let [first, second] = servers();
    let first = first
        .good_address()
        .slow_address(Duration::from_millis(1))
        .relay_address()
        .blocked_name();
    let emulator = serving([first, second.good_address()]).await;
    let hash = |uri: &Url| {
        let name = uri.host_str().unwrap().to_owned();
        let mut labels = name.split('.').map(str::to_owned).skip(1);
        let hash = labels.next().unwrap();
        assert_eq!(labels.collect::<Vec<_>>(), ["plex", "direct"]);
        assert!(hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
        hash
    };
    for index in 0..4 {
        let uri = uri(&emulator, 0, index);
        assert_eq!(uri.scheme(), "https");
        let text = identity(&emulator, &uri).await.unwrap();
        assert!(text.contains(IDS[0]), "{text}");
        let label = if index == 3 { "blocked" } else { "127-0-0-1" };
        assert!(uri.host_str().unwrap().starts_with(label), "{uri}");
    }
    let (first, second) = (uri(&emulator, 0, 0), uri(&emulator, 1, 0));
    assert_ne!(hash(&first), hash(&second));
    // The address is in the certificate; the name of another server and plex.tv are not.
    let mut bare = first.clone();
    bare.set_host(Some("127.0.0.1")).unwrap();
    assert!(identity(&emulator, &bare).await.is_ok());
    for name in [second.host_str().unwrap(), "plex.tv"] {
        let mut foreign = first.clone();
        foreign.set_host(Some(name)).unwrap();
        assert!(identity(&emulator, &foreign).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn addresses_behave_alike_over_https() {
    let [first, second] = servers();
    let first = first
        .dead_address()
        .refusing_address()
        .another_server_address();
    let emulator = serving([first, second]).await;
    let mut dead = TcpStream::connect(address(&uri(&emulator, 0, 0)))
        .await
        .unwrap();
    dead.write_all(b"\x16\x03\x01").await.unwrap();
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_millis(200), dead.read(&mut byte));
    assert!(read.await.is_err(), "it has sent or closed");
    let refused = identity(&emulator, &uri(&emulator, 0, 1)).await;
    assert!(refused.unwrap_err().is_connect());
    let another = identity(&emulator, &uri(&emulator, 0, 2)).await.unwrap();
    assert!(another.contains("machineIdentifier="), "{another}");
    assert!(!another.contains(IDS[0]), "{another}");
}

#[tokio::test]
async fn http_is_served_on_the_same_port_unless_https_is_required() {
    let [first, second] = servers();
    let mut second = second.good_address();
    second.https_required = true;
    let emulator = serving([first.good_address(), second]).await;
    let plain = |server| format!("http://{}", address(&uri(&emulator, server, 0)));
    let plain = [plain(0), plain(1)].map(|uri| uri.parse::<Url>().unwrap());
    let text = identity(&emulator, &plain[0]).await.unwrap();
    assert!(text.contains(IDS[0]), "{text}");
    assert!(identity(&emulator, &plain[1]).await.is_err());
    assert!(identity(&emulator, &uri(&emulator, 1, 0)).await.is_ok());
}

#[tokio::test]
async fn the_record_has_the_name_and_connections_are_counted() {
    let [first, second] = servers();
    let emulator = serving([first.good_address(), second]).await;
    let uri = uri(&emulator, 0, 0);
    let listed = &emulator.users()[0].servers[0].connections[0].uri;
    let client = client(&emulator, &uri, address(&uri));
    for _ in 0..2 {
        let response = client.get(uri.join("/identity").unwrap()).send().await;
        response.unwrap().bytes().await.unwrap();
    }
    assert_eq!(emulator.open_connections(listed), 1);
    let host = format!("{}:{}", uri.host_str().unwrap(), uri.port().unwrap());
    for request in emulator.requests() {
        assert_eq!(request.header("host"), Some(host.as_str()));
    }
    drop(client);
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while emulator.open_connections(listed) > 0 {
        assert!(std::time::Instant::now() < deadline, "it stays open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_given_name_of_plex_direct_is_in_the_certificate_only_of_its_server() {
    let [first, second] = servers();
    let emulator = serving([first.good_address(), second.good_address()]).await;
    let names = [0, 1].map(|server| uri(&emulator, server, 0));
    let names = names.map(|uri| uri.host_str().unwrap().to_owned());
    drop(emulator);
    // No other test listens on this address.
    let ip = [127, 0, 0, 10];
    for (name, is_own) in names.iter().zip([true, false]) {
        let address = SocketAddr::from((ip, free_port(ip)));
        let mut connection = ServerConnection::served(Behaviour::Good).at(ip.into());
        connection.uri = format!("https://{name}:{}", address.port());
        let [first, second] = servers();
        let emulator = serving([first.connection(connection), second]).await;
        let uri = uri(&emulator, 0, 0);
        let client = client(&emulator, &uri, address);
        let response = client.get(uri).send().await;
        assert_eq!(response.is_ok(), is_own, "{name}: {response:?}");
        // The listener is there under both names.
        let bare = client.get(format!("https://{address}")).send().await;
        assert!(bare.is_ok(), "{name}: {bare:?}");
    }
}

#[tokio::test]
async fn the_name_of_the_emulator_is_in_the_certificate() {
    let mut user = User::new("ada");
    user.servers = vec![servers()[0].clone().good_address()];
    let builder = Emulator::builder().tls().users([user]);
    let builder = builder.listen_on([0, 0, 0, 0].into());
    let named = builder.public_url("https://media.example:8443");
    let emulator = named.start().await.unwrap();
    let uri = uri(&emulator, 0, 0);
    assert_eq!(uri.host_str(), Some("media.example"));
    assert_eq!(uri.scheme(), "https");
    assert!(identity(&emulator, &uri).await.is_ok());
}

fn free_port(ip: [u8; 4]) -> u16 {
    let free = std::net::TcpListener::bind(SocketAddr::from((ip, 0))).unwrap();
    free.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_given_uri_is_in_the_certificate() {
    // No other test listens on this address.
    let ip = [127, 0, 0, 9];
    let port = free_port(ip);
    let mut connection = ServerConnection::served(Behaviour::Good).at(ip.into());
    connection.uri = format!("https://media.example:{port}");
    let [first, second] = servers();
    let emulator = serving([first.connection(connection), second]).await;
    let uri = uri(&emulator, 0, 0);
    assert_eq!(uri.as_str(), format!("https://media.example:{port}/"));
    let client = client(&emulator, &uri, (ip, port).into());
    assert!(client.get(uri).send().await.is_ok());
}
