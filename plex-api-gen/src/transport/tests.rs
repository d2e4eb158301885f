use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::{Call, ErrorClass, Request, ResponseBody, Scheme, Style};

/// Defines a request of an operation, whose arguments a function writes.
macro_rules! request {
    ($name:ident, $operation:expr, $write:expr) => {
        struct $name;

        impl Request for $name {
            type Response = ();
            const OPERATION: &'static Operation = &$operation;

            fn write(&self, call: &mut Call) {
                let write: fn(&mut Call) = $write;
                write(call);
            }

            fn read(body: ResponseBody<'_>) -> Result<(), Error> {
                body.nothing()
            }
        }
    };
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for &(name, value) in pairs {
        headers.append(name, HeaderValue::from_static(value));
    }
    headers
}

#[test]
fn another_server_does_not_get_the_token() {
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let transport = transport.with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    let server = Url::parse("http://127.0.0.1:32400").unwrap();
    assert!(transport.has_token());
    assert!(!transport.with_base_url(&server).unwrap().has_token());
}

#[test]
fn a_transport_has_the_base_url_that_was_set_or_chosen() {
    let spec = Transport::builder(HeaderMap::new()).build().unwrap();
    assert_eq!(spec.base_url(), None);
    let server = Url::parse("https://192.0.2.1:32400/plex").unwrap();
    let chosen = spec.with_base_url(&server).unwrap();
    assert_eq!(chosen.base_url(), Some(&server));
}

request!(
    Picture,
    Operation::new(
        "getPinQrCode",
        "GET",
        "/pins/qr/7RQZ",
        "https://plex.tv/api/v2",
    )
    .accepting("image/png"),
    |call| {
        for (name, value) in [
            ("accept", "application/xml"),
            ("user-agent", "a call"),
            ("x-plex-product", "a call"),
            ("x-two", "1"),
            ("x-two", "2"),
        ] {
            call.header(name, Style::SIMPLE, value);
        }
    }
);

#[test]
fn the_headers_of_the_client_override_the_headers_of_a_call() {
    let identity = headers(&[("x-plex-product", "Roku"), ("accept", "text/html")]);
    let transport = Transport::builder(identity)
        .user_agent(HeaderValue::from_static("a program"))
        .build()
        .unwrap();
    let request = transport.outgoing(&Picture).unwrap().request;
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

request!(
    AsAnother,
    Operation::new("getA", "GET", "/a", "https://plex.tv"),
    |call| {
        call.header("x-plex-product", Style::SIMPLE, "a call");
        call.identity(Ok(headers(&[("x-plex-client-identifier", "another")])));
    }
);

#[test]
fn the_identity_of_a_call_replaces_that_of_the_client() {
    let identity = headers(&[
        ("x-plex-client-identifier", "the client"),
        ("x-plex-device", "Roku"),
    ]);
    let transport = Transport::builder(identity)
        .user_agent(HeaderValue::from_static("a program"))
        .build()
        .unwrap();
    let request = transport.outgoing(&AsAnother).unwrap().request;
    let sent = headers(&[
        ("x-plex-client-identifier", "another"),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("user-agent", "a program"),
        ("x-plex-product", "a call"),
    ]);
    assert_eq!(request.headers(), &sent);
    let url = AsAnother.url(&transport).unwrap();
    assert_eq!(
        url.expose(),
        "https://plex.tv/a?x-plex-product=a%20call&X-Plex-Client-Identifier=another"
    );
}

request!(
    Unidentified,
    Operation::new("getA", "GET", "/a", "https://plex.tv"),
    |call| call.identity(Err(Error::misuse("identity", "it is empty")))
);

#[test]
fn an_identity_that_cannot_be_sent_is_the_error_of_the_call() {
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let error = transport.outgoing(&Unidentified).map(drop).unwrap_err();
    assert!(error.is_misuse() && error.to_string().contains("it is empty"));
}

#[test]
fn a_media_type_of_the_spec_that_a_header_cannot_carry_is_a_misuse() {
    request!(
        Get,
        Operation::new("getA", "GET", "/a", "https://plex.tv").accepting("image/p\u{f6}ster\n"),
        |_| {}
    );

    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let error = transport.outgoing(&Get).map(drop).unwrap_err();
    assert!(error.is_misuse(), "{error}");
}

/// Some crates print the headers of a request in their logs.
#[test]
fn arguments_and_credentials_in_headers_are_sensitive() {
    request!(
        Get,
        Operation::new("getA", "GET", "/a", "https://plex.tv").secured_by(&[&[
            Scheme::header("key", "x-api-key"),
            Scheme::bearer("oauth"),
            Scheme::plex_token_in_header(),
        ]]),
        |call| call.header("x-argument", Style::SIMPLE, "s3cret")
    );

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
    request!(
        Get,
        Operation::new("getA", "GET", "/a", "http://192.0.2.1:32400"),
        |_| {}
    );

    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let error = Get.url(&transport).unwrap_err();
    assert!(error.to_string().contains("plain http"), "{error}");
}

#[test]
fn an_operation_without_a_fixed_server_is_a_misuse_that_names_the_fix() {
    fn check(request: &impl Request) {
        let transport = Transport::builder(HeaderMap::new()).build().unwrap();
        let sent = pin!(request.send(&transport));
        let Poll::Ready(Err(error)) = sent.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("the error is known before anything is sent");
        };
        assert!(error.is_misuse());
        let text = error.to_string();
        assert!(text.contains("names no fixed server"), "{text}");
        assert!(text.contains("a client whose base URL is set"), "{text}");
    }
    const fn sent_to(server: &'static str) -> Operation {
        Operation::new("getSections", "GET", "/library/sections", server)
    }
    request!(Variables, sent_to("https://{address}:{port}"), |_| {});
    request!(Relative, sent_to("/v2"), |_| {});
    request!(Empty, sent_to(""), |_| {});
    check(&Variables);
    check(&Relative);
    check(&Empty);
}

#[test]
fn a_url_is_the_path_appended_to_the_base_url_or_the_server_of_the_spec() {
    request!(
        Keys,
        Operation::new(
            "getKeys",
            "GET",
            "/auth/{name}",
            "https://clients.plex.tv/api/v2",
        ),
        |call| call.path("name", Style::SIMPLE, "a/b?# ;'@:\\c\u{fc}")
    );
    let spec = Transport::builder(HeaderMap::new()).build().unwrap();
    let to = |base_url: &str| spec.with_base_url(&Url::parse(base_url).unwrap()).unwrap();
    for (transport, base) in [
        (spec.clone(), "https://clients.plex.tv/api/v2"),
        (to("https://plex.tv"), "https://plex.tv"),
        (to("https://plex.tv/"), "https://plex.tv"),
        (
            to("http://[::1]:32400/a b/%2F//"),
            "http://[::1]:32400/a%20b/%2F",
        ),
    ] {
        let url = format!("{base}/auth/a%2Fb%3F%23%20%3B%27%40%3A%5Cc%C3%BC");
        // The second call reads the parsed server from the cache.
        for _ in 0..2 {
            assert_eq!(Keys.url(&transport).unwrap().expose(), url);
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
