//! The requests of today's apps right after the PIN: the account, and the user's servers.

use plex_tv_emulator::{Emulator, User};
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{App, code};

async fn get(app: &App, path: &str, token: &str) -> Response {
    let request = app.request("GET", path).header("X-Plex-Token", token);
    request.send().await.unwrap()
}

async fn text(app: &App, path: &str, token: &str) -> String {
    let response = get(app, path, token).await;
    assert_eq!(response.status(), 200, "{path}");
    // These paths respond with XML even to a request for JSON.
    let content_type = response.headers()["content-type"].to_str().unwrap();
    assert!(
        content_type.starts_with("application/xml"),
        "{content_type}"
    );
    response.text().await.unwrap()
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[tokio::test]
async fn the_account_is_shown_as_xml() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let demo = &emulator.users()[0];
    let xml = text(&app, "//users/account", &token).await;
    contains(
        &xml,
        &[
            &format!(" id=\"{}\"", demo.id),
            &format!(" uuid=\"{}\"", demo.uuid),
            " username=\"demo\"",
            " title=\"Demo User\"",
            " email=\"demo@example.com\"",
            &format!(" authToken=\"{token}\""),
            &format!(" authenticationToken=\"{token}\""),
            " restricted=\"0\"",
            " home=\"1\"",
            &format!("/users/{}/avatar", demo.uuid),
            "<subscription active=\"0\" status=\"Inactive\" plan=\"\"><feature id=\"home\"/></subscription>",
            "<roles/>",
            "<entitlements all=\"0\"/>",
            "<username>demo</username>",
            "<joined-at type=\"datetime\">2020-01-01 00:00:00 UTC</joined-at>",
            &format!("<authentication-token>{token}</authentication-token>"),
        ],
    );
    // As plex-for-kodi refreshes its user.
    let sign_in = app.request("POST", "//users/sign_in.xml");
    let sign_in = sign_in.header("X-Plex-Token", &token).send().await.unwrap();
    assert_eq!(sign_in.status(), 201);
    assert_eq!(sign_in.text().await.unwrap(), xml);
    assert_eq!(app.status("GET", "/user", &token).await, 200);
}

#[tokio::test]
async fn the_account_is_shown_as_json() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let demo = &emulator.users()[0];
    let request = app.anonymous("GET", &format!("//users/account.json?X-Plex-Token={token}"));
    let account: Value = request.send().await.unwrap().json().await.unwrap();
    let user = &account["user"];
    assert_eq!(user["id"], demo.id);
    assert_eq!(user["uuid"], demo.uuid);
    assert_eq!(user["email"], "demo@example.com");
    assert_eq!(user["joined_at"], "2020-01-01T00:00:00Z");
    assert_eq!(user["username"], "demo");
    assert_eq!(user["authToken"], token);
    assert_eq!(user["hasPassword"], true);
    assert_eq!(user["subscription"]["active"], false);
    assert_eq!(user["subscription"]["features"], json!(["home"]));
    assert_eq!(user["roles"], json!({"roles": []}));
    assert_eq!(user["entitlements"], json!([]));
}

#[tokio::test]
async fn the_older_endpoints_reject_tokens_as_recorded() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let dead = app.sign_in(&emulator).await;
    app.status("DELETE", "/users/signout", &dead).await;
    for (method, path) in [
        ("GET", "//users/account"),
        ("GET", "//api/resources"),
        ("POST", "//users/sign_in.xml"),
    ] {
        let request = app.request(method, path).header("X-Plex-Token", &dead);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 422, "{path}");
        contains(
            &response.text().await.unwrap(),
            &["<errors>", "<error>Invalid token</error>"],
        );
        let response = app.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), 401, "{path}");
        contains(
            &response.text().await.unwrap(),
            &["<errors>", "<error>Please sign in.</error>"],
        );
    }
    for token in [&dead, ""] {
        let response = get(&app, "//users/account.json", token).await;
        assert_eq!(response.status(), 401);
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["errors"][0]["code"], 1001);
    }
}

