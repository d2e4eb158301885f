//! The faults `respond`, `gzip` and `close_idle`.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use flate2::read::GzDecoder;
use plex_tv_emulator::{Emulator, Fault, Operation};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::App;

const SOON: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn something_else_responds_in_place_of_plex_tv() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let xml = "\u{feff}<?xml version=\"1.0\"?><!-- a --><errors/>";
    for (status, content_type, body) in [
        (403, Some("text/plain; charset=UTF-8"), "error code: 1010"),
        (403, Some("application/json"), r#"{"message":"Forbidden"}"#),
        (404, None, "default backend - 404"),
        (403, None, ""),
        (404, Some("text/xml"), xml),
        (200, Some("text/html"), "<!-- a --><html>"),
        (407, None, "a"),
        (421, None, "a"),
        (451, None, "a"),
        (600, None, "a"),
        (999, None, "a"),
    ] {
        let fault = json!({
            "kind": "respond", "status": status, "content_type": content_type, "body": body,
            "headers": {"server": "cloudflare", "Date": "Thu, 01 Jan 1970 00:00:00 GMT"},
        });
        let fault = json!({"operation": "signOut", "fault": fault});
        let control = app.anonymous("POST", "//_emulator/faults").json(&fault);
        assert_eq!(control.send().await.unwrap().status(), 204);
        let request = app.request("DELETE", "/users/signout");
        let response = request.header("X-Plex-Token", &token).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        let mut headers: BTreeMap<_, _> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        assert_eq!(
            headers.remove("content-length"),
            Some(body.len().to_string().as_str())
        );
        assert_eq!(headers.remove("content-type"), content_type);
        let rest = BTreeMap::from([
            ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("server", "cloudflare"),
        ]);
        assert_eq!(headers, rest);
        assert_eq!(response.bytes().await.unwrap(), body);
    }
    assert_eq!(app.status("GET", "/user", &token).await, 200);
}

#[tokio::test]
async fn the_texts_of_waiting_faults_have_a_limit() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let text = "x".repeat(60_000);
    for fault in [
        json!({"kind": "respond", "status": 403, "body": text}),
        json!({"kind": "set_field", "field": "id", "value": text}),
    ] {
        let add = async |times: u64| {
            let faults = json!({"fault": fault, "times": times});
            let control = app.anonymous("POST", "//_emulator/faults").json(&faults);
            let response = control.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        let (status, error) = add(10_000).await;
        assert_eq!(status, 400);
        assert!(error.contains("at most 67108864 bytes"), "{error}");
        assert_eq!(add(1000).await.0, 204);
        assert_eq!(add(1000).await.0, 400);
        assert_eq!(emulator.faults_left(), 1000);
        emulator.clear_faults();
    }
}

#[tokio::test]
async fn a_fault_of_the_library_leaves_out_what_cannot_be_sent() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let headers = [
        ("a b", ""),
        ("c", "\n"),
        ("content-length", "7"),
        ("d", "e"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fault = Fault::Respond {
        status: 100,
        content_type: Some("\n".to_owned()),
        body: "text".to_owned(),
        headers: headers.into(),
    };
    emulator.fail_next(Operation::GetKeys, fault);
    let response = app.request("GET", "/auth/keys").send().await.unwrap();
    assert_eq!(response.status(), 502);
    assert_eq!(response.headers().len(), 3, "{:?}", response.headers());
    assert_eq!(response.text().await.unwrap(), "text");
}

#[tokio::test]
async fn a_body_is_sent_with_gzip_although_nobody_asked() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Gzip);
    let response = app.poll(&pin).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    let body = response.bytes().await.unwrap();
    let mut json = String::new();
    GzDecoder::new(&*body).read_to_string(&mut json).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["code"], pin["code"]);
}

#[tokio::test]
async fn the_next_request_on_the_connection_meets_a_closed_one() {
    let emulator = Emulator::start().await.unwrap();
    let port = emulator.base_url().port().unwrap();
    let mut stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .unwrap();
    let request =
        b"GET /api/v2/auth/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Plex-Client-Identifier: a\r\n\r\n";
    emulator.fail_next(Operation::GetKeys, Fault::CloseIdle);
    stream.write_all(request).await.unwrap();
    let mut response = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read) = timeout(SOON, stream.read(&mut buffer)).await {
        let read = read.unwrap();
        assert_ne!(read, 0, "the connection was closed during the response");
        response.extend_from_slice(&buffer[..read]);
    }
    let response = String::from_utf8(response).unwrap().to_lowercase();
    assert!(response.starts_with("http/1.1 200 "), "{response}");
    assert!(!response.contains("connection: close"), "{response}");

    stream.write_all(request).await.unwrap();
    let mut rest = Vec::new();
    // A reset is possible too: the kernel sends it if a byte has not been read.
    let _ = timeout(LONG, stream.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(rest, b"");
    assert_eq!(emulator.requests().len(), 1);
}
