//! The emulator's media servers match their spec: every documented response is sent, and checked against
//! `tests/emulator/media-server.yaml`.

use std::collections::BTreeSet;

use plex_tv_emulator::{Emulator, MediaServer, Operation, User};
use reqwest::Client;

use crate::contract_spec::Spec;

#[tokio::test]
async fn the_media_servers_match_their_spec() {
    let mut user = User::new("ada");
    user.servers = vec![MediaServer::new("Living room", "machine").good_address()];
    let emulator = Emulator::builder().users([user]).start().await.unwrap();
    let uri = &emulator.users()[0].servers[0].connections[0].uri;
    let spec = Spec::of(include_str!("../emulator/media-server.yaml"));
    let (client, token) = (
        Client::builder().no_proxy().build().unwrap(),
        emulator.demo_token(),
    );
    let mut seen = BTreeSet::new();
    for path in [
        "/identity",
        "/",
        "/library",
        "/library/sections",
        "/library/sections/1/all",
        "/library/sections/2/all?X-Plex-Container-Start=50&X-Plex-Container-Size=20",
        "/library/sections/2/all?X-Plex-Container-Start=many",
        "/library/sections/7/all",
        "/library/metadata/1/thumb/1",
        "/library/metadata/700/thumb/1",
    ] {
        for token in [token.as_str(), ""] {
            emulator.clear_requests();
            let request = client.get(format!("{uri}{path}"));
            let request = request.header("Accept", "application/json");
            let response = request.header("X-Plex-Token", token).send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = response.bytes().await.unwrap();
            let id = emulator.requests()[0]
                .operation
                .map(|id: Operation| id.to_string());
            let id = id.unwrap_or_else(|| panic!("{path} is not an operation"));
            let operation = spec.operation(&id);
            if let Err(problem) = spec.check_response(&operation, status, &headers, &body) {
                panic!("{path}, {status}: {problem}");
            }
            seen.insert((id, status));
        }
    }
    assert_eq!(seen, spec.documented());
}