#[tokio::test]
async fn a_user_is_complete() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = emulator.demo_token();
    let user: Value = get(&app, "/user", &token).await.json().await.unwrap();
    assert_eq!(user["roles"], json!([]));
    let mut names: Vec<_> = user["profile"].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "autoSelectAudio",
            "autoSelectSubtitle",
            "defaultAudioAccessibility",
            "defaultAudioLanguage",
            "defaultAudioLanguages",
            "defaultSubtitleAccessibility",
            "defaultSubtitleForced",
            "defaultSubtitleLanguage",
            "defaultSubtitleLanguages",
            "mediaReviewsLanguages",
            "mediaReviewsVisibility",
            "watchedIndicator",
        ]
    );
}

#[tokio::test]
async fn the_thumb_of_a_user_is_a_picture() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let mut pictures = Vec::new();
    for user in 0..2 {
        let pin = app.create(true).await;
        emulator.approve_as(user, code(&pin)).await.unwrap();
        let token = app.token(&pin).await.unwrap();
        let user: Value = get(&app, "/user", &token).await.json().await.unwrap();
        let thumb: reqwest::Url = user["thumb"].as_str().unwrap().parse().unwrap();
        let thumb = get(&app, &format!("/{}", thumb.path()), "").await;
        assert_eq!(thumb.status(), 200);
        assert_eq!(thumb.headers()["content-type"], "image/png");
        let picture = thumb.bytes().await.unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        pictures.push(picture);
    }
    assert_ne!(pictures[0], pictures[1]);
    let unknown = get(&app, "//users/0123456789abcdef/avatar", "").await;
    assert_eq!(unknown.status(), 404);
}

/// Starts an emulator whose user has a server, and access to a friend's server.
async fn with_servers() -> Emulator {
    let users: Vec<User> = serde_json::from_value(json!([{
        "username": "ada",
        "servers": [
            {
                "name": "Living room",
                "client_identifier": "machine-1",
                "product_version": "1.42.1.10060",
                "connections": [
                    {"uri": "https://192-168-1-5.hash.plex.direct:32400", "address": "192.168.1.5"},
                    {"uri": "https://relay.plex.direct:8443", "relay": true},
                    {"uri": "http://[::1]:32400"},
                    {"uri": "http://203.0.113.9:32401"},
                ],
            },
            {
                "name": "Friend's",
                "client_identifier": "machine-2",
                "owned": false,
                "access_token": "friends-token",
                "source_title": "grace",
                "connections": [{"uri": "https://media.example"}],
            },
            {"name": "Bare", "client_identifier": "machine-3", "owned": false},
        ],
    }]))
    .unwrap();
    Emulator::builder().users(users).start().await.unwrap()
}

