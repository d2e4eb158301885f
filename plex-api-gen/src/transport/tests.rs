use std::pin::pin;
use std::task::{Context, Poll, Waker};

use reqwest::Method;

use super::*;
use crate::{Call, ErrorClass, ResponseBody, Scheme, Style};

#[test]
fn another_server_does_not_get_the_token() {
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let transport = transport.with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    let server = Url::parse("http://127.0.0.1:32400").unwrap();
    assert!(transport.has_token());
    assert!(!transport.with_base_url(&server).unwrap().has_token());
}

#[test]
fn the_headers_of_the_client_override_the_headers_of_a_call() {
    static PICTURE: Operation = Operation::new(
        "getPinQrCode",
        "GET",
        "/pins/qr/{code}",
        "https://plex.tv/api/v2",
    )
    .accepting("image/png");
    let headers = |pairs: &[(&'static str, &'static str)]| {
        let mut headers = HeaderMap::new();
        for &(name, value) in pairs {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    };
    let identity = headers(&[("x-plex-product", "Roku"), ("accept", "text/html")]);
    let transport = Transport::builder(identity)
        .user_agent(HeaderValue::from_static("a program"))
        .build()
        .unwrap();
    let mut request = Request::new(Method::GET, Url::parse(PICTURE.server).unwrap());
    *request.headers_mut() = headers(&[
        ("accept", "application/xml"),
        ("user-agent", "a call"),
        ("x-plex-product", "a call"),
        ("x-two", "1"),
        ("x-two", "2"),
    ]);
    let request = transport.complete(&PICTURE, Ok(request)).unwrap();
    let sent = headers(&[
        ("x-plex-product", "Roku"),
        ("accept", "image/png"),
        ("accept-encoding", "identity"),
        ("user-agent", "a program"),
        ("x-two", "1"),
        ("x-two", "2"),
    ]);
    assert_eq!(request.headers(), &sent);
}

/// Some crates print the headers of a request in their logs.
#[test]
fn the_token_of_a_request_is_sensitive() {
    static OPERATION: Operation =
        Operation::new("getTokenDetails", "GET", "/user", "https://plex.tv/api/v2")
            .requiring_token();
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let transport = transport.with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    let request = Request::new(Method::GET, Url::parse(OPERATION.server).unwrap());
    let request = transport.complete(&OPERATION, Ok(request)).unwrap();
    let text = format!("{request:?}");
    assert!(text.contains(r#""x-plex-token": Sensitive"#), "{text}");
}

#[test]
fn arguments_and_credentials_in_headers_are_sensitive() {
    struct Get;

    impl crate::Request for Get {
        type Response = ();
        const OPERATION: &'static Operation =
            &Operation::new("getA", "GET", "/a", "https://plex.tv").secured_by(&[&[
                Scheme::header("key", "x-api-key"),
                Scheme::bearer("oauth"),
                Scheme::plex_token_in_header(),
            ]]);

        fn write(&self, call: &mut Call) {
            call.header("x-argument", Style::SIMPLE, "s3cret");
        }

        fn read(body: ResponseBody<'_>) -> Result<(), Error> {
            body.nothing()
        }
    }

    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let transport = transport
        .with_token(&Token::new("s3cret"))
        .with_credential("key", "s3cret")
        .with_credential("oauth", "s3cret");
    let request = transport.outgoing(&Get).unwrap().request;
    for name in ["x-argument", "x-api-key", "authorization", "x-plex-token"] {
        assert!(request.headers()[name].is_sensitive(), "{name}");
    }
    let text = format!("{request:?} {transport:?}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn no_url_with_a_token_goes_over_plain_http() {
    struct Get;

    impl crate::Request for Get {
        type Response = ();
        const OPERATION: &'static Operation =
            &Operation::new("getA", "GET", "/a", "http://192.0.2.1:32400");

        fn write(&self, _: &mut Call) {}

        fn read(body: ResponseBody<'_>) -> Result<(), Error> {
            body.nothing()
        }
    }

    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let error = crate::Request::url(&Get, &transport).unwrap_err();
    assert!(error.to_string().contains("plain http"), "{error}");
}

#[test]
fn an_operation_without_a_fixed_server_is_a_misuse_that_names_the_fix() {
    const fn sent_to(server: &'static str) -> Operation {
        Operation::new("getSections", "GET", "/library/sections", server)
    }
    static OPERATIONS: [Operation; 3] = [
        sent_to("https://{address}:{port}"),
        sent_to("/v2"),
        sent_to(""),
    ];
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    for operation in &OPERATIONS {
        let request = Err(BuildError::InvalidRequest("relative URL".to_owned()));
        let sent = pin!(transport.empty(operation, request));
        let Poll::Ready(Err(error)) = sent.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("the error is known before anything is sent");
        };
        assert!(error.is_misuse());
        let text = error.to_string();
        assert!(text.contains("names no fixed server"), "{text}");
        assert!(text.contains("a client whose base URL is set"), "{text}");
    }
}

#[test]
fn a_url_is_the_path_appended_to_the_base_url_or_the_server_of_the_spec() {
    static KEYS: Operation = Operation::new(
        "getKeys",
        "GET",
        "/auth/{name}",
        "https://clients.plex.tv/api/v2",
    );
    let spec = Transport::builder(HeaderMap::new()).build().unwrap();
    let to = |base_url: &str| spec.with_base_url(&Url::parse(base_url).unwrap()).unwrap();
    for (transport, base) in [
        (spec.clone(), KEYS.server),
        (to("https://plex.tv"), "https://plex.tv"),
        (to("https://plex.tv/"), "https://plex.tv"),
        (
            to("http://[::1]:32400/a b/%2F//"),
            "http://[::1]:32400/a%20b/%2F",
        ),
    ] {
        for name in ["keys", "a%2Fb%3F%23", "..", "a%20b;'@:\\c", "\u{fc}"] {
            let url = transport.url(&KEYS, format_args!("/auth/{name}")).unwrap();
            let parsed = Url::parse(&format!("{base}/auth/{name}")).unwrap();
            assert_eq!(url, parsed);
            // The second call reads the parsed server from the cache.
            assert_eq!(
                transport.url(&KEYS, format_args!("/auth/{name}")).unwrap(),
                url
            );
        }
    }
}

#[test]
fn an_http_client_that_cannot_be_built_has_its_own_class() {
    let error = reqwest::Client::builder()
        .user_agent("a\nb")
        .build()
        .unwrap_err();
    let error = Error::build("build the client", &error);
    assert_eq!(error.class(), ErrorClass::Build);
    assert!(!error.is_transient() && !error.is_misuse(), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

/// Needs the feature `rustls-no-provider` without another TLS library; `.ci/run` runs it.
#[cfg(all(
    feature = "rustls-no-provider",
    not(feature = "rustls"),
    not(feature = "native-tls")
))]
#[test]
fn a_missing_cryptography_provider_is_a_misuse() {
    let error = Transport::builder(HeaderMap::new()).build().unwrap_err();
    assert!(error.is_misuse());
    assert!(error.to_string().contains("install_default"), "{error}");
}
