use reqwest::StatusCode;
use url::Url;

use super::super::class::{Kind, Network};
use super::*;

const STEP: &str = "connect to the server";

fn network(class: ErrorClass, is_timeout: bool) -> Error {
    let network = Network {
        class,
        host: Some("a.plex.direct".into()),
        is_timeout,
        is_proxy_authentication: false,
    };
    let kind = Kind::Network(network);
    Error::new("getIdentity", kind)
}

fn unresolved() -> Error {
    network(ErrorClass::Dns, false)
}

fn late() -> Error {
    Error::timed_out_at("getIdentity", Some("192.168.1.5"))
}

fn refused() -> Error {
    network(ErrorClass::Connect, false)
}

fn tls() -> Error {
    network(ErrorClass::Tls, false)
}

fn another() -> Error {
    Error::mismatch("getIdentity", "another server is there; look it up again")
}

fn status(status: u16) -> Error {
    let status = StatusCode::from_u16(status).unwrap();
    Error::from_status("getIdentity", status, b"", None)
}

fn misuse() -> Error {
    Error::misuse(
        "choose a server",
        "rustls has no cryptography provider; install it",
    )
}

fn not_tried() -> Error {
    Error::not_tried(STEP, "it is plain http; allow it")
}

fn unreachable(errors: impl IntoIterator<Item = Error>) -> Error {
    let url = Url::parse("https://192.168.1.5:32400").unwrap();
    let attempts = errors
        .into_iter()
        .map(|error| Attempt::new(&url, error))
        .collect();
    Error::unreachable(STEP, attempts)
}

#[test]
fn the_message_has_each_address_with_its_failure_and_one_advice() {
    let attempt = |url: &str, error| Attempt::new(&Url::parse(url).unwrap(), error);
    let error = Error::unreachable(
        STEP,
        vec![
            attempt("https://a.plex.direct:32400/", unresolved()),
            attempt("http://192.168.1.5:32400/", late()),
            attempt("https://[2001:db8::1]:32400/", another()),
        ],
    );
    assert_eq!(
        error.to_string(),
        "connect to the server: none of its addresses works: \
         https://a.plex.direct:32400: the name a.plex.direct could not be resolved; \
         http://192.168.1.5:32400: no complete response from 192.168.1.5 arrived in time; \
         https://[2001:db8::1]:32400: another server is there; \
         check that the server is on and in reach, and allow plex.direct in the router's DNS rebinding protection"
    );
    assert_eq!(error.class(), ErrorClass::Unreachable);
    assert_eq!(error.attempts().len(), 3);
    assert_eq!(error.attempts()[1].error.class(), ErrorClass::Timeout);
    assert!(late().attempts().is_empty());
}

#[test]
fn an_attempt_keeps_scheme_host_and_port_only() {
    for (url, address) in [
        (
            "https://user:s3cret@Host.example/s3cret?s3cret#s3cret",
            "https://host.example:443",
        ),
        ("http://[::1]/s3cret", "http://[::1]:80"),
        ("http://192.168.1.5:32400", "http://192.168.1.5:32400"),
    ] {
        let attempt = Attempt::new(&Url::parse(url).unwrap(), late());
        assert_eq!(attempt.address, address);
        assert!(!format!("{attempt:?}").contains("s3cret"), "{attempt:?}");
    }
}

#[test]
fn the_advice_follows_from_the_failures() {
    let rows: [(&[Error], &str); 15] = [
        (&[], "listed with its connections"),
        (
            &[unresolved(), unresolved()],
            "check the network, and allow plex.direct in the router's DNS rebinding protection",
        ),
        (
            &[unresolved(), refused()],
            "in reach, and allow plex.direct in the router's DNS rebinding protection",
        ),
        (
            &[late(), late()],
            "check that the server is on, and in reach of this machine",
        ),
        (
            &[late(), another()],
            "check that the server is on, and in reach of this machine",
        ),
        (
            &[refused()],
            "check that the server is on, and in reach of this machine",
        ),
        (
            &[tls(), tls()],
            "check this machine's clock, and the certificates",
        ),
        (
            &[late(), tls()],
            "check that the server is on, and in reach of this machine",
        ),
        (
            &[not_tried(), refused(), not_tried()],
            "check that the server is on, and in reach of this machine",
        ),
        (
            &[not_tried(), unresolved(), not_tried()],
            "DNS rebinding protection; allow it",
        ),
        (&[not_tried()], "; allow it"),
        (
            &[Error::not_tried(STEP, "it is the relay")],
            "not tried, because it is the relay; check which addresses the settings allow",
        ),
        (&[status(503), status(502)], "try again later"),
        (
            &[status(503), late()],
            "check that the server is on, and in reach of this machine",
        ),
        (&[late(), misuse()], "; install it"),
    ];
    for (errors, advice) in rows {
        let text = unreachable(errors.iter().cloned()).to_string();
        assert!(text.ends_with(advice), "{text}");
    }
}

#[test]
fn it_is_transient_if_one_of_the_attempts_is() {
    assert!(unreachable([another(), late()]).is_transient());
    assert!(!unreachable([another(), not_tried()]).is_transient());
    assert!(!unreachable([]).is_transient());
    let error = unreachable([status(401)]);
    assert!(!error.is_rejected() && !error.is_refusal() && error.status().is_none());
}
