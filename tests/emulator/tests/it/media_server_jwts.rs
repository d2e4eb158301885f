//! JWTs at media servers.

use std::time::Duration;

use plex_tv_emulator::{Emulator, MediaServer, User};
use reqwest::Client;
use serde_json::Value;

use crate::device_key::{Key, refresh, register};
use crate::support::App;

#[tokio::test]
async fn servers_refuse_jwts_unless_a_switch_allows_them() {
    let mut user = User::new("ada");
    let shared = MediaServer::new("Attic", "a-shared-machine").shared_by("grace");
    user.servers = vec![
        MediaServer::new("Living room", "an-own-machine").good_address(),
        shared.good_address(),
    ];
    let emulator = Emulator::builder().users([user]).start().await.unwrap();
    let (app, key) = (App::new(&emulator), Key::new(1));
    let legacy = app.sign_in(&emulator).await;
    register(&app, &legacy, &key).await;
    let jwt = refresh(&app, &key).await;
    let resources = app.request("GET", "/resources");
    let resources = resources.header("X-Plex-Token", &jwt).send().await.unwrap();
    let resources: Value = resources.json().await.unwrap();
    let status = async |server: usize| {
        let listed = &resources[server];
        let uri = listed["connections"][0]["uri"].as_str().unwrap();
        let token = listed["accessToken"].as_str().unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.get(format!("{uri}/library/sections"));
        let request = request.header("X-Plex-Token", token);
        request.send().await.unwrap().status().as_u16()
    };
    // The listed token of the own server is the JWT, the token of the shared server is opaque.
    assert_eq!(resources[0]["accessToken"], jwt);
    assert_eq!(resources[1]["accessToken"].as_str().unwrap().len(), 20);
    assert_eq!((status(0).await, status(1).await), (401, 200));
    emulator.set_switches(|switches| switches.servers_refuse_jwts = false);
    assert_eq!((status(0).await, status(1).await), (200, 200));
    emulator.advance(Duration::from_secs(8 * 24 * 60 * 60));
    assert_eq!((status(0).await, status(1).await), (401, 200));
}
