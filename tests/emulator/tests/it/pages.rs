//! The headers of the pages, and the requests of their scripts.

use plex_tv_emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{App, CLIENT, code};

#[tokio::test]
async fn pages_load_only_own_assets_and_cannot_be_framed() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for path in ["//", "//link", "//link/?pin=7RQZ", "//auth", "//auth/"] {
        let response = app.anonymous("GET", path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert!(
            !headers.contains_key("cross-origin-opener-policy"),
            "{path}"
        );
        let html = response.text().await.unwrap();
        assert!(!html.contains("https://") || path == "//", "{path}");
        for asset in html.split("\"/assets/").skip(1) {
            let name = asset.split('"').next().unwrap();
            let asset = app.anonymous("GET", &format!("//assets/{name}"));
            assert_eq!(asset.send().await.unwrap().status(), 200, "{name}");
        }
    }
    let old = app.anonymous("GET", "//pin?pin=7RQZ").send().await.unwrap();
    assert!(old.url().as_str().ends_with("/link/?pin=7RQZ"));
}

async fn look_up(app: &App, query: &[(&str, &str)]) -> reqwest::Response {
    let request = app.anonymous("GET", "//_pages/pin").query(query);
    request.send().await.unwrap()
}

async fn decide(app: &App, decision: Value) -> u16 {
    let request = app.anonymous("POST", "//_pages/decision").json(&decision);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_link_page_accepts_short_codes_only() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let (short, strong) = (app.create(false).await, app.create(true).await);
    let found: Value = look_up(&app, &[("code", code(&short))])
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(found["product"], "Plex for Roku");
    assert_eq!(found["users"][0], "Demo User");
    assert_eq!(
        look_up(&app, &[("code", code(&strong))]).await.status(),
        404
    );
    let decision = |pin: &Value| json!({"code": code(pin), "user": 0, "allow": true});
    assert_eq!(decide(&app, decision(&strong)).await, 404);
    assert_eq!(decide(&app, decision(&short)).await, 204);
    assert!(app.token(&short).await.is_some());
    assert_eq!(decide(&app, decision(&short)).await, 404);
}

#[tokio::test]
async fn the_auth_page_accepts_strong_codes_of_its_app_only() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let (short, strong) = (app.create(false).await, app.create(true).await);
    for (pin, client, status) in [
        (&short, CLIENT, 404),
        (&strong, "other", 404),
        (&strong, CLIENT, 200),
    ] {
        let query = [("code", code(pin)), ("clientID", client)];
        assert_eq!(look_up(&app, &query).await.status(), status);
    }
    let decline = json!({"code": code(&strong), "clientID": CLIENT, "user": 0, "allow": false});
    assert_eq!(decide(&app, decline).await, 204);
    assert_eq!(app.token(&strong).await, None);
}

#[tokio::test]
async fn other_sites_cannot_decide_for_the_user() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(false).await;
    let decision = json!({"code": code(&pin), "user": 0, "allow": true});
    let request = app
        .anonymous("POST", "//_pages/decision")
        .header("Origin", "https://example.com");
    let response = request.json(&decision).send().await.unwrap();
    assert_eq!(response.status(), 403);
    let reason: Value = response.json().await.unwrap();
    let reason = reason["message"].as_str().unwrap();
    assert!(reason.contains("--public-url"), "{reason}");
    assert_eq!(app.token(&pin).await, None);
    assert_eq!(
        decide(&app, json!({"code": code(&pin), "user": 99, "allow": true})).await,
        400
    );
    assert_eq!(decide(&app, json!({"user": 0, "allow": true})).await, 400);
}

#[tokio::test]
async fn the_switch_coop_cuts_a_popup_off_from_its_app() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.coop = true);
    let app = App::new(&emulator);
    for path in ["//link", "//auth"] {
        let response = app.anonymous("GET", path).send().await.unwrap();
        let policy = &response.headers()["cross-origin-opener-policy"];
        assert_eq!(policy, "same-origin", "{path}");
    }
}

#[tokio::test]
async fn a_code_that_a_page_does_not_take_is_explained() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let (short, strong) = (app.create(false).await, app.create(true).await);
    emulator.approve(code(&short)).await.unwrap();
    for (query, reason) in [
        (vec![("code", code(&strong))], json!("strong")),
        // The page sends what the user types in upper case.
        (vec![("code", "3PATFX1A78UKCBR7X0N9BL26T")], json!("strong")),
        (vec![("code", code(&short))], json!("claimed")),
        (vec![("code", "????")], json!(null)),
        (
            vec![("code", code(&strong)), ("clientID", "other")],
            json!(null),
        ),
    ] {
        let response = look_up(&app, &query).await;
        assert_eq!(response.status(), 404, "{query:?}");
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["reason"], reason, "{query:?}");
    }
    emulator.approve(code(&strong)).await.unwrap();
    let query = [("code", code(&strong)), ("clientID", CLIENT)];
    let error: Value = look_up(&app, &query).await.json().await.unwrap();
    assert_eq!(error["reason"], "claimed");
}
