//! Identity: everything that the spec lists as belonging to the client can be set, and arrives.

use plex_api::{GetPinRequest, Identity, PlexApi};

use crate::operations::ORIGINAL_ANSWER;
use crate::servers::{answering, api, as_text, json, only_request};
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
    let server = answering(json(201, ORIGINAL_ANSWER)).await;
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

/// The names under `x-speakeasy-globals`.
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
fn an_identity_that_cannot_be_sent_makes_no_client() {
    assert!(PlexApi::new(Identity::new("")).unwrap_err().is_misuse());
    assert!(PlexApi::new(Identity::new("a\nb")).unwrap_err().is_misuse());
}
