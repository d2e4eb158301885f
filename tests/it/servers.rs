//! Servers with scripted responses, and clients for them.

use plex_api::generated::Client;
use plex_api::{Error, Identity, PlexApi, PlexApiBuilder, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A token that servers with scripted responses grant.
pub(crate) const TOKEN: &str = "2ffLuB84dqLswk9skLos";

/// The identity of the project's original call.
pub(crate) fn roku() -> Identity {
    Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58")
        .client_name("Plex for Roku")
        .device_nickname("Roku 3")
        .client_version("2.4.1")
        .platform("Roku")
}

/// Starts a server that gives every request the same response.
pub(crate) async fn responding(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(response)
        .mount(&server)
        .await;
    server
}

/// Makes a JSON response.
pub(crate) fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

/// Returns the base URL of the API on a server of this machine.
pub(crate) fn api(origin: &str) -> Url {
    Url::parse(origin).unwrap().join("/api/v2").unwrap()
}

/// Makes a client of a server of this machine, with the identity of the original call.
pub(crate) fn client(server: &MockServer) -> PlexApi {
    builder(server).build().unwrap()
}

/// Starts building a client of a server of this machine, with the identity of the original call.
pub(crate) fn builder(server: &MockServer) -> PlexApiBuilder {
    PlexApi::builder(roku()).base_url(api(&server.uri()))
}

/// Makes a client of another server, with the identity and the settings of this one.
pub(crate) fn at(plex: &PlexApi, server: &Url, token: &Token) -> Result<Client, Error> {
    let transport = plex.generated().transport().with_base_url(server)?;
    Ok(Client::new(transport.with_token(token)))
}

/// Starts a server that accepts one connection, reads a little, writes these bytes and closes. Returns its base URL.
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

/// Returns a base URL on this machine without a server.
pub(crate) async fn no_server() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    api(&format!("http://{}", listener.local_addr().unwrap()))
}

/// Shows a request as sent: its first line, its headers by name, its body.
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

/// Returns the only request that a server received.
pub(crate) async fn only_request(server: &MockServer) -> Request {
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}
