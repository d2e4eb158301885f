//! The outcome of one connection: the chosen address, and how long it took.

use std::time::{Duration, Instant};

use plex_api::{ConnectOptions, ErrorClass, Location, Server, ServerAddress};
use serde_json::{Value, json};

use crate::client::{Setting, check_record};

/// The time limit of a connection.
pub(crate) const LIMIT: Duration = Duration::from_millis(2500);

/// A column of the matrix: the settings in words, and the settings for a server.
type Column = (&'static str, fn(&Server) -> ConnectOptions);

/// The columns of the matrix.
pub(crate) const SETTINGS: [Column; 5] = [
    ("default", |_| options()),
    ("`plain_http(true)`", |_| options().plain_http(true)),
    ("`locations([Local])`", |_| {
        options().locations([Location::Local])
    }),
    ("`locations([Local, Remote])`", |_| {
        options().locations([Location::Local, Location::Remote])
    }),
    ("`first`: the remote address", |server| {
        options().first(remote(server))
    }),
];

/// Returns the default settings with a shorter limit.
pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::new().time_limit(LIMIT)
}

/// Returns the remote address of a server, as a program has stored it.
pub(crate) fn remote(server: &Server) -> Option<ServerAddress> {
    let mut connections = server.connections.iter();
    let remote = connections.find(|connection| !connection.local && !connection.relay)?;
    let stored = json!({"server": server.id, "url": remote.uri});
    Some(serde_json::from_value(stored).unwrap())
}

/// Connects as a client with this identifier, and uses the connection. Returns the outcome in words.
pub(crate) async fn outcome(setting: &Setting, options: &ConnectOptions, client: &str) -> String {
    let begin = Instant::now();
    let connected = setting.connect(client, options).await;
    let time = time(begin.elapsed());
    let (chosen, host) = match &connected {
        Ok(server) => {
            let listing: Value = server.get("/library/sections").json().await.unwrap();
            assert!(
                listing["MediaContainer"]["Directory"].is_array(),
                "{listing}"
            );
            let url = server.base_url();
            let location = match server.location() {
                Location::Local => "local",
                Location::Remote => "remote",
                Location::Relay => "relay",
            };
            let authority = url.authority().to_owned();
            (format!("{location} {}", url.scheme()), Some(authority))
        }
        Err(error) => {
            assert_eq!(error.class(), ErrorClass::Unreachable, "{error}");
            let attempts = error.attempts().iter();
            let attempts: Vec<&str> = attempts.map(|attempt| attempt.address.as_str()).collect();
            for connection in &setting.server.connections {
                let address = connection.uri.as_str().trim_end_matches('/');
                assert!(attempts.contains(&address), "{error} has no {address}");
            }
            ("none".to_owned(), None)
        }
    };
    let asked = check_record(&setting.requests_of(client), host.as_deref());
    let is_foreign = !setting.server.owned && !setting.server.public_address_matches;
    let is_private = |host: &String| host.starts_with("192-168-") || host.starts_with("192.168.");
    assert!(!is_foreign || !asked.iter().any(is_private), "{asked:?}");
    format!("{chosen}, {time}")
}

/// Classifies a time by the waits in it. A wait never ends early, and a busy machine has until the next class.
fn time(elapsed: Duration) -> &'static str {
    match elapsed.as_millis() {
        0..200 => "0 s",
        200..400 => "0.2 s",
        400..1000 => "0.4 s",
        1000.. if elapsed < LIMIT => "1 s",
        _ => "limit",
    }
}
