//! Servers that answer what a test tells them to, and the clients that ask them.

use plex_api::{Identity, PlexApi, PlexApiBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The client that the project's original call is made as.
pub(crate) fn roku() -> Identity {
    Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58")
        .client_name("Plex for Roku")
        .device_nickname("Roku 3")
        .client_version("2.4.1")
        .platform("Roku")
}

/// A server that gives every request the same answer.
pub(crate) async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

/// The address of the API at a server of this machine.
pub(crate) fn api(origin: &str) -> Url {
    Url::parse(origin).unwrap().join("/api/v2").unwrap()
}

/// A client of a server of this machine, as the original caller.
pub(crate) fn client(server: &MockServer) -> PlexApi {
    builder(server).build().unwrap()
}

/// Settings for a client of a server of this machine, as the original caller.
pub(crate) fn builder(server: &MockServer) -> PlexApiBuilder {
    PlexApi::builder(roku()).base_url(api(&server.uri()))
}

/// A server that accepts one connection, reads a little, writes these bytes and closes. Returns its API's address.
pub(crate) async fn writing(bytes: &'static [u8]) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await.unwrap();
        socket.write_all(bytes).await.unwrap();
    });
    api(&format!("http://{address}"))
}

/// An address of this machine where nothing listens.
pub(crate) async fn nobody() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    api(&format!("http://{}", listener.local_addr().unwrap()))
}

/// A request as it stood on the wire: its first line, its headers by name, its body.
pub(crate) fn as_text(request: &Request) -> String {
    let mut headers: Vec<String> = request
        .headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    let query = request
        .url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let body = String::from_utf8_lossy(&request.body);
    format!(
        "{} {}{query}\n{}\n\n{body}",
        request.method,
        request.url.path(),
        headers.join("\n")
    )
}

/// The one request that a server was sent.
pub(crate) async fn only_request(server: &MockServer) -> Request {
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}
