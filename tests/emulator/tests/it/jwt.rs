//! JWTs of registered keys: issued, refreshed, rejected.

use std::time::Duration;

use plex_tv_emulator::Emulator;
use serde_json::json;

use crate::device_key::{Key, claims, exchange, nonce, refresh, register, verified};
use crate::support::{App, CLIENT, api_error};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_jwt_replaces_a_legacy_token() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    assert_eq!(register(&app, &legacy, &key).await.status(), 201);
    assert_eq!(app.status("GET", "/user", &legacy).await, 200);
    let token = refresh(&app, &key).await;
    assert_eq!(app.status("GET", "/user", &legacy).await, 401);
    assert_eq!(app.status("GET", "/user", &token).await, 200);
    let claims = verified(&app, &token).await;
    assert_eq!(claims["iss"], "plex.tv");
    assert_eq!(claims["aud"], json!(["plex.tv", CLIENT]));
    assert_eq!(claims["thumbprint"], "my-key");
    let demo = &emulator.users()[0];
    assert_eq!(
        claims["user"],
        json!({"id": demo.id, "uuid": demo.uuid, "username": "demo", "joinedAt": demo.joined_at})
    );
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 7 * 24 * 60 * 60);
    assert_ne!(token, refresh(&app, &key).await);
}

#[tokio::test]
async fn nonces_expire_after_five_minutes_and_are_used_once() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    register(&app, &legacy, &key).await;
    let nonce_of_ours = nonce(&app).await;
    let jwt = key.sign(&claims(&nonce_of_ours));
    assert_eq!(exchange(&app, jwt.clone()).await.status(), 200);
    assert_eq!(exchange(&app, jwt).await.status(), 422);
    let late = nonce(&app).await;
    emulator.advance(Duration::from_secs(300));
    assert_eq!(exchange(&app, key.sign(&claims(&late))).await.status(), 422);
    let of_another = nonce(&App::named(&emulator, "other")).await;
    assert_eq!(
        exchange(&app, key.sign(&claims(&of_another)))
            .await
            .status(),
        422
    );
}

#[tokio::test]
async fn an_invalid_device_jwt_gets_an_error_code() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    let rejected = async |jwt: String| {
        let (status, error) = api_error(exchange(&app, jwt).await).await;
        (status, error["code"].as_i64().unwrap())
    };
    let good = claims(&nonce(&app).await);
    assert_eq!(rejected(key.sign(&good)).await, (422, 1097));
    emulator.set_switches(|switches| switches.no_such_key_status = 401);
    assert_eq!(rejected(key.sign(&good)).await, (401, 1097));
    register(&app, &legacy, &key).await;
    let mut expired = good.clone();
    expired["exp"] = json!(1);
    assert_eq!(rejected(key.sign(&expired)).await.0, 498);
    let mut other_audience = good.clone();
    other_audience["aud"] = json!("example.com");
    assert_eq!(rejected(key.sign(&other_audience)).await.0, 422);
    let mut other_issuer = good.clone();
    other_issuer["iss"] = json!("other");
    assert_eq!(rejected(key.sign(&other_issuer)).await, (401, 1097));
    assert_eq!(rejected(Key::new(2).sign(&good)).await.0, 422);
    assert_eq!(rejected("nonsense".to_owned()).await.0, 422);
    // The rejected requests did not use up the nonce.
    assert_eq!(exchange(&app, key.sign(&good)).await.status(), 200);
}

#[tokio::test]
async fn a_key_of_another_app_is_taken() {
    let emulator = Emulator::start().await.unwrap();
    let (app, other) = (App::new(&emulator), App::named(&emulator, "other"));
    let key = Key::new(1);
    let token = app.sign_in(&emulator).await;
    assert_eq!(register(&app, &token, &key).await.status(), 201);
    assert_eq!(register(&app, &token, &key).await.status(), 201);
    emulator.set_switches(|switches| switches.registered_key_is_taken = true);
    assert_eq!(register(&app, &token, &key).await.status(), 422);
    let token = other.sign_in(&emulator).await;
    let (status, error) = api_error(register(&other, &token, &key).await).await;
    assert_eq!(
        (status, &error["message"]),
        (422, &json!("Thumbprint Already Taken"))
    );
    assert_eq!(register(&other, "wrong", &Key::new(2)).await.status(), 401);
    let request = other
        .request("POST", "/auth/jwk")
        .header("X-Plex-Token", &token);
    assert_eq!(
        request
            .json(&json!({"jwk": 1}))
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn an_expired_jwt_can_be_refreshed() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    register(&app, &legacy, &key).await;
    let token = refresh(&app, &key).await;
    emulator.advance(7 * DAY - Duration::from_secs(60));
    assert_eq!(app.status("GET", "/user", &token).await, 200);
    emulator.advance(Duration::from_secs(60));
    assert_eq!(app.status("GET", "/user", &token).await, 498);
    assert_eq!(
        app.status("GET", "/user", &refresh(&app, &key).await).await,
        200
    );
}

#[tokio::test]
async fn rotated_keys_stay_published_while_their_tokens_are_valid() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    register(&app, &legacy, &key).await;
    let old = refresh(&app, &key).await;
    emulator.rotate_keys();
    let new = refresh(&app, &key).await;
    for token in [&old, &new] {
        verified(&app, token).await;
        assert_eq!(app.status("GET", "/user", token).await, 200);
    }
    assert_ne!(old.split('.').next(), new.split('.').next());
}

#[tokio::test]
async fn a_removed_device_has_neither_token_nor_key() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    register(&app, &legacy, &key).await;
    let token = refresh(&app, &key).await;
    assert_eq!(app.status("DELETE", "/users/signout", &token).await, 204);
    assert_eq!(app.status("GET", "/user", &token).await, 401);
    let jwt = key.sign(&claims(&nonce(&app).await));
    let (status, error) = api_error(exchange(&app, jwt).await).await;
    assert_eq!((status, &error["code"]), (422, &json!(1097)));
}

#[tokio::test]
async fn a_nonce_without_identifier_gets_the_recorded_error() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let get_nonce = async || {
        let request = app
            .anonymous("GET", "/auth/nonce")
            .header("Accept", "application/json");
        let (status, error) = api_error(request.send().await.unwrap()).await;
        assert_eq!(error["code"], 1000);
        status
    };
    assert_eq!(get_nonce().await, 422);
    emulator.set_switches(|switches| switches.nonce_without_client_is_400 = true);
    assert_eq!(get_nonce().await, 400);
}
