//! The identity: every client header of the spec can be set and is sent.

use plex_api::{ClientIdentifier, GetPinRequest, Identity, PlexApi};

use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{api, as_text, json, only_request, responding};
use crate::snapshots;

fn complete() -> Identity {
    Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58")
        .client_name("Plex for Roku")
        .client_version("2.4.1")
        .platform("Roku")
        .platform_version("4.3 build 1057")
        .device_nickname("Roku 3")
        .device_name("Küche")
        .model("4200X")
        .device_vendor("Roku")
        .marketplace("googlePlay")
        .language("en")
}

#[tokio::test]
async fn every_header_of_the_spec_is_sent() {
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    let plex = PlexApi::builder(complete())
        .base_url(api(&server.uri()))
        .build()
        .unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
    let request = as_text(&only_request(&server).await);
    for name in globals_of_the_spec() {
        assert!(
            request.contains(&format!("\n{}: ", name.to_lowercase())),
            "{name} is missing in\n{request}"
        );
    }
    snapshots::accepted("wire").bind(|| insta::assert_snapshot!("complete_identity", request));
}

/// Reads the header names under `x-speakeasy-globals`.
fn globals_of_the_spec() -> Vec<String> {
    let spec = include_str!("../../openapi/plex.yaml");
    let (_, globals) = spec.split_once("x-speakeasy-globals:").unwrap();
    let (globals, _) = globals.split_once("\npaths:").unwrap();
    let names = globals
        .lines()
        .filter_map(|line| line.split_once("#/components/parameters/"));
    let names: Vec<String> = names
        .map(|(_, name)| name.trim_end_matches('"').to_owned())
        .collect();
    assert_eq!(names.len(), 11, "{names:?}");
    names
}

#[test]
fn an_identity_that_cannot_be_sent_is_a_misuse() {
    assert!(PlexApi::new(Identity::new("")).unwrap_err().is_misuse());
    assert!(PlexApi::new(Identity::new("a\nb")).unwrap_err().is_misuse());
}

#[tokio::test]
async fn another_x_plex_header_is_sent() {
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    let identifier = ClientIdentifier::random();
    let plex = PlexApi::builder(Identity::new(&identifier).header("X-Plex-Provides", "player"))
        .base_url(api(&server.uri()))
        .build()
        .unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
    let request = only_request(&server).await;
    assert_eq!(request.headers["x-plex-provides"], "player");
    let sent = &request.headers["x-plex-client-identifier"];
    assert_eq!(sent, identifier.as_str());
}

#[test]
fn a_token_among_the_headers_is_a_misuse() {
    let identity = Identity::new("id").header("X-Plex-Token", "2ffLuB84dqLswk9skLos");
    let shown = format!("{identity:?}");
    assert!(!shown.contains("2ffLuB84dqLswk9skLos"), "{shown}");
    assert!(PlexApi::new(identity).unwrap_err().is_misuse());
}
