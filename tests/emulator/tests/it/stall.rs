//! The fault `stall`: a connection that swallows everything.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use plex_tv_emulator::{Emulator, Fault, Operation};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::App;

const SOON: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(10);

async fn connect(emulator: &Emulator) -> TcpStream {
    let port = emulator.base_url().port().unwrap();
    TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .unwrap()
}

const REQUEST: &[u8] =
    b"GET /api/v2/auth/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Plex-Client-Identifier: a\r\n\r\n";

async fn send_request(stream: &mut TcpStream) {
    stream.write_all(REQUEST).await.unwrap();
}

#[tokio::test]
async fn a_stalled_connection_swallows_everything_without_a_close() {
    let emulator = Emulator::start().await.unwrap();
    let mut stalled = connect(&emulator).await;
    let mut buffer = vec![0; 64 << 10];
    send_request(&mut stalled).await;
    let served = timeout(LONG, stalled.read(&mut buffer)).await;
    assert!(buffer[..served.unwrap().unwrap()].starts_with(b"HTTP/1.1 200 "));
    // The rest of the response.
    while timeout(SOON, stalled.read(&mut buffer)).await.is_ok() {}

    emulator.fail_next(Operation::GetKeys, Fault::Stall);
    // The bytes behind the request are in the server's buffer when it stalls; the others are more than both kernels hold.
    let megabyte = vec![b'x'; 1 << 20];
    let with_request = [REQUEST, &megabyte].concat();
    stalled.write_all(&with_request).await.unwrap();
    for _ in 0..64 {
        let written = timeout(LONG, stalled.write_all(&megabyte)).await;
        written.unwrap().unwrap();
    }
    assert!(timeout(SOON, stalled.read(&mut buffer)).await.is_err());
    let nothing = stalled.try_read(&mut buffer).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);

    let mut new = connect(&emulator).await;
    send_request(&mut new).await;
    let served = timeout(LONG, new.read(&mut buffer)).await;
    assert!(buffer[..served.unwrap().unwrap()].starts_with(b"HTTP/1.1 200 "));
    let requests = emulator.requests();
    let statuses: Vec<_> = requests.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(200), None, Some(200)]);
}

#[tokio::test]
async fn the_request_that_stalls_is_not_carried_out() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let stall = json!({"operation": "signOut", "fault": {"kind": "stall"}});
    let control = app.anonymous("POST", "//_emulator/faults").json(&stall);
    assert_eq!(control.send().await.unwrap().status(), 204);
    let token = app.sign_in(&emulator).await;
    let sign_out = app
        .request("DELETE", "/users/signout")
        .header("X-Plex-Token", &token)
        .timeout(SOON);
    assert!(sign_out.send().await.unwrap_err().is_timeout());
    // An HTTP/1.1 client drops the connection after a time-out.
    assert_eq!(app.status("GET", "/user", &token).await, 200);
}

/// An app with an HTTP/2 connection of its own.
#[cfg(feature = "tls")]
fn http2(emulator: &Emulator) -> App {
    let ca = reqwest::Certificate::from_pem(emulator.ca_pem().unwrap().as_bytes()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([ca]);
    let client = client.http2_prior_knowledge().build().unwrap();
    App::over(client, emulator.base_url().as_str(), crate::support::CLIENT)
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn over_http2_requests_that_arrive_together_with_the_stall_are_not_carried_out() {
    let emulator = Emulator::builder().tls().start().await.unwrap();
    let app = http2(&emulator);
    let keys = || app.request("GET", "/auth/keys").timeout(SOON).send();
    keys().await.unwrap();
    emulator.clear_requests();
    emulator.fail_next(Operation::GetKeys, Fault::Stall);
    let (first, second, third) = tokio::join!(keys(), keys(), keys());
    for response in [first, second, third] {
        assert!(response.unwrap_err().is_timeout());
    }
    assert_eq!(emulator.requests().len(), 1);
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn over_http2_all_requests_of_the_connection_stall() {
    let emulator = Emulator::builder().tls().start().await.unwrap();
    let (app, new) = (http2(&emulator), http2(&emulator));
    let keys = || app.request("GET", "/auth/keys").timeout(5 * SOON).send();
    assert_eq!(keys().await.unwrap().version(), reqwest::Version::HTTP_2);

    emulator.fail_next(Operation::GetKeys, Fault::Delay { duration: SOON });
    emulator.fail_next(Operation::GetKeys, Fault::Stall);
    let later = async || {
        tokio::time::sleep(SOON / 3).await;
        keys().await
    };
    let (delayed, stalled) = tokio::join!(keys(), later());
    assert!(delayed.unwrap_err().is_timeout());
    assert!(stalled.unwrap_err().is_timeout());
    assert!(keys().await.unwrap_err().is_timeout());
    assert_eq!(emulator.requests().len(), 3);

    let response = new.request("GET", "/auth/keys").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(emulator.requests().len(), 4);
}
