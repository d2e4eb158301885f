//! The control API.

use plex_tv_emulator::Emulator;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{App, CLIENT, code};

async fn control(app: &App, method: &str, path: &str, body: Option<Value>) -> Response {
    let mut request = app.anonymous(method, &format!("//_emulator{path}"));
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.unwrap()
}

async fn json(app: &App, method: &str, path: &str, body: Option<Value>) -> Value {
    let response = control(app, method, path, body).await;
    assert_eq!(response.status(), StatusCode::OK, "{method} {path}");
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_test_can_approve_and_decline() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let (approved, declined) = (app.create(false).await, app.create(true).await);
    let approve = json!({"code": code(&approved).to_lowercase(), "user": 1});
    let response = control(&app, "POST", "/approve", Some(approve)).await;
    assert_eq!(response.status(), 204);
    let decline = json!({"code": code(&declined)});
    control(&app, "POST", "/decline", Some(decline)).await;
    let pins = json(&app, "GET", "/pins", None).await;
    assert_eq!(pins[0]["state"], "claimed");
    assert_eq!(pins[0]["user"], "Second User");
    assert_eq!(pins[1]["state"], "declined");
    assert_eq!(pins[1]["client_identifier"], CLIENT);
    let unknown = json!({"code": "????"});
    let response = control(&app, "POST", "/approve", Some(unknown)).await;
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn a_test_can_move_the_clock() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(false).await;
    json(&app, "POST", "/advance", Some(json!({"seconds": 900}))).await;
    assert_eq!(app.poll(&pin).await.status(), 404);
    assert_eq!(json(&app, "GET", "/pins", None).await, json!([]));
}

#[tokio::test]
async fn a_test_can_script_faults() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let script = json!([
        {"operation": "getTokenByPinId", "fault": {"kind": "status", "status": 503}, "times": 2},
        {"fault": {"kind": "rate_limited", "retry_after": {"seconds": 3}}},
    ]);
    let response = control(&app, "POST", "/faults", Some(script)).await;
    assert_eq!(response.status(), 204);
    let waiting = json(&app, "GET", "/faults", None).await;
    assert_eq!(waiting.as_array().unwrap().len(), 3);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(
            app.request("GET", "/pins/1")
                .send()
                .await
                .unwrap()
                .status()
                .as_u16(),
        );
    }
    assert_eq!(seen, [503, 503, 429, 404]);
    let hang = json!({"fault": {"kind": "hang"}});
    control(&app, "POST", "/faults", Some(hang)).await;
    control(&app, "DELETE", "/faults", None).await;
    assert_eq!(emulator.faults_left(), 0);
}

#[tokio::test]
async fn a_test_can_read_the_record() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    app.create(true).await;
    let requests = json(&app, "GET", "/requests", None).await;
    assert_eq!(requests.as_array().unwrap().len(), 1);
    assert_eq!(requests[0]["operation"], "getPin");
    assert_eq!(requests[0]["query"], json!([["strong", "true"]]));
    control(&app, "DELETE", "/requests", None).await;
    assert_eq!(json(&app, "GET", "/requests", None).await, json!([]));
}

#[tokio::test]
async fn a_test_can_set_switches_refuse_connections_and_rotate_keys() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let before = json(&app, "GET", "/switches", None).await;
    assert_eq!(before["token_read_once"], false);
    let on = json!({"token_read_once": true});
    let after = json(&app, "PATCH", "/switches", Some(on)).await;
    assert_eq!(after["token_read_once"], true);
    assert!(emulator.switches().token_read_once);
    let newest = async || {
        let keys: Value = app
            .request("GET", "/auth/keys")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        keys["keys"].as_array().unwrap().last().unwrap().clone()
    };
    let old = newest().await;
    control(&app, "POST", "/rotate-keys", None).await;
    assert_ne!(old, newest().await);
    let users = json(&app, "GET", "/users", None).await;
    assert_eq!(users[0]["demo_token"], emulator.demo_token());
    control(&app, "POST", "/refuse", Some(json!({"milliseconds": 5000}))).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    // A new client has no open connection.
    let app = App::new(&emulator);
    let refused = app.request("GET", "/auth/keys").send().await;
    assert!(refused.unwrap_err().is_connect());
}

