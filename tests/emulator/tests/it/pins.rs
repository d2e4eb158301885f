use std::time::Duration;

use plex_tv_emulator::Emulator;
use serde_json::json;

use crate::support::{App, CLIENT, api_error};

#[tokio::test]
async fn a_short_pin_has_the_twelve_fields() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let mut pin = app.create(false).await;
    let code = pin["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 4);
    let mut fields: Vec<_> = pin.as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "authToken",
            "clientIdentifier",
            "code",
            "createdAt",
            "expiresAt",
            "expiresIn",
            "id",
            "location",
            "newRegistration",
            "product",
            "qr",
            "trusted"
        ]
    );
    assert_eq!(pin["location"].take().as_object().unwrap().len(), 11);
    assert_eq!(pin["clientIdentifier"], CLIENT);
    assert_eq!(pin["product"], "Plex for Roku");
    assert_eq!(pin["expiresIn"], 900);
    assert_eq!(pin["authToken"], json!(null));
    assert_eq!(pin["newRegistration"], json!(null));
    assert_eq!(pin["qr"], format!("{}/pins/qr/{code}", emulator.base_url()));
}

#[tokio::test]
async fn a_strong_pin_lives_longer_and_has_a_longer_code() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    assert_eq!(pin["code"].as_str().unwrap().len(), 25);
    assert_eq!(pin["expiresIn"], 1800);
}

#[tokio::test]
async fn strong_comes_in_the_query_a_form_or_json() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let post = || app.request("POST", "/pins");
    let requests = [
        post().query(&[("strong", "True")]),
        post().form(&[("strong", "true")]),
        post().json(&json!({"strong": true})),
    ];
    for request in requests {
        let pin: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(pin["code"].as_str().unwrap().len(), 25);
    }
}

#[tokio::test]
async fn approving_gives_a_token_to_the_app() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for strong in [false, true] {
        let pin = app.create(strong).await;
        assert_eq!(app.token(&pin).await, None);
        let code = pin["code"].as_str().unwrap();
        let typed = if strong {
            code.to_owned()
        } else {
            code.to_lowercase()
        };
        emulator.approve(&typed).await.unwrap();
        let token = app.token(&pin).await.unwrap();
        assert_eq!(token.len(), 20);
        assert!(emulator.approve(code).await.unwrap_err().is_unknown_code());
    }
}

#[tokio::test]
async fn another_client_identifier_does_not_find_the_pin() {
    let emulator = Emulator::start().await.unwrap();
    let pin = App::new(&emulator).create(false).await;
    let (status, error) = api_error(App::named(&emulator, "other").poll(&pin).await).await;
    assert_eq!(status, 404);
    assert_eq!(
        error,
        json!({"code": 1020, "message": "Code not found or expired"})
    );
}

#[tokio::test]
async fn a_missing_client_identifier_is_a_bad_request() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(false).await;
    for (method, path) in [
        ("POST", "/pins".to_owned()),
        ("GET", format!("/pins/{}", pin["id"])),
    ] {
        let request = app
            .anonymous(method, &path)
            .header("Accept", "application/json");
        let (status, error) = api_error(request.send().await.unwrap()).await;
        assert_eq!(status, 400);
        assert_eq!(
            error,
            json!({"code": 1000, "message": "X-Plex-Client-Identifier is missing", "status": 400})
        );
    }
}

#[tokio::test]
async fn a_pin_counts_down_and_expires() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(false).await;
    emulator.advance(Duration::from_secs(899));
    let later: serde_json::Value = app.poll(&pin).await.json().await.unwrap();
    assert_eq!(later["expiresIn"], 1);
    emulator.advance(Duration::from_secs(1));
    let (status, error) = api_error(app.poll(&pin).await).await;
    assert_eq!((status, &error["code"]), (404, &json!(1020)));
}

#[tokio::test]
async fn linking_needs_a_users_token_and_an_active_code() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(false).await;
    let code = pin["code"].as_str().unwrap();
    let link = |token: &str, body: &[(&str, &str)]| {
        app.request("PUT", "/pins/link")
            .header("X-Plex-Token", token)
            .form(body)
            .send()
    };
    let demo = emulator.demo_token();
    let (status, error) = api_error(link("wrong", &[("code", code)]).await.unwrap()).await;
    assert_eq!((status, &error["code"]), (401, &json!(1001)));
    let (status, _) = api_error(link(&demo, &[]).await.unwrap()).await;
    assert_eq!(status, 400);
    let (status, error) = api_error(link(&demo, &[("code", "????")]).await.unwrap()).await;
    assert_eq!((status, &error["code"]), (404, &json!(1020)));
    let linked = link(&demo, &[("code", code)]).await.unwrap();
    assert_eq!(linked.status(), 204);
    assert!(app.token(&pin).await.is_some());
}

#[tokio::test]
async fn the_qr_code_is_a_png() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    let path = format!("/pins/qr/{}", pin["code"].as_str().unwrap());
    let response = app.anonymous("GET", &path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    let png = response.bytes().await.unwrap();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
}

#[tokio::test]
async fn the_demo_user_approves_after_the_configured_time() {
    let emulator = Emulator::builder()
        .approve_after(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    assert_eq!(app.token(&pin).await, None);
    emulator.advance(Duration::from_secs(60));
    assert!(app.token(&pin).await.is_some());
}

#[tokio::test]
async fn links_to_plex_tv_have_local_pages() {
    let emulator = Emulator::start().await.unwrap();
    let local = |link: &str| {
        let page = emulator.local_page(&link.parse().unwrap());
        page.map(|page| {
            page.as_str()
                .replace(&emulator.base_url().as_str().replace("/api/v2", ""), "")
        })
    };
    let auth = "/auth#?clientID=a&code=b&context%5Bdevice%5D%5Bproduct%5D=Plex%20for%20Roku";
    assert_eq!(
        local(&format!("https://app.plex.tv{auth}")).as_deref(),
        Some(auth)
    );
    assert_eq!(
        local("https://plex.tv/link/?pin=7RQZ").as_deref(),
        Some("/link/?pin=7RQZ")
    );
    assert_eq!(local("https://example.com/link"), None);
}
