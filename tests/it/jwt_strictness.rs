//! Tokens and keys that a lenient reader would accept: odd JSON, weak keys, excessive sizes.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use plex_api::{Credentials, DeviceKey, JwtFlaw, Token};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer};

use crate::jwt::{Issuer, claims, device, flaw, publishing, with};
use crate::servers::{client, json as response, roku};

#[tokio::test]
async fn the_parts_of_a_token_are_json_objects_without_critical_extensions() {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([issuer.jwk()])]).await;
    let device = device(&server);
    let valid = claims(&device);
    let members = [
        "iss",
        "aud",
        "iat",
        "nbf",
        "exp",
        "thumbprint",
        "scope",
        "user",
    ];
    let array = json!(members.map(|name| &valid[name]));
    let user_array = with(valid.clone(), "user", json!([12345, "212acf24b07315e5"]));
    let header = json!({"alg": "EdDSA"});
    for (what, header, claims, expected) in [
        ("objects", header.clone(), &valid, None),
        (
            "a header in an array",
            json!(["EdDSA"]),
            &valid,
            Some(JwtFlaw::Malformed),
        ),
        (
            "a header in an array, with a null",
            json!(["EdDSA", null]),
            &valid,
            Some(JwtFlaw::Malformed),
        ),
        (
            "crit: null",
            json!({"alg": "EdDSA", "crit": null}),
            &valid,
            Some(JwtFlaw::Malformed),
        ),
        (
            "an empty crit",
            json!({"alg": "EdDSA", "crit": []}),
            &valid,
            Some(JwtFlaw::Malformed),
        ),
        (
            "claims in an array",
            header.clone(),
            &array,
            Some(JwtFlaw::Malformed),
        ),
        (
            "a user in an array",
            header,
            &user_array,
            Some(JwtFlaw::Malformed),
        ),
    ] {
        let token = Token::new(issuer.sign(&header, claims));
        assert_eq!(flaw(&device, &token).await, expected, "{what}");
    }
}

/// The encodings of the eight points of small order, without the sign bit: two are not canonical.
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// With such a key one signature fits many messages: anyone can sign.
#[tokio::test]
async fn a_published_key_of_small_order_verifies_nothing() {
    let issuer = Issuer::new(1);
    let mut keys = Vec::new();
    for hex in SMALL_ORDER {
        let byte = |index: usize| u8::from_str_radix(&hex[2 * index..][..2], 16).unwrap();
        let mut key: [u8; 32] = std::array::from_fn(byte);
        for sign in [0, 0x80] {
            key[31] = key[31] & 0x7f | sign;
            let mut jwk = issuer.jwk();
            jwk["x"] = json!(BASE64.encode(key));
            keys.push(jwk);
        }
    }
    let server = publishing(&[json!(keys)]).await;
    let device = device(&server);
    // The neutral point and the scalar zero.
    let mut signature = [0; 64];
    signature[0] = 1;
    for nonce in 0..64 {
        let token = issuer.token(&with(claims(&device), "nonce", json!(nonce)));
        let (message, _) = token.expose().rsplit_once('.').unwrap();
        let forged = Token::new(format!("{message}.{}", BASE64.encode(signature)));
        assert_eq!(flaw(&device, &forged).await, Some(JwtFlaw::Signature));
    }
}

#[tokio::test]
async fn the_number_of_published_keys_is_limited() {
    let (issuer, other) = (Issuer::new(1), Issuer::new(2));
    for (before, expected) in [(99, None), (100, Some(JwtFlaw::Signature))] {
        let mut keys = vec![other.jwk(); before];
        // Keys of other kinds do not count.
        keys.extend(vec![json!({"kty": "RSA"}); 100]);
        keys.push(issuer.jwk());
        let server = publishing(&[json!(keys)]).await;
        let device = device(&server);
        let token = issuer.token(&claims(&device));
        assert_eq!(flaw(&device, &token).await, expected, "{before}");
    }
}

