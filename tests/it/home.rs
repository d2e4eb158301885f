//! Plex Home: the users, switching between them, and what can go wrong with a PIN.

use std::sync::Arc;
use std::time::Duration;

use plex_api::{Error, ErrorClass, HomeUser, PlexApi, Secret, Token, TokenStatus};
use plex_tv_emulator::{Emulator, User};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::secrets::{assert_hidden, shown_error};
use crate::servers::{TOKEN, client, json as response, responding, roku};
use crate::sign_in_flow::plex;

const PIN: &str = "0417";

/// Starts an emulator with a home: an admin, a user with a PIN, and a managed user.
async fn home() -> Emulator {
    let mut users = User::demo();
    users[1].pin = Some(PIN.to_owned());
    Emulator::builder().users(users).start().await.unwrap()
}

/// Signs the admin in.
async fn signed_in(emulator: &Emulator, plex: &PlexApi) -> Token {
    let sign_in = plex.start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    plex.wait_for_token(&sign_in).await.unwrap()
}

async fn uuid_of(plex: &PlexApi, token: &Token) -> String {
    match plex.check_token(token).await {
        TokenStatus::Valid(user) => user.uuid,
        other => panic!("{other:?}"),
    }
}

/// Asserts that a switch failed without harm: the token that was sent is still valid.
async fn assert_still_valid(plex: &PlexApi, token: &Token) {
    assert!(!uuid_of(plex, token).await.is_empty());
}

fn user(uuid: &str) -> HomeUser {
    serde_json::from_value(json!({ "uuid": uuid })).unwrap()
}

#[tokio::test]
async fn a_tv_lists_the_users_and_switches_between_them() {
    let emulator = home().await;
    let plex = plex(&emulator);
    let token = signed_in(&emulator, &plex).await;
    let users = plex.home_users(&token).await.unwrap();
    let shown: Vec<_> = users
        .iter()
        .map(|user| {
            (
                user.title.as_deref(),
                user.admin,
                user.protected,
                user.restricted,
            )
        })
        .collect();
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(
        shown,
        [
            (Some("Demo User"), yes, no, no),
            (Some("Second User"), no, yes, no),
            (Some("Robin"), no, no, yes)
        ]
    );
    let pin = Secret::new(PIN);
    for (user, pin) in [(1, Some(&pin)), (2, None), (0, None)] {
        let switched = plex.switch_user(&token, &users[user], pin).await.unwrap();
        assert_eq!(uuid_of(&plex, &switched).await, users[user].uuid);
        // The token of the user who signed in stays valid, also after a switch to that user.
        assert_eq!(uuid_of(&plex, &token).await, users[0].uuid);
    }
}

#[tokio::test]
async fn a_wrong_or_missing_pin_can_be_entered_again() {
    let emulator = home().await;
    let plex = plex(&emulator);
    let token = signed_in(&emulator, &plex).await;
    let users = plex.home_users(&token).await.unwrap();
    let wrong = Secret::new("0418");
    for pin in [Some(&wrong), None] {
        let error = plex.switch_user(&token, &users[1], pin).await.unwrap_err();
        assert!(error.is_wrong_pin() && error.is_refusal(), "{error}");
        assert!(
            !error.is_rejected() && !error.is_locked() && !error.is_transient(),
            "{error}"
        );
        assert_eq!(
            error.to_string(),
            "switchHomeUser: the server responded with HTTP 403, code 1041: the user's PIN is required; \
             enter the PIN again; the token that was sent is still valid"
        );
        assert_still_valid(&plex, &token).await;
    }
    let pin = Secret::new(PIN);
    let switched = plex.switch_user(&token, &users[1], Some(&pin)).await;
    assert_eq!(uuid_of(&plex, &switched.unwrap()).await, users[1].uuid);
}

