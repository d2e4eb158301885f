//! No log shows a secret: neither the spans and events of the SDK nor the logs of the crates below it, at the finest level.
//!
//! The constants of the type [`Exception`] list what other crates show in special cases. A test fails if they show more, and
//! also if they show less.
//!
//! This is a process of its own, because the subscriber sees every thread. The tests run one after the other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod flows;
mod recorder;
mod secrets;

use std::collections::BTreeSet;
use std::time::Duration;

use plex_api::{GetPinRequest, Token};
use reqwest::{ClientBuilder, Proxy};
// Its feature `logging` is on.
use rustls as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use flows::Session;
use secrets::Kind::{self, Code, HomePin, Jwt, Proof, ProxyPassword, Token as LegacyToken};
use secrets::Secrets;

/// A case in which a crate logs secrets: its name, the targets, and the kinds of secrets.
type Exception = (&'static str, &'static [(&'static str, &'static [Kind])]);

/// The program turned on `connection_verbose` in `http`: reqwest logs all bytes before they are encrypted.
const VERBOSE_HTTP1: Exception = (
    "connection_verbose, HTTP/1.1",
    &[(
        "reqwest::connect::verbose",
        &[LegacyToken, Code, Proof, Jwt, HomePin],
    )],
);

/// The same over HTTP/2, which compresses headers and paths, but not bodies. What is compressed can be decoded from the log
/// too. The PIN of a user of a Plex Home is in no body.
const VERBOSE_HTTP2: Exception = (
    "connection_verbose, HTTP/2",
    &[(
        "reqwest::connect::verbose",
        &[LegacyToken, Code, Proof, Jwt],
    )],
);

/// The server ends an HTTP/2 connection with a text that repeats a token.
const GOAWAY: Exception = (
    "a server that repeats a token in GOAWAY",
    &[
        ("h2::codec::framed_read", &[LegacyToken]),
        ("h2::proto::connection", &[LegacyToken]),
        ("h2::proto::streams::counts", &[LegacyToken]),
        ("h2::proto::streams::state", &[LegacyToken]),
        ("h2::proto::streams::streams", &[LegacyToken]),
    ],
);

/// Compares what was logged with an exception.
fn assert_shown(secrets: &Secrets, (name, expected): Exception) {
    let shown = recorder::secrets_shown(secrets);
    let expected: BTreeSet<(String, Kind)> = expected
        .iter()
        .flat_map(|(target, kinds)| kinds.iter().map(|kind| ((*target).to_owned(), *kind)))
        .collect();
    assert_eq!(shown, expected, "{name}");
}

#[tokio::test]
async fn no_log_shows_a_secret() {
    let _log = recorder::start().await;
    let mut http1 = Session::start(false).await;
    let mut http2 = Session::start(true).await;
    tokio::join!(http1.run(), http2.run());
    assert_shown(&http1.secrets, ("HTTP/1.1", &[]));
    assert_shown(&http2.secrets, ("HTTP/2", &[]));
    recorder::assert_saw(&["h2", "hyper_util", "plex_api", "reqwest", "rustls"]);
}

/// Also proves that these tests would find a secret.
#[tokio::test]
async fn a_program_can_have_all_traffic_logged() {
    for (is_http2, exception) in [(false, VERBOSE_HTTP1), (true, VERBOSE_HTTP2)] {
        let _log = recorder::start().await;
        let mut session = Session::start(is_http2).await.verbose();
        session.run().await;
        assert_shown(&session.secrets, exception);
    }
}

#[tokio::test]
async fn the_text_of_a_goaway_is_shown() {
    let _log = recorder::start().await;
    let token = "2ffLuB84dqLswk9skLos";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        // SETTINGS, and after the request GOAWAY (internal error) with text.
        socket.write_all(b"\0\0\0\x04\0\0\0\0\0").await.unwrap();
        let mut request = [0; 4096];
        tokio::time::sleep(Duration::from_millis(50)).await;
        let goaway = b"\0\0\x1c\x07\0\0\0\0\0\0\0\0\0\0\0\0\x02";
        socket.write_all(goaway).await.unwrap();
        socket.write_all(token.as_bytes()).await.unwrap();
        while let Ok(1..) = socket.read(&mut request).await {}
    });
    let plex = flows::builder(flows::CLIENT, &Url::parse(&url).unwrap())
        .http(ClientBuilder::http2_prior_knowledge)
        .build()
        .unwrap();
    let _ = plex.check_token(&Token::new(token)).await;
    let mut secrets = Secrets::default();
    secrets.add(LegacyToken, token);
    assert_shown(&secrets, GOAWAY);
}

#[tokio::test]
async fn the_password_of_a_proxy_is_not_shown() {
    let _log = recorder::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = socket.read(&mut request).await.unwrap();
        let refusal = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
        socket.write_all(refusal).await.unwrap();
        request.truncate(length);
        String::from_utf8(request).unwrap()
    });
    let password = "correct-horse-battery";
    let through = format!("http://user:{password}@{address}");
    let plex = flows::builder(
        flows::CLIENT,
        &Url::parse("https://plex.example.org/api/v2").unwrap(),
    )
    .http(move |client| {
        let proxy = Proxy::all(&through).unwrap();
        client.tls_certs_only([]).proxy(proxy)
    })
    .build()
    .unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    let request = proxy.await.unwrap();
    let (_, header) = request.split_once("uthorization: Basic ").unwrap();
    let header = header.lines().next().unwrap();
    let mut secrets = Secrets::default();
    secrets.add(ProxyPassword, password);
    secrets.add(ProxyPassword, header);
    assert_shown(&secrets, ("a proxy", &[]));
    recorder::assert_saw(&["plex_api", "hyper_util", "reqwest"]);
}
