//! A poll of a wait sends exactly the request of the operation.

use plex_api::{GetTokenByPinIdRequest, PlexApi, SignIn};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::servers::{api, roku};

const RESPONSE: &str = r#"{"id":408895,"code":"7RQZ","clientIdentifier":"3381b62b-9ab7-4e37-827b-203e9809eb58","expiresIn":876,"createdAt":"2024-07-16T17:03:05Z","expiresAt":"2024-07-16T17:18:05Z","authToken":"2ffLuB84dqLswk9skLos"}"#;

/// Accepts a connection, reads a request and responds with a token.
async fn one_request(listener: &TcpListener) -> String {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(socket.read_u8().await.unwrap());
    }
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length";
    let response = format!("{head}: {}\r\n\r\n{RESPONSE}", RESPONSE.len());
    socket.write_all(response.as_bytes()).await.unwrap();
    String::from_utf8(request).unwrap()
}

#[tokio::test]
async fn the_wait_sends_the_request_of_the_operation_byte_for_byte() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let builder = PlexApi::builder(roku()).base_url(api(&origin));
    let plex = builder.build().unwrap();
    let operation = plex.get_token_by_pin_id(GetTokenByPinIdRequest::new(408_895));
    let (by_operation, pin) = tokio::join!(one_request(&listener), operation);
    let sign_in: SignIn = serde_json::from_value(json!({
        "kind": "SignIn",
        "id": 408_895,
        "code": "7RQZ",
        "client_identifier": roku().client_identifier(),
        "product": null,
        "expires_at": "2100-01-01T00:00:00Z",
    }))
    .unwrap();
    let wait = plex.wait_for_token(&sign_in);
    let (by_wait, token) = tokio::join!(one_request(&listener), wait);
    assert_eq!(token.unwrap(), pin.unwrap().auth_token.unwrap());
    assert_eq!(by_wait, by_operation);
}
