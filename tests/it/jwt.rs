//! Verification: the tokens that count as JWTs of plex.tv, and those that do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use plex_api::{DeviceClient, DeviceKey, Error, JwtFlaw, Scope, Token};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::servers::{builder, client, json as response, no_server, roku};

/// A key of plex.tv that signs any claims.
pub(crate) struct Issuer(Ed25519KeyPair);

impl Issuer {
    pub(crate) fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    pub(crate) fn jwk(&self) -> Value {
        let x = BASE64.encode(self.0.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig", "alg": "EdDSA", "kid": "k"})
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = BASE64.encode(self.0.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    pub(crate) fn token(&self, claims: &Value) -> Token {
        Token::new(self.sign(&json!({"alg": "EdDSA", "kid": "k", "typ": "JWT"}), claims))
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// The claims of a valid token.
pub(crate) fn claims(device: &DeviceClient) -> Value {
    json!({
        "nonce": "7c415b56", "thumbprint": device.key().id(), "iss": "plex.tv",
        "aud": ["plex.tv", device.plex().identity().client_identifier()],
        "iat": now(), "exp": now() + 7 * 24 * 60 * 60,
        "user": {"id": 12345, "uuid": "212acf24b07315e5", "username": "user", "email": "user@example.com"},
    })
}

pub(crate) fn with(mut claims: Value, claim: &str, value: Value) -> Value {
    claims[claim] = value;
    claims
}

/// Starts a server that publishes one list of keys after the other, and then the last one repeatedly.
pub(crate) async fn publishing(lists: &[Value]) -> MockServer {
    let server = MockServer::start().await;
    for (index, keys) in lists.iter().enumerate() {
        let mock = Mock::given(method("GET"))
            .and(path("/api/v2/auth/keys"))
            .respond_with(response(200, &json!({ "keys": keys }).to_string()));
        let mock = if index + 1 < lists.len() {
            mock.up_to_n_times(1)
        } else {
            mock
        };
        mock.mount(&server).await;
    }
    server
}

async fn fetches(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

pub(crate) fn device(server: &MockServer) -> DeviceClient {
    client(server).with_device_key(&DeviceKey::generate().unwrap())
}

pub(crate) async fn flaw(device: &DeviceClient, token: &Token) -> Option<JwtFlaw> {
    match device.verify(token).await {
        Ok(_) => None,
        Err(error) => {
            assert_eq!(error.step(), "verify the token");
            assert!(!error.is_transient() && !error.is_rejected(), "{error}");
            let flaw = error.jwt_flaw();
            assert!(flaw.is_some(), "{error}");
            flaw
        }
    }
}

#[tokio::test]
async fn a_valid_token_is_accepted_with_its_claims() {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([Issuer::new(2).jwk(), issuer.jwk()])]).await;
    let device = device(&server);
    let token = issuer.token(&with(claims(&device), "scope", json!("username,email,new")));
    let verified = device.verify(&token).await.unwrap();
    assert_eq!(verified.token(), &token);
    let claims = verified.claims();
    assert_eq!(claims.user.id, 12345);
    assert_eq!(claims.user.email.as_deref(), Some("user@example.com"));
    assert_eq!(claims.scope[2], Scope::Other("new".to_owned()));
    let life = claims.expires_at - claims.issued_at.unwrap();
    assert_eq!(life.num_days(), 7);
}

#[tokio::test]
async fn every_flaw_is_rejected() {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([issuer.jwk()])]).await;
    let device = device(&server);
    let valid = || claims(&device);
    let sign = |claims: Value| issuer.token(&claims);
    let header = json!({"alg": "EdDSA", "kid": "k", "typ": "JWT"});
    let with_header = |header: Value| Token::new(issuer.sign(&header, &valid()));

    let token = sign(valid());
    let flip = |index: usize| {
        let mut parts: Vec<Vec<u8>> = token
            .expose()
            .split('.')
            .map(|part| BASE64.decode(part).unwrap())
            .collect();
        *parts[index].last_mut().unwrap() ^= 1;
        let parts: Vec<String> = parts.iter().map(|part| BASE64.encode(part)).collect();
        Token::new(parts.join("."))
    };
    let unsigned = message(&json!({"alg": "none"}), &valid());
    // The public key, which anyone can fetch, as the secret of a symmetric signature.
    let public = hmac::Key::new(hmac::HMAC_SHA256, issuer.0.public_key().as_ref());
    let hs256 = message(&json!({"alg": "HS256", "typ": "JWT"}), &valid());
    let tag = BASE64.encode(hmac::sign(&public, hs256.as_bytes()));

    let cases = [
        ("a valid token", token.clone(), None),
        (
            "the newer name of the algorithm",
            with_header(json!({"alg": "Ed25519"})),
            None,
        ),
        (
            "a flipped bit in the signature",
            flip(2),
            Some(JwtFlaw::Signature),
        ),
        (
            "claims of another token",
            Token::new({
                let other = sign(with(valid(), "nonce", json!("other")));
                let (message, _) = other.expose().rsplit_once('.').unwrap();
                let (_, signature) = token.expose().rsplit_once('.').unwrap();
                format!("{message}.{signature}")
            }),
            Some(JwtFlaw::Signature),
        ),
        (
            "no signature",
            Token::new(format!("{unsigned}.")),
            Some(JwtFlaw::Algorithm),
        ),
        (
            "no algorithm, but a signature",
            with_header(json!({"alg": "none"})),
            Some(JwtFlaw::Algorithm),
        ),
        (
            "HS256 with the public key",
            Token::new(format!("{hs256}.{tag}")),
            Some(JwtFlaw::Algorithm),
        ),
        (
            "a header with EdDSA, but an HS256 signature",
            {
                let message = message(&header, &valid());
                let tag = BASE64.encode(hmac::sign(&public, message.as_bytes()));
                Token::new(format!("{message}.{tag}"))
            },
            Some(JwtFlaw::Signature),
        ),
        (
            "an extension that must be understood",
            with_header(json!({"alg": "EdDSA", "crit": ["b64"], "b64": false})),
            Some(JwtFlaw::Malformed),
        ),
        (
            "signed with another key",
            Issuer::new(2).token(&valid()),
            Some(JwtFlaw::Signature),
        ),
        (
            "another issuer",
            sign(with(valid(), "iss", json!("https://plex.tv"))),
            Some(JwtFlaw::Issuer),
        ),
        (
            "another audience",
            sign(with(valid(), "aud", json!(["plex.tv", "another-client"]))),
            Some(JwtFlaw::Audience),
        ),
        (
            "another thumbprint",
            sign(with(valid(), "thumbprint", json!("another-key"))),
            Some(JwtFlaw::Thumbprint),
        ),
        (
            "expired",
            sign(with(valid(), "exp", json!(now() - 61))),
            Some(JwtFlaw::Expired),
        ),
        (
            "expired within the tolerance of clocks",
            sign(with(valid(), "exp", json!(now() - 30))),
            None,
        ),
        (
            "not valid yet",
            sign(with(valid(), "nbf", json!(now() + 100))),
            Some(JwtFlaw::NotYetValid),
        ),
        (
            "an expiry beyond the calendar",
            sign(with(valid(), "exp", json!(1e18))),
            Some(JwtFlaw::Malformed),
        ),
        ("no claims", sign(json!({})), Some(JwtFlaw::Malformed)),
        (
            "a legacy token",
            Token::new("2ffLuB84dqLswk9skLos"),
            Some(JwtFlaw::NotAJwt),
        ),
        ("an empty token", Token::new(""), Some(JwtFlaw::NotAJwt)),
        ("two parts", Token::new("e30.e30"), Some(JwtFlaw::NotAJwt)),
        (
            "invalid base64",
            Token::new("a b.c d.e f"),
            Some(JwtFlaw::Malformed),
        ),
        (
            "four parts",
            Token::new(format!("{}.e30", token.expose())),
            Some(JwtFlaw::Malformed),
        ),
        (
            "padded base64",
            Token::new(format!("{}==", token.expose())),
            Some(JwtFlaw::Malformed),
        ),
    ];
    for (what, token, expected) in cases {
        assert_eq!(flaw(&device, &token).await, expected, "{what}");
    }
}

/// Makes a device and the offset of its clock in seconds.
fn device_with_clock(server: &MockServer) -> (DeviceClient, Arc<AtomicU64>) {
    let offset = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&offset);
    let now = move || SystemTime::now() + Duration::from_secs(clock.load(Ordering::Relaxed));
    let plex = builder(server).clock(now).build().unwrap();
    let key = DeviceKey::generate().unwrap();
    (plex.with_device_key(&key), offset)
}

#[tokio::test]
async fn the_keys_are_fetched_once_and_again_when_no_key_matches() {
    let (old, new) = (Issuer::new(1), Issuer::new(2));
    let server = publishing(&[json!([old.jwk()]), json!([old.jwk(), new.jwk()])]).await;
    let (device, offset) = device_with_clock(&server);
    for _ in 0..3 {
        assert_eq!(flaw(&device, &old.token(&claims(&device))).await, None);
    }
    assert_eq!(fetches(&server).await, 1);
    // The key changes but keeps its id: ids are not reliable.
    for _ in 0..3 {
        assert_eq!(flaw(&device, &new.token(&claims(&device))).await, None);
    }
    assert_eq!(fetches(&server).await, 2);
    // A hundred forged tokens cause one more fetch.
    offset.store(31, Ordering::Relaxed);
    let forged = Issuer::new(3).token(&claims(&device));
    for _ in 0..100 {
        assert_eq!(flaw(&device, &forged).await, Some(JwtFlaw::Signature));
    }
    assert_eq!(fetches(&server).await, 3);
}

#[tokio::test]
async fn a_withdrawn_key_is_dropped_after_a_day() {
    let (old, new) = (Issuer::new(1), Issuer::new(2));
    let server = publishing(&[json!([old.jwk()]), json!([new.jwk()])]).await;
    let (device, offset) = device_with_clock(&server);
    let token = old.token(&claims(&device));
    assert_eq!(flaw(&device, &token).await, None);
    offset.store(24 * 60 * 60 - 5, Ordering::Relaxed);
    assert_eq!(flaw(&device, &token).await, None);
    offset.store(24 * 60 * 60 + 5, Ordering::Relaxed);
    assert_eq!(flaw(&device, &token).await, Some(JwtFlaw::Signature));
}

#[tokio::test]
async fn a_token_of_another_client_causes_no_request() {
    let server = publishing(&[json!([Issuer::new(1).jwk()])]).await;
    let device = device(&server);
    let other = with(claims(&device), "aud", json!("another-client"));
    let token = Issuer::new(1).token(&other);
    assert_eq!(flaw(&device, &token).await, Some(JwtFlaw::Audience));
    assert_eq!(fetches(&server).await, 0);
}

#[tokio::test]
async fn keys_of_other_kinds_are_ignored() {
    let issuer = Issuer::new(1);
    let others = json!([
        {"kty": "RSA", "n": "AQ", "e": "AQAB"}, {"kid": 1}, "what", null,
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "short"}, issuer.jwk(),
    ]);
    let server = publishing(&[others]).await;
    let device = device(&server);
    assert_eq!(flaw(&device, &issuer.token(&claims(&device))).await, None);
}

