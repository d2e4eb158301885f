//! Tests of the client that is generated from media-server.yaml.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::http::{HeaderMap, Uri};
use plex_api::{Error, Identity, PlexApi, Token};
use tokio::sync::mpsc;
use url::Url;

use crate::media_server::requests::DecidePlaybackRequest;
use crate::media_server::types::TranscodeType;
use crate::{emulated_server, media_server};

fn plex() -> PlexApi {
    let identity = Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58")
        .client_name("My program")
        .client_version("2.4.1");
    let plex = PlexApi::builder(identity).user_agent("My program/2.4.1");
    let plex = plex.build().unwrap();
    plex.with_token(&Token::new("the-users-own"))
}

/// Makes a client of a server at a known address.
fn at(server: &Url, token: &Token) -> Result<media_server::Client, Error> {
    let transport = plex().generated().transport().with_base_url(server)?;
    Ok(media_server::Client::new(transport.with_token(token)))
}

/// The headers of a request as `name: value`, sorted.
fn as_text(headers: &HeaderMap) -> Vec<String> {
    let mut lines: Vec<String> = headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn identity_and_token_are_on_the_wire() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let router = Router::new().fallback(async move |headers: HeaderMap| {
        seen.send(headers).unwrap();
        r#"{"MediaContainer": {"machineIdentifier": "living-room"}}"#
    });
    let address = emulated_server::serve(router).await.unwrap();
    let server_token = Token::new("2ffLuB84dqLswk9skLos");
    let server = at(&address, &server_token).unwrap();

    server.get_identity().await.unwrap();
    let without_token = [
        "accept-encoding: identity",
        "accept: application/json",
        "user-agent: My program/2.4.1",
        "x-plex-client-identifier: 3381b62b-9ab7-4e37-827b-203e9809eb58",
        "x-plex-product: My program",
        "x-plex-version: 2.4.1",
    ];
    assert_eq!(as_text(&requests.recv().await.unwrap()), without_token);

    server.get_sections().await.unwrap();
    let mut with_token = without_token.to_vec();
    with_token.insert(5, "x-plex-token: 2ffLuB84dqLswk9skLos");
    assert_eq!(as_text(&requests.recv().await.unwrap()), with_token);
}

#[tokio::test]
async fn arguments_are_sent_under_the_names_of_the_spec() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let router = Router::new().fallback(async move |address: Uri, headers: HeaderMap| {
        seen.send((address.to_string(), headers)).unwrap();
        r#"{"MediaContainer": {"generalDecisionCode": "1001"}}"#
    });
    let address = emulated_server::serve(router).await.unwrap();
    let server = at(&address, &Token::new("a-token")).unwrap();
    let request = DecidePlaybackRequest::new(TranscodeType::Music)
        .direct_play(false)
        .has_mde(true)
        .offset(90.5)
        .x_plex_client_profile_name("Generic")
        .path("/library/metadata/7");
    let decision = server
        .decide_playback(request)
        .await
        .unwrap()
        .media_container;
    assert_eq!(decision.general_decision_code, Some(1001));

    let (address, headers) = requests.recv().await.unwrap();
    let path = "/music/:/transcode/universal/decision?path=%2Flibrary%2Fmetadata%2F7&offset=90.5&directPlay=0&hasMDE=1";
    assert_eq!(address, path);
    assert_eq!(headers["x-plex-client-profile-name"], "Generic");
}

#[tokio::test]
async fn nothing_is_sent_before_a_server_is_chosen() {
    let plex = plex();
    let client = media_server::Client::new(plex.generated().transport().clone());
    assert!(client.get_identity().await.unwrap_err().is_misuse());
}

#[test]
fn the_program_succeeds() {
    crate::main().unwrap();
}

/// The README beside the spec of plex.tv shows these files to users of plex-api.
#[test]
fn the_readme_shows_the_files_of_this_package() {
    let readme = include_str!("../../../openapi/README.md");
    for file in [include_str!("build.rs"), include_str!("media_server.rs")] {
        assert!(readme.contains(file), "the README does not show:\n{file}");
    }
    let program = include_str!("own_spec.rs");
    let calls = readme.split("// In the program:\n").skip(1);
    let lines = calls.flat_map(|call| call.lines().take_while(|line| *line != "```"));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 7);
    for line in lines {
        assert!(program.contains(line), "the program lacks: {line}");
    }
}
