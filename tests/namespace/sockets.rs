//! The sockets that a connection leaves open.

use std::time::{Duration, Instant};

use plex_api::Location;
use plex_tv_emulator::Behaviour;
use serde_json::Value;

use crate::client::Setting;
use crate::network::{LOCAL, NEIGHBOUR, NOBODY_ELSE, REMOTE};
use crate::outcome::options;
use crate::rows::{at, good, nobody, relay, server, slow};

/// 192.168.7.98:32400, as /proc/net/tcp has it on a machine with this byte order.
const NOBODY_ELSE_IN_PROC: &str = if cfg!(target_endian = "little") {
    "6207A8C0:7E90"
} else {
    "C0A80762:7E90"
};

pub(crate) async fn only_the_socket_of_the_chosen_address_stays_open() {
    let setting = Setting::start(
        server([
            nobody(NOBODY_ELSE),
            at(LOCAL, Behaviour::Dead),
            slow(NEIGHBOUR, 2000),
            good(REMOTE),
            relay(),
        ]),
        true,
    )
    .await;
    let options = options();
    let (connected, ()) = tokio::join!(
        setting.connect("app", &options),
        until("connecting", is_connecting)
    );
    let connected = connected.unwrap();
    assert_eq!(connected.location(), Location::Remote);
    for _ in 0..2 {
        // The HTTP client takes a connection back a moment after its response; a faster request may open another one.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let _: Value = connected.get("/library/sections").json().await.unwrap();
    }
    until("closing", || !is_connecting()).await;
    for connection in &setting.server.connections {
        let uri = connection.uri.as_str().trim_end_matches('/');
        let expected = usize::from(connected.base_url() == &connection.uri);
        // The connection that found the server is used for all calls.
        until(uri, || setting.emulator.open_connections(uri) == expected).await;
    }
}

/// Returns true while there is a socket to the address that nobody has.
fn is_connecting() -> bool {
    let sockets = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    sockets.contains(NOBODY_ELSE_IN_PROC)
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
