//! Signing in with a device key, against the emulator, over real HTTP.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use futures_util::poll;
use plex_api::{
    CodeSignIn, Credentials, DeviceCodeSignIn, DeviceKey, DeviceSignIn, EndLegacyToken, JwtFlaw,
    Scope, SignIn, SignInStatus, TokenStatus,
};
use plex_tv_emulator::{Emulator, Fault, Operation, RecordedRequest};
use serde_json::{Value, json};

use crate::checks::assert_pending;
use crate::devices::{device, emulator, plex, requests};

/// Decodes a part of the JWT that a request carries as the proof of a key.
fn proof(request: &RecordedRequest, part: usize) -> Value {
    let jwt = request.query_value("deviceJWT").unwrap();
    let part = jwt.split('.').nth(part).unwrap();
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

/// A little longer than the interval of the polls.
const INTERVAL: Duration = Duration::from_millis(30);

fn polls(emulator: &Emulator) -> Vec<RecordedRequest> {
    requests(emulator, Operation::GetTokenByPinId)
}

#[tokio::test]
async fn by_link() {
    let emulator = emulator().await;
    let device = device(&emulator);
    let sign_in = device.start_sign_in().await.unwrap();
    assert_eq!(sign_in.code().as_str().len(), 25);
    assert!(
        sign_in
            .url()
            .as_str()
            .starts_with("https://app.plex.tv/auth#?clientID=")
    );
    assert!(sign_in.qr_code().is_ok());
    let created = &requests(&emulator, Operation::GetPin)[0];
    let body: Value = serde_json::from_slice(&created.body).unwrap();
    let jwk = serde_json::to_value(device.key().public_jwk()).unwrap();
    assert_eq!(body, json!({"jwk": jwk, "strong": true}));
    assert_pending(&device.check(&sign_in).await.unwrap());

    let user = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(device.wait_for_token(&sign_in), user);
    let token = token.unwrap();
    let claims = token.claims();
    assert_eq!(claims.thumbprint, device.key().id());
    assert_eq!(claims.user.username.as_deref(), Some("demo"));
    assert_eq!(claims.user.email, None, "it was not requested");
    match device.plex().check_token(token.token()).await {
        TokenStatus::Valid(user) => assert_eq!(user.id, claims.user.id),
        other => panic!("{other:?}"),
    }
    let again = device.check(&sign_in).await.unwrap().granted();
    assert_eq!(again, Some(token));
    assert_eq!(requests(&emulator, Operation::GetKeys).len(), 1);
}

#[tokio::test]
async fn by_code() {
    let emulator = emulator().await;
    let device = device(&emulator).scopes([Scope::Email, Scope::JoinedAt]);
    let sign_in = device.start_code_sign_in().await.unwrap();
    assert_eq!(sign_in.code().as_str().len(), 4);
    assert!(
        sign_in
            .url()
            .as_str()
            .starts_with("https://plex.tv/link/?pin=")
    );
    let body: Value =
        serde_json::from_slice(&requests(&emulator, Operation::GetPin)[0].body).unwrap();
    assert_eq!(body["strong"], json!(null));
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = device.wait_for_token(&sign_in).await.unwrap();
    let user = &token.claims().user;
    assert!(user.email.is_some() && user.joined_at.is_some() && user.username.is_none());
}

#[tokio::test]
async fn each_poll_carries_a_new_proof() {
    let emulator = emulator().await;
    let device = device(&emulator);
    let sign_in = device.start_sign_in().await.unwrap();
    for _ in 0..5 {
        assert_pending(&device.check(&sign_in).await.unwrap());
        emulator.advance(Duration::from_secs(5 * 60));
        tokio::time::sleep(INTERVAL).await;
    }
    let polls = polls(&emulator);
    assert_eq!(polls.len(), 5);
    for poll in polls {
        let sent = poll.at.duration_since(std::time::UNIX_EPOCH).unwrap();
        let claims = proof(&poll, 1);
        let age = sent.as_secs() - claims["iat"].as_u64().unwrap();
        assert!(age <= 1, "{age} s old");
        let life = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        assert_eq!(life, 300);
        let client = device.plex().identity().client_identifier();
        assert_eq!(
            (&claims["aud"], &claims["iss"]),
            (&json!("plex.tv"), &json!(client))
        );
        let header = json!({"alg": "EdDSA", "kid": device.key().id(), "typ": "JWT"});
        assert_eq!(proof(&poll, 0), header);
    }
    // After 25 minutes the user agrees.
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    assert!(device.check(&sign_in).await.unwrap().granted().is_some());
}

#[tokio::test]
async fn a_sign_in_is_resumed_as_its_kind_and_with_its_key_only() {
    let emulator = emulator().await;
    let device = device(&emulator);
    let sign_in = device.start_sign_in().await.unwrap();
    let code_sign_in = device.start_code_sign_in().await.unwrap();
    let stored = serde_json::to_string(&sign_in).unwrap();
    let private = device.key().to_jwk().unwrap();
    let private: Value = serde_json::from_str(private.expose()).unwrap();
    assert!(
        !stored.contains(private["d"].as_str().unwrap()),
        "the key is not stored"
    );
    for other in [
        serde_json::from_str::<SignIn>(&stored).err(),
        serde_json::from_str::<CodeSignIn>(&stored).err(),
        serde_json::from_str::<DeviceCodeSignIn>(&stored).err(),
        serde_json::from_str::<SignIn>(&serde_json::to_string(&code_sign_in).unwrap()).err(),
    ] {
        assert!(other.unwrap().to_string().contains("found a Device"));
    }
    let plain = device.plex().start_sign_in().await.unwrap();
    let plain = serde_json::to_string(&plain).unwrap();
    assert!(serde_json::from_str::<DeviceSignIn>(&plain).is_err());

    let resumed: DeviceSignIn = serde_json::from_str(&stored).unwrap();
    let before = polls(&emulator).len();
    let stranger = plex(&emulator).with_device_key(&DeviceKey::generate().unwrap());
    for error in [
        stranger.check(&resumed).await.unwrap_err(),
        stranger.wait_for_token(&resumed).await.unwrap_err(),
    ] {
        assert!(
            error.is_misuse() && error.to_string().contains("another device key"),
            "{error}"
        );
    }
    assert_eq!(polls(&emulator).len(), before, "nothing was sent");
    emulator.approve(resumed.code().as_str()).await.unwrap();
    let same_key = DeviceKey::from_pem(device.key().to_pem().unwrap().expose()).unwrap();
    let other_process = plex(&emulator).with_device_key(&same_key);
    other_process.wait_for_token(&resumed).await.unwrap();
}

#[tokio::test]
async fn a_legacy_token_in_the_response_is_an_error() {
    let emulator = emulator().await;
    let device = device(&emulator);
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let legacy = Fault::SetField {
        field: "authToken".to_owned(),
        value: json!("2ffLuB84dqLswk9skLos"),
    };
    emulator.fail_next(Operation::GetTokenByPinId, legacy);
    let error = device.wait_for_token(&sign_in).await.unwrap_err();
    assert_eq!(error.jwt_flaw(), Some(JwtFlaw::NotAJwt));
    assert!(!format!("{error} {error:?}").contains("2ffLuB84dqLswk9skLos"));
    assert!(
        !error.is_transient() && error.step() == "wait for the token",
        "{error}"
    );
}

#[tokio::test]
async fn a_proof_that_plex_refuses_ends_the_wait_with_a_reason() {
    let emulator = emulator().await;
    // A clock ten minutes behind: by plex.tv's clock, each proof has expired when it is signed.
    let behind = {
        let emulator = Arc::clone(&emulator);
        move || emulator.now() - Duration::from_secs(600)
    };
    let plex = crate::sign_in_flow::quick(&emulator)
        .clock(behind)
        .build()
        .unwrap();
    let device = plex.with_device_key(&DeviceKey::generate().unwrap());
    let sign_in = device.start_code_sign_in().await.unwrap();
    let error = device.wait_for_token(&sign_in).await.unwrap_err();
    assert_eq!(error.status(), Some(498));
    assert!(
        error.to_string().contains("check this machine's clock"),
        "{error}"
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_verified_yet_is_not_lost() {
    let emulator = emulator().await;
    emulator.set_switches(|switches| switches.token_read_once = true);
    let device = device(&emulator);
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    for _ in 0..4 {
        emulator.fail_next(Operation::GetKeys, Fault::Status { status: 503 });
    }
    // plex.tv returns the token only once; its keys are unavailable.
    let status = device.check(&sign_in).await.unwrap();
    let SignInStatus::Pending { last_failure, .. } = status else {
        panic!("{status:?}");
    };
    assert!(last_failure.unwrap().is_transient());
    let mut failures = 0;
    let waited = device.wait_for_token_with(&sign_in, |progress| {
        assert!(progress.error.is_some_and(|error| error.is_transient()));
        failures += 1;
    });
    waited.await.unwrap();
    assert!(failures >= 2, "{failures}");
    assert_eq!(polls(&emulator).len(), 1, "it was read once");
}

#[tokio::test]
async fn a_token_that_was_received_is_not_reported_as_an_expired_pin() {
    let emulator = Arc::new(
        Emulator::builder()
            .short_pin_lifetime(Duration::from_secs(2))
            .start()
            .await
            .unwrap(),
    );
    emulator.set_switches(|switches| switches.token_read_once = true);
    let device = device(&emulator);
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    for _ in 0..1000 {
        emulator.fail_next(Operation::GetKeys, Fault::Status { status: 503 });
    }
    let began = Instant::now();
    let error = device.wait_for_token(&sign_in).await.unwrap_err();
    assert!(error.is_transient() && !error.is_expired(), "{error}");
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    // The PIN has expired, and the token was returned once; it is not lost.
    emulator.clear_faults();
    tokio::time::sleep(INTERVAL * 16).await;
    assert!(device.check(&sign_in).await.unwrap().granted().is_some());
    assert_eq!(polls(&emulator).len(), 1);
}

#[tokio::test]
async fn a_poll_that_comes_too_late_uses_the_token_of_another_poll() {
    let emulator = emulator().await;
    emulator.set_switches(|switches| switches.token_read_once = true);
    let device = device(&emulator);
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let outcomes = tokio::join!(
        device.check(&sign_in),
        device.check(&sign_in),
        device.check(&sign_in)
    );
    for outcome in [outcomes.0, outcomes.1, outcomes.2] {
        assert!(outcome.unwrap().granted().is_some());
    }
}

#[tokio::test]
async fn a_wait_that_is_not_polled_blocks_no_other() {
    let emulator = emulator().await;
    let device = device(&emulator);
    let first = device.start_code_sign_in().await.unwrap();
    let second = device.start_code_sign_in().await.unwrap();
    let late = Fault::Delay {
        duration: Duration::from_millis(200),
    };
    emulator.fail_next(Operation::GetKeys, late);
    let mut held = pin!(device.wait_for_token(&first));
    // It has begun to fetch plex.tv's keys, and is not polled again.
    for _ in 0..20 {
        assert!(poll!(&mut held).is_pending());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    emulator.approve(second.code().as_str()).await.unwrap();
    let other = device.wait_for_token(&second);
    let other = tokio::time::timeout(Duration::from_secs(10), other).await;
    other.unwrap().unwrap();
}

#[tokio::test]
async fn a_key_that_is_registered_already_is_accepted() {
    let emulator = emulator().await;
    emulator.set_switches(|switches| switches.registered_key_is_taken = true);
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let legacy = plex.wait_for_token(&sign_in).await.unwrap();
    let device = plex.with_device_key(&DeviceKey::generate().unwrap());
    emulator.fail_next(Operation::RegisterDeviceKey, Fault::LoseResponse);
    let lost = device.upgrade(EndLegacyToken(legacy.clone())).await;
    assert!(lost.unwrap_err().is_transient());
    let credentials = device.upgrade(EndLegacyToken(legacy)).await.unwrap();
    let token = credentials.token().await.unwrap();
    assert!(matches!(
        plex.check_token(&token).await,
        TokenStatus::Valid(_)
    ));
}

#[tokio::test]
async fn an_upgrade_ends_the_old_token_with_the_first_new_one() {
    let emulator = emulator().await;
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let legacy = plex.wait_for_token(&sign_in).await.unwrap();

    let device = plex.with_device_key(&DeviceKey::generate().unwrap());
    // The response is lost, so the upgrade is tried again.
    emulator.fail_next(Operation::RegisterDeviceKey, Fault::LoseResponse);
    let lost = device.upgrade(EndLegacyToken(legacy.clone())).await;
    assert!(lost.unwrap_err().is_transient());
    let credentials: Credentials = device
        .upgrade(EndLegacyToken(legacy.clone()))
        .await
        .unwrap();
    assert!(matches!(
        plex.check_token(&legacy).await,
        TokenStatus::Valid(_)
    ));
    assert_eq!(credentials.state().token(), None);
    let token = credentials.token().await.unwrap();
    assert!(matches!(
        plex.check_token(&token).await,
        TokenStatus::Valid(_)
    ));
    assert!(matches!(
        plex.check_token(&legacy).await,
        TokenStatus::Rejected(_)
    ));
    assert_eq!(credentials.state().token(), Some(&token));

    // From now on a sign-in needs the key, as the documentation says.
    let without = plex.start_code_sign_in().await.unwrap();
    assert!(emulator.approve(without.code().as_str()).await.is_err());
    let with = device.start_code_sign_in().await.unwrap();
    emulator.approve(with.code().as_str()).await.unwrap();
    device.wait_for_token(&with).await.unwrap();
}

#[tokio::test]
async fn an_upgrade_with_a_bad_token_or_key_changes_nothing() {
    let emulator = emulator().await;
    let device = device(&emulator);
    let bad = EndLegacyToken("not-a-token".into());
    let error = device.upgrade(bad).await.unwrap_err();
    assert!(
        error.is_rejected() && error.step() == "upgrade to a device key",
        "{error}"
    );

    // The key belongs to another client already.
    let other = crate::sign_in_flow::plex(&emulator);
    let sign_in = other.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = other.wait_for_token(&sign_in).await.unwrap();
    let other_client = plex_api::PlexApi::builder(plex_api::Identity::new("other client"))
        .base_url(emulator.base_url())
        .build()
        .unwrap();
    let taken = other_client
        .with_device_key(device.key())
        .start_code_sign_in()
        .await
        .unwrap();
    emulator.approve(taken.code().as_str()).await.unwrap();
    let with_key = other_client.with_device_key(device.key());
    with_key.wait_for_token(&taken).await.unwrap();
    let error = device
        .upgrade(EndLegacyToken(token.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(422), "{error}");
    assert!(matches!(
        other.check_token(&token).await,
        TokenStatus::Valid(_)
    ));
}
