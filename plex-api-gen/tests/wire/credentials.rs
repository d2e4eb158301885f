use plex_api_gen::{Operation, Request, Scheme, Style, Token, Transport};
use url::Url;

use crate::server::{Received, Server, block_on, request};

const fn get(security: &'static [&'static [Scheme]]) -> Operation {
    Operation::new("getA", "GET", "/a", "https://example.test").secured_by(security)
}

const IN_HEADER: Scheme = Scheme::plex_token_in_header();
const IN_QUERY: Scheme = Scheme::plex_token_in_query();
const KEY: Scheme = Scheme::header("key", "X-Api-Key");
const KEY_IN_QUERY: Scheme = Scheme::query("query key", "api key");

request!(Open, get(&[]));
request!(TokenInHeader, get(&[&[IN_HEADER]]));
request!(TokenInQuery, get(&[&[IN_QUERY]]));
request!(Key, get(&[&[KEY]]));
request!(KeyInQuery, get(&[&[KEY_IN_QUERY]]));
request!(Bearer, get(&[&[Scheme::bearer("oauth")]]));
request!(Basic, get(&[&[Scheme::basic("login")]]));
request!(Both, get(&[&[KEY, KEY_IN_QUERY]]));
request!(
    Either,
    get(&[
        &[KEY, KEY_IN_QUERY],
        &[Scheme::bearer("oauth")],
        &[IN_HEADER]
    ])
);
request!(Optional, get(&[&[], &[IN_HEADER]]));
request!(Post, {
    let mut operation = get(&[&[IN_HEADER]]);
    operation.method = "POST";
    operation
});

fn token(transport: &Transport) -> Transport {
    transport.with_token(&Token::new("t0ken"))
}

fn sent(request: impl Request<Response = ()>, with: fn(&Transport) -> Transport) -> Received {
    let server = Server::new();
    block_on(|| request.send(&with(&server.transport))).unwrap();
    server.received()
}

fn misuse(request: impl Request<Response = ()>, with: fn(&Transport) -> Transport) -> String {
    let server = Server::new();
    let error = block_on(|| request.send(&with(&server.transport))).unwrap_err();
    assert!(error.is_misuse(), "{error}");
    server.assert_untouched();
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    error.to_string()
}

