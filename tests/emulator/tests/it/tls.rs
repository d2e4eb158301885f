//! https, with the clients and faults that apps meet.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use plex_tv_emulator::{Emulator, Fault, Operation};
use reqwest::{Certificate, Client, ClientBuilder, Version};

use crate::support::{App, CLIENT, code};

async fn emulator() -> Emulator {
    Emulator::builder().tls().start().await.unwrap()
}

/// A client that trusts the emulator's authority and nothing else.
fn trusting(emulator: &Emulator) -> ClientBuilder {
    let ca = Certificate::from_pem(emulator.ca_pem().unwrap().as_bytes()).unwrap();
    Client::builder().no_proxy().tls_certs_only([ca])
}

fn app(emulator: &Emulator) -> App {
    let client = trusting(emulator).build().unwrap();
    App::over(client, emulator.base_url().as_str(), CLIENT)
}

fn address(emulator: &Emulator) -> SocketAddr {
    let port = emulator.base_url().port().unwrap();
    ([127, 0, 0, 1], port).into()
}

#[tokio::test]
async fn alpn_selects_the_version_of_http() {
    let emulator = emulator().await;
    assert_eq!(emulator.base_url().scheme(), "https");
    for (client, version) in [
        (trusting(&emulator), Version::HTTP_2),
        (trusting(&emulator).http1_only(), Version::HTTP_11),
    ] {
        let app = App::over(
            client.build().unwrap(),
            emulator.base_url().as_str(),
            CLIENT,
        );
        let response = app.request("GET", "/auth/keys").send().await.unwrap();
        assert_eq!(response.version(), version);
        let pin = app.create(true).await;
        emulator.approve(code(&pin)).await.unwrap();
        assert!(app.token(&pin).await.is_some());
        assert!(
            pin["qr"]
                .as_str()
                .unwrap()
                .starts_with("https://127.0.0.1:")
        );
    }
}

#[tokio::test]
async fn an_app_that_hard_codes_plex_tv_reaches_it() {
    let builder = Emulator::builder()
        .tls()
        .host("plex.internal")
        .control_host("emulator");
    let emulator = builder.start().await.unwrap();
    let address = address(&emulator);
    for name in [
        "plex.tv",
        "www.plex.tv",
        "app.plex.tv",
        "clients.plex.tv",
        "localhost",
        "plex.internal",
        "emulator",
    ] {
        let client = trusting(&emulator).resolve(name, address).build().unwrap();
        let url = format!("https://{name}:{}/healthz", address.port());
        let response = client.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
    }
    let other = "plex.tv.example";
    let client = trusting(&emulator).resolve(other, address).build().unwrap();
    let url = format!("https://{other}:{}/", address.port());
    assert!(client.get(url).send().await.is_err());
}

#[tokio::test]
async fn only_clients_that_trust_its_authority_connect() {
    let (emulator, other) = (emulator().await, emulator().await);
    let client = trusting(&other).build().unwrap();
    let untrusting = App::over(client, emulator.base_url().as_str(), CLIENT);
    let error = untrusting.request("GET", "/ping").send().await.unwrap_err();
    assert!(error.is_connect());
    // It still serves the others.
    assert_eq!(app(&emulator).create(false).await["expiresIn"], 900);
    assert!(
        emulator
            .ca_pem()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE")
    );
    assert!(!emulator.ca_pem().unwrap().contains("PRIVATE"));
    let shown = format!("{emulator:?}");
    assert!(!shown.contains("BEGIN"), "{shown}");
}

#[tokio::test]
async fn without_tls_there_is_no_certificate() {
    let emulator = Emulator::start().await.unwrap();
    assert_eq!(emulator.ca_pem(), None);
    assert_eq!(emulator.base_url().scheme(), "http");
}

#[tokio::test]
async fn faults_reach_the_socket() {
    let emulator = emulator().await;
    let app = app(&emulator);
    let keys = Operation::GetKeys;
    let send = || app.request("GET", "/auth/keys").send();
    let http1 = trusting(&emulator).http1_only().build().unwrap();
    let http1 = App::over(http1, emulator.base_url().as_str(), CLIENT);
    for fault in [Fault::Reset, Fault::LoseResponse] {
        emulator.fail_next(keys, fault.clone());
        let error = http1.request("GET", "/auth/keys").send().await.unwrap_err();
        assert!(is_reset(&error), "{error:?}");
        // An HTTP/2 client may meet the reset while it writes a frame; then its error is another one.
        emulator.fail_next(keys, fault);
        assert!(!send().await.unwrap_err().is_connect());
    }
    emulator.fail_next(keys, Fault::ResetMidway);
    assert!(send().await.unwrap().bytes().await.is_err());
    let duration = Duration::from_millis(1);
    emulator.fail_next(keys, Fault::Trickle { duration });
    let start = Instant::now();
    let body = send().await.unwrap().bytes().await.unwrap();
    assert!(body.len() > 100 && start.elapsed() > Duration::from_millis(100));
    let duration = Duration::from_millis(300);
    emulator.fail_next(keys, Fault::Refuse { duration });
    assert!(send().await.is_err());
    assert!(send().await.unwrap_err().is_connect());
    let deadline = Instant::now() + Duration::from_secs(5);
    let response = loop {
        match send().await {
            Ok(response) => break response,
            Err(error) => assert!(Instant::now() < deadline, "{error:?}"),
        }
    };
    assert_eq!(response.status(), 200);
}

/// Looks for a reset of the connection among the sources of an error.
fn is_reset(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionReset
        {
            return true;
        }
        source = error.source();
    }
    false
}

#[tokio::test]
async fn a_silent_client_holds_nobody_up() {
    let emulator = emulator().await;
    let silent = tokio::net::TcpStream::connect(address(&emulator))
        .await
        .unwrap();
    app(&emulator).create(true).await;
    emulator.refuse_connections(Duration::from_millis(10));
    let mut byte = [0];
    let closed = tokio::time::timeout(Duration::from_secs(5), silent.readable());
    closed.await.unwrap().unwrap();
    assert!(matches!(silent.try_read(&mut byte), Ok(0) | Err(_)));
    emulator.stop(Duration::from_secs(1)).await;
}
