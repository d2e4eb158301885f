//! Credentials.

plex_api::include_client!("security");

use plex_api::Error;
use plex_api::generated::Request;
use requests::{
    OpenRequest, WithBasicRequest, WithBearerRequest, WithEitherRequest, WithKeyRequest,
    WithOauthRequest, WithOptionalRequest, WithQueryKeyRequest, WithTokenInQueryRequest,
    WithTokenRequest,
};

use crate::server::Server;

fn with_all() -> Server {
    let server = Server::new().with_token("plex");
    ["key", "queryKey", "bearer", "oauth"]
        .into_iter()
        .fold(server, |server, scheme| {
            server.with_credential(scheme, scheme)
        })
        .with_credential("basic", "user:password")
}

/// Returns the credentials that were sent: target, `X-Plex-Token`, `X-Api-Key` and `Authorization`.
fn of(server: &Server, outcome: Result<(), Error>) -> [String; 4] {
    outcome.unwrap();
    let received = server.received();
    [
        received.target.clone(),
        received.header("x-plex-token"),
        received.header("x-api-key"),
        received.header("authorization"),
    ]
}

#[test]
fn each_operation_gets_the_credentials_of_its_schemes_and_no_other() {
    let server = with_all();
    let rows: [(fn(&Server) -> Result<(), Error>, [&str; 4]); 10] = [
        (|s| s.read(&OpenRequest::new()), ["/open", "", "", ""]),
        (
            |s| s.read(&WithTokenRequest::new()),
            ["/token", "plex", "", ""],
        ),
        (
            |s| s.read(&WithTokenInQueryRequest::new()),
            ["/token-in-query?X-Plex-Token=plex", "", "", ""],
        ),
        (|s| s.read(&WithKeyRequest::new()), ["/key", "", "key", ""]),
        (
            |s| s.read(&WithQueryKeyRequest::new()),
            ["/query-key?api_key=queryKey", "", "", ""],
        ),
        (
            |s| s.read(&WithBearerRequest::new()),
            ["/bearer", "", "", "Bearer bearer"],
        ),
        (
            |s| s.read(&WithBasicRequest::new()),
            ["/basic", "", "", "Basic dXNlcjpwYXNzd29yZA=="],
        ),
        (
            |s| s.read(&WithOauthRequest::new()),
            ["/oauth", "", "", "Bearer oauth"],
        ),
        (
            |s| s.read(&WithEitherRequest::new()),
            ["/either", "", "", "Bearer bearer"],
        ),
        (
            |s| s.read(&WithOptionalRequest::new()),
            ["/optional", "", "key", ""],
        ),
    ];
    for (send, expected) in rows {
        assert_eq!(of(&server, send(&server)), expected);
    }
}

#[test]
fn the_alternative_is_chosen_whose_credentials_are_there() {
    let server = Server::new()
        .with_credential("key", "k")
        .with_credential("queryKey", "q");
    let sent = of(&server, server.read(&WithEitherRequest::new()));
    assert_eq!(sent, ["/either?api_key=q", "", "k", ""]);
    let server = Server::new();
    let sent = of(&server, server.read(&WithOptionalRequest::new()));
    assert_eq!(sent, ["/optional", "", "", ""]);
}

#[test]
fn a_missing_credential_is_a_misuse_that_names_the_scheme() {
    fn check<R: Request<Response = ()>>(request: &R, names: &[&str]) {
        let server = Server::new();
        let error = server.read(request).unwrap_err();
        assert!(error.is_misuse(), "{error}");
        for name in names {
            assert!(error.to_string().contains(name), "{error}");
        }
        server.assert_untouched();
    }
    check(&WithTokenRequest::new(), &["token"]);
    check(&WithTokenInQueryRequest::new(), &["token"]);
    check(&WithKeyRequest::new(), &["`key`"]);
    check(&WithQueryKeyRequest::new(), &["`queryKey`"]);
    check(&WithBearerRequest::new(), &["`bearer`"]);
    check(&WithBasicRequest::new(), &["`basic`"]);
    check(&WithOauthRequest::new(), &["`oauth`"]);
    check(
        &WithEitherRequest::new(),
        &["`bearer`", "`key`", "`queryKey`"],
    );
}

#[test]
fn credentials_stay_with_the_server_that_they_are_for() {
    let server = with_all();
    let other = plex_api::url::Url::parse("http://127.0.0.1:9").unwrap();
    let moved = server.transport.with_base_url(&other).unwrap();
    assert!(!moved.has_token());
    for error in [
        WithTokenRequest::new().url(&moved).unwrap_err(),
        WithQueryKeyRequest::new().url(&moved).unwrap_err(),
    ] {
        assert!(error.is_misuse(), "{error}");
    }
}
