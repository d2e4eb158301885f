//! Where requests go, and where they do not.

use std::time::Duration;

use plex_api::{Error, ErrorClass, GetPinRequest, PlexApi};
use url::Url;
use wiremock::{MockServer, ResponseTemplate};

use crate::operations::ORIGINAL_ANSWER;
use crate::servers::{answering, api, builder, client, json, roku};
use crate::sign_in_flow;

/// A server that redirects to another one.
async fn redirecting_to(other: &MockServer) -> MockServer {
    answering(
        ResponseTemplate::new(307).insert_header("location", format!("{}/elsewhere", other.uri())),
    )
    .await
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = answering(json(201, ORIGINAL_ANSWER)).await;
    let server = redirecting_to(&other).await;
    let error = client(&server)
        .get_pin(GetPinRequest::new())
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(307), "{error}");
    assert!(other.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_client_that_was_handed_in_and_follows_redirects_is_found_out() {
    let other = answering(json(201, ORIGINAL_ANSWER)).await;
    let server = redirecting_to(&other).await;
    let careless = reqwest::Client::builder().no_proxy().build().unwrap();
    let plex = builder(&server).http_client(careless).build().unwrap();
    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert!(
        error.class() == ErrorClass::WrongAnswer
            && error.to_string().contains("redirect(Policy::none())"),
        "{error}"
    );
}

#[tokio::test]
async fn a_client_that_was_handed_in_is_used() {
    let server = answering(json(201, ORIGINAL_ANSWER)).await;
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-from", reqwest::header::HeaderValue::from_static("mine"));
    let own = reqwest::Client::builder()
        .no_proxy()
        .default_headers(headers)
        .build()
        .unwrap();
    builder(&server)
        .http_client(own)
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
fn tokens_would_go_in_the_clear_so_the_base_url_is_refused() {
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
async fn a_slash_at_the_end_of_the_base_url_does_not_matter() {
    let server = answering(json(201, ORIGINAL_ANSWER)).await;
    let base_url = Url::parse(&format!("{}/", api(&server.uri()))).unwrap();
    let plex = PlexApi::builder(roku()).base_url(base_url).build().unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
    assert_eq!(
        server.received_requests().await.unwrap()[0].url.path(),
        "/api/v2/pins"
    );
}

#[tokio::test]
async fn plex_tv_is_not_polled_more_often_than_it_asks_for() {
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
async fn outages_do_not_end_a_wait_and_refusals_do() {
    let granted = ORIGINAL_ANSWER
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
    for answer in queue {
        let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(answer);
        mock.up_to_n_times(1).mount(&server).await;
    }
    let plex = builder(&server)
        .poll_interval(Duration::from_millis(5))
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let link = plex.start_code_sign_in().await.unwrap();
    assert_eq!(
        plex.wait_for_token(&link).await.unwrap().expose(),
        "2ffLuB84dqLswk9skLos"
    );
    assert_eq!(server.received_requests().await.unwrap().len(), 7);
    let link = plex.start_code_sign_in().await.unwrap();
    let error = plex.wait_for_token(&link).await.unwrap_err();
    assert!(error.is_rejected(), "{error}");
    let link = plex.start_code_sign_in().await.unwrap();
    let error = plex.wait_for_token(&link).await.unwrap_err();
    assert!(error.to_string().contains("another PIN"), "{error}");
}