#[tokio::test]
async fn too_many_wrong_pins_lock_the_user_until_time_has_passed() {
    let emulator = home().await;
    let plex = plex(&emulator);
    let token = signed_in(&emulator, &plex).await;
    let users = plex.home_users(&token).await.unwrap();
    let (pin, wrong) = (Secret::new(PIN), Secret::new("0418"));
    let switch = async |pin| plex.switch_user(&token, &users[1], Some(pin)).await;
    let mut attempts = 0;
    while switch(&wrong).await.unwrap_err().is_wrong_pin() {
        attempts += 1;
        assert!(attempts < 20);
    }
    let error = switch(&pin).await.unwrap_err();
    assert!(error.is_locked() && error.is_refusal(), "{error}");
    assert!(
        !error.is_rejected() && !error.is_wrong_pin() && !error.is_transient(),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "switchHomeUser: the server responded with HTTP 401, code 1031: repeated failures; \
         too many wrong PINs: wait before you enter the next one; the token that was sent is still valid"
    );
    assert_still_valid(&plex, &token).await;
    emulator.advance(Duration::from_secs(5 * 60));
    switch(&pin).await.unwrap();
}

#[tokio::test]
async fn a_rate_limit_is_neither_a_wrong_pin_nor_a_lock() {
    let emulator = home().await;
    let plex = plex(&emulator);
    let token = signed_in(&emulator, &plex).await;
    let users = plex.home_users(&token).await.unwrap();
    emulator.set_switches(|switches| switches.requests_per_minute = Some(1));
    plex.switch_user(&token, &users[2], None).await.unwrap();
    let error = plex.switch_user(&token, &users[2], None).await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_transient(), "{error}");
    assert!(!error.is_wrong_pin() && !error.is_locked(), "{error}");
    assert_eq!(error.retry_after(), None);
    assert_still_valid(&plex, &token).await;
}

#[tokio::test]
async fn a_token_that_is_not_valid_is_rejected() {
    let emulator = home().await;
    let plex = plex(&emulator);
    let token = Token::new("unknown");
    let error = plex.home_users(&token).await.unwrap_err();
    assert!(error.is_rejected(), "{error}");
    let error = plex.switch_user(&token, &user("1"), None).await;
    let error = error.unwrap_err();
    assert!(error.is_rejected() && !error.is_locked(), "{error}");
}

#[tokio::test]
async fn a_user_who_has_left_the_home_is_not_found() {
    let emulator = home().await;
    let plex = plex(&emulator);
    let token = signed_in(&emulator, &plex).await;
    let error = plex.switch_user(&token, &user("unknown"), None).await;
    let error = error.unwrap_err();
    assert!(error.is_not_found() && !error.is_expired(), "{error}");
}

