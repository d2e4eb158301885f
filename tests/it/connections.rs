//! Connections: shared, lost, replaced, and used from several runtimes.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use plex_api::{ErrorClass, GetPinRequest, PlexApi, PlexApiBuilder, Token};
use plex_tv_emulator::{Emulator, Fault, Operation};
use reqwest::{Certificate, ClientBuilder};
use tokio::sync::oneshot;

use crate::forwarder::Forwarder;
use crate::operations::ORIGINAL_RESPONSE;
use crate::runtimes::runtime;
use crate::servers::{api, at, roku};

/// Makes the HTTP clients trust an emulator.
fn trusting(emulator: &Emulator) -> impl Fn(ClientBuilder) -> ClientBuilder + use<> {
    let ca = emulator.ca_pem().unwrap();
    let ca = Certificate::from_pem(ca.as_bytes()).unwrap();
    move |client| client.tls_certs_only([ca.clone()])
}

/// Starts an emulator with HTTP/2 (over TLS) or HTTP/1.1, a forwarder in front of it, and a client.
async fn forwarded(is_http2: bool) -> (Emulator, Forwarder, PlexApiBuilder) {
    let emulator = Emulator::builder();
    let emulator = if is_http2 { emulator.tls() } else { emulator };
    let emulator = emulator.start().await.unwrap();
    let forwarder = Forwarder::to(&emulator.base_url()).await;
    let builder = PlexApi::builder(roku())
        .base_url(forwarder.url(&emulator.base_url()))
        .poll_interval(Duration::from_millis(100));
    let builder = if is_http2 {
        builder.http(trusting(&emulator))
    } else {
        builder
    };
    (emulator, forwarder, builder)
}

/// Returns the time from the user's agreement to the token, if the connection dies before.
async fn time_to_token(is_http2: bool, limit: Duration) -> Duration {
    let (emulator, forwarder, builder) = forwarded(is_http2).await;
    let plex = builder.timeout(limit).build().unwrap();
    let sign_in = plex.start_sign_in().await.unwrap();
    let user = async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        assert_eq!(forwarder.connections(), 1);
        forwarder.swallow();
        emulator.approve(sign_in.code().as_str()).await.unwrap();
        Instant::now()
    };
    let (token, agreed) = tokio::join!(plex.wait_for_token(&sign_in), user);
    token.unwrap();
    assert_eq!(forwarder.connections(), 2);
    agreed.elapsed()
}

#[tokio::test]
async fn a_connection_that_died_quietly_costs_a_wait_little_time() {
    let limit = Duration::from_secs(1);
    let (http2, http1) = tokio::join!(time_to_token(true, limit), time_to_token(false, limit));
    // HTTP/2 pings; without a response in two fifths of the time limit, the connection is closed.
    assert!(http2 < Duration::from_millis(900), "{http2:?}");
    assert!(http1 < Duration::from_secs(3), "{http1:?}");
}

#[tokio::test]
async fn a_connection_that_died_quietly_with_the_default_time_limit() {
    let limit = Duration::from_secs(15);
    let (http2, http1) = tokio::join!(time_to_token(true, limit), time_to_token(false, limit));
    let limit = Duration::from_secs(20);
    assert!(http2 < limit && http1 < limit, "{http2:?}, {http1:?}");
}

#[tokio::test]
async fn after_http_421_the_next_request_uses_another_connection() {
    for is_http2 in [true, false] {
        let (emulator, forwarder, builder) = forwarded(is_http2).await;
        let plex = builder.build().unwrap();
        plex.get_pin(GetPinRequest::new()).await.unwrap();
        assert_eq!(forwarder.connections(), 1);
        for _ in 0..20 {
            emulator.fail_next(Operation::GetPin, Fault::Status { status: 421 });
        }
        let crowd = (0..20).map(|_| plex.get_pin(GetPinRequest::new()));
        for result in futures_util::future::join_all(crowd).await {
            assert_eq!(result.unwrap_err().status(), Some(421));
        }
        let before = forwarder.connections();
        assert!(!is_http2 || before == 1, "HTTP/2 needs one connection");
        assert_eq!(emulator.faults_left(), 0);
        plex.get_pin(GetPinRequest::new()).await.unwrap();
        plex.get_pin(GetPinRequest::new()).await.unwrap();
        // The client was replaced once, for all of them.
        assert_eq!(forwarder.connections(), before + 1);
    }
}

#[tokio::test]
async fn a_client_that_cannot_be_replaced_is_used_on() {
    let (emulator, _forwarder, builder) = forwarded(false).await;
    let built = AtomicUsize::new(0);
    let once = move |client: ClientBuilder| match built.fetch_add(1, Ordering::Relaxed) {
        0 => client,
        _ => client.user_agent("not\na header"),
    };
    let plex = builder.http(once).build().unwrap();
    emulator.fail_next(Operation::GetPin, Fault::Status { status: 421 });
    plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
}

#[tokio::test]
async fn clones_and_clients_of_another_server_share_the_connections() {
    for is_http2 in [true, false] {
        let (emulator, forwarder, builder) = forwarded(is_http2).await;
        let server = forwarder.url(&emulator.base_url());
        let plex = builder.build().unwrap();
        for _ in 0..3 {
            let client = at(&plex, &server, &Token::new("unknown")).unwrap();
            client.get_keys().await.unwrap();
            at(&plex.clone(), &server, &Token::new("unknown")).unwrap();
        }
        assert_eq!(forwarder.connections(), 1);
    }
}

