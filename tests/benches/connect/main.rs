//! The time from the list of servers to a connected one: `cargo bench -p plex-api-benches --bench connect`.
//!
//! plex-api, one request by hand to the good address, and python-plexapi connect to the same emulated servers in one run.
//! python-plexapi is run by the Python of the variable PYTHON, which must have it (`pip install plexapi`); without the
//! variable it is left out.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for measuring"
)]

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use plex_api::{Identity, PlexApi, Server, Token};
use plex_tv_emulator::{Behaviour, Emulator, MediaServer, Operation, ServerConnection, User};
use reqwest::{Certificate, ClientBuilder};
use url::Url;

/// The number of measurements with plex-api and by hand, of which the best counts.
const TIMES: usize = 5;

fn main() {
    // `cargo test --benches` only checks that it runs.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        println!("| addresses | plex-api | one request by hand | python-plexapi | with its fast connect |");
        println!("|---|---:|---:|---:|---:|");
        for (server, is_tls) in servers() {
            measure(server, is_tls, is_bench).await;
        }
    });
}

/// Returns the servers, each named by its addresses, and whether they are https.
fn servers() -> [(MediaServer, bool); 4] {
    let named = |name| MediaServer::new(name, "the-server");
    let slow = Behaviour::Slow(Duration::from_millis(300));
    let with_a_good_one = |name| {
        let server = named(name).dead_address().good_address().dead_address();
        let remote = ServerConnection::served(slow).remote();
        server.connection(remote).relay_address()
    };
    let servers = [
        with_a_good_one("good local; two dead, slow remote, relay"),
        named("only the relay; three dead")
            .dead_address()
            .dead_address()
            .connection(ServerConnection::served(Behaviour::Dead).remote())
            .relay_address(),
        named("all four dead")
            .dead_address()
            .dead_address()
            .connection(ServerConnection::served(Behaviour::Dead).remote())
            .connection(ServerConnection::served(Behaviour::Dead).relay()),
    ];
    let [good, relay, dead] = servers.map(|server| (server, false));
    let over_tls = with_a_good_one("good local, and so on, over https");
    [good, (over_tls, true), relay, dead]
}

/// Measures one server and prints a line of the table.
async fn measure(server: MediaServer, is_tls: bool, is_bench: bool) {
    let name = server.name.clone();
    let mut user = User::new("ada");
    user.servers.push(server);
    let emulator = Emulator::builder().users([user]);
    let emulator = if is_tls { emulator.tls() } else { emulator };
    let emulator = emulator.start().await.unwrap();
    let ca = emulator
        .ca_pem()
        .map(|ca| Certificate::from_pem(ca.as_bytes()).unwrap());
    // Beside the system's certificates, as in a program.
    let trusting = move |client: ClientBuilder| match &ca {
        Some(ca) => client.tls_certs_merge([ca.clone()]),
        None => client.tls_certs_only([]),
    };
    let plex = PlexApi::builder(Identity::new("benchmark"))
        .base_url(emulator.base_url())
        .http(trusting.clone())
        .build()
        .unwrap();
    let token = Token::new(emulator.demo_token());
    let server = plex.servers(&token).await.unwrap().remove(0);
    let has_good_address = server.connect(&plex).await.is_ok();
    if !is_bench {
        return;
    }
    let (mut best, mut by_hand) = (Duration::MAX, Duration::MAX);
    for _ in 0..if has_good_address { TIMES } else { 1 } {
        emulator.clear_requests();
        let start = Instant::now();
        let connected = server.connect(&plex).await;
        best = best.min(start.elapsed());
        check(&emulator, &server).await;
        if let Ok(connected) = connected {
            by_hand = by_hand.min(request_by_hand(connected.base_url(), &trusting).await);
        }
    }
    let by_hand = if has_good_address {
        milliseconds(by_hand)
    } else {
        "-".to_owned()
    };
    // Python would need a name server for https.
    let python = [false, true].map(|is_fast| match is_tls {
        true => "-".to_owned(),
        false => python(&emulator, &name, is_fast),
    });
    let [python, fast] = python;
    println!(
        "| {name} | {} | {by_hand} | {python} | {fast} |",
        milliseconds(best)
    );
}

/// Checks that no token was sent, and that only the connection to the winner is open.
async fn check(emulator: &Emulator, server: &Server) {
    for request in emulator.requests() {
        assert_eq!(request.operation, Some(Operation::GetServerIdentity));
        assert_eq!(request.header("x-plex-token"), None);
    }
    // Connections are closed by tasks of the runtime, and the emulator notices it a moment later.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let uris = server
        .connections
        .iter()
        .map(|connection| connection.uri.as_str());
    let open = uris.map(|uri| emulator.open_connections(uri.trim_end_matches('/')));
    assert!(open.sum::<usize>() <= 1, "connections of losers are open");
}

/// Returns the time of one request for the identity, with a client of its own.
async fn request_by_hand(
    base_url: &Url,
    trusting: impl Fn(ClientBuilder) -> ClientBuilder,
) -> Duration {
    let start = Instant::now();
    let this_machine = SocketAddr::from(([127, 0, 0, 1], 0));
    let client = trusting(reqwest::Client::builder().no_proxy());
    let client = client.resolve(base_url.host_str().unwrap(), this_machine);
    let request = client.build().unwrap().get(format!("{base_url}identity"));
    let request = request.header("Accept", "application/json");
    let identity: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        identity["MediaContainer"]["machineIdentifier"],
        "the-server"
    );
    start.elapsed()
}

/// Returns the time of one connect of python-plexapi. It waits for every address, 30 seconds by default.
fn python(emulator: &Emulator, server: &str, is_fast: bool) -> String {
    let Some(python) = std::env::var_os("PYTHON") else {
        return "left out".to_owned();
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/connect/connect.py");
    let origin = emulator.base_url().join("/").unwrap();
    let output = Command::new(python)
        .arg(script)
        .args([
            origin.as_str().trim_end_matches('/'),
            &emulator.demo_token(),
            server,
        ])
        .env(
            "PLEXAPI_PLEXAPI_ENABLE_FAST_CONNECT",
            if is_fast { "true" } else { "false" },
        )
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = String::from_utf8(output.stdout).unwrap();
    let (seconds, outcome) = output.trim().split_once(' ').unwrap();
    let time = milliseconds(Duration::from_secs_f64(seconds.parse().unwrap()));
    if outcome == "connected" {
        time
    } else {
        format!("{time}, {outcome}")
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
