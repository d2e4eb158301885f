//! The binary.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn emulator(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plex-tv-emulator"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running binary, which is killed when its test ends; its address; the token of its demo user.
struct Running(Child, String, String);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn start(arguments: &[&str]) -> Running {
    let mut child = emulator(arguments).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening on ").unwrap().to_owned();
    let second = lines.next().unwrap().unwrap();
    let token = second
        .strip_prefix("demo user's token: ")
        .unwrap()
        .to_owned();
    Running(child, address, token)
}

fn fails(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = emulator(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

async fn create(address: &str) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .post(format!("{address}/api/v2/pins.json"))
        .header("X-Plex-Client-Identifier", "cli");
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn it_prints_its_address_and_stops_at_sigterm() {
    let mut running = start(&["--approve-after", "0"]);
    let Running(child, address, token) = &mut running;
    assert_eq!(token.len(), 20);
    let pin = create(address).await;
    assert_eq!(pin["code"].as_str().unwrap().len(), 4);
    let terminated = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(terminated.success());
    assert!(child.wait().unwrap().success());
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(stderr, "");
}

#[tokio::test]
async fn a_seed_repeats_codes() {
    let code = async || create(&start(&["--seed", "7"]).1).await["code"].clone();
    assert_eq!(code().await, code().await);
}

#[test]
fn a_taken_port_is_a_clear_error() {
    let Running(_child, address, _) = &start(&[]);
    let (_, port) = address.rsplit_once(':').unwrap();
    let message = fails(&["--port", port]);
    assert!(
        message.contains(&format!("port {port} is taken")),
        "{message}"
    );
}

#[test]
fn bad_arguments_are_clear_errors() {
    for (arguments, expected) in [
        (&["--users", "/nowhere"][..], "cannot read /nowhere"),
        (&["--switch", "token_read_once"], "NAME=VALUE"),
        (&["--switch", "unknown=1"], "unknown"),
        (&["--switch", "no_cors=perhaps"], "not JSON"),
        (&["--approve-after=-1"], "negative"),
    ] {
        let message = fails(arguments);
        assert!(message.contains(expected), "{arguments:?}: {message}");
        assert!(!message.contains("panicked"), "{message}");
    }
}

#[tokio::test]
async fn localhost_is_both_of_its_addresses() {
    let running = start(&["--listen", "localhost"]);
    let port = running.1.strip_prefix("http://localhost:").unwrap();
    let has_ipv6 = std::net::TcpListener::bind("[::1]:0").is_ok();
    for address in ["127.0.0.1", "localhost", "[::1]"] {
        if has_ipv6 || address != "[::1]" {
            let pin = create(&format!("http://{address}:{port}")).await;
            assert_eq!(pin["code"].as_str().unwrap().len(), 4, "{address}");
        }
    }
    if !has_ipv6 {
        return;
    }
    // Both are taken, and both are released.
    let message = fails(&["--listen", "::1", "--port", port]);
    assert!(
        message.contains(&format!("port {port} is taken")),
        "{message}"
    );
    let (client, url) = (
        reqwest::Client::builder().no_proxy().build().unwrap(),
        format!("http://[::1]:{port}/_emulator"),
    );
    let refuse = client
        .post(format!("{url}/refuse"))
        .body("{\"milliseconds\": 300}");
    refuse.send().await.unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while client.get(&url).send().await.is_ok() {
        assert!(std::time::Instant::now() < deadline, "::1 is not refused");
    }
    while client.get(&url).send().await.is_err() {
        assert!(std::time::Instant::now() < deadline, "::1 stays refused");
    }
}

#[test]
fn a_name_other_than_localhost_is_not_an_address() {
    let message = fails(&["--listen", "example.com"]);
    assert!(message.contains("localhost or an IP address"), "{message}");
}

#[tokio::test]
async fn a_file_of_users_may_hold_their_servers() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/users.json");
    let users = serde_json::json!([{
        "username": "ada",
        "servers": [{
            "name": "Living room",
            "client_identifier": "machine",
            "connections": [{"uri": "http://127.0.0.1:32400"}],
        }],
    }]);
    std::fs::write(file, users.to_string()).unwrap();
    let Running(_child, address, token) = &start(&["--users", file]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .get(format!("{address}/api/v2/resources.json"))
        .header("X-Plex-Client-Identifier", "cli")
        .header("X-Plex-Token", token);
    let resources: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(resources[0]["clientIdentifier"], "machine");
    assert_eq!(resources[0]["connections"][0]["port"], 32400);
}
