use std::time::{Duration, Instant};

use plex_api_gen::{Call, Error, ErrorClass, Operation, Request, ResponseBody, Transport};
use reqwest::header::HeaderMap;

use crate::server::{NO_CONTENT, Server, block_on, request};

#[derive(Debug, PartialEq)]
struct Cat {
    name: String,
}
plex_api_gen::model!(Cat { name: "name" required });

macro_rules! reading {
    ($name:ident, $accept:expr, $response:ty, $read:expr) => {
        struct $name;

        impl Request for $name {
            type Response = $response;
            const OPERATION: &'static Operation =
                &Operation::new("getA", "GET", "/a", "https://example.test").accepting($accept);

            fn write(&self, _: &mut Call) {}

            fn read(body: ResponseBody<'_>) -> Result<Self::Response, Error> {
                $read(body)
            }
        }
    };
}

reading!(OneCat, "application/json", Cat, |body: ResponseBody<'_>| {
    body.json()
});
reading!(Cats, "application/json", Vec<Cat>, ResponseBody::json);
reading!(Numbers, "application/json", Vec<i64>, ResponseBody::json);
reading!(Number, "application/json", i64, ResponseBody::json);
reading!(
    MaybeCat,
    "application/json",
    Option<Cat>,
    |body: ResponseBody<'_>| body.optional(ResponseBody::json)
);
reading!(Page, "text/html", String, ResponseBody::text);
reading!(Anything, "*/*", Vec<u8>, ResponseBody::bytes);
reading!(Plain, "text/plain", String, ResponseBody::text);
reading!(
    Bytes,
    "application/octet-stream",
    Vec<u8>,
    ResponseBody::bytes
);

fn received<R: Request>(
    request: R,
    response: &'static [&'static str],
) -> Result<R::Response, Error> {
    let server = Server::responding(response);
    block_on(|| request.send(&server.transport))
}

macro_rules! response {
    ($head:literal, $body:literal) => {
        &[concat!(
            "HTTP/1.1 ",
            $head,
            "\r\nconnection: close\r\n\r\n",
            $body
        )]
    };
}

