//! A transport to a media server: its connections, its limits, and where its requests go.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use plex_api_gen::{
    Address, ErrorClass, Operation, PlainHttp, Request as _, Scheme, Token, Transport,
    TransportBuilder,
};
use reqwest::header::HeaderMap;
use url::Url;

use crate::server::{Server, block_on, request};

request!(
    GetSections,
    Operation::new(
        "getSections",
        "GET",
        "/library/sections",
        "https://example.test"
    )
    .secured_by(&[&[Scheme::plex_token_in_header()], &[]])
);
pub(crate) const SECTIONS: GetSections = GetSections(|_| {});
const FIVE_SECONDS: Duration = Duration::from_secs(5);

fn plex() -> TransportBuilder {
    Transport::builder(HeaderMap::new())
}

fn at(url: &str) -> Address {
    Address {
        url: Url::parse(url).unwrap(),
        ip: None,
        is_local: false,
        allows_plain_http: false,
        timeout: FIVE_SECONDS,
        response_limit: 1024,
    }
}

pub(crate) fn at_server(server: &Server) -> Address {
    at(server.transport.base_url().unwrap().as_str())
}

/// A change of a connection of [`listening`].
#[derive(Debug, PartialEq)]
enum Event {
    Opened,
    Closed,
}

/// Starts a server that responds to every request, keeps connections open, and reports when they are opened and closed.
fn listening() -> (String, Receiver<Event>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, events) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let sender = sender.clone();
            _ = sender.send(Event::Opened);
            std::thread::spawn(move || {
                let mut head = [0; 4096];
                while let Ok(1..) = stream.read(&mut head) {
                    _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                }
                _ = sender.send(Event::Closed);
            });
        }
    });
    (url, events)
}

/// Waits for the next event while the tasks of the runtime run.
async fn next(events: &Receiver<Event>, limit: Duration) -> Option<Event> {
    let end = std::time::Instant::now() + limit;
    while std::time::Instant::now() < end {
        if let Ok(event) = events.try_recv() {
            return Some(event);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    None
}

#[test]
fn dropping_the_last_clone_closes_the_connections() {
    let (url, events) = listening();
    block_on(|| async move {
        let plex = plex().build().unwrap();
        let first = plex.to_media_server(at(&url)).unwrap();
        let second = first.with_token(&Token::new("t0ken"));
        SECTIONS.send(&first).await.unwrap();
        SECTIONS.send(&second).await.unwrap();
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Opened));
        drop(first);
        assert_eq!(next(&events, Duration::from_millis(200)).await, None);
        drop(second);
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Closed));
    });
}

#[test]
fn dropping_a_request_and_its_transport_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, events) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        _ = sender.send(Event::Opened);
        let mut bytes = Vec::new();
        if stream.read_to_end(&mut bytes).is_ok() {
            _ = sender.send(Event::Closed);
        }
    });
    block_on(|| async move {
        let plex = plex().build().unwrap();
        let transport = plex.to_media_server(at(&url)).unwrap();
        let mut sent = Box::pin(SECTIONS.send(&transport));
        let opened = tokio::time::timeout(Duration::from_millis(100), &mut sent).await;
        assert!(opened.is_err());
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Opened));
        drop((sent, transport));
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Closed));
    });
}

#[test]
fn a_media_server_shares_no_connection_with_its_transport() {
    let (url, events) = listening();
    block_on(|| async move {
        let plex = plex().base_url(Url::parse(&url).unwrap()).build().unwrap();
        SECTIONS.send(&plex).await.unwrap();
        let server = plex.to_media_server(at(&url)).unwrap();
        SECTIONS.send(&server).await.unwrap();
        SECTIONS.send(&plex).await.unwrap();
        drop(server);
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Opened));
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Opened));
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Closed));
        assert_eq!(next(&events, Duration::from_millis(100)).await, None);
    });
}

/// Finds no name.
struct NoNames;

impl reqwest::dns::Resolve for NoNames {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("no such host".into()) })
    }
}

