//! Sharing one emulator: resets, and what is narrowed to a client identifier.

use std::time::{Duration, SystemTime};

use plex_tv_emulator::{Emulator, Fault, Operation};
use serde_json::{Value, json};

use crate::support::{App, code};

/// Changes everything that a reset restores; returns the code and the token of a PIN.
async fn use_up(emulator: &Emulator, app: &App) -> (String, String) {
    let pin = app.create(true).await;
    emulator.approve(code(&pin)).await.unwrap();
    let token = app.token(&pin).await.unwrap();
    let demo = emulator.demo_token();
    assert_eq!(app.status("DELETE", "/users/signout", &demo).await, 204);
    emulator.advance(Duration::from_secs(3600));
    emulator.set_switches(|switches| switches.no_cors = true);
    emulator.fail_next_of_any(Fault::Reset);
    emulator.rotate_keys();
    (code(&pin).to_owned(), token)
}

async fn keys(app: &App) -> Value {
    let response = app.request("GET", "/auth/keys").send().await.unwrap();
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_reset_restores_the_start() {
    let builder = Emulator::builder()
        .switch("token_read_once", "false")
        .unwrap();
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    let (users, demo, published) = (emulator.users(), emulator.demo_token(), keys(&app).await);
    let (code, token) = use_up(&emulator, &app).await;
    let reset = app.anonymous("POST", "//_emulator/reset").send().await;
    assert_eq!(reset.unwrap().status(), 204);
    assert!(emulator.requests().is_empty());
    assert_eq!(emulator.faults_left(), 0);
    assert!(!emulator.switches().no_cors);
    assert!(emulator.now() < SystemTime::now() + Duration::from_secs(60));
    assert!(emulator.approve(&code).await.unwrap_err().is_unknown_code());
    assert_eq!(app.status("GET", "/user", &token).await, 401);
    assert_eq!(app.status("GET", "/user", &demo).await, 200);
    assert_eq!(emulator.users(), users);
    assert_eq!(keys(&app).await, published);
}

#[tokio::test]
async fn a_reset_begins_the_seed_again_and_without_one_codes_stay_new() {
    for (seed, repeats) in [(Some(7), true), (None, false)] {
        let mut builder = Emulator::builder();
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        let emulator = builder.start().await.unwrap();
        let app = App::new(&emulator);
        let first = use_up(&emulator, &app).await;
        emulator.reset();
        assert_eq!(use_up(&emulator, &app).await == first, repeats);
    }
}

#[tokio::test]
async fn faults_and_the_record_are_narrowed_to_a_client() {
    let emulator = Emulator::start().await.unwrap();
    let (a, b) = (
        App::named(&emulator, "app-a"),
        App::named(&emulator, "app-b"),
    );
    emulator.fail_next_for("app-a", Operation::GetPin, Fault::Status { status: 503 });
    let fault = json!({"client": "app-a", "fault": {"kind": "rate_limited"}});
    let faults = || {
        a.anonymous("POST", "//_emulator/faults")
            .json(&fault)
            .send()
    };
    assert_eq!(faults().await.unwrap().status(), 204);
    b.create(true).await;
    let create = || a.request("POST", "/pins").send();
    assert_eq!(create().await.unwrap().status(), 503);
    assert_eq!(create().await.unwrap().status(), 429);
    assert_eq!(create().await.unwrap().status(), 201);

    // The identifier may come in the query or the form.
    let query = b.anonymous("POST", "/pins?X-Plex-Client-Identifier=app-b");
    query.send().await.unwrap();
    let form = b.anonymous("POST", "/pins");
    form.form(&[("X-Plex-Client-Identifier", "app-b")])
        .send()
        .await
        .unwrap();
    assert_eq!(emulator.requests_of("app-a").len(), 3);
    assert_eq!(emulator.requests_of("app-b").len(), 3);
    assert_eq!(emulator.requests_of("app").len(), 0);
    let listed = a.anonymous("GET", "//_emulator/requests?client=app-b");
    let listed: Value = listed.send().await.unwrap().json().await.unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 3);

    // Clearing is narrowed too.
    faults().await.unwrap();
    emulator.fail_next(Operation::Ping, Fault::Hang);
    for (path, count) in [("faults", 2), ("faults?client=app-a", 1)] {
        let listed = a.anonymous("GET", &format!("//_emulator/{path}"));
        let listed: Value = listed.send().await.unwrap().json().await.unwrap();
        assert_eq!(listed.as_array().unwrap().len(), count, "{path}");
    }
    for path in ["requests", "faults"] {
        let delete = a.anonymous("DELETE", &format!("//_emulator/{path}?client=app-a"));
        assert_eq!(delete.send().await.unwrap().status(), 204);
    }
    assert_eq!(emulator.faults_left(), 1);
    assert!(emulator.requests_of("app-a").is_empty());
    assert_eq!(emulator.requests().len(), 3);
}

#[tokio::test]
async fn too_many_faults_are_refused() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let post = async |body: &Value| {
        let request = app.anonymous("POST", "//_emulator/faults").json(body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    };
    let hang = |times: u64| json!({"fault": {"kind": "hang"}, "times": times});
    assert_eq!(post(&hang(9_990)).await.0, 204);
    for body in [hang(11), hang(u64::MAX), json!([hang(5), hang(6)])] {
        let (status, error) = post(&body).await;
        assert_eq!(status, 400);
        let error = error["error"].as_str().unwrap();
        assert!(
            error.contains("at most 10000 faults may wait: 9990"),
            "{error}"
        );
    }
    assert_eq!(emulator.faults_left(), 9_990);
    assert_eq!(post(&hang(10)).await.0, 204);
}
