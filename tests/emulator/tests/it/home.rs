//! Plex Home: the users, and switching between them.

use std::time::Duration;

use plex_tv_emulator::{Emulator, Switches, User};
use reqwest::Response;
use serde_json::{Value, json};

use crate::device_key::{Key, refresh, register};
use crate::support::{App, api_error, code};

const PIN: &str = "0417";
/// The lock after too many wrong PINs.
const LOCK: Duration = Duration::from_secs(5 * 60);

/// The users of a home: an admin, a user with a PIN, and a managed user.
fn family() -> Vec<User> {
    let mut users = User::demo();
    users[1].pin = Some(PIN.to_owned());
    users
}

async fn start() -> Emulator {
    let builder = Emulator::builder().users(family());
    builder.start().await.unwrap()
}

/// Switches to the user at this index.
async fn switch(
    app: &App,
    emulator: &Emulator,
    token: &str,
    user: usize,
    pin: Option<&str>,
) -> Response {
    let uuid = &emulator.users()[user].uuid;
    let request = app.request("POST", &format!("/home/users/{uuid}/switch"));
    let request = request.header("X-Plex-Token", token);
    let query: Vec<(&str, &str)> = pin.map(|pin| ("pin", pin)).into_iter().collect();
    request.query(&query).send().await.unwrap()
}

async fn token_in(response: Response) -> String {
    assert_eq!(response.status(), 201);
    let user: Value = response.json().await.unwrap();
    user["authToken"].as_str().unwrap().to_owned()
}

async fn user_of(app: &App, token: &str) -> Value {
    let request = app.request("GET", "/user").header("X-Plex-Token", token);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn all_users_form_a_home_whose_first_user_is_the_admin() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let request = app.request("GET", "/home/users");
    let request = request.header("X-Plex-Token", &token);
    let home: Value = request.send().await.unwrap().json().await.unwrap();
    let users = home["users"].as_array().unwrap();
    let shown: Vec<Value> = users
        .iter()
        .map(|user| {
            json!([
                user["title"],
                user["admin"],
                user["protected"],
                user["restricted"]
            ])
        })
        .collect();
    assert_eq!(
        json!(shown),
        json!([
            ["Demo User", true, false, false],
            ["Second User", false, true, false],
            ["Robin", false, false, true]
        ])
    );
    assert_eq!(users[1]["uuid"], emulator.users()[1].uuid);
    assert!(!home.to_string().contains(PIN), "{home}");
    let own = user_of(&app, &token).await;
    let own = json!([
        own["home"],
        own["homeSize"],
        own["homeAdmin"],
        own["protected"]
    ]);
    assert_eq!(own, json!([true, 3, true, false]));
    assert_eq!(app.status("GET", "/home/users", "unknown").await, 401);
}

#[tokio::test]
async fn a_switch_gives_a_token_of_the_other_user_to_the_same_app() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let child = token_in(switch(&app, &emulator, &token, 2, None).await).await;
    let second = token_in(switch(&app, &emulator, &child, 1, Some(PIN)).await).await;
    for (token, user) in [(&token, 0), (&child, 2), (&second, 1)] {
        let shown = user_of(&app, token).await;
        assert_eq!(shown["uuid"], emulator.users()[user].uuid);
        assert_eq!(shown["homeAdmin"], user == 0);
        assert_eq!(shown["protected"], user == 1);
    }
    // Again, and back: every token of the app stays valid.
    let again = token_in(switch(&app, &emulator, &token, 2, None).await).await;
    let back = token_in(switch(&app, &emulator, &child, 0, None).await).await;
    assert_eq!((again, back), (child, token.clone()));
    // Another app has tokens of its own.
    let other = App::named(&emulator, "other");
    let other = token_in(switch(&other, &emulator, &token, 2, None).await).await;
    assert!(user_of(&app, &other).await["restricted"] == true);
}

#[tokio::test]
async fn a_missing_or_wrong_pin_is_refused() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    for (pin, message) in [
        (None, "PIN is required"),
        (Some(""), "PIN is required"),
        (Some("0418"), "The PIN is wrong"),
        (Some("417"), "The PIN is wrong"),
    ] {
        let refused = switch(&app, &emulator, &token, 1, pin).await;
        let error = json!({"code": 1041, "message": message, "status": 403});
        assert_eq!(api_error(refused).await, (403, error), "{pin:?}");
    }
    // A user without a PIN needs none.
    token_in(switch(&app, &emulator, &token, 2, Some("0418")).await).await;
}

#[tokio::test]
async fn too_many_wrong_pins_lock_the_user_for_a_while() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let wrong = async |times: usize| {
        for _ in 0..times {
            let refused = switch(&app, &emulator, &token, 1, Some("0000")).await;
            assert_eq!(refused.status(), 403);
        }
    };
    wrong(4).await;
    // The right PIN begins the count again, and a missing one does not count.
    token_in(switch(&app, &emulator, &token, 1, Some(PIN)).await).await;
    wrong(4).await;
    assert_eq!(switch(&app, &emulator, &token, 1, None).await.status(), 403);
    wrong(1).await;
    for pin in ["0000", PIN] {
        let locked = switch(&app, &emulator, &token, 1, Some(pin)).await;
        let error = json!({"code": 1031, "message": "Too many wrong PINs", "status": 401});
        assert_eq!(api_error(locked).await, (401, error));
    }
    token_in(switch(&app, &emulator, &token, 2, None).await).await;
    emulator.advance(LOCK - Duration::from_secs(10));
    let locked = switch(&app, &emulator, &token, 1, Some(PIN)).await;
    assert_eq!(locked.status(), 401);
    emulator.advance(Duration::from_secs(10));
    wrong(4).await;
    token_in(switch(&app, &emulator, &token, 1, Some(PIN)).await).await;
}