#[test]
fn a_host_with_a_known_ip_address_is_neither_looked_up_nor_reached_through_a_proxy() {
    let server = Server::new();
    let mut address = at_server(&server);
    address.url.set_host(Some("media.test")).unwrap();
    let expected = format!("media.test:{}", address.url.port().unwrap());
    address.allows_plain_http = true;
    let plex = plex().http(|http| {
        let elsewhere = ([192, 0, 2, 1], 9).into();
        http.dns_resolver(Arc::new(NoNames))
            .resolve_to_addrs("media.test", &[elsewhere])
            .proxy(reqwest::Proxy::all("http://127.0.0.1:9").unwrap())
    });
    let plex = plex.build().unwrap();
    address.ip = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let pinned = plex.to_media_server(address).unwrap();
    block_on(|| SECTIONS.send(&pinned)).unwrap();
    assert_eq!(server.received().header("host"), expected);
}

#[test]
fn localhost_is_this_machine_whatever_ip_address_is_given() {
    let server = Server::new();
    let mut address = at_server(&server);
    address.url.set_host(Some("localhost")).unwrap();
    address.ip = Some([192, 0, 2, 1].into());
    let transport = plex().build().unwrap().to_media_server(address).unwrap();
    block_on(|| SECTIONS.send(&transport)).unwrap();
    server.received();
}

#[test]
fn the_settings_of_the_program_hold_and_no_client_is_built_before_it_is_needed() {
    let built = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&built);
    let plex = plex().http(move |http| {
        count.fetch_add(1, Ordering::Relaxed);
        http.default_headers(
            [("x-set".parse().unwrap(), "1".parse().unwrap())]
                .into_iter()
                .collect(),
        )
    });
    let plex = plex.build().unwrap();
    let server = Server::new();
    let transport = plex.to_media_server(at_server(&server)).unwrap();
    assert_eq!(built.load(Ordering::Relaxed), 1);
    block_on(|| SECTIONS.send(&transport)).unwrap();
    assert_eq!(built.load(Ordering::Relaxed), 2);
    assert_eq!(server.received().header("x-set"), "1");
}

#[test]
fn the_limits_of_the_address_hold_and_no_limit_is_zero() {
    let large = Server::responding(&["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345"]);
    let slow = Server::responding(&["HTTP/1.1 200 OK\r\n", "\r\n"]);
    let plex = plex().build().unwrap();
    let error = |address| {
        let transport = plex.to_media_server(address).unwrap();
        block_on(|| SECTIONS.send(&transport)).unwrap_err().class()
    };
    let small = Address {
        response_limit: 4,
        ..at_server(&large)
    };
    assert_eq!(error(small), ErrorClass::TooLarge);
    let short = Address {
        timeout: Duration::from_millis(100),
        ..at_server(&slow)
    };
    assert_eq!(error(short), ErrorClass::Timeout);
    for zero in [
        Address {
            response_limit: 0,
            ..at_server(&large)
        },
        Address {
            timeout: Duration::ZERO,
            ..at_server(&large)
        },
    ] {
        assert!(plex.to_media_server(zero).unwrap_err().is_misuse());
    }
}

#[test]
fn a_media_server_gets_no_token_and_no_credential() {
    let server = Server::new();
    let plex = plex().build().unwrap().with_token(&Token::new("t0ken"));
    let transport = plex.to_media_server(at_server(&server)).unwrap();
    assert!(plex.has_token() && !transport.has_token());
    block_on(|| SECTIONS.send(&transport)).unwrap();
    assert_eq!(server.received().header("x-plex-token"), "");
}

#[test]
fn a_custom_client_is_shared_and_needs_the_host_of_plain_http_in_its_list() {
    let (url, events) = listening();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let custom = plex().http_client(http);
    let unlisted = custom.build().unwrap();
    let mut address = at(&url);
    address.allows_plain_http = true;
    let error = unlisted.to_media_server(address.clone()).unwrap_err();
    assert!(error.is_misuse(), "{error}");
    assert!(error.to_string().contains("`PlainHttp::Hosts`"), "{error}");
    assert!(!unlisted.allows(&address.url));

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let custom = plex().http_client(http);
    let listed = custom.plain_http(PlainHttp::hosts(["127.0.0.1"]));
    let listed = listed.build().unwrap();
    assert!(listed.allows(&address.url));
    block_on(|| async move {
        for _ in 0..2 {
            let transport = listed.to_media_server(address.clone()).unwrap();
            SECTIONS.send(&transport).await.unwrap();
        }
        assert_eq!(next(&events, FIVE_SECONDS).await, Some(Event::Opened));
        assert_eq!(next(&events, Duration::from_millis(100)).await, None);
    });
}