/// Runs a server on a thread of its own, until the returned sender is dropped.
fn serving(is_http2: bool) -> (oneshot::Sender<()>, Emulator, PlexApi) {
    let (stop, stopped) = oneshot::channel();
    let (started, ready) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let (emulator, _, builder) = forwarded(is_http2).await;
            let builder = builder.base_url(emulator.base_url());
            let plex = builder.timeout(Duration::from_millis(500)).build().unwrap();
            started.send((emulator, plex)).unwrap();
            let _ = stopped.await;
        });
    });
    let (emulator, plex) = ready.recv().unwrap();
    (stop, emulator, plex)
}

#[test]
fn one_client_works_on_two_runtimes() {
    for is_http2 in [true, false] {
        let (_server, _emulator, plex) = serving(is_http2);
        for _ in 0..5 {
            let runtime = runtime();
            for _ in 0..3 {
                runtime
                    .block_on(plex.get_pin(GetPinRequest::new()))
                    .unwrap();
            }
            // Its connections die with it.
            drop(runtime);
        }
    }
}

#[test]
fn a_connection_of_a_runtime_that_does_not_run_costs_one_request() {
    for is_http2 in [true, false] {
        let (_server, _emulator, plex) = serving(is_http2);
        let idle = runtime();
        idle.block_on(plex.get_pin(GetPinRequest::new())).unwrap();
        let another = runtime();
        let late = another.block_on(plex.get_pin(GetPinRequest::new()));
        assert_eq!(late.unwrap_err().class(), ErrorClass::Timeout);
        another
            .block_on(plex.get_pin(GetPinRequest::new()))
            .unwrap();
        drop(idle);
        another
            .block_on(plex.get_pin(GetPinRequest::new()))
            .unwrap();
    }
}

#[test]
fn a_runtime_that_is_dropped_in_the_middle_of_a_request_leaves_the_client_usable() {
    for is_http2 in [true, false] {
        let (_server, emulator, plex) = serving(is_http2);
        for delay in [0, 1, 2, 5, 20] {
            emulator.clear_faults();
            emulator.fail_next(Operation::GetPin, Fault::Hang);
            let dropped = runtime();
            let call = plex.clone();
            dropped.block_on(async {
                tokio::spawn(async move { call.get_pin(GetPinRequest::new()).await });
                tokio::time::sleep(Duration::from_millis(delay)).await;
            });
            drop(dropped);
            emulator.clear_faults();
            runtime()
                .block_on(plex.get_pin(GetPinRequest::new()))
                .unwrap();
        }
    }
}

/// Starts a server, on a thread of its own, that closes each connection after one response: when the next request comes, or
/// without waiting for it. Counts the requests that it reads, and reports each connection that it has closed.
fn closing(on_request: bool) -> (PlexApi, Arc<AtomicUsize>, mpsc::Receiver<()>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = api(&format!("http://{}", listener.local_addr().unwrap()));
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let (report, closed) = mpsc::channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut request = [0; 4096];
            if !socket.read(&mut request).is_ok_and(|length| length > 0) {
                continue;
            }
            count.fetch_add(1, Ordering::Relaxed);
            let length = ORIGINAL_RESPONSE.len();
            let response = format!(
                "HTTP/1.1 201 Created\r\ncontent-length: {length}\r\n\r\n{ORIGINAL_RESPONSE}"
            );
            socket.write_all(response.as_bytes()).unwrap();
            if on_request && socket.read(&mut request).is_ok_and(|length| length > 0) {
                count.fetch_add(1, Ordering::Relaxed);
            }
            drop(socket);
            // Nobody may listen.
            let _ = report.send(());
        }
    });
    let plex = PlexApi::builder(roku()).base_url(url).build().unwrap();
    (plex, requests, closed)
}

#[test]
fn a_connection_that_was_closed_while_idle_costs_no_request() {
    let (plex, requests, closed) = closing(false);
    let runtime = runtime();
    for number in 1..=20 {
        // Not even a POST fails, although the runtime does not run while the server closes the connection.
        runtime
            .block_on(plex.get_pin(GetPinRequest::new()))
            .unwrap();
        closed.recv_timeout(Duration::from_secs(5)).unwrap();
        assert_eq!(requests.load(Ordering::Relaxed), number);
        // It notices the closed connection only when it runs. A request that is faster is lost, as a busy machine shows.
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    }
}

#[test]
fn a_request_that_the_server_may_have_carried_out_is_not_sent_again() {
    let (plex, requests, _) = closing(true);
    let runtime = runtime();
    runtime
        .block_on(plex.get_pin(GetPinRequest::new()))
        .unwrap();
    let error = runtime.block_on(plex.get_pin(GetPinRequest::new()));
    let error = error.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Interrupted, "{error}");
    assert!(error.is_transient());
    assert_eq!(requests.load(Ordering::Relaxed), 2);
    runtime
        .block_on(plex.get_pin(GetPinRequest::new()))
        .unwrap();
}
