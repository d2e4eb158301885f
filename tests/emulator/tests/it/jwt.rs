//! JWTs: registered with a legacy token or with a PIN, refreshed, rejected.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use plex_tv_emulator::Emulator;
use reqwest::Response;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::support::{App, CLIENT, code, refusal};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The key of an app.
struct Key(Ed25519KeyPair);

impl Key {
    fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn jwk(&self) -> Value {
        let x = BASE64.encode(self.0.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "my-key", "use": "sig", "alg": "EdDSA"})
    }

    fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let header = json!({"kid": "my-key", "alg": "EdDSA", "typ": "JWT"});
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = BASE64.encode(self.0.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

fn claims(nonce: &str) -> Value {
    json!({"aud": "plex.tv", "iss": CLIENT, "nonce": nonce, "scope": "username,joinedAt"})
}

async fn nonce(app: &App) -> String {
    let response = app.request("GET", "/auth/nonce").send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    body["nonce"].as_str().unwrap().to_owned()
}

async fn register(app: &App, token: &str, key: &Key) -> Response {
    let request = app
        .request("POST", "/auth/jwk")
        .header("X-Plex-Token", token);
    request
        .json(&json!({"jwk": key.jwk()}))
        .send()
        .await
        .unwrap()
}

async fn exchange(app: &App, jwt: String) -> Response {
    let request = app
        .request("POST", "/auth/token")
        .json(&json!({"jwt": jwt}));
    request.send().await.unwrap()
}

/// A JWT of plex.tv for a key that is registered.
async fn refresh(app: &App, key: &Key) -> String {
    let nonce = nonce(app).await;
    let response = exchange(app, key.sign(&claims(&nonce))).await;
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    body["auth_token"].as_str().unwrap().to_owned()
}

/// The claims of a JWT that one of the published keys has signed.
async fn verified(app: &App, token: &str) -> Value {
    let response = app
        .anonymous("GET", "/auth/keys")
        .header("Accept", "application/json");
    let keys: Value = response.send().await.unwrap().json().await.unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let decode = |part: &str| BASE64.decode(part).unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == header["kid"]);
    let x = decode(key.unwrap()["x"].as_str().unwrap());
    let key = UnparsedPublicKey::new(&ED25519, x);
    key.verify(message.as_bytes(), &decode(signature)).unwrap();
    serde_json::from_slice(&decode(claims)).unwrap()
}

#[tokio::test]
async fn a_legacy_token_becomes_a_jwt_and_dies() {
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
        refusal(poll(&Key::new(2).sign(&json!({"aud": "plex.tv", "iss": CLIENT}))).await).await;
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
async fn a_proof_that_cannot_be_matched_yields_a_legacy_token() {
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
async fn nonces_live_five_minutes_and_are_used_once() {
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
async fn what_does_not_fit_is_refused_by_number() {
    let emulator = Emulator::start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    let refused = async |jwt: String| {
        let (status, error) = refusal(exchange(&app, jwt).await).await;
        (status, error["code"].as_i64().unwrap())
    };
    let good = claims(&nonce(&app).await);
    assert_eq!(refused(key.sign(&good)).await, (422, 1097));
    emulator.set_switches(|switches| switches.no_such_key_status = 401);
    assert_eq!(refused(key.sign(&good)).await, (401, 1097));
    register(&app, &legacy, &key).await;
    let mut expired = good.clone();
    expired["exp"] = json!(1);
    assert_eq!(refused(key.sign(&expired)).await.0, 498);
    let mut other_audience = good.clone();
    other_audience["aud"] = json!("example.com");
    assert_eq!(refused(key.sign(&other_audience)).await.0, 422);
    let mut other_issuer = good.clone();
    other_issuer["iss"] = json!("other");
    assert_eq!(refused(key.sign(&other_issuer)).await, (401, 1097));
    assert_eq!(refused(Key::new(2).sign(&good)).await.0, 422);
    assert_eq!(refused("nonsense".to_owned()).await.0, 422);
    // None of these has used the nonce up.
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
    let (status, error) = refusal(register(&other, &token, &key).await).await;
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
async fn a_jwt_ends_after_seven_days_and_can_be_refreshed_then() {
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
async fn rotated_keys_stay_published_while_their_tokens_live() {
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
    let (status, error) = refusal(exchange(&app, jwt).await).await;
    assert_eq!((status, &error["code"]), (422, &json!(1097)));
}

#[tokio::test]
async fn an_identifier_with_a_jwt_signs_in_with_its_key_only() {
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
    let (status, error) = refusal(link().send().await.unwrap()).await;
    assert_eq!((status, &error["code"]), (403, &json!(1068)));
    let with_key = app
        .request("POST", "/pins")
        .json(&json!({"jwk": key.jwk()}));
    let with_key: Value = with_key.send().await.unwrap().json().await.unwrap();
    emulator.approve(code(&with_key)).await.unwrap();
    emulator.set_switches(|switches| switches.jwt_leaves_pins_usable = true);
    assert_eq!(link().send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_nonce_for_nobody_is_refused_as_recorded() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let ask = async || {
        let request = app
            .anonymous("GET", "/auth/nonce")
            .header("Accept", "application/json");
        let (status, error) = refusal(request.send().await.unwrap()).await;
        assert_eq!(error["code"], 1000);
        status
    };
    assert_eq!(ask().await, 422);
    emulator.set_switches(|switches| switches.nonce_without_client_is_400 = true);
    assert_eq!(ask().await, 400);
}
