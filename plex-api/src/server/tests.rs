use serde_json::{Value, json};

use super::*;

fn read(resource: Value) -> Option<Server> {
    Server::read(serde_json::from_value(resource).unwrap())
}

/// Returns the ports of the connections that are kept.
fn ports(connections: Value) -> Vec<u16> {
    let resource =
        json!({"provides": "server", "clientIdentifier": "a", "connections": connections});
    let server = read(resource).unwrap();
    let connections = server.connections.iter();
    connections.map(|connection| connection.port).collect()
}

#[test]
fn only_resources_with_the_role_and_an_identifier_are_servers() {
    for (provides, id, is_server) in [
        ("server", "a", true),
        ("client, server", "a", true),
        ("player,pubsub-player", "a", false),
        ("server-client", "a", false),
        ("server", "", false),
    ] {
        let server = read(json!({"provides": provides, "clientIdentifier": id}));
        assert_eq!(server.is_some(), is_server, "{provides}");
    }
    assert_eq!(read(json!({"clientIdentifier": "a"})), None);
    assert_eq!(read(json!({"provides": "server"})), None);
}

#[test]
fn a_server_without_a_name_is_called_by_its_identifier() {
    let server = read(json!({"provides": "server", "clientIdentifier": "a"})).unwrap();
    assert_eq!(server.name, "a");
    assert!(!server.owned && server.access_token.is_none());
}

#[test]
fn an_empty_token_is_none() {
    let server = json!({"provides": "server", "clientIdentifier": "a", "accessToken": ""});
    assert_eq!(read(server).unwrap().access_token, None);
}

#[test]
fn connections_without_a_base_url_are_left_out() {
    let uris = [
        "https://192-168-1-5.a.plex.direct:32400",
        "http://[fd00::5]:32401/",
        "https://example.com/plex",
        "https://user:password@example.com:1",
        "https://user@example.com:2",
        "https://example.com:3/?a",
        "https://example.com:4/#a",
        "ftp://example.com:5",
        "file:///6",
        "https://",
        "",
    ];
    let connections = uris.map(|uri| json!({"uri": uri}));
    assert_eq!(ports(json!(connections)), [32400, 32401, 443]);
    assert!(ports(json!([{"port": 7}])).is_empty());
}

#[test]
fn the_listed_port_counts_unless_it_is_not_one() {
    let uri = "https://example.com:32400";
    let connections = json!([
        {"uri": uri, "port": 1},
        {"uri": uri, "port": 65536},
        {"uri": uri, "port": -1},
        {"uri": uri, "port": null},
    ]);
    assert_eq!(ports(connections), [1, 32400, 32400, 32400]);
}
