//! The destinations of requests: base URLs, redirects, custom clients.

use std::time::Duration;

use plex_api::{Error, ErrorClass, GetPinRequest, PlainHttp, PlexApi};
use url::Url;
use wiremock::{MockServer, ResponseTemplate};

use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{api, builder, client, json, responding, roku};
use crate::sign_in_flow;

/// Starts a server that redirects to another one.
async fn redirecting_to(other: &MockServer) -> MockServer {
    responding(
        ResponseTemplate::new(307).insert_header("location", format!("{}/elsewhere", other.uri())),
    )
    .await
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = responding(json(201, ORIGINAL_RESPONSE)).await;
    let server = redirecting_to(&other).await;
    let error = client(&server)
        .get_pin(GetPinRequest::new())
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(307), "{error}");
    assert!(other.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_custom_client_that_follows_redirects_is_an_error() {
    let other = responding(json(201, ORIGINAL_RESPONSE)).await;
    let server = redirecting_to(&other).await;
    let careless = reqwest::Client::builder().no_proxy().build().unwrap();
    let builder = builder(&server).http_client(careless);
    let builder = builder.plain_http(PlainHttp::hosts(["127.0.0.1"]));
    let plex = builder.build().unwrap();
    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert!(
        error.class() == ErrorClass::Mismatch
            && error.to_string().contains("redirect(Policy::none())"),
        "{error}"
    );
}

#[tokio::test]
async fn a_custom_client_is_used() {
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-from", reqwest::header::HeaderValue::from_static("mine"));
    let own = reqwest::Client::builder()
        .no_proxy()
        .default_headers(headers)
        .build()
        .unwrap();
    builder(&server)
        .http_client(own)
        .plain_http(PlainHttp::hosts(["127.0.0.1"]))
        .build()
        .unwrap()
        .get_pin(GetPinRequest::new())
        .await
        .unwrap();
    assert_eq!(
        server.received_requests().await.unwrap()[0].headers["x-from"],
        "mine"
    );
}

#[test]
fn a_base_url_that_would_expose_tokens_is_rejected() {
    for (url, good) in [
        ("https://clients.plex.tv/api/v2", true),
        ("http://127.0.0.1:1/api/v2", true),
        ("http://[::1]:1/api/v2", true),
        ("http://localhost:1", true),
        ("http://plex.tv/api/v2", false),
        ("http://192.168.0.1/api/v2", false),
        ("http://localhost.example.org/", false),
        ("ftp://127.0.0.1/", false),
        ("https://user@plex.tv/", false),
        ("https://:password@plex.tv/", false),
        ("https://plex.tv/?a=b", false),
    ] {
        let built = PlexApi::builder(roku())
            .base_url(Url::parse(url).unwrap())
            .build();
        assert_eq!(
            built.as_ref().err().map(Error::is_misuse),
            (!good).then_some(true),
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_trailing_slash_of_the_base_url_is_ignored() {
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    let base_url = Url::parse(&format!("{}/", api(&server.uri()))).unwrap();
    let plex = PlexApi::builder(roku()).base_url(base_url).build().unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
    assert_eq!(
        server.received_requests().await.unwrap()[0].url.path(),
        "/api/v2/pins"
    );
}

#[tokio::test]
async fn a_poll_interval_below_the_minimum_is_a_misuse() {
    let often = Duration::from_millis(999);
    let error = PlexApi::builder(roku())
        .poll_interval(often)
        .build()
        .unwrap_err();
    assert!(error.is_misuse(), "{error}");
    let emulator = plex_tv_emulator::Emulator::start().await.unwrap();
    assert!(
        sign_in_flow::quick(&emulator)
            .poll_interval(often)
            .build()
            .is_ok()
    );
}

#[tokio::test]
async fn a_wait_survives_outages_and_ends_on_a_rejection() {
    let granted = ORIGINAL_RESPONSE
        .replace("\"string\"", "\"3381b62b-9ab7-4e37-827b-203e9809eb58\"")
        .replace(
            "\"authToken\":null",
            "\"authToken\":\"2ffLuB84dqLswk9skLos\"",
        );
    let pending = granted.replace("\"2ffLuB84dqLswk9skLos\"", "null");
    let server = MockServer::start().await;
    let queue = [
        json(201, &pending),
        ResponseTemplate::new(503).set_body_raw("<html>", "text/html"),
        ResponseTemplate::new(429),
        ResponseTemplate::new(200).set_delay(Duration::from_secs(5)),
        json(200, "{\"id\":"),
        json(200, &pending),
        json(200, &granted),
        json(201, &pending),
        json(401, "{}"),
        json(201, &pending),
        json(200, &pending.replace("308667304", "1")),
    ];
    for response in queue {
        let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(response);
        mock.up_to_n_times(1).mount(&server).await;
    }
    let plex = builder(&server)
        .poll_interval(Duration::from_millis(5))
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    assert_eq!(
        plex.wait_for_token(&sign_in).await.unwrap().expose(),
        "2ffLuB84dqLswk9skLos"
    );
    assert_eq!(server.received_requests().await.unwrap().len(), 7);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let error = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(error.is_rejected(), "{error}");
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let error = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(error.to_string().contains("another PIN"), "{error}");
}