#[tokio::test]
async fn the_length_of_a_token_is_limited() {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([issuer.jwk()])]).await;
    let device = device(&server);
    for (length, expected) in [(11_000, None), (13_000, Some(JwtFlaw::Malformed))] {
        let long = with(claims(&device), "padding", json!("p".repeat(length)));
        let token = issuer.token(&long);
        assert_eq!(flaw(&device, &token).await, expected, "{length}");
    }
}

async fn respond(server: &MockServer, verb: &str, name: &str, body: &Value) {
    Mock::given(method(verb))
        .and(path(format!("/api/v2/auth/{name}")))
        .respond_with(response(200, &body.to_string()))
        .mount(server)
        .await;
}

/// Makes credentials without a token, and a server that issues the token with these claims again and again.
async fn issuing(change: impl FnOnce(Value) -> Value) -> (MockServer, Credentials) {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([issuer.jwk()])]).await;
    let device = device(&server);
    let token = issuer.token(&change(claims(&device)));
    let (nonce, token) = (json!({"nonce": "n"}), json!({"auth_token": token.expose()}));
    respond(&server, "GET", "nonce", &nonce).await;
    respond(&server, "POST", "token", &token).await;
    let identifier = roku().client_identifier().to_owned();
    let state = json!({"client_identifier": identifier, "key": device.key()});
    let state = serde_json::from_value(state).unwrap();
    let credentials = Credentials::restore(&client(&server), &state).unwrap();
    (server, credentials)
}

#[tokio::test]
async fn a_token_that_is_too_long_does_not_damage_the_file() {
    let long = |claims: Value| with(claims, "padding", json!("p".repeat(100_000)));
    let (server, credentials) = issuing(long).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials.json");
    let credentials = credentials.keep_in(&file).unwrap();
    let old = fs::read(&file).unwrap();
    let error = credentials.token().await.unwrap_err();
    assert_eq!(error.jwt_flaw(), Some(JwtFlaw::Malformed), "{error}");
    assert_eq!(fs::read(&file).unwrap(), old);
    let found = Credentials::load(&client(&server), &file).unwrap();
    assert!(found.is_some());
}

#[tokio::test]
async fn a_rejected_token_that_is_issued_again_is_not_returned() {
    let (_server, credentials) = issuing(|claims| claims).await;
    // Credentials of the same device that do not know the token.
    let others = credentials.state();
    let others = Credentials::restore(credentials.device().plex(), &others).unwrap();
    let rejected = credentials.token().await.unwrap();
    let error = others.token_instead_of(&rejected).await.unwrap_err();
    assert!(
        error.is_misuse() && error.to_string().contains("media servers"),
        "{error}"
    );
}

#[test]
fn the_id_of_a_foreign_key_is_escaped_and_limited() {
    let mut jwk: Value = serde_json::to_value(DeviceKey::generate().unwrap()).unwrap();
    jwk["kid"] = json!("a\nb\u{1b}[31m\u{202e}");
    let key = DeviceKey::from_jwk(&jwk.to_string()).unwrap();
    assert_eq!(key.id(), "a\nb\u{1b}[31m\u{202e}");
    let device = crate::private_files::plex().with_device_key(&key);
    for text in [format!("{key:?}"), format!("{device:?}")] {
        assert!(text.contains(r"a\nb\u{1b}[31m\u{202e}"), "{text}");
    }
    jwk["kid"] = json!("\u{1}".repeat(1024));
    let key = DeviceKey::from_jwk(&jwk.to_string()).unwrap();
    let again = DeviceKey::from_jwk(key.to_jwk().unwrap().expose()).unwrap();
    assert_eq!(again.id(), key.id());
    for length in [1025, 100_000] {
        jwk["kid"] = json!("k".repeat(length));
        let error = DeviceKey::from_jwk(&jwk.to_string()).unwrap_err();
        assert!(error.is_misuse(), "{error}");
    }
}
