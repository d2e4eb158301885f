//! The emulator behind names and proxies, and its control from elsewhere.

use plex_tv_emulator::{Emulator, EmulatorBuilder};
use serde_json::{Value, json};

use crate::support::{App, CLIENT, code};

async fn start(builder: EmulatorBuilder) -> (Emulator, App) {
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    (emulator, app)
}

/// Sends a request with these headers; returns the status and the body in JSON, if it is JSON.
async fn send(app: &App, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = app.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn names_of_other_sites_reach_neither_control_nor_pages() {
    let (_emulator, app) = start(Emulator::builder()).await;
    let pin = app.create(true).await;
    let look_up = format!("//_pages/pin?code={}&clientID={CLIENT}", code(&pin));
    for host in [
        "evil.example",
        "a!b.evil.example",
        "a'b.evil.example",
        "a$b.evil.example",
    ] {
        let origin = format!("http://{host}");
        for headers in [
            &[("Host", host)][..],
            &[("Host", host), ("Origin", &origin)],
        ] {
            let (status, body) = send(&app, "GET", "//_emulator/users", headers).await;
            assert_eq!((status, body["error"].is_string()), (403, true), "{host}");
            let (status, body) = send(&app, "GET", &look_up, headers).await;
            assert_eq!((status, body["message"].is_string()), (403, true), "{host}");
            let decision = app.anonymous("POST", "//_pages/decision");
            let decision = decision.header("Host", host).header("Origin", &origin);
            let body = json!({"code": code(&pin), "clientID": CLIENT, "user": 0, "allow": true});
            assert_eq!(decision.json(&body).send().await.unwrap().status(), 403);
        }
    }
    assert_eq!(app.token(&pin).await, None);
    assert_eq!(send(&app, "GET", &look_up, &[]).await.0, 200);
}

#[tokio::test]
async fn a_request_without_host_cannot_control() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let emulator = Emulator::start().await.unwrap();
    let port = emulator.base_url().port().unwrap();
    let address = ("127.0.0.1", port);
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = b"GET /_emulator/users HTTP/1.0\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.0 403"), "{response}");
}

#[tokio::test]
async fn a_name_and_a_token_open_the_control() {
    let builder = Emulator::builder()
        .control_host("emulator")
        .control_token("t0ken");
    let (_emulator, app) = start(builder).await;
    let token = |token| ("X-Emulator-Token", token);
    for (headers, status) in [
        (&[("Host", "emulator:8080")][..], 200),
        (&[("Host", "elsewhere.example")], 403),
        (&[("Host", "elsewhere.example"), token("t0ken")], 200),
        (&[("Host", "elsewhere.example"), token("t0keN")], 403),
        (&[token("wrong")], 403),
        (&[], 200),
    ] {
        let (seen, _) = send(&app, "GET", "//_emulator/users", headers).await;
        assert_eq!(seen, status, "{headers:?}");
    }
}

#[tokio::test]
async fn urls_follow_the_public_url() {
    let builder = Emulator::builder().public_url("https://plex.example:8443");
    let (emulator, app) = start(builder).await;
    let pin = app.create(true).await;
    let begins = |value: &Value| {
        value
            .as_str()
            .unwrap()
            .starts_with("https://plex.example:8443/")
    };
    assert!(begins(&pin["qr"]), "{pin}");
    let token = app.sign_in(&emulator).await;
    let (_, user) = send(&app, "GET", "/user", &[("X-Plex-Token", &token)]).await;
    assert!(begins(&user["thumb"]), "{user}");
    let (_, about) = send(&app, "GET", "//_emulator", &[]).await;
    assert_eq!(about["base_url"], "https://plex.example:8443/api/v2");
}

#[tokio::test]
async fn urls_follow_a_trusted_proxy() {
    let forwarded = [("Host", "plex.example"), ("X-Forwarded-Proto", "https")];
    for (builder, scheme) in [
        (Emulator::builder(), "http"),
        (Emulator::builder().trust_forwarded(), "https"),
    ] {
        let (_emulator, app) = start(builder).await;
        let (_, pin) = send(&app, "POST", "/pins", &forwarded).await;
        let qr = pin["qr"].as_str().unwrap();
        assert!(qr.starts_with(&format!("{scheme}://plex.example/")), "{qr}");
    }
}

#[tokio::test]
async fn pages_decide_behind_a_proxy_with_tls() {
    let builder = Emulator::builder().public_url("https://plex.example");
    let (_emulator, app) = start(builder).await;
    for (host, origin) in [
        // The proxy keeps the name, or changes it.
        ("plex.example", "https://plex.example"),
        ("127.0.0.1:8080", "https://plex.example"),
    ] {
        let pin = app.create(false).await;
        let decision = app.anonymous("POST", "//_pages/decision");
        let decision = decision.header("Host", host).header("Origin", origin);
        let body = json!({"code": code(&pin), "user": 0, "allow": true});
        assert_eq!(decision.json(&body).send().await.unwrap().status(), 204);
        assert!(app.token(&pin).await.is_some());
    }
}

#[tokio::test]
async fn health_needs_no_name_and_is_not_recorded() {
    let (emulator, app) = start(Emulator::builder()).await;
    for method in ["GET", "HEAD"] {
        let (status, _) = send(&app, method, "//healthz", &[("Host", "10.0.0.7:8080")]).await;
        assert_eq!(status, 200);
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn invalid_settings_are_reported_at_the_start() {
    for (builder, expected) in [
        (Emulator::builder().host("a b"), "\"a b\" is not a host"),
        (Emulator::builder().control_host("h:80"), "without a port"),
        (Emulator::builder().public_url("plex.example"), "no path"),
        (Emulator::builder().control_token(""), "control token"),
    ] {
        let error = builder.start().await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
