//! The addresses of media servers, of every kind.

use std::time::Duration;

use plex_tv_emulator::{Emulator, MediaServer, User};
use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
    let client = Client::builder().no_proxy().build().unwrap();
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
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while emulator.open_connections(uri) != open {
        let now = std::time::Instant::now();
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
        drop(streams.0);
        wait_for(&emulator, &uri, 1).await;
        drop(streams.1);
        wait_for(&emulator, &uri, 0).await;
    }
    assert_eq!(emulator.open_connections("http://127.0.0.1:1"), 0);
}
