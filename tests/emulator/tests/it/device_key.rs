//! The key of an app, and the requests of an app with a key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use reqwest::Response;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::support::{App, CLIENT};

/// The key of an app.
pub(crate) struct Key(Ed25519KeyPair);

impl Key {
    pub(crate) fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    pub(crate) fn jwk(&self) -> Value {
        let x = BASE64.encode(self.0.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "my-key", "use": "sig", "alg": "EdDSA"})
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let header = json!({"kid": "my-key", "alg": "EdDSA", "typ": "JWT"});
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = BASE64.encode(self.0.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

pub(crate) fn claims(nonce: &str) -> Value {
    json!({"aud": "plex.tv", "iss": CLIENT, "nonce": nonce, "scope": "username,joinedAt"})
}

pub(crate) async fn nonce(app: &App) -> String {
    let response = app.request("GET", "/auth/nonce").send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    body["nonce"].as_str().unwrap().to_owned()
}

pub(crate) async fn register(app: &App, token: &str, key: &Key) -> Response {
    let request = app
        .request("POST", "/auth/jwk")
        .header("X-Plex-Token", token);
    request
        .json(&json!({"jwk": key.jwk()}))
        .send()
        .await
        .unwrap()
}

pub(crate) async fn exchange(app: &App, jwt: String) -> Response {
    let request = app
        .request("POST", "/auth/token")
        .json(&json!({"jwt": jwt}));
    request.send().await.unwrap()
}

/// Exchanges a device JWT of a registered key for a JWT of plex.tv.
pub(crate) async fn refresh(app: &App, key: &Key) -> String {
    let nonce = nonce(app).await;
    let response = exchange(app, key.sign(&claims(&nonce))).await;
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    body["auth_token"].as_str().unwrap().to_owned()
}

/// Verifies a JWT with the published keys and returns its claims.
pub(crate) async fn verified(app: &App, token: &str) -> Value {
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
