//! Users, their tokens and their devices.

use plex_tv_emulator::{Emulator, User};
use serde_json::{Value, json};

use crate::support::{App, api_error, code};

#[tokio::test]
async fn a_token_shows_its_user() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let request = app.request("GET", "/user").header("X-Plex-Token", &token);
    let user: Value = request.send().await.unwrap().json().await.unwrap();
    let demo = &emulator.users()[0];
    assert_eq!(user["id"], demo.id);
    assert_eq!(user["uuid"], demo.uuid);
    assert_eq!(user["username"], "demo");
    assert_eq!(user["authToken"], token);
    assert_eq!(user["subscription"]["features"], json!(["home"]));
}

#[tokio::test]
async fn a_wrong_or_missing_token_is_rejected() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let missing = app.request("GET", "/user").send().await.unwrap();
    let wrong = app.request("GET", "/user").header("X-Plex-Token", "a.b.c");
    for response in [missing, wrong.send().await.unwrap()] {
        let (status, error) = api_error(response).await;
        assert_eq!(status, 401);
        assert_eq!(
            error,
            json!({"code": 1001, "message": "User could not be authenticated", "status": 401})
        );
    }
}

#[tokio::test]
async fn signing_out_invalidates_the_token() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    assert_eq!(app.status("GET", "/ping", &token).await, 200);
    assert_eq!(app.status("DELETE", "/users/signout", &token).await, 204);
    assert_eq!(app.status("GET", "/ping", &token).await, 401);
    assert_eq!(app.status("DELETE", "/users/signout", &token).await, 401);
}

#[tokio::test]
async fn a_new_token_replaces_the_old_one() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let first = app.sign_in(&emulator).await;
    let other_install = App::named(&emulator, "other").sign_in(&emulator).await;
    let pin = app.create(false).await;
    emulator.approve_as(1, code(&pin)).await.unwrap();
    let other_user = app.token(&pin).await.unwrap();
    let second = app.sign_in(&emulator).await;
    assert_eq!(app.status("GET", "/user", &first).await, 401);
    for token in [second, other_install, other_user] {
        assert_eq!(app.status("GET", "/user", &token).await, 200);
    }
}

#[tokio::test]
async fn removing_a_device_invalidates_only_its_token() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::named(&emulator, "removed");
    let token = app.sign_in(&emulator).await;
    let demo = emulator.demo_token();
    let list = app
        .anonymous("GET", "//devices.xml")
        .header("X-Plex-Token", &demo);
    let xml = list.send().await.unwrap().text().await.unwrap();
    let device = xml
        .split("<Device ")
        .find(|device| device.contains("removed"))
        .unwrap();
    assert!(device.contains(&format!("token=\"{token}\"")), "{device}");
    let (_, id) = device.split_once(" id=\"").unwrap();
    let path = format!("//devices/{}.xml", id.split('"').next().unwrap());
    let pin = app.create(false).await;
    emulator.approve_as(1, code(&pin)).await.unwrap();
    let other_user = app.token(&pin).await.unwrap();
    assert_eq!(app.status("DELETE", &path, &other_user).await, 404);
    assert_eq!(app.status("GET", "/user", &token).await, 200);
    assert_eq!(app.status("DELETE", &path, &demo).await, 204);
    assert_eq!(app.status("DELETE", &path, &demo).await, 404);
    assert_eq!(app.status("GET", "/user", &token).await, 401);
    assert_eq!(app.status("GET", "/user", &demo).await, 200);
}

#[tokio::test]
async fn resources_list_the_devices_for_an_identified_app() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let demo = emulator.demo_token();
    let request = app
        .request("GET", "/resources?includeHttps=1")
        .header("X-Plex-Token", &demo);
    let resources: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(resources[0]["name"], "Demo browser");
    let nobody = app
        .anonymous("GET", "/resources")
        .header("Accept", "application/json");
    let (status, error) = api_error(nobody.send().await.unwrap()).await;
    assert_eq!((status, &error["code"]), (400, &json!(1000)));
}

#[tokio::test]
async fn users_can_be_configured() {
    let mut managed = User::new("");
    managed.restricted = true;
    let builder = Emulator::builder().users([User::new("ada"), managed]);
    let emulator = builder.start().await.unwrap();
    let app = App::new(&emulator);
    let pin = app.create(true).await;
    emulator.approve_as(1, code(&pin)).await.unwrap();
    let token = app.token(&pin).await.unwrap();
    let request = app.request("GET", "/user").header("X-Plex-Token", &token);
    let user: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(user["restricted"], true);
    assert_eq!(user["email"], json!(null));
    assert!(emulator.approve_as(2, code(&pin)).await.is_err());
    let nobody = Emulator::builder().users([]).start().await;
    assert!(
        nobody
            .unwrap_err()
            .to_string()
            .contains("at least one user")
    );
}
