//! The record of requests, the log, seeds, and `Debug`.

use plex_tv_emulator::{Emulator, Operation};

use crate::support::{App, CLIENT, code};

#[tokio::test]
async fn requests_are_recorded_as_sent() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let request = app
        .request("POST", "/pins?strong=true")
        .body("strong=false");
    request.send().await.unwrap();
    app.anonymous("GET", "//nothing").send().await.unwrap();
    let requests = emulator.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].operation, Some(Operation::GetPin));
    assert_eq!(requests[0].method, "POST");
    assert_eq!(requests[0].path, "/api/v2/pins");
    assert_eq!(requests[0].query_value("strong"), Some("true"));
    assert_eq!(requests[0].header("X-Plex-Client-Identifier"), Some(CLIENT));
    assert_eq!(requests[0].body, b"strong=false");
    assert_eq!(requests[0].status, Some(201));
    assert!(requests[0].at <= emulator.now());
    assert_eq!(
        (requests[1].operation, requests[1].status),
        (None, Some(404))
    );
    emulator.clear_requests();
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn the_record_keeps_the_last_requests() {
    let emulator = Emulator::builder().record(1).start().await.unwrap();
    let app = App::new(&emulator);
    app.create(false).await;
    app.create(true).await;
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].query_value("strong"), Some("true"));
}

#[tokio::test]
async fn a_seed_repeats_codes_ids_and_tokens() {
    let run = async || {
        let emulator = Emulator::builder().seed(42).start().await.unwrap();
        let app = App::new(&emulator);
        let pin = app.create(true).await;
        emulator.approve(code(&pin)).await.unwrap();
        let token = app.token(&pin).await;
        (
            code(&pin).to_owned(),
            pin["id"].clone(),
            token,
            emulator.demo_token(),
        )
    };
    assert_eq!(run().await, run().await);
}

#[tokio::test]
async fn debug_and_errors_show_neither_code_nor_token() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.approve(code(&pin)).await.unwrap();
    let token = app.token(&pin).await.unwrap();
    let unknown = emulator.approve(code(&pin)).await.unwrap_err();
    let shown = format!(
        "{emulator:#?} {:#?} {unknown:?} {unknown}",
        emulator.requests()
    );
    for secret in [code(&pin), &token, &emulator.demo_token()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn neither_debug_nor_the_record_shows_the_control_token() {
    const SECRET: &str = "s3cret-t0ken";
    let builder = Emulator::builder().control_token(SECRET);
    let mut shown = format!("{builder:#?}");
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    for path in ["/auth/keys", "//_emulator/users", "///_emulator/users"] {
        let request = app.request("GET", path).header("X-Emulator-Token", SECRET);
        assert_eq!(request.send().await.unwrap().status(), 200, "{path}");
    }
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("X-Emulator-Token"), None);
    assert_eq!(requests[0].header("X-Plex-Client-Identifier"), Some(CLIENT));
    shown += &format!("{emulator:#?} {requests:#?}");
    let invalid = Emulator::builder().control_token(format!("{SECRET} "));
    let error = invalid.start().await.unwrap_err();
    shown += &format!("{error:#?} {error}");
    assert!(!shown.contains(SECRET), "{shown}");
}

#[tokio::test]
async fn the_log_shows_operations_and_no_secrets() {
    let log = Log::default();
    let builder = Emulator::builder().log_to(log.clone());
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.approve(code(&pin)).await.unwrap();
    app.token(&pin).await.unwrap();
    let picture = app.anonymous("GET", &format!("/pins/qr/{}", code(&pin)));
    picture.send().await.unwrap();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(
        lines,
        [
            "POST getPin 201",
            "GET getTokenByPinId 200",
            "GET getPinQrCode 200"
        ]
    );
}

#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_taken_port_is_reported() {
    let emulator = Emulator::start().await.unwrap();
    let port = emulator.base_url().port().unwrap();
    let error = Emulator::builder().port(port).start().await.unwrap_err();
    assert!(error.is_port_taken());
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn a_dropped_emulator_frees_its_port() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    app.create(false).await;
    let port = emulator.base_url().port().unwrap();
    // A new client has no open connection.
    let app = App::new(&emulator);
    drop(emulator);
    assert!(
        app.request("GET", "/auth/keys")
            .send()
            .await
            .unwrap_err()
            .is_connect()
    );
    Emulator::builder().port(port).start().await.unwrap();
}
