//! The option of the binary for media servers.

use serde_json::Value;

use crate::cli::{Running, emulator, with_lines};

/// The addresses that a running binary prints after its first two lines.
fn with_servers(
    arguments: &[&str],
    environment: &[(&str, &str)],
    count: usize,
) -> (Running, Vec<String>) {
    let mut command = emulator(arguments);
    command.envs(environment.iter().copied());
    with_lines(command, count)
}

#[tokio::test]
async fn media_servers_are_added_and_printed() {
    let all = "Attic & more=good,dead,slow,refusing,another,blocked,relay,remote";
    let (running, servers) = with_servers(&["--server", "Living room", "--server", all], &[], 9);
    let uri = servers[0]
        .strip_prefix("media server Living room: ")
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let identity = client.get(format!("{uri}/identity")).send().await.unwrap();
    let identity = identity.text().await.unwrap();
    assert!(
        identity.contains("machineIdentifier=\"living-room\""),
        "{identity}"
    );
    for line in &servers[1..] {
        assert!(
            line.starts_with("media server Attic & more: http://"),
            "{line}"
        );
    }
    let url = format!("{}/api/v2/resources.json?includeRelay=1", running.1);
    let request = client.get(url).header("X-Plex-Client-Identifier", "cli");
    let request = request.header("X-Plex-Token", &running.2);
    let resources: Value = request.send().await.unwrap().json().await.unwrap();
    let connections = resources[1]["connections"].as_array().unwrap();
    assert_eq!(connections.len(), 8);
    for (connection, line) in connections.iter().zip(&servers[1..]) {
        assert!(
            line.ends_with(connection["uri"].as_str().unwrap()),
            "{line}"
        );
    }
    assert_eq!(connections[6]["relay"], true);
    assert_eq!(connections[7]["local"], false);
}

#[test]
fn media_servers_of_the_environment_and_of_a_file_are_served() {
    let environment = [("PLEX_TV_EMULATOR_SERVER", "Attic=good,dead;Cellar")];
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/served.json");
    let users = serde_json::json!([{
        "username": "ada",
        "servers": [{
            "name": "Living room",
            "client_identifier": "machine",
            "connections": [{"served": "good"}, {"uri": "http://127.0.0.1:32400"}],
        }],
    }]);
    std::fs::write(file, users.to_string()).unwrap();
    let (_running, servers) = with_servers(&["--users", file], &environment, 4);
    let names = ["Living room", "Attic", "Attic", "Cellar"];
    for (line, name) in servers.iter().zip(names) {
        let start = format!("media server {name}: http://127.0.0.1:");
        assert!(line.starts_with(&start), "{line}");
    }
}

#[tokio::test]
async fn media_servers_have_the_given_ports_at_the_address_of_the_emulator() {
    // No other test listens on this address.
    let free = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.7:0").unwrap());
    let [good, relay] = free.map(|listener| listener.local_addr().unwrap());
    let server = format!("Attic=good:{},relay:{},dead", good.port(), relay.port());
    let arguments = ["--listen", "127.0.0.7", "--server", &server];
    let (_running, servers) = with_servers(&arguments, &[], 3);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (line, address) in servers.iter().zip([good, relay]) {
        assert_eq!(line, &format!("media server Attic: http://{address}"));
        let identity = client.get(format!("http://{address}/identity"));
        assert_eq!(identity.send().await.unwrap().status(), 200);
    }
    assert!(servers[2].contains("http://127.0.0.7:"), "{servers:?}");
}