#[test]
fn a_body_is_read_as_the_spec_declares_it() {
    let tom = || Cat {
        name: "Tom".to_owned(),
    };
    assert_eq!(
        received(OneCat, response!("200 OK", r#"{"name":"Tom"}"#)).unwrap(),
        tom()
    );
    assert_eq!(
        received(Cats, response!("200 OK", r#"[{"name":"Tom"},null]"#)).unwrap(),
        [tom()]
    );
    assert_eq!(
        received(Cats, response!("200 OK", r#"{"name":"Tom"}"#)).unwrap(),
        [tom()]
    );
    assert_eq!(
        received(Numbers, response!("200 OK", r#"[1,"2",null]"#)).unwrap(),
        [1, 2]
    );
    assert_eq!(received(Number, response!("200 OK", "\"7\"")).unwrap(), 7);
    assert_eq!(received(Plain, response!("200 OK", "a")).unwrap(), "a");
    assert_eq!(received(Bytes, response!("200 OK", "a")).unwrap(), b"a");
}

#[test]
fn html_is_read_only_where_the_spec_declares_it() {
    let page = response!("200 OK", "<html><head></head></html>");
    assert_eq!(received(Page, page).unwrap(), "<html><head></head></html>");
    assert_eq!(received(Page, NO_CONTENT).unwrap(), "");
    assert!(received(Anything, page).is_ok());
    for error in [
        received(Plain, page).unwrap_err(),
        received(Bytes, page).map(drop).unwrap_err(),
        received(OneCat, page).map(drop).unwrap_err(),
        received(MaybeCat, page).map(drop).unwrap_err(),
    ] {
        assert_eq!(error.class(), ErrorClass::Unreadable);
        assert!(error.is_transient(), "{error}");
    }
}

#[test]
fn a_body_that_may_be_missing_is_none() {
    let none: [&[&str]; 8] = [
        NO_CONTENT,
        response!("202 Accepted", ""),
        response!("202 Accepted", "queued"),
        response!("200 OK", ""),
        response!("200 OK", " \r\n"),
        response!("200 OK", "{}"),
        response!("200 OK", "null"),
        response!("200 OK", "<MediaContainer size=\"0\"/>"),
    ];
    for response in none {
        assert_eq!(received(MaybeCat, response).unwrap(), None, "{response:?}");
    }
    let cat = Some(Cat {
        name: "Tom".to_owned(),
    });
    assert_eq!(
        received(MaybeCat, response!("200 OK", r#"{"name":"Tom"}"#)).unwrap(),
        cat
    );
    assert_eq!(
        received(MaybeCat, response!("202 Accepted", r#"{"name":"Tom"}"#)).unwrap(),
        cat
    );
    for response in [
        response!("200 OK", r#"{"error":"no"}"#),
        response!("202 Accepted", "<html><p>Sign in</p></html>"),
        response!("200 OK", "<Response code=\"401\" status=\"Unauthorized\"/>"),
    ] {
        assert!(received(MaybeCat, response).is_err(), "{response:?}");
    }
}

#[test]
fn an_empty_success_is_never_transient() {
    for response in [
        NO_CONTENT,
        response!("200 OK", ""),
        response!("202 Accepted", "\n"),
    ] {
        let error = received(OneCat, response).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Unreadable);
        assert!(!error.is_transient() && !error.is_refusal(), "{error}");
    }
}

#[test]
fn status_and_headers_can_be_read_beside_the_value() {
    let server = Server::responding(&[
        "HTTP/1.1 201 Created\r\nX-Plex-Container-Total-Size: 42\r\nset-cookie: s3cret\r\nconnection: close\r\n\r\n{\"name\":\"Tom\"}",
    ]);
    let response = block_on(|| OneCat.send_with_headers(&server.transport)).unwrap();
    assert_eq!(
        (response.status, response.value.name.as_str()),
        (201, "Tom")
    );
    assert_eq!(
        response.headers.get("x-plex-container-total-size"),
        Some("42")
    );
    assert_eq!(response.headers.get("etag"), None);
    assert_eq!(response.headers.iter().count(), 3);
    assert!(!format!("{:?}", response.headers).contains("s3cret"));
}

#[test]
fn any_response_can_be_read_as_a_type_of_the_caller() {
    let server = Server::responding(response!("200 OK", r#"{"lives":9}"#));
    let nine = serde_json::json!({"lives": 9});
    let value: serde_json::Value = block_on(|| OneCat.send_as(&server.transport)).unwrap();
    assert_eq!(value, nine);
    server.received();
    let value: serde_json::Value = block_on(|| Page.send_as(&server.transport)).unwrap();
    assert_eq!(value, nine);
    assert_eq!(server.received().header("accept"), "application/json");
}

#[test]
fn a_stream_has_no_limit_of_size_or_time_but_one_for_each_pause() {
    const PIECES: &[&str] = &[
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        "3\r\nabc\r\n",
        "3\r\ndef\r\n",
        "3\r\nghi\r\n",
        "0\r\n\r\n",
    ];
    let read = |timeout: u64| {
        let server = Server::responding(PIECES);
        let transport = limited(&server, timeout);
        block_on(|| async {
            let mut stream = Bytes.send_as_stream(&transport).await?;
            assert_eq!(stream.status(), 200);
            let mut body = Vec::new();
            while let Some(piece) = stream.next().await? {
                body.extend(piece);
            }
            Ok::<_, Error>(body)
        })
    };
    assert_eq!(read(1000).unwrap(), b"abcdefghi");
    let started = Instant::now();
    let error = read(150).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Timeout);
    assert!(started.elapsed() < Duration::from_millis(1200));
}

#[test]
fn a_stream_takes_any_media_type_where_the_spec_declares_none() {
    let accept = |stream: fn(&Transport)| {
        let server = Server::new();
        stream(&server.transport);
        server.received().header("accept")
    };
    let bytes = |transport: &Transport| drop(block_on(|| Bytes.send_as_stream(transport)).unwrap());
    assert_eq!(accept(bytes), "application/octet-stream");
    let none = |transport: &Transport| {
        drop(block_on(|| Undeclared(|_| {}).send_as_stream(transport)).unwrap());
    };
    assert_eq!(accept(none), "*/*");
}

#[test]
fn a_stream_of_a_failure_is_an_error() {
    for (response, status) in [
        (response!("404 Not Found", "no"), Some(404)),
        (
            &["HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n<html>"],
            Some(200),
        ),
        (
            &["HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\nabc"],
            Some(200),
        ),
    ] as [(&'static [&'static str], _); 3]
    {
        let server = Server::responding(response);
        let error = block_on(|| Bytes.send_as_stream(&server.transport)).unwrap_err();
        assert_eq!(error.status(), status, "{error}");
    }
}

/// Returns a transport whose limits are small.
fn limited(server: &Server, milliseconds: u64) -> Transport {
    let base = format!("{:?}", server.transport);
    let base = base.split('"').nth(1).unwrap();
    Transport::builder(HeaderMap::new())
        .base_url(url::Url::parse(base).unwrap())
        .timeout(Duration::from_millis(milliseconds))
        .response_limit(5)
        .build()
        .unwrap()
}

request!(
    Undeclared,
    Operation::new("getA", "GET", "/a", "https://example.test")
);
request!(
    Regional,
    Operation::new("getA", "GET", "/a", "https://{region}.example.test/{v}")
);
request!(Relative, Operation::new("getA", "GET", "/a", "/v2"));

#[test]
fn a_server_with_a_variable_is_a_misuse_that_names_it() {
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let error = block_on(|| Regional(|_| {}).send(&transport)).unwrap_err();
    assert!(error.is_misuse());
    let text = error.to_string();
    assert!(
        text.contains("`{region}`") && text.contains("base URL"),
        "{text}"
    );
    let error = block_on(|| Relative(|_| {}).send(&transport)).unwrap_err();
    assert!(
        error.is_misuse() && error.to_string().contains("base URL"),
        "{error}"
    );
}

#[test]
fn a_request_outside_of_a_runtime_is_a_misuse() {
    let server = Server::new();
    let mut sent = std::pin::pin!(OneCat.send(&server.transport));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = sent.as_mut().poll(&mut context) else {
        panic!("the error is known before anything is sent");
    };
    assert!(error.is_misuse());
}

/// The future of each form can be spawned, whatever the request and the client are: it borrows neither.
#[allow(dead_code, reason = "compiled only")]
fn futures_can_be_spawned<R: Request + 'static, T: serde::de::DeserializeOwned + 'static>(
    request: &R,
    transport: &Transport,
) {
    fn can_be_spawned(_: impl Send + 'static) {}
    can_be_spawned(request.send(transport));
    can_be_spawned(request.send_with_headers(transport));
    can_be_spawned(request.send_as::<T, _>(transport));
    can_be_spawned(request.send_as_stream(transport));
}

reading!(Png, "image/png", Vec<u8>, ResponseBody::bytes);

#[test]
fn an_image_of_another_format_is_read_and_anything_else_is_not() {
    for response in [
        response!("200 OK", "GIF89a"),
        response!("200 OK", "RIFF0000WEBPVP8 "),
        response!("200 OK", "<?xml version=\"1.0\"?><svg/>"),
        &["HTTP/1.1 200 OK\r\ncontent-type: Image/jxl\r\nconnection: close\r\n\r\nabc"],
    ] as [&[&str]; 4]
    {
        assert!(received(Png, response).is_ok(), "{response:?}");
    }
    for response in [
        response!("200 OK", ""),
        response!("200 OK", "Blocked"),
        response!("200 OK", "{\"error\":1}"),
        response!("200 OK\r\ncontent-type: application/json", "[]"),
        response!("200 OK\r\ncontent-type: image/png", "<html>"),
    ] as [&[&str]; 5]
    {
        let error = received(Png, response).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Unreadable, "{response:?}");
    }
}

#[test]
fn the_debug_output_of_a_response_does_not_show_its_value() {
    let server = Server::responding(response!("200 OK\r\nx-a: s3cret", "s3cret"));
    let response = block_on(|| Plain.send_with_headers(&server.transport)).unwrap();
    assert_eq!(response.value, "s3cret");
    let shown = format!("{response:?}");
    assert!(shown.contains("200") && shown.contains("x-a"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn a_stream_whose_head_is_late_is_an_error_that_names_the_host() {
    let server = Server::responding(&["", "HTTP/1.1 200 OK\r\n\r\n"]);
    let transport = limited(&server, 100);
    let error = block_on(|| Bytes.send_as_stream(&transport)).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Timeout);
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
}