#[tokio::test]
async fn an_empty_pin_or_uuid_is_a_misuse_and_not_sent() {
    let server = responding(ResponseTemplate::new(500)).await;
    let (plex, token) = (client(&server), Token::new(TOKEN));
    let empty = Secret::new("");
    for (uuid, pin) in [("a", Some(&empty)), ("", None), ("..", None)] {
        let error = plex.switch_user(&token, &user(uuid), pin).await;
        let error = error.unwrap_err();
        assert!(error.is_misuse(), "{uuid:?}: {error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

async fn users_in(body: &str) -> Result<Vec<HomeUser>, Error> {
    let server = responding(response(200, body)).await;
    client(&server).home_users(&Token::new(TOKEN)).await
}

#[tokio::test]
async fn the_users_are_read_from_an_array_and_from_an_object() {
    for body in [
        r#"[{"uuid":"a","id":"1","protected":1},{"uuid":"b"}]"#,
        r#"{"id":1,"name":"Home","users":[{"uuid":"a","id":1,"protected":true},{"uuid":"b","id":null}]}"#,
        r#"{"users":[{"uuid":"a","id":1,"protected":true},{"title":"without a uuid"},{"uuid":"b"}]}"#,
        r#"[{"uuid":"a","id":1,"protected":true},{"title":"without a uuid"},{"uuid":"b"}]"#,
    ] {
        let users = users_in(body).await.unwrap();
        let read: Vec<_> = users
            .iter()
            .map(|user| (user.uuid.as_str(), user.id, user.protected))
            .collect();
        assert_eq!(
            read,
            [("a", Some(1), Some(true)), ("b", None, None)],
            "{body}"
        );
    }
    for body in ["[]", r#"{"users":[]}"#, r#"{"users":null}"#] {
        assert!(users_in(body).await.unwrap().is_empty(), "{body}");
    }
}

#[tokio::test]
async fn any_other_list_of_users_is_unreadable() {
    for body in [
        r#"{"id":1}"#,
        r#""users""#,
        "7",
        r#"{"user":[{"uuid":"a"}]}"#,
    ] {
        let error = users_in(body).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Unreadable, "{body}");
        assert_eq!(error.step(), "getHomeUsers");
        assert!(
            error.is_transient() && error.status() == Some(200),
            "{error}"
        );
    }
}

#[tokio::test]
async fn only_the_token_is_needed_of_a_switched_user() {
    let token = Token::new(TOKEN);
    for (body, expected) in [
        (r#"{"authToken":"yes"}"#, Some("yes")),
        (r#"{"authToken":"yes","id":{},"title":7}"#, Some("yes")),
        (r#"{"uuid":"a","authToken":null}"#, None),
        (r#"{"uuid":"a"}"#, None),
    ] {
        let server = responding(response(201, body)).await;
        let switched = client(&server).switch_user(&token, &user("a"), None).await;
        let switched = switched.as_ref().map(Token::expose).ok();
        assert_eq!(switched, expected, "{body}");
    }
}

#[tokio::test]
async fn a_device_with_a_jwt_gets_a_legacy_token() {
    let emulator = Arc::new(home().await);
    let device = crate::devices::device(&emulator);
    let (_, token) = crate::devices::sign_in_by_code(&emulator, &device).await;
    let plex = plex(&emulator);
    let jwt = token.token();
    let users = plex.home_users(jwt).await.unwrap();
    let switched = plex.switch_user(jwt, &users[0], None).await.unwrap();
    assert_eq!(switched.expose().len(), 20);
    assert_eq!(uuid_of(&plex, &switched).await, users[0].uuid);
    assert_still_valid(&plex, jwt).await;
}

/// The PIN is sent to plex.tv only, in the query, and shown nowhere.
#[tokio::test]
async fn neither_the_pin_nor_a_token_is_shown() {
    const SECRET_PIN: &str = "8264";
    let pin = Secret::new(SECRET_PIN);
    let token = Token::new(TOKEN);
    let repeated =
        format!(r#"{{"errors":[{{"code":1041,"message":"{TOKEN} {SECRET_PIN}","status":403}}]}}"#);
    let path = format!("http://127.0.0.1/?pin={SECRET_PIN}&token={TOKEN}");
    for planted in [
        response(403, &repeated),
        response(401, &repeated.replace("1041", "1031")),
        response(
            201,
            &format!(r#"{{"authToken":["{TOKEN}"],"pin":"{SECRET_PIN}"}}"#),
        ),
        response(201, SECRET_PIN),
        ResponseTemplate::new(302).insert_header("location", path),
        ResponseTemplate::new(500).set_body_string(repeated.clone()),
    ] {
        let server = responding(planted).await;
        let plex = client(&server);
        let error = plex.switch_user(&token, &user("a"), Some(&pin)).await;
        assert_hidden(&shown_error(&error.unwrap_err()), &[TOKEN, SECRET_PIN]);
        let error = plex.home_users(&token).await.unwrap_err();
        assert_hidden(&shown_error(&error), &[TOKEN, SECRET_PIN]);
    }
    let unreachable = PlexApi::builder(roku())
        .base_url(crate::servers::no_server().await)
        .build()
        .unwrap();
    let error = unreachable
        .switch_user(&token, &user("a"), Some(&pin))
        .await;
    let error = error.unwrap_err();
    assert!(error.is_transient());
    assert_hidden(&shown_error(&error), &[TOKEN, SECRET_PIN]);
}
