//! The requests to media servers.

use plex_tv_emulator::{Emulator, Fault, MediaServer, Operation, User};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::support::{App, CLIENT};

const ID: &str = "the-machine-identifier";

/// Starts an emulator whose first user owns a server, and whose second user is a friend with access to it.
async fn shared() -> Emulator {
    let mut ada = User::new("ada");
    ada.servers = vec![MediaServer::new("Living room", ID).good_address()];
    let mut grace = User::new("grace");
    let mut listed = MediaServer::new("Of a friend", ID).shared_by("a friend");
    listed.access_token = Some("graces-token".to_owned());
    grace.servers = vec![listed.good_address()];
    Emulator::builder()
        .users([ada, grace])
        .start()
        .await
        .unwrap()
}

fn uri(emulator: &Emulator, user: usize) -> String {
    emulator.users()[user].servers[0].connections[0].uri.clone()
}

async fn send(uri: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.get(format!("{uri}{path}"));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
        .header("X-Plex-Client-Identifier", CLIENT);
    request.send().await.unwrap()
}

async fn json(uri: &str, path: &str, token: &str) -> Value {
    let headers = [("Accept", "application/json"), ("X-Plex-Token", token)];
    let response = send(uri, path, &headers).await;
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

async fn status(uri: &str, path: &str, token: &str) -> u16 {
    let response = send(uri, path, &[("X-Plex-Token", token)]).await;
    response.status().as_u16()
}

#[tokio::test]
async fn a_server_identifies_itself_without_a_token() {
    let emulator = shared().await;
    let uri = uri(&emulator, 0);
    let headers = [("Accept", "application/json")];
    let identity: Value = send(&uri, "/identity", &headers)
        .await
        .json()
        .await
        .unwrap();
    let expected = json!({"MediaContainer": {
        "size": 0, "claimed": true, "machineIdentifier": ID, "version": "1.42.1.10060-4e8b05daf",
    }});
    assert_eq!(identity, expected);
    let xml = send(&uri, "/identity", &[]).await.text().await.unwrap();
    let element = "<MediaContainer size=\"0\" claimed=\"1\" machineIdentifier=\"the-machine-identifier\" \
                   version=\"1.42.1.10060-4e8b05daf\"/>";
    assert!(xml.contains(element), "{xml}");
}

#[tokio::test]
async fn everything_else_needs_the_token_that_plex_tv_lists() {
    let emulator = shared().await;
    let (demo, another) = (emulator.demo_token(), App::named(&emulator, "another-app"));
    let another = another.sign_in(&emulator).await;
    for uri in [uri(&emulator, 0), uri(&emulator, 1)] {
        for path in [
            "/",
            "/library/sections",
            "/library/sections/1/all",
            "/library/metadata/1/thumb/1",
        ] {
            // All tokens of the owner, and the listed token of the friend, at every listener.
            for token in [demo.as_str(), &another, "graces-token"] {
                assert_eq!(status(&uri, path, token).await, 200, "{path}");
            }
            for token in ["", "unknown", "a.b.c"] {
                assert_eq!(status(&uri, path, token).await, 401, "{path} {token}");
            }
        }
    }
    // A friend's own token is not for this server.
    let users = App::new(&emulator).anonymous("GET", "//_emulator/users");
    let users: Value = users.send().await.unwrap().json().await.unwrap();
    let graces_own = users[1]["demo_token"].as_str().unwrap();
    assert_eq!(
        status(&uri(&emulator, 1), "/library/sections", graces_own).await,
        401
    );
    // A token that is revoked at plex.tv is revoked here too.
    App::new(&emulator)
        .status("DELETE", "/users/signout", &another)
        .await;
    assert_eq!(
        status(&uri(&emulator, 0), "/library/sections", &another).await,
        401
    );
}

#[tokio::test]
async fn the_libraries_are_listed() {
    let emulator = shared().await;
    let sections = json(
        &uri(&emulator, 0),
        "/library/sections",
        &emulator.demo_token(),
    )
    .await;
    let container = &sections["MediaContainer"];
    assert_eq!(container["size"], 2);
    let first = &container["Directory"][0];
    assert_eq!(first["key"], "1");
    assert_eq!(first["type"], "movie");
    assert_eq!(first["title"], "Movies");
    let token = emulator.demo_token();
    let headers = [("X-Plex-Token", token.as_str())];
    let xml = send(&uri(&emulator, 0), "/library/sections/", &headers).await;
    let xml = xml.text().await.unwrap();
    assert!(xml.contains("<MediaContainer size=\"2\""), "{xml}");
    assert!(
        xml.contains("key=\"2\" type=\"show\" title=\"TV Shows\""),
        "{xml}"
    );
}

#[tokio::test]
async fn requests_are_recorded_with_the_address_and_fail_on_demand() {
    let emulator = shared().await;
    let uri = uri(&emulator, 0);
    emulator.fail_next(Operation::GetServerIdentity, Fault::Status { status: 503 });
    assert_eq!(status(&uri, "/identity", "").await, 503);
    let field = "MediaContainer.machineIdentifier".to_owned();
    let value = json!("someone-else");
    emulator.fail_next_for(
        CLIENT,
        Operation::GetServerIdentity,
        Fault::SetField { field, value },
    );
    let identity = json(&uri, "/identity", "").await;
    assert_eq!(
        identity["MediaContainer"]["machineIdentifier"],
        "someone-else"
    );
    // At plex.tv it would not be recorded.
    assert_eq!(status(&uri, "/healthz", "").await, 404);
    let seen: Vec<_> = emulator
        .requests()
        .into_iter()
        .map(|request| {
            let host = request.header("host").map(str::to_owned);
            assert_eq!(host.map(|host| format!("http://{host}")), Some(uri.clone()));
            (request.operation, request.status)
        })
        .collect();
    let identity = Some(Operation::GetServerIdentity);
    assert_eq!(
        seen,
        [
            (identity, Some(503)),
            (identity, Some(200)),
            (None, Some(404))
        ]
    );
}

#[tokio::test]
async fn items_are_listed_page_by_page() {
    let emulator = shared().await;
    let (uri, token) = (uri(&emulator, 0), emulator.demo_token());
    let path = "/library/sections/1/all";
    let all = json(&uri, path, &token).await;
    let all = all["MediaContainer"]["Metadata"].as_array().unwrap();
    assert_eq!(all.len(), 500);
    let headers = |start: &'static str, size: &'static str| {
        [
            ("X-Plex-Container-Start", start),
            ("X-Plex-Container-Size", size),
        ]
    };
    let mut pages = Vec::new();
    for (start, size) in [("0", "200"), ("200", "200"), ("400", "200"), ("600", "200")] {
        let accept = [("Accept", "application/json"), ("X-Plex-Token", &token)];
        let in_headers = [accept, headers(start, size)].concat();
        let response = send(&uri, path, &in_headers).await;
        assert_eq!(response.headers()["x-plex-container-total-size"], "500");
        assert_eq!(response.headers()["x-plex-container-start"], start);
        let page: Value = response.json().await.unwrap();
        let in_query =
            format!("{path}?X-Plex-Container-Start={start}&X-Plex-Container-Size={size}");
        assert_eq!(json(&uri, &in_query, &token).await, page);
        let container = &page["MediaContainer"];
        assert_eq!(container["totalSize"], 500);
        assert_eq!(container["offset"].to_string(), start);
        let items = container["Metadata"].as_array().unwrap();
        assert_eq!(container["size"], items.len());
        pages.extend(items.iter().cloned());
    }
    assert_eq!(&pages, all);
    let in_xml = [("X-Plex-Token", token.as_str()), headers("7", "2")[0]];
    let in_xml = send(&uri, path, &in_xml).await.text().await.unwrap();
    assert_eq!(in_xml.matches("<Video ").count(), 493);
    assert!(in_xml.contains("totalSize=\"500\""));
    for (path, expected) in [
        ("/library/sections/1/all?X-Plex-Container-Start=-1", 400),
        ("/library/sections/1/all?X-Plex-Container-Size=many", 400),
        ("/library/sections/2/all?X-Plex-Container-Size=0", 200),
        ("/library/sections/3/all", 404),
    ] {
        assert_eq!(status(&uri, path, &token).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_picture_has_some_kilobytes() {
    let emulator = shared().await;
    let token = emulator.demo_token();
    let headers = [("X-Plex-Token", token.as_str())];
    let uri = uri(&emulator, 0);
    let picture = send(&uri, "/library/metadata/1/thumb/1", &headers).await;
    assert_eq!(picture.headers()["content-type"], "image/png");
    let picture = picture.bytes().await.unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    assert!(
        (2_000..10_000).contains(&picture.len()),
        "{}",
        picture.len()
    );
    // Players send the token in the URL.
    let url = format!("/library/metadata/1/thumb/1?X-Plex-Token={token}");
    assert_eq!(send(&uri, &url, &[]).await.status(), 200);
    for path in [
        "/library/metadata/501/thumb/1",
        "/library/metadata/x/thumb/1",
    ] {
        assert_eq!(status(&uri, path, &token).await, 404, "{path}");
    }
}

#[tokio::test]
async fn only_the_owner_reads_the_root_of_the_libraries() {
    let emulator = shared().await;
    let (uri, token) = (uri(&emulator, 1), emulator.demo_token());
    let root = json(&uri, "/", &token).await;
    let root = &root["MediaContainer"];
    assert_eq!(root["friendlyName"], "Living room");
    assert_eq!(root["machineIdentifier"], ID);
    // As the owner lists the server, although this address is in the list of the friend.
    assert_eq!(root["myPlexUsername"], "ada");
    let library = json(&uri, "/library", &token).await;
    assert_eq!(library["MediaContainer"]["title1"], "Plex Library");
    assert_eq!(status(&uri, "/library", "graces-token").await, 401);
}

#[tokio::test]
async fn a_listed_token_replaces_those_of_the_owner() {
    let mut user = User::new("ada");
    let mut server = MediaServer::new("Living room", ID).good_address();
    server.access_token = Some("listed-token".to_owned());
    user.servers = vec![server];
    let emulator = Emulator::builder().users([user]).start().await.unwrap();
    let uri = uri(&emulator, 0);
    let path = "/library/sections";
    assert_eq!(status(&uri, path, &emulator.demo_token()).await, 401);
    assert_eq!(status(&uri, path, "listed-token").await, 200);
}

#[tokio::test]
async fn a_token_for_one_server_is_not_for_another() {
    let mut user = User::new("ada");
    for name in ["one", "two"] {
        let mut server = MediaServer::new(name, name).good_address();
        server.access_token = Some(format!("token-of-{name}"));
        user.servers.push(server);
    }
    let emulator = Emulator::builder().users([user]).start().await.unwrap();
    let uri = uri(&emulator, 0);
    for (token, expected) in [("token-of-one", 200), ("token-of-two", 401)] {
        assert_eq!(status(&uri, "/library/sections", token).await, expected);
    }
}