#[tokio::test]
async fn invalid_control_requests_get_a_clear_error() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for (method, path, body, status) in [
        ("POST", "/approve", json!({}), 400),
        ("POST", "/approve", json!({"code": "A", "user": 9}), 404),
        ("POST", "/advance", json!({"seconds": -1}), 400),
        (
            "POST",
            "/faults",
            json!({"fault": {"kind": "unknown"}}),
            400,
        ),
        (
            "POST",
            "/faults",
            json!({"fault": {"kind": "status", "status": 42}}),
            400,
        ),
        ("PATCH", "/switches", json!({"unknown": true}), 400),
        ("POST", "/nothing", json!({}), 404),
    ] {
        let response = control(&app, method, path, Some(body)).await;
        assert_eq!(response.status(), status, "{path}");
        let body: Value = response.json().await.unwrap();
        assert!(body["error"].as_str().unwrap().len() > 5, "{body}");
    }
    assert_eq!(control(&app, "POST", "/advance", None).await.status(), 400);
}

#[tokio::test]
async fn an_invalid_fault_is_rejected_with_its_reason() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let invalid = json!({"fault": {"kind": "status", "status": 42}});
    for body in [invalid.clone(), json!([invalid])] {
        let response = control(&app, "POST", "/faults", Some(body)).await;
        assert_eq!(response.status(), 400);
        let body: Value = response.json().await.unwrap();
        let error = body["error"].as_str().unwrap();
        assert!(error.contains("from 200 to 599"), "{error}");
    }
    assert_eq!(emulator.faults_left(), 0);
}

#[tokio::test]
async fn pages_of_other_sites_are_rejected() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let users = || app.anonymous("GET", "//_emulator/users");
    let own = emulator.base_url().origin().ascii_serialization();
    for (name, value, status) in [
        ("Origin", own.as_str(), 200),
        ("Origin", "https://example.com", 403),
        ("Host", "example.com", 403),
    ] {
        let response = users().header(name, value).send().await.unwrap();
        assert_eq!(response.status(), status, "{name}: {value}");
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin")
        );
    }
}

#[tokio::test]
async fn an_error_of_a_fault_names_its_field() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for (body, expected) in [
        (
            json!({"fault": {"kind": "delay", "milliseconds": "5"}}),
            "fault: milliseconds: invalid type",
        ),
        (
            json!({"fault": {"kind": "delay"}}),
            "fault: missing field `milliseconds`",
        ),
        (
            json!({"fault": {"kind": "hang", "millis": 5}}),
            "fault: unknown field `millis`",
        ),
        (
            json!({"fault": {"kind": "hung"}}),
            "fault: kind: unknown fault `hung`, expected one of `pass`",
        ),
        (
            json!({"fault": {"milliseconds": 5}}),
            "fault: missing field `kind`",
        ),
        (json!({"fault": "hang"}), "fault: invalid type"),
        (
            json!({"fault": {"kind": "rate_limited", "retry_after": {"minutes": 1}}}),
            "fault: retry_after: unknown variant `minutes`",
        ),
        (
            json!({"fault": {"kind": "hang"}, "times": -1}),
            "times: invalid value",
        ),
        (
            json!({"fault": {"kind": "hang"}, "time": 1}),
            "unknown field `time`",
        ),
        (
            json!({"operation": "getPins", "fault": {"kind": "hang"}}),
            "operation: unknown variant `getPins`",
        ),
        (json!({"times": 1}), "missing field `fault`"),
        (
            json!([{"fault": {"kind": "hang"}}, {}]),
            "[1]: missing field `fault`",
        ),
    ] {
        let response = control(&app, "POST", "/faults", Some(body)).await;
        assert_eq!(response.status(), 400, "{expected}");
        let body: Value = response.json().await.unwrap();
        let error = body["error"].as_str().unwrap();
        assert!(error.starts_with(expected), "{expected}: {error}");
    }
    assert_eq!(emulator.faults_left(), 0);
}

#[tokio::test]
async fn a_head_request_shows_that_the_emulator_is_up() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let head = control(&app, "HEAD", "", None).await;
    assert_eq!(head.status(), 200);
    assert_eq!(head.text().await.unwrap(), "");
    assert_eq!(control(&app, "HEAD", "/pins", None).await.status(), 200);
}
