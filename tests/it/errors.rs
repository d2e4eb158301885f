//! Every kind of failure: its message and its predicates.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use plex_api::generated::requests::GetTokenDetailsRequest;
use plex_api::generated::{Attempt, Request as _};
use plex_api::{Error, GetPinRequest, GetTokenByPinIdRequest, PlainHttp, PlexApi, Token};
use url::Url;
use wiremock::ResponseTemplate;

use crate::servers::{builder, client, json, no_server, responding, roku, writing};
use crate::snapshots;

/// Returns the error of `getTokenByPinId` on a response.
async fn error_on(response: ResponseTemplate) -> Error {
    let server = responding(response).await;
    client(&server)
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(408_895))
        .await
        .unwrap_err()
}

/// Shows the message, class and predicates of an error.
fn described(name: &str, error: &Error) -> String {
    let predicates = [
        ("expired", error.is_expired()),
        ("not found", error.is_not_found()),
        ("bad request", error.is_bad_request()),
        ("rejected", error.is_rejected()),
        ("refusal", error.is_refusal()),
        ("jwt refused", error.is_jwt_refused()),
        ("rate limited", error.is_rate_limited()),
        ("transient", error.is_transient()),
        ("misuse", error.is_misuse()),
        ("storage", error.is_storage()),
    ];
    let holding: Vec<&str> = predicates
        .iter()
        .filter(|(_, holds)| *holds)
        .map(|(name, _)| *name)
        .collect();
    let mut text = format!(
        "{name}\n    {error}\n    {:?}; is: {}",
        error.class(),
        holding.join(", ")
    );
    if let Some(status) = error.status() {
        text.push_str(&format!("\n    status: {status}"));
    }
    if let Some(code) = error.plex_code() {
        text.push_str(&format!("\n    code: {code}"));
    }
    if let Some(wait) = error.retry_after() {
        text.push_str(&format!("\n    retry after: {wait:?}"));
    }
    text + "\n"
}

fn plex_error(status: u16, code: i64) -> ResponseTemplate {
    json(
        status,
        &format!(
            r#"{{"errors":[{{"code":{code},"message":"Message {code}","status":{status}}}]}}"#
        ),
    )
}

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<!DOCTYPE html><p>Sorry</p>", "text/html")
}

#[tokio::test]
async fn errors_of_http() {
    let responses = [
        (
            "302 to another host",
            ResponseTemplate::new(302).insert_header("location", "http://example.org/"),
        ),
        ("400 with code 1000", plex_error(400, 1000)),
        ("400 without a body", ResponseTemplate::new(400)),
        ("401 with code 1001", plex_error(401, 1001)),
        (
            "403 with plain text",
            ResponseTemplate::new(403).set_body_raw("error code: 1010", "text/plain"),
        ),
        ("403 with code 1068", plex_error(403, 1068)),
        (
            "404 with code 1020",
            json(
                404,
                r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#,
            ),
        ),
        ("404 with HTML", html(404)),
        (
            "404 with code 1020 in XML",
            ResponseTemplate::new(404).set_body_raw(
                r#"<errors><error code="1020" message="Code not found" status="404"/></errors>"#,
                "application/xml",
            ),
        ),
        ("418 with an undocumented code", plex_error(418, 4242)),
        (
            "422 with XML",
            ResponseTemplate::new(422).set_body_raw(
                "<errors><error>Invalid token</error></errors>",
                "application/xml",
            ),
        ),
        ("429 with code 1003", plex_error(429, 1003)),
        (
            "429 with HTML and Retry-After",
            html(429).insert_header("retry-after", "30"),
        ),
        ("498 without a body", ResponseTemplate::new(498)),
        ("500 with HTML", html(500)),
        (
            "503 with Retry-After",
            ResponseTemplate::new(503).insert_header("retry-after", "7"),
        ),
        ("200 with HTML", html(200)),
        ("200 without a body", ResponseTemplate::new(200)),
        (
            "200 with incomplete JSON",
            json(200, r#"{"id":1,"code":"7R"#),
        ),
        (
            "200 with JSON of another shape",
            json(200, r#"{"id":[],"code":"7RQZ"}"#),
        ),
        ("200 with plain text", json(200, "certainly!")),
        ("204 where a body is expected", ResponseTemplate::new(204)),
    ];
    let mut texts = Vec::new();
    for (name, response) in responses {
        texts.push(described(name, &error_on(response).await));
    }
    snapshots::accepted("errors").bind(|| insta::assert_snapshot!("http", texts.join("\n")));
}

#[tokio::test]
async fn errors_of_the_network() {
    let call = async |plex: Result<PlexApi, Error>| match plex {
        Ok(plex) => plex.get_pin(GetPinRequest::new()).await.unwrap_err(),
        Err(error) => error,
    };
    let at = |url| PlexApi::builder(roku()).base_url(url);
    let slow = responding(ResponseTemplate::new(200).set_delay(Duration::from_secs(30))).await;
    let large = responding(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 2 << 20])).await;
    let texts = [
        described("no server", &call(at(no_server().await).build()).await),
        described(
            "no response in time",
            &call(builder(&slow).timeout(Duration::from_millis(50)).build()).await,
        ),
        described(
            "closed before the response",
            &call(at(writing(b"").await).build()).await,
        ),
        described(
            "closed in the middle of the response",
            &call(
                at(writing(b"HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{\"id\"").await)
                    .build(),
            )
            .await,
        ),
        described("no such host", &call(no_such_host().build()).await),
        described(
            "https to a server without TLS",
            &call(at(https_to(writing(b"HTTP/1.1 400\r\n\r\n").await)).build()).await,
        ),
        described(
            "a thousand headers",
            &call(at(writing(&THOUSAND_HEADERS).await).build()).await,
        ),
        described(
            "not HTTP",
            &call(at(writing(b"SSH-2.0-OpenSSH\r\n\r\n").await).build()).await,
        ),
        described(
            "a response of two megabytes",
            &call(builder(&large).build()).await,
        ),
    ];
    snapshots::accepted("errors").bind(|| insta::assert_snapshot!("network", texts.join("\n")));
}

