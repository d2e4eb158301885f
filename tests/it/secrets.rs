//! No public type shows a token or a code in `Debug`, and no error shows one in `Display`.

use std::error::Error as _;
use std::fmt::Debug;

use plex_api::generated::{Attempt, requests, types};
use plex_api::{
    Credentials, CredentialsEvent, EndLegacyToken, Error, GetPinQrCodeRequest,
    GetTokenByPinIdRequest, LinkPinRequest, PinCode, Secret, SignInStatus, Token, TokenStatus,
    WithIdentity as _,
};
use plex_tv_emulator::{Emulator, Fault, Operation};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::devices;
use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{TOKEN, client, json as response, responding};
use crate::sign_in_flow::plex;

const CODE: &str = "7RQZ";

/// Returns both forms of `Debug`.
fn shown(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// Returns `Display` and `Debug` of an error and of all its sources.
pub(crate) fn shown_error(error: &Error) -> String {
    let mut text = format!("{error}\n{}", shown(error));
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{}", shown(&cause)));
        source = cause.source();
    }
    text
}

pub(crate) fn assert_hidden(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} is shown in {text}");
    }
}

#[tokio::test]
async fn types() {
    let server = responding(response(
        200,
        &ORIGINAL_RESPONSE.replace("\"authToken\":null", &format!("\"authToken\":\"{TOKEN}\"")),
    ))
    .await;
    let plex = client(&server).with_token(&Token::new(TOKEN));
    let pin = plex
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
        .await
        .unwrap();
    assert_eq!(pin.auth_token.as_ref().map(Token::expose), Some(TOKEN));
    assert!(
        !server.received_requests().await.unwrap()[0]
            .headers
            .contains_key("referer")
    );
    let status = TokenStatus::Valid(Box::new(
        serde_json::from_str(&format!(r#"{{"id":1,"uuid":"a","authToken":"{TOKEN}"}}"#)).unwrap(),
    ));
    let access_token = format!(r#"{{"auth_token":"{TOKEN}"}}"#);
    let access_token: types::AccessToken = serde_json::from_str(&access_token).unwrap();
    let switched = format!(r#"{{"authToken":"{TOKEN}"}}"#);
    let switched: types::SwitchedUser = serde_json::from_str(&switched).unwrap();
    let values: [&dyn Debug; 18] = [
        &status,
        &access_token,
        &switched,
        &requests::ExchangeDeviceJwtRequest::new(TOKEN),
        &requests::SwitchHomeUserRequest::new("a").pin(CODE),
        &crate::servers::builder(&server),
        &plex.identity(),
        &pin,
        &plex,
        &plex.generated(),
        &plex.generated().transport(),
        &Token::new(TOKEN),
        &Secret::new(TOKEN),
        &PinCode::new(CODE),
        &LinkPinRequest::new(CODE),
        &GetPinQrCodeRequest::new(CODE),
        &LinkPinRequest::new(CODE).identity(crate::servers::roku()),
        &plex_api::generated::operations::ALL,
    ];
    for value in values {
        assert_hidden(&shown(value), &[TOKEN, CODE]);
    }
}

/// Plants a token in an unknown field of a model, and returns both forms of its `Debug`.
fn with_unknown_fields<T: serde::de::DeserializeOwned + serde::Serialize + Debug>() -> String {
    let sent = json!({
        "authToken": "a", "auth_token": "a", "clientIdentifier": "a", "code": 1, "createdAt": 1, "errors": [], "expiresAt": 1, "expiresIn": 1,
        "id": 1, "jwk": {"kid": "a", "kty": "b", "planted": TOKEN}, "jwt": "a", "keys": [], "kid": "a", "kty": "b",
        "nonce": "a", "users": [], "uuid": "a", "planted": TOKEN, "more": {"planted": [TOKEN]}, TOKEN: 1
    });
    let model: T = serde_json::from_value(sent).unwrap();
    let is_kept = json!(model).get("planted").is_some();
    let text = shown(&model);
    assert!(!is_kept || text.contains("planted"), "{text}");
    text
}

#[test]
fn unknown_fields_of_every_model() {
    let shown = [
        with_unknown_fields::<types::AccessToken>(),
        with_unknown_fields::<types::AuthPinContainer>(),
        with_unknown_fields::<types::Connection>(),
        with_unknown_fields::<types::ErrorItem>(),
        with_unknown_fields::<types::ErrorList>(),
        with_unknown_fields::<types::GeoData>(),
        with_unknown_fields::<types::Home>(),
        with_unknown_fields::<types::HomeUser>(),
        with_unknown_fields::<types::JsonWebKey>(),
        with_unknown_fields::<types::JsonWebKeySet>(),
        with_unknown_fields::<types::Nonce>(),
        with_unknown_fields::<types::Pong>(),
        with_unknown_fields::<types::Resource>(),
        with_unknown_fields::<types::Subscription>(),
        with_unknown_fields::<types::SwitchedUser>(),
        with_unknown_fields::<types::User>(),
    ];
    for text in &shown {
        assert_hidden(text, &[TOKEN]);
    }
    // Only the two models of errors keep no unknown fields.
    let keeping = shown.iter().filter(|text| text.contains("planted"));
    assert_eq!(keeping.count(), 14);
}

#[tokio::test]
async fn sign_ins() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let (sign_in, code_sign_in) = (
        plex.start_sign_in().await.unwrap(),
        plex.start_code_sign_in().await.unwrap(),
    );
    let values: [&dyn Debug; 4] = [
        &sign_in,
        &code_sign_in,
        &sign_in.qr_code().unwrap(),
        &code_sign_in.qr_code().unwrap(),
    ];
    for value in values {
        assert_hidden(
            &shown(value),
            &[sign_in.code().as_str(), code_sign_in.code().as_str()],
        );
    }
}

/// The server repeats secrets in every part of a response.
#[tokio::test]
async fn errors() {
    let secrets = format!("{TOKEN} {CODE}");
    let responses = [
        response(
            400,
            &format!(r#"{{"errors":[{{"code":1,"message":"{secrets}"}}]}}"#),
        ),
        response(
            404,
            &format!(r#"{{"errors":[{{"code":1020,"message":"{secrets}"}}]}}"#),
        ),
        ResponseTemplate::new(503)
            .set_body_string(secrets.clone())
            .insert_header("x-plex-token", TOKEN),
        ResponseTemplate::new(302)
            .insert_header("location", format!("http://127.0.0.1/?{CODE}&{TOKEN}")),
        response(200, &format!(r#"{{"id":"{TOKEN}","code":"{CODE}"}}"#)),
        response(200, &format!(r#"{{"id":1,"code":{{"{TOKEN}":"{CODE}"}}}}"#)),
        response(200, &secrets),
        ResponseTemplate::new(200).set_body_bytes(secrets.repeat(100_000)),
    ];
    let url = format!("http://{CODE}:{TOKEN}@127.0.0.1/{TOKEN}?{CODE}");
    let mut attempts = Vec::new();
    for response in responses {
        let server = responding(response).await;
        let plex = client(&server).with_token(&Token::new(TOKEN));
        let error = plex
            .get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
            .await
            .unwrap_err();
        assert_hidden(&shown_error(&error), &[TOKEN, CODE]);
        attempts.push(Attempt::new(&url.parse().unwrap(), error));
    }
    let error = Error::unreachable("connect to the server", attempts);
    assert_hidden(&shown_error(&error), &[TOKEN, CODE]);
    assert_hidden(&shown(&error.attempts()), &[TOKEN, CODE]);
    let plex = plex_api::PlexApi::builder(crate::servers::roku())
        .base_url(crate::servers::no_server().await)
        .build()
        .unwrap()
        .with_token(&Token::new(TOKEN));
    for error in [
        plex.link_pin(LinkPinRequest::new(CODE)).await.unwrap_err(),
        plex.get_pin_qr_code(GetPinQrCodeRequest::new(CODE))
            .await
            .unwrap_err(),
        plex.with_token(&Token::new(format!("{TOKEN}\n")))
            .link_pin(LinkPinRequest::new(CODE))
            .await
            .unwrap_err(),
    ] {
        assert_hidden(&shown_error(&error), &[TOKEN, CODE]);
        assert!(error.source().is_some() || error.is_misuse(), "{error:?}");
    }
}

/// A device signs in and refreshes. At no step does a public type show key, token or proof.
#[tokio::test]
async fn device_keys() {
    let emulator = devices::emulator().await;
    let device = devices::device(&emulator);
    let (code_sign_in, token) = devices::sign_in_by_code(&emulator, &device).await;
    let credentials = Credentials::new(&device, &token).unwrap();
    let upgrade = EndLegacyToken(Token::new(TOKEN));
    let jwk: serde_json::Value =
        serde_json::from_str(device.key().to_jwk().unwrap().expose()).unwrap();
    let pem = device.key().to_pem().unwrap();
    let pem = pem.expose().lines().nth(1).unwrap();
    let polls = devices::requests(&emulator, Operation::GetTokenByPinId);
    let proof = polls[0].query_value("deviceJWT").unwrap();
    let secrets = [
        TOKEN,
        token.token().expose(),
        token.token().expose().rsplit('.').next().unwrap(),
        jwk["d"].as_str().unwrap(),
        pem,
        proof,
        code_sign_in.code().as_str(),
    ];
    let state = credentials.state();
    let changed = CredentialsEvent::Changed(&state);
    let key = device.key();
    let private = (key.to_jwk().unwrap(), key.to_pem().unwrap());
    let values: [&dyn Debug; 10] = [
        key,
        &private,
        &device,
        &code_sign_in,
        &token,
        &credentials,
        &state,
        &changed,
        &upgrade,
        &key.public_jwk(),
    ];
    for value in values {
        assert_hidden(&shown(value), &secrets);
    }
    emulator.advance(8 * devices::DAY);
    for (operation, fault) in [
        (Operation::GetKeys, Fault::Truncate),
        (Operation::GetNonce, Fault::LoseResponse),
        (Operation::ExchangeDeviceJwt, Fault::ResetMidway),
        (Operation::ExchangeDeviceJwt, Fault::Truncate),
        (Operation::ExchangeDeviceJwt, Fault::Status { status: 401 }),
    ] {
        emulator.fail_next(operation, fault);
        let error = credentials.token().await.unwrap_err();
        assert_hidden(&shown_error(&error), &secrets);
        assert!(!shown_error(&error).contains("eyJ"), "{error:?}");
        assert_hidden(&shown(&CredentialsEvent::Failed(&error)), &secrets);
        emulator.advance(std::time::Duration::from_secs(301));
    }
    // The protocol requires the proof of a poll in the URL; no error shows it.
    let code_sign_in = device.start_code_sign_in().await.unwrap();
    for fault in [Fault::Reset, Fault::Status { status: 500 }, Fault::Truncate] {
        emulator.fail_next(Operation::GetTokenByPinId, fault);
        let status = device.check(&code_sign_in).await.unwrap();
        assert!(!shown(&status).contains("eyJ"), "{status:?}");
        let SignInStatus::Pending { last_failure, .. } = status else {
            panic!("{status:?}");
        };
        let error = last_failure.unwrap();
        // The next poll comes after a pause.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!shown_error(&error).contains("eyJ"), "{error:?}");
        assert!(!shown_error(&error).contains("deviceJWT"), "{error:?}");
    }
    // Only plex.tv receives the proof; the private key is never sent.
    for request in emulator.requests() {
        assert!(request.header("referer").is_none());
        let all = format!(
            "{:?} {:?} {}",
            request.query,
            request.headers,
            String::from_utf8_lossy(&request.body)
        );
        assert!(!all.contains(jwk["d"].as_str().unwrap()));
    }
}
