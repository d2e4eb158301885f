//! The binary.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) fn emulator(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plex-tv-emulator"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The longest wait for a line of output, or for an end.
const LIMIT: Duration = Duration::from_secs(10);

/// A running binary, which is killed when its test ends; its address; the token of its demo user.
pub(crate) struct Running(Child, pub(crate) String, pub(crate) String);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn start(arguments: &[&str]) -> Running {
    announced(emulator(arguments))
}

fn announced(command: Command) -> Running {
    let (running, _) = with_lines(command, 0);
    running
}

/// Starts the binary, and reads this many lines after its first two.
pub(crate) fn with_lines(mut command: Command, count: usize) -> (Running, Vec<String>) {
    let mut running = Running(command.spawn().unwrap(), String::new(), String::new());
    let mut line = reader(running.0.stdout.take().unwrap());
    let first = line();
    let address = first.strip_prefix("listening on ").unwrap();
    address.clone_into(&mut running.1);
    let second = line();
    let token = second.strip_prefix("demo user's token: ").unwrap();
    token.clone_into(&mut running.2);
    (running, (0..count).map(|_| line()).collect())
}

/// Returns a function that reads the next line, and panics if there is none for a while.
fn reader(stdout: ChildStdout) -> impl FnMut() -> String {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let _ = sender.send(line.unwrap());
        }
    });
    move || match lines.recv_timeout(LIMIT) {
        Ok(line) => line,
        Err(error) => panic!("no line of output: {error}"),
    }
}

fn fails(arguments: &[&str]) -> String {
    let mut running = Running(
        emulator(arguments).spawn().unwrap(),
        String::new(),
        String::new(),
    );
    let deadline = Instant::now() + LIMIT;
    let status = loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "{arguments:?}: it still runs");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(!status.success());
    let mut message = String::new();
    let stderr = running.0.stderr.as_mut().unwrap();
    stderr.read_to_string(&mut message).unwrap();
    message
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

fn terminate(child: &mut Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn a_ready_file_holds_the_address_until_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ready");
    std::fs::write(&file, "http://127.0.0.1:1").unwrap();
    let argument = format!("--ready-file={}", file.display());
    let mut running = start(&[&argument]);
    let ready = wait_for(&file);
    assert_eq!(ready, format!("{}\n", running.1));
    create(ready.trim()).await;
    terminate(&mut running.0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(fails(&["--ready-file=/nowhere/ready"]).contains("cannot write /nowhere/ready"));
}

/// Waits for a file that was written after the first line of output.
fn wait_for(file: &std::path::Path) -> String {
    for _ in 0..500 {
        if let Ok(text) = std::fs::read_to_string(file) {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{} did not appear", file.display())
}

#[tokio::test]
async fn options_come_from_the_environment_too() {
    let mut command = emulator(&[]);
    command.env("PLEX_TV_EMULATOR_CONTROL_HOST", "emulator,other");
    command.env("PLEX_TV_EMULATOR_CONTROL_TOKEN", "t0ken");
    command.env("PLEX_TV_EMULATOR_LOG", "true");
    let mut running = announced(command);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (name, value, status) in [
        ("Host", "other", 200),
        ("Host", "third", 403),
        ("X-Emulator-Token", "t0ken", 200),
        ("X-Emulator-Token", "t0ken2", 403),
    ] {
        let users = client.get(format!("{}/_emulator/users", running.1));
        let response = users.header(name, value).send().await.unwrap();
        assert_eq!(response.status(), status, "{name}: {value}");
    }
    create(&running.1).await;
    terminate(&mut running.0);
    let mut log = String::new();
    let stderr = running.0.stderr.as_mut().unwrap();
    stderr.read_to_string(&mut log).unwrap();
    assert!(log.contains("POST getPin 201"), "{log}");
    assert!(!log.contains("t0ken"), "{log}");
    let mut help = emulator(&["--help"]);
    help.env("PLEX_TV_EMULATOR_CONTROL_TOKEN", "t0ken");
    let help = String::from_utf8(help.output().unwrap().stdout).unwrap();
    assert!(help.contains("PLEX_TV_EMULATOR_CONTROL_TOKEN"), "{help}");
    assert!(!help.contains("t0ken"), "{help}");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn tls_writes_the_certificate_to_trust() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let argument = format!("--ca-out={}", file.display());
    let mut running = start(&["--tls", &argument]);
    assert!(running.1.starts_with("https://127.0.0.1:"), "{}", running.1);
    let ca = reqwest::Certificate::from_pem(&std::fs::read(&file).unwrap()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([ca]);
    let health = client
        .build()
        .unwrap()
        .get(format!("{}/healthz", running.1));
    assert_eq!(health.send().await.unwrap().status(), 200);
    terminate(&mut running.0);
    assert!(fails(&[&argument]).contains("--ca-out needs --tls"));
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
        (&["--server", "=good"], "write NAME"),
        (&["--server", "Attic=good,bad"], "\"bad\" is not an address"),
        (&["--server", "Attic=good:x"], "write good:32400"),
        (&["--server", "Attic=good:65536"], "write good:32400"),
        (&["--host=a b"], "is not a host"),
        (&["--public-url=plex.example"], "no path"),
        (&["--control-token="], "control token"),
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