#[tokio::test]
async fn servers_are_resources() {
    let emulator = with_servers().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let all = "/resources?includeHttps=1&includeRelay=1&includeIPv6=1";
    let resources: Value = get(&app, all, &token).await.json().await.unwrap();
    let own = &resources[0];
    assert_eq!(own["name"], "Living room");
    assert_eq!(own["clientIdentifier"], "machine-1");
    assert_eq!(own["product"], "Plex Media Server");
    assert_eq!(own["productVersion"], "1.42.1.10060");
    assert_eq!(own["provides"], "server");
    assert_eq!(own["owned"], true);
    assert_eq!(own["ownerId"], json!(null));
    assert_eq!(own["presence"], true);
    // The token for a server of the user is the user's own.
    assert_eq!(own["accessToken"], token);
    assert_eq!(
        own["connections"],
        json!([
            {"protocol": "https", "address": "192.168.1.5", "port": 32400,
             "uri": "https://192-168-1-5.hash.plex.direct:32400", "local": true, "relay": false, "IPv6": false},
            {"protocol": "https", "address": "relay.plex.direct", "port": 8443,
             "uri": "https://relay.plex.direct:8443", "local": false, "relay": true, "IPv6": false},
            {"protocol": "http", "address": "::1", "port": 32400,
             "uri": "http://[::1]:32400", "local": true, "relay": false, "IPv6": true},
            {"protocol": "http", "address": "203.0.113.9", "port": 32401,
             "uri": "http://203.0.113.9:32401", "local": false, "relay": false, "IPv6": false},
        ])
    );
    let shared = &resources[1];
    assert_eq!(shared["accessToken"], "friends-token");
    assert_eq!(shared["owned"], false);
    assert_eq!(shared["sourceTitle"], "grace");
    assert!(shared["ownerId"].is_u64());
    assert_eq!(shared["connections"][0]["port"], 443);
    let bare = resources[2]["accessToken"].as_str().unwrap();
    assert_eq!(bare.len(), 20);
    assert_ne!(bare, token);
    // The devices of the user follow.
    assert_eq!(resources[3]["name"], "Demo browser");
    for (query, expected) in [
        ("", 1),
        ("?includeHttps=0&includeRelay=no&includeIPv6=", 1),
        ("?includeHttps=1", 2),
        ("?includeHttps=true&includeRelay=yes", 3),
        ("?includeIPv6=1", 2),
    ] {
        let fewer = get(&app, &format!("/resources{query}"), &token).await;
        let fewer: Value = fewer.json().await.unwrap();
        let fewer = fewer[0]["connections"].as_array().unwrap();
        assert_eq!(fewer.len(), expected, "{query}");
        assert!(fewer.iter().any(|c| c["uri"] == "http://203.0.113.9:32401"));
    }
    assert_eq!(
        app.status("GET", "/resources?includeRelay=perhaps", &token)
            .await,
        400
    );
}

#[tokio::test]
async fn servers_are_in_the_older_xml() {
    let emulator = with_servers().await;
    let app = App::new(&emulator);
    let token = app.sign_in(&emulator).await;
    let xml = text(&app, "//api/resources?includeHttps=1", &token).await;
    // The servers, the browser that is signed in, and this app.
    contains(
        &xml,
        &["<MediaContainer size=\"5\"><Device name=\"Living room\""],
    );
    let own = xml.split("<Device ").nth(1).unwrap();
    contains(
        own,
        &[
            "clientIdentifier=\"machine-1\"",
            "provides=\"server\"",
            "owned=\"1\"",
            &format!("accessToken=\"{token}\""),
            "createdAt=\"1577836800\"",
            "><Connection protocol=\"https\" address=\"192.168.1.5\" port=\"32400\" \
             uri=\"https://192-168-1-5.hash.plex.direct:32400\" local=\"1\"",
            "uri=\"http://203.0.113.9:32401\" local=\"0\"",
            "</Device>",
        ],
    );
    assert!(!own.contains("relay.plex.direct"), "{own}");

    let xml = text(&app, "//devices.xml", &token).await;
    let own = xml.split("<Device ").nth(1).unwrap();
    contains(
        own,
        &[
            "name=\"Living room\"",
            "provides=\"server\"",
            &format!("token=\"{token}\""),
            "<Connection uri=\"http://203.0.113.9:32401\"/>",
        ],
    );
    // A friend's server is not a device of the user.
    assert!(!xml.contains("machine-2"), "{xml}");
}

#[tokio::test]
async fn the_debug_output_of_a_server_hides_its_token() {
    let shown = format!("{:?}", with_servers().await.users());
    assert!(shown.contains("machine-2"), "{shown}");
    assert!(!shown.contains("friends-token"), "{shown}");
}

#[test]
fn a_malformed_server_is_rejected_with_a_reason() {
    for (server, reason) in [
        (json!({"client_identifier": "m"}), "missing field `name`"),
        (json!({"name": "n"}), "missing field `client_identifier`"),
        (
            json!({"name": "n", "client_identifier": "m", "uri": ""}),
            "unknown field `uri`",
        ),
        (
            json!({"name": "n", "client_identifier": "m", "connections": [{"uri": "127.0.0.1:32400"}]}),
            "the uri \"127.0.0.1:32400\" is not a URL with a host",
        ),
    ] {
        let user = json!({"username": "ada", "servers": [server]});
        let error = serde_json::from_value::<User>(user)
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason), "{error}");
    }
}