/// The source of a row, the request, the header to look at, its value, and the target.
type Row = (
    &'static str,
    fn() -> Received,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const CREDENTIALS: &[Row] = &[
    ("no security", || sent(Open(|_| {}), token), "x-plex-token", "", "/a"),
    ("Plex's token", || sent(TokenInHeader(|_| {}), token), "x-plex-token", "t0ken", "/a"),
    ("Plex's token in the query", || sent(TokenInQuery(|c| c.query("b", Style::FORM, &1)), token), "x-plex-token", "", "/a?b=1&X-Plex-Token=t0ken"),
    ("OAS 4.8.27, apiKey", || sent(Key(|_| {}), |t| t.with_credential("key", "k")), "x-api-key", "k", "/a"),
    ("OAS 4.8.27, apiKey in the query", || sent(KeyInQuery(|_| {}), |t| t.with_credential("query key", "k&=")), "x-api-key", "", "/a?api%20key=k%26%3D"),
    ("RFC 6750, 2.1", || sent(Bearer(|_| {}), |t| t.with_credential("oauth", "abc")), "authorization", "Bearer abc", "/a"),
    ("RFC 7617, 2", || sent(Basic(|_| {}), |t| t.with_credential("login", "Aladdin:open sesame")), "authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "/a"),
    ("OAS 4.8.30, all schemes of a set", || sent(Both(|_| {}), |t| t.with_credential("key", "k").with_credential("query key", "q")), "x-api-key", "k", "/a?api%20key=q"),
    ("OAS 4.8.30, an incomplete set is skipped", || sent(Either(|_| {}), |t| token(t).with_credential("key", "k")), "x-api-key", "", "/a"),
    ("OAS 4.8.30, the first complete set", || sent(Either(|_| {}), |t| token(t).with_credential("oauth", "o")), "authorization", "Bearer o", "/a"),
    ("OAS 4.8.30, only that set", || sent(Either(|_| {}), |t| token(t).with_credential("oauth", "o")), "x-plex-token", "", "/a"),
    ("OAS 4.8.30, optional and missing", || sent(Optional(|_| {}), Transport::clone), "x-plex-token", "", "/a"),
    ("OAS 4.8.30, optional and there", || sent(Optional(|_| {}), token), "x-plex-token", "t0ken", "/a"),
    ("a credential replaces an argument", || sent(TokenInHeader(|c| c.header("X-Plex-Token", Style::SIMPLE, "other")), token), "x-plex-token", "t0ken", "/a"),
];

#[test]
fn a_credential_is_sent_where_its_scheme_says() {
    for (source, send, header, value, target) in CREDENTIALS {
        let received = send();
        assert_eq!(received.header(header), *value, "{source}");
        assert_eq!(received.target(), *target, "{source}");
    }
}

#[test]
fn a_missing_credential_is_a_misuse_that_names_the_scheme_and_the_fix() {
    let text = misuse(TokenInHeader(|_| {}), Transport::clone);
    assert!(
        text.contains("holds no token") && text.contains("with_token"),
        "{text}"
    );
    let text = misuse(Key(|_| {}), token);
    assert!(
        text.contains("`key`") && text.contains("with_credential(\"key\""),
        "{text}"
    );
    let text = misuse(Both(|_| {}), |t| t.with_credential("key", "s3cret"));
    assert!(
        text.contains("`query key`") && !text.contains("`key`"),
        "{text}"
    );
    let text = misuse(Either(|_| {}), Transport::clone);
    for name in ["`key`", "`query key`", "`oauth`", "with_token"] {
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn a_credential_that_cannot_be_sent_is_a_misuse() {
    misuse(TokenInHeader(|_| {}), |t| {
        t.with_token(&Token::new("s3cret\n"))
    });
    misuse(TokenInQuery(|_| {}), |t| {
        t.with_token(&Token::new("s3cret\n"))
    });
    let text = misuse(Key(|_| {}), |t| t.with_credential("key", "s3cret\n"));
    assert!(text.contains("`key`"), "{text}");
    let text = misuse(Basic(|_| {}), |t| t.with_credential("login", "s3cret"));
    assert!(text.contains("user:password"), "{text}");
}

#[test]
fn another_server_gets_no_credential() {
    let server = Server::new();
    let other = Server::new();
    let url = "http://127.0.0.1:9";
    let transport = token(&server.transport)
        .with_credential("key", "k")
        .with_base_url(&Url::parse(url).unwrap())
        .unwrap();
    assert!(
        block_on(|| Key(|_| {}).send(&transport))
            .unwrap_err()
            .is_misuse()
    );
    assert!(
        block_on(|| TokenInHeader(|_| {}).send(&transport))
            .unwrap_err()
            .is_misuse()
    );
    other.assert_untouched();
}

#[test]
fn a_credential_is_not_shown_and_not_in_the_error_of_a_failed_request() {
    let server = Server::responding(&[]);
    let transport = token(&server.transport).with_credential("query key", "s3cret");
    assert!(!format!("{transport:?}").contains("s3cret"));
    let error = block_on(|| KeyInQuery(|_| {}).send(&transport)).unwrap_err();
    assert!(error.is_transient(), "{error}");
    let mut shown = format!("{error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown += &format!("{error} {error:?}");
        cause = error.source();
    }
    assert!(
        !shown.contains("s3cret") && !shown.contains("api%20key"),
        "{shown}"
    );
}

#[test]
fn a_url_has_the_arguments_and_the_token_in_its_query() {
    let server = Server::new();
    let base = format!("{:?}", server.transport);
    let base = base.split('"').nth(1).unwrap();
    let url =
        |request: &dyn Fn(&Transport) -> Result<plex_api_gen::Secret, plex_api_gen::Error>| {
            let transport = token(&server.transport).with_credential("key", "k");
            request(&transport).map(|url| url.expose().replace(base, "/"))
        };
    let request = TokenInHeader(|c| {
        c.query("a", Style::FORM, "b c");
        c.header("X-Plex-Session-Identifier", Style::SIMPLE, "s");
    });
    assert_eq!(
        url(&|transport| request.url(transport)).unwrap(),
        "/a?a=b%20c&X-Plex-Session-Identifier=s&X-Plex-Token=t0ken"
    );
    assert_eq!(
        url(&|transport| TokenInQuery(|_| {}).url(transport)).unwrap(),
        "/a?X-Plex-Token=t0ken"
    );
    assert_eq!(url(&|transport| Open(|_| {}).url(transport)).unwrap(), "/a");
    let header = Open(|c| c.header("range", Style::SIMPLE, "bytes=0-"));
    let body = Open(|c| c.json(&1));
    for error in [
        url(&|transport| Key(|_| {}).url(transport)),
        url(&|transport| Post(|_| {}).url(transport)),
        url(&|transport| header.url(transport)),
        url(&|transport| body.url(transport)),
        TokenInHeader(|_| {})
            .url(&server.transport)
            .map(|url| url.expose().to_owned()),
    ] {
        assert!(error.unwrap_err().is_misuse());
    }
    server.assert_untouched();
}

request!(
    BearerOrKey,
    get(&[&[Scheme::bearer("oauth")], &[KEY_IN_QUERY]])
);
request!(BearerOrNone, get(&[&[], &[Scheme::bearer("oauth")]]));
request!(
    BearerAndBasic,
    get(&[&[Scheme::bearer("oauth"), Scheme::basic("login")]])
);

#[test]
fn a_url_has_the_first_complete_set_that_it_can_carry() {
    let server = Server::new();
    let oauth = server.transport.with_credential("oauth", "s3cret");
    let both = oauth.with_credential("query key", "q");
    let url = BearerOrKey(|_| {}).url(&both).unwrap();
    assert!(url.expose().ends_with("/a?api%20key=q"));
    let url = BearerOrNone(|_| {}).url(&oauth).unwrap();
    assert!(url.expose().ends_with("/a"));
    let text = BearerOrKey(|_| {}).url(&oauth).unwrap_err().to_string();
    assert!(text.contains("`oauth`"), "{text}");
    let text = BearerOrKey(|_| {}).url(&server.transport).unwrap_err();
    assert!(text.to_string().contains("`query key`"), "{text}");
}

#[test]
fn two_credentials_in_the_same_header_are_a_misuse_that_names_both_schemes() {
    let text = misuse(BearerAndBasic(|_| {}), |t| {
        t.with_credential("oauth", "s3cret")
            .with_credential("login", "a:s3cret")
    });
    assert!(
        text.contains("`oauth`") && text.contains("`login`"),
        "{text}"
    );
}
