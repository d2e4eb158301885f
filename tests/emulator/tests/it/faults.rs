//! Faults on demand.

use std::time::{Duration, Instant};

use plex_tv_emulator::{Emulator, Fault, Operation, RetryAfter};
use serde_json::{Value, json};

use crate::support::{App, api_error};

const SOON: Duration = Duration::from_millis(300);

async fn keys(app: &App) -> Result<reqwest::Response, reqwest::Error> {
    app.request("GET", "/auth/keys").send().await
}

#[tokio::test]
async fn faults_come_in_order_for_their_operation_only() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 503 });
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Pass);
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 502 });
    assert_eq!(emulator.faults_left(), 3);
    app.create(true).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let response = app.poll(&pin).await;
        if response.status() != 200 {
            assert_eq!(response.headers()["content-type"], "text/html");
        }
        seen.push(response.status().as_u16());
    }
    assert_eq!(seen, [503, 200, 502, 200]);
    emulator.fail_next_of_any(Fault::Status { status: 500 });
    assert_eq!(keys(&app).await.unwrap().status(), 500);
    emulator.fail_next_of_any(Fault::Hang);
    emulator.clear_faults();
    assert_eq!(keys(&app).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_reset_skips_the_operation_and_a_lost_response_does_not() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let sign_out = || {
        app.request("DELETE", "/users/signout")
            .header("X-Plex-Token", &token)
            .send()
    };
    emulator.fail_next(Operation::SignOut, Fault::Reset);
    assert!(is_reset(sign_out().await.unwrap_err()));
    assert_eq!(app.status("GET", "/user", &token).await, 200);
    emulator.fail_next(Operation::SignOut, Fault::LoseResponse);
    assert!(is_reset(sign_out().await.unwrap_err()));
    assert_eq!(app.status("GET", "/user", &token).await, 401);
}

#[tokio::test]
async fn a_reset_midway_leaves_half_a_response() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let length = keys(&app).await.unwrap().content_length();
    emulator.fail_next(Operation::GetKeys, Fault::ResetMidway);
    let mut response = keys(&app).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.content_length()),
        (200, length)
    );
    let half = response.chunk().await.unwrap().unwrap();
    assert_eq!(half.len() as u64, length.unwrap() / 2);
    assert!(is_reset(response.chunk().await.unwrap_err()));
}

#[tokio::test]
async fn a_response_hangs_is_delayed_or_trickles() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    emulator.fail_next(Operation::GetKeys, Fault::Hang);
    assert!(tokio::time::timeout(SOON, keys(&app)).await.is_err());
    emulator.fail_next(Operation::GetKeys, Fault::Delay { duration: SOON });
    let start = Instant::now();
    assert_eq!(keys(&app).await.unwrap().status(), 200);
    assert!(start.elapsed() >= SOON);
    let duration = Duration::from_millis(1);
    emulator.fail_next(Operation::GetPublicIp, Fault::Trickle { duration });
    let mut response = app.anonymous("GET", "//:/ip").send().await.unwrap();
    let mut sizes = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        sizes.push(chunk.len());
    }
    assert_eq!(sizes.iter().sum::<usize>(), "203.0.113.7\n".len());
    assert!(sizes.len() > 3, "{sizes:?}");
}

#[tokio::test]
async fn connections_are_refused_for_a_while() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let duration = 2 * SOON;
    emulator.fail_next(Operation::GetKeys, Fault::Refuse { duration });
    let start = Instant::now();
    assert!(keys(&app).await.is_err());
    while let Err(error) = keys(&app).await {
        assert!(
            error.is_connect() && start.elapsed() < Duration::from_secs(10),
            "{error:?}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(start.elapsed() >= duration);
    emulator.refuse_connections(Duration::MAX);
    emulator.refuse_connections(Duration::ZERO);
    // A new client has no open connection.
    let app = App::new(&emulator);
    assert!(keys(&app).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_rate_limit_may_have_retry_after() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for retry_after in [
        None,
        Some(RetryAfter::Seconds(5)),
        Some(RetryAfter::DateIn(5)),
    ] {
        emulator.fail_next(Operation::GetPin, Fault::RateLimited { retry_after });
        let response = app.request("POST", "/pins").send().await.unwrap();
        let header = response
            .headers()
            .get("retry-after")
            .map(|value| value.to_str().unwrap().to_owned());
        match retry_after {
            None => assert_eq!(header, None),
            Some(RetryAfter::Seconds(_)) => assert_eq!(header.as_deref(), Some("5")),
            _ => assert!(header.unwrap().ends_with(" GMT")),
        }
        let (status, error) = api_error(response).await;
        assert_eq!((status, &error["code"]), (429, &json!(1003)));
    }
}

#[tokio::test]
async fn responses_are_truncated_and_fields_changed() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    let poll = async |fault| {
        emulator.fail_next(Operation::GetTokenByPinId, fault);
        app.poll(&pin).await
    };
    let cut = poll(Fault::Truncate).await;
    assert_eq!(cut.status(), 200);
    assert!(cut.json::<Value>().await.is_err());
    let content_type = "text/html".to_owned();
    let other_type = poll(Fault::ContentType { content_type }).await;
    assert_eq!(other_type.headers()["content-type"], "text/html");
    let field = "location.city".to_owned();
    let stripped: Value = poll(Fault::RemoveField { field })
        .await
        .json()
        .await
        .unwrap();
    assert!(
        stripped["location"].get("city").is_none() && stripped["location"].get("code").is_some()
    );
    let (field, value) = ("id".to_owned(), json!("42"));
    let mistyped: Value = poll(Fault::SetField { field, value })
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(mistyped["id"], "42");
    let whole: Value = app.poll(&pin).await.json().await.unwrap();
    assert_eq!(whole["id"], pin["id"]);
}

#[tokio::test]
async fn a_response_may_be_huge_or_a_redirect() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    emulator.fail_next(Operation::GetKeys, Fault::Huge { bytes: 3_000_001 });
    let huge = keys(&app).await.unwrap();
    assert_eq!(huge.content_length(), None);
    let body = huge.bytes().await.unwrap();
    assert_eq!(body.len(), 3_000_001);
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
    let location = format!("{}/ping", emulator.base_url());
    emulator.fail_next(Operation::GetKeys, Fault::Redirect { location });
    // The client follows to an operation that requires a token.
    assert_eq!(keys(&app).await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_record_has_no_status_for_a_suppressed_response() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    emulator.fail_next(Operation::GetKeys, Fault::Reset);
    assert!(keys(&app).await.is_err());
    assert_eq!(emulator.requests()[0].status, None);
}

fn is_reset(error: reqwest::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionReset;
        }
        source = error.source();
    }
    false
}
