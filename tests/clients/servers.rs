//! Servers of the spec.

plex_api::include_client!("servers");

use plex_api::generated::Request;
use requests::{GetARequest, GetBRequest, GetDRequest};

use crate::server::{Server, without_server};

#[test]
fn the_server_of_an_operation_has_the_defaults_of_its_variables() {
    let client = without_server();
    let url = |url: Result<plex_api::Secret, plex_api::Error>| url.unwrap().expose().to_owned();
    assert_eq!(
        url(GetARequest::new().url(&client)),
        "https://localhost:8443/v2/a?X-Plex-Client-Identifier=test"
    );
    assert_eq!(
        url(GetBRequest::new().url(&client)),
        "https://b.example.test/b?X-Plex-Client-Identifier=test"
    );
    let error = GetDRequest::new().url(&client).unwrap_err();
    assert!(error.is_misuse(), "{error}");
}

#[test]
fn a_chosen_server_takes_the_place_of_all() {
    let server = Server::new();
    server.read(&GetARequest::new()).unwrap();
    assert_eq!(server.received().target, "/a");
    server.read(&GetBRequest::new()).unwrap();
    assert_eq!(server.received().target, "/b");
}