#[tokio::test]
async fn errors_of_media_servers() {
    let server = responding(ResponseTemplate::new(401)).await;
    let plex = client(&server);
    let url = Url::parse(&server.uri()).unwrap();
    let transport = plex.generated().transport().with_base_url(&url).unwrap();
    let refused = async |token| {
        let transport = transport.with_token(&Token::new(token));
        let request = GetTokenDetailsRequest::new();
        request.send(&transport).await.unwrap_err()
    };
    let failed = async |plex: PlexApi| plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    let unreached = PlexApi::builder(roku()).base_url(no_server().await);
    let unreached = failed(unreached.build().unwrap()).await;
    let unresolved = failed(no_such_host().build().unwrap()).await;
    let unreachable = |attempts: &[(&str, &Error)]| {
        let attempt = |(url, error): &(&str, &Error)| {
            Attempt::new(&Url::parse(url).unwrap(), Error::clone(error))
        };
        let attempts = attempts.iter().map(attempt).collect();
        Error::unreachable("connect to the server", attempts)
    };
    let texts = [
        described("a JWT", &refused("eyJh.eyJ1.c2ln").await),
        described("another token", &refused("2ffLuB84dqLswk9skLos").await),
        described(
            "an unresolved name and a refused connection",
            &unreachable(&[
                ("https://192-168-1-5.a.plex.direct:32400", &unresolved),
                ("http://192.168.1.5:32400/identity", &unreached),
            ]),
        ),
        described(
            "unresolved names",
            &unreachable(&[
                ("https://192-168-1-5.a.plex.direct:32400", &unresolved),
                ("https://192-0-2-1.a.plex.direct", &unresolved),
            ]),
        ),
        described("no address", &unreachable(&[])),
    ];
    snapshots::accepted("errors")
        .bind(|| insta::assert_snapshot!("media_servers", texts.join("\n")));
}

/// Starts a client that cannot resolve any host name.
fn no_such_host() -> plex_api::PlexApiBuilder {
    struct NoDns;
    impl reqwest::dns::Resolve for NoDns {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err("no such host".into()) })
        }
    }
    let http = reqwest::Client::builder()
        .no_proxy()
        .dns_resolver(Arc::new(NoDns))
        .build()
        .unwrap();
    let url = Url::parse("http://localhost:9/api/v2").unwrap();
    let builder = PlexApi::builder(roku()).base_url(url).http_client(http);
    builder.plain_http(PlainHttp::hosts(["localhost"]))
}

fn https_to(mut url: Url) -> Url {
    url.set_scheme("https").unwrap();
    url
}

static THOUSAND_HEADERS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let headers: String = (0..1000)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    format!("HTTP/1.1 201 Created\r\n{headers}content-length: 0\r\n\r\n").into_bytes()
});

#[tokio::test]
async fn a_large_response_is_rejected_with_and_without_a_content_length() {
    let announced = responding(ResponseTemplate::new(201).set_body_bytes(vec![b' '; 101])).await;
    let plex = builder(&announced).response_limit(100).build().unwrap();
    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getPin: the server responded with HTTP 201 and more than 100 bytes; raise the response limit, or try again later"
    );

    let chunked = b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n40\r\n\
        ................................................................\r\n40\r\n\
        ................................................................\r\n0\r\n\r\n";
    let plex = PlexApi::builder(roku())
        .base_url(writing(chunked).await)
        .response_limit(100)
        .build()
        .unwrap();
    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getPin: the server responded with HTTP 201 and more than 100 bytes; raise the response limit, or try again later"
    );
}
