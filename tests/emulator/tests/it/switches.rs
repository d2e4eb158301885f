//! The switches.

use std::time::Duration;

use plex_tv_emulator::Emulator;
use serde_json::json;

use crate::support::{App, api_error, code};

#[tokio::test]
async fn a_token_can_be_read_repeatedly_or_once() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.approve(code(&pin)).await.unwrap();
    assert_eq!(app.token(&pin).await, app.token(&pin).await);
    emulator.set_switches(|switches| switches.token_read_once = true);
    assert!(app.token(&pin).await.is_some());
    let (status, error) = api_error(app.poll(&pin).await).await;
    assert_eq!((status, &error["code"]), (404, &json!(1020)));
}

#[tokio::test]
async fn a_poll_with_another_identifier_may_be_a_bad_request() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.other_client_is_bad_request = true);
    let pin = App::new(&emulator).create(true).await;
    let (status, _) = api_error(App::named(&emulator, "other").poll(&pin).await).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn error_1020_may_have_a_status() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.status_in_1020 = true);
    let app = App::new(&emulator);
    let (_, error) = api_error(app.request("GET", "/pins/1").send().await.unwrap()).await;
    assert_eq!(error["status"], 404);
}

#[tokio::test]
async fn a_declined_pin_stays_pending_or_is_removed() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.decline(code(&pin)).await.unwrap();
    assert_eq!(app.poll(&pin).await.status(), 200);
    assert_eq!(app.token(&pin).await, None);
    emulator.set_switches(|switches| switches.declined_pin_is_gone = true);
    assert_eq!(app.poll(&pin).await.status(), 404);
}

#[tokio::test]
async fn a_rejected_token_may_be_422() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.rejected_token_is_422 = true);
    let app = App::new(&emulator);
    assert_eq!(app.status("GET", "/user", "wrong").await, 422);
}

#[tokio::test]
async fn requests_may_be_limited_for_each_client_identifier() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.requests_per_minute = Some(1));
    let app = App::new(&emulator);
    let post = async || app.request("POST", "/pins").send().await.unwrap();
    assert_eq!(post().await.status(), 201);
    let limited = post().await;
    assert!(!limited.headers().contains_key("retry-after"));
    let (status, error) = api_error(limited).await;
    assert_eq!(status, 429);
    assert_eq!(
        error,
        json!({"code": 1003, "message": "API rate limit exceeded", "status": 429})
    );
    emulator.set_switches(|switches| switches.retry_after = true);
    let wait: u64 = post().await.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    App::named(&emulator, "other").create(false).await;
    emulator.advance(Duration::from_secs(wait));
    assert_eq!(post().await.status(), 201);
}

#[tokio::test]
async fn cors_may_be_missing() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.no_cors = true);
    let app = App::new(&emulator);
    let response = app.request("GET", "/auth/keys").send().await.unwrap();
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-origin")
    );
}

#[tokio::test]
async fn the_earlier_automatic_decision_wins() {
    let seconds = Duration::from_secs;
    for (approve, decline, gets_token) in [(5, 6, true), (6, 5, false)] {
        let emulator = Emulator::builder()
            .approve_after(seconds(approve))
            .decline_after(seconds(decline))
            .start()
            .await
            .unwrap();
        let app = App::new(&emulator);
        let pin = app.create(true).await;
        emulator.advance(seconds(10));
        assert_eq!(app.token(&pin).await.is_some(), gets_token);
    }
}

#[tokio::test]
async fn every_operation_may_require_an_identifier() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let status = async || {
        app.anonymous("GET", "/auth/keys")
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(status().await, 200);
    emulator.set_switches(|switches| switches.client_identifier_everywhere = true);
    assert_eq!(status().await, 400);
}