#[tokio::test]
async fn a_reset_unlocks_the_users() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    for _ in 0..5 {
        switch(&app, &emulator, &token, 1, Some("0000")).await;
    }
    let reset = app.anonymous("POST", "//_emulator/reset").send().await;
    assert_eq!(reset.unwrap().status(), 204);
    let token = app.sign_in(&emulator).await;
    token_in(switch(&app, &emulator, &token, 1, Some(PIN)).await).await;
}

#[tokio::test]
async fn a_switch_needs_an_identifier_a_token_and_a_user_of_the_home() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let path = format!("/home/users/{}/switch", emulator.users()[2].uuid);
    let anonymous = app.anonymous("POST", &path).header("X-Plex-Token", &token);
    let anonymous = anonymous.header("Accept", "application/json");
    let (status, error) = api_error(anonymous.send().await.unwrap()).await;
    assert_eq!((status, &error["code"]), (400, &json!(1000)));
    assert_eq!(app.status("POST", &path, "unknown").await, 401);
    let unknown = app.status("POST", "/home/users/unknown/switch", &token);
    assert_eq!(unknown.await, 404);
    assert_eq!(app.status("GET", &path, &token).await, 405);
}

#[tokio::test]
async fn the_rate_limit_and_strict_hold_for_switches() {
    let mut switches = Switches::default();
    switches.strict = true;
    let builder = Emulator::builder().users(family()).switches(switches);
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    for user in [1, 2] {
        let malformed = switch(&app, &emulator, &token, user, Some("12a4")).await;
        assert_eq!(api_error(malformed).await.0, 400, "{user}");
    }
    emulator.set_switches(|switches| switches.requests_per_minute = Some(1));
    token_in(switch(&app, &emulator, &token, 2, None).await).await;
    let limited = switch(&app, &emulator, &token, 2, None).await;
    let (status, error) = api_error(limited).await;
    assert_eq!((status, &error["code"]), (429, &json!(1003)));
}

#[tokio::test]
async fn an_app_with_a_jwt_gets_a_legacy_token_and_keeps_the_jwt() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let (token, key) = (app.sign_in(&emulator).await, Key::new(1));
    assert_eq!(register(&app, &token, &key).await.status(), 201);
    let jwt = refresh(&app, &key).await;
    for user in [0, 2] {
        let token = token_in(switch(&app, &emulator, &jwt, user, None).await).await;
        assert_eq!(token.len(), 20);
        assert_eq!(
            user_of(&app, &token).await["uuid"],
            emulator.users()[user].uuid
        );
    }
    assert_eq!(app.status("GET", "/user", &jwt).await, 200);
}

#[tokio::test]
async fn the_older_paths_respond_with_xml() {
    let emulator = start().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let request = app.request("GET", "//api/home/users");
    let response = request.header("X-Plex-Token", &token).send().await.unwrap();
    let xml = response.text().await.unwrap();
    let id = emulator.users()[1].id;
    for part in [
        "size=\"3\"",
        &format!("<User id=\"{id}\""),
        "title=\"Second User\"",
        "protected=\"1\"",
        "admin=\"1\"",
    ] {
        assert!(xml.contains(part), "{part} is missing in {xml}");
    }
    let request = app.request("GET", "//api/users/");
    let response = request.header("X-Plex-Token", &token).send().await.unwrap();
    let others = response.text().await.unwrap();
    for part in ["size=\"2\"", "title=\"Second User\"", "home=\"1\""] {
        assert!(others.contains(part), "{part} is missing in {others}");
    }
    assert!(!others.contains("Demo User"), "{others}");
    let path = format!("//api/home/users/{id}/switch");
    let refused = app
        .request("POST", &path)
        .header("X-Plex-Token", &token)
        .send();
    let refused = refused.await.unwrap();
    assert_eq!(refused.status(), 403);
    let xml = refused.text().await.unwrap();
    assert!(xml.contains("code=\"1041\""), "{xml}");
    // python-plexapi sends the PIN in the query, plex-for-kodi in the form.
    let request = || app.request("POST", &path).header("X-Plex-Token", &token);
    for request in [
        request().query(&[("pin", PIN)]),
        request().form(&[("pin", PIN)]),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 201);
        let xml = response.text().await.unwrap();
        let (_, rest) = xml.split_once("authenticationToken=\"").unwrap();
        let (switched, _) = rest.split_once('"').unwrap();
        assert_eq!(user_of(&app, switched).await["id"], id);
    }
    assert_eq!(app.status("GET", "//api/home/users", "unknown").await, 422);
}

#[tokio::test]
async fn a_pin_that_is_not_four_digits_is_reported_at_the_start() {
    for pin in ["", "123", "12345", "12a4", "\u{661}\u{662}"] {
        let mut users = family();
        users[1].pin = Some(pin.to_owned());
        let error = Emulator::builder().users(users).start().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the PIN of user 1, counted from 0, must have four digits"
        );
    }
}

#[tokio::test]
async fn the_pin_of_a_user_is_read_from_json_and_hidden_in_debug() {
    let user: User = serde_json::from_str(r#"{"username": "ada", "pin": "0417"}"#).unwrap();
    assert_eq!(user.pin.as_deref(), Some(PIN));
    assert!(!format!("{user:?}").contains(PIN));
}

#[tokio::test]
async fn a_user_who_is_alone_has_no_home() {
    let builder = Emulator::builder().users([User::new("ada")]);
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(false).await;
    emulator.approve(code(&pin)).await.unwrap();
    let token = app.token(&pin).await.unwrap();
    let user = user_of(&app, &token).await;
    let home = json!([user["home"], user["homeSize"], user["homeAdmin"]]);
    assert_eq!(home, json!([false, 1, false]));
}