#[tokio::test]
async fn an_outage_is_not_a_flaw_of_the_token() {
    let issuer = Issuer::new(1);
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(2)
        .mount(&server)
        .await;
    let device = device(&server);
    let token = issuer.token(&claims(&device));
    let error: Error = device.verify(&token).await.unwrap_err();
    assert!(
        error.is_transient() && error.jwt_flaw().is_none(),
        "{error}"
    );
    assert_eq!(error.step(), "verify the token");
    let plex = plex_api::PlexApi::builder(roku()).base_url(no_server().await);
    let device = plex.build().unwrap().with_device_key(device.key());
    let error = device.verify(&token).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn concurrent_verifications_fetch_once() {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([issuer.jwk()])]).await;
    let device = device(&server);
    let token = issuer.token(&claims(&device));
    let all = (0..50).map(|_| device.verify(&token));
    for outcome in futures_util::future::join_all(all).await {
        outcome.unwrap();
    }
    assert_eq!(fetches(&server).await, 1);
}

#[tokio::test]
async fn the_custom_clock_is_used() {
    let issuer = Issuer::new(1);
    let server = publishing(&[json!([issuer.jwk()])]).await;
    let (key, week) = (DeviceKey::generate().unwrap(), 7 * 24 * 60 * 60);
    let at = |later: u64| {
        let clock = move || SystemTime::now() + Duration::from_secs(later);
        let plex = builder(&server).clock(clock).build().unwrap();
        plex.with_device_key(&key)
    };
    let token = issuer.token(&claims(&at(0)));
    assert_eq!(flaw(&at(0), &token).await, None);
    assert_eq!(flaw(&at(week + 50), &token).await, None);
    assert_eq!(flaw(&at(week + 70), &token).await, Some(JwtFlaw::Expired));
}
