//! PINs with a key.

use plex_tv_emulator::Emulator;
use serde_json::{Value, json};

use crate::device_key::{Key, refresh, register, verified};
use crate::support::{App, CLIENT, api_error, code};

#[tokio::test]
async fn a_pin_with_a_key_yields_a_jwt() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let request = app
        .request("POST", "/pins")
        .json(&json!({"jwk": key.jwk(), "strong": true}));
    let pin: Value = request.send().await.unwrap().json().await.unwrap();
    let poll = async |jwt: &str| {
        let path = format!("/pins/{}", pin["id"]);
        let request = app.request("GET", &path).query(&[("deviceJWT", jwt)]);
        request.send().await.unwrap()
    };
    let proof = key.sign(&json!({"aud": "plex.tv", "iss": CLIENT}));
    let pending: Value = poll(&proof).await.json().await.unwrap();
    assert_eq!(pending["authToken"], json!(null));
    emulator.approve(code(&pin)).await.unwrap();
    let (status, _) =
        api_error(poll(&Key::new(2).sign(&json!({"aud": "plex.tv", "iss": CLIENT}))).await).await;
    assert_eq!(status, 422);
    let expired = key.sign(&json!({"aud": "plex.tv", "iss": CLIENT, "exp": 1}));
    assert_eq!(poll(&expired).await.status(), 498);
    let claimed: Value = poll(&proof).await.json().await.unwrap();
    let token = claimed["authToken"].as_str().unwrap();
    assert_eq!(verified(&app, token).await["thumbprint"], "my-key");
    assert_eq!(app.status("GET", "/user", token).await, 200);
    let again: Value = poll(&proof).await.json().await.unwrap();
    assert_eq!(again["authToken"], token);
    assert_eq!(
        app.status("GET", "/user", &refresh(&app, &key).await).await,
        200
    );
}

#[tokio::test]
async fn a_device_jwt_of_another_key_yields_a_legacy_token() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let with_key = app
        .request("POST", "/pins")
        .json(&json!({"jwk": key.jwk()}));
    let with_key: Value = with_key.send().await.unwrap().json().await.unwrap();
    let other_issuer = key.sign(&json!({"aud": "plex.tv", "iss": "other"}));
    let without_key = app.create(false).await;
    let proof = key.sign(&json!({"aud": "plex.tv", "iss": CLIENT}));
    for (pin, jwt) in [(with_key, other_issuer), (without_key, proof)] {
        emulator.approve(code(&pin)).await.unwrap();
        let path = format!("/pins/{}?deviceJWT={jwt}", pin["id"]);
        let claimed: Value = app
            .request("GET", &path)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(claimed["authToken"].as_str().unwrap().len(), 20);
    }
}

#[tokio::test]
async fn an_app_with_a_jwt_signs_in_only_with_its_key() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    register(&app, &legacy, &key).await;
    let plain = app.create(false).await;
    let link = || {
        app.request("PUT", "/pins/link")
            .header("X-Plex-Token", emulator.demo_token())
            .form(&[("code", code(&plain))])
    };
    let (status, error) = api_error(link().send().await.unwrap()).await;
    assert_eq!((status, &error["code"]), (403, &json!(1068)));
    let with_key = app
        .request("POST", "/pins")
        .json(&json!({"jwk": key.jwk()}));
    let with_key: Value = with_key.send().await.unwrap().json().await.unwrap();
    emulator.approve(code(&with_key)).await.unwrap();
    emulator.set_switches(|switches| switches.jwt_leaves_pins_usable = true);
    assert_eq!(link().send().await.unwrap().status(), 204);
}
