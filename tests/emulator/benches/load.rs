//! Measures start-up time, and the cost of polling 10,000 pending PINs once a second, for the README: over http, then
//! over https.
//!
//! Run it with `cargo bench -p plex-tv-emulator --bench load`. The emulator runs as a separate process, whose CPU
//! time and memory are read from `/proc` (Linux only).

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const PINS: usize = 10_000;
const CONNECTIONS: usize = 50;
const SECONDS: usize = 10;

fn main() {
    // `cargo test --benches` runs it without `--bench`: a short run is enough.
    let (pins, seconds) = if std::env::args().any(|argument| argument == "--bench") {
        (PINS, SECONDS)
    } else {
        (100, 1)
    };
    for scheme in [Scheme::Http, Scheme::Https] {
        println!("{scheme:?}");
        start_up(scheme);
        load(scheme, pins, seconds);
    }
}

/// Measures the CPU time and the memory under load.
fn load(scheme: Scheme, pins: usize, seconds: usize) {
    let emulator = Process::start(scheme);
    println!("memory at the start: {}", mebibytes(emulator.memory()));
    let mut connections: Vec<_> = (0..CONNECTIONS).map(|_| emulator.connect()).collect();
    let share = pins / CONNECTIONS;
    let created = Instant::now();
    let ids: Vec<Vec<String>> = connections
        .iter_mut()
        .map(|connection| (0..share).map(|_| connection.create()).collect())
        .collect();
    println!("{pins} PINs created in {:.2?}", created.elapsed());
    // Fills the record of requests.
    poll(&mut connections, &ids, 1);
    println!("memory with {pins} PINs: {}", mebibytes(emulator.memory()));
    let (cpu, wall) = (emulator.cpu(), Instant::now());
    let slowest = poll(&mut connections, &ids, seconds);
    let (cpu, wall) = (emulator.cpu() - cpu, wall.elapsed());
    let rate = (pins * seconds) as f64 / wall.as_secs_f64();
    println!("{rate:.0} polls a second, slowest response after {slowest:.1?}");
    println!(
        "CPU: {:.0} % of a core",
        100.0 * cpu.as_secs_f64() / wall.as_secs_f64()
    );
    for _ in 0..share {
        for connection in &mut connections {
            connection.create();
        }
    }
    println!(
        "memory with {} PINs: {}",
        2 * pins,
        mebibytes(emulator.memory())
    );
    let advance = r#"{"seconds": 3600}"#;
    connections[0].request("POST", "/_emulator/advance", advance);
    println!(
        "memory after they expired: {}",
        mebibytes(emulator.memory())
    );
}

/// Measures the time from starting the process to its first response.
fn start_up(scheme: Scheme) {
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let start = Instant::now();
            let emulator = Process::start(scheme);
            emulator.connect().request("GET", "/api/v2/auth/keys", "");
            start.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "start to first response: median {:.1?}, slowest {:.1?} of {}",
        times[10],
        times[19],
        times.len()
    );
}

/// Polls each PIN once a second; returns the time of the slowest response.
fn poll(connections: &mut [Connection], ids: &[Vec<String>], seconds: usize) -> Duration {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let threads = connections.iter_mut().zip(ids).map(|(connection, ids)| {
            scope.spawn(move || {
                let mut slowest = Duration::ZERO;
                for round in 0..seconds {
                    for (index, id) in ids.iter().enumerate() {
                        let share = index as f64 / ids.len() as f64;
                        let due = start + Duration::from_secs_f64(round as f64 + share);
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                        let sent = Instant::now();
                        let response = connection.request("GET", &format!("/api/v2/pins/{id}"), "");
                        slowest = slowest.max(sent.elapsed());
                        assert!(response.contains("\"authToken\":null"), "{response}");
                    }
                }
                let deadline = start + Duration::from_secs(seconds as u64);
                std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
                slowest
            })
        });
        let threads: Vec<_> = threads.collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .max()
            .unwrap()
    })
}

#[derive(Clone, Copy, Debug)]
enum Scheme {
    Http,
    Https,
}

/// A process of the emulator, and the way to connect to it.
struct Process {
    child: Child,
    address: String,
    tls: Option<Arc<ClientConfig>>,
    _folder: TempDir,
}

impl Process {
    fn start(scheme: Scheme) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca: PathBuf = folder.path().join("ca.pem");
        let mut command = Command::new(env!("CARGO_BIN_EXE_plex-tv-emulator"));
        if let Scheme::Https = scheme {
            command.arg("--tls").arg("--ca-out").arg(&ca);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let tls = match scheme {
            Scheme::Http => None,
            Scheme::Https => Some(trust(CertificateDer::from_pem_file(ca).unwrap())),
        };
        Self {
            child,
            address: line.trim().rsplit_once('/').unwrap().1.to_owned(),
            tls,
            _folder: folder,
        }
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(stream),
            Some(config) => {
                let name = ServerName::try_from("plex.tv").unwrap();
                let tls = ClientConnection::new(Arc::clone(config), name).unwrap();
                Box::new(StreamOwned::new(tls, stream))
            }
        };
        Connection(BufReader::new(stream))
    }

    /// The CPU time of all threads.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .unwrap()
            .1
            .split_whitespace()
            .collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        // A tick is 10 ms on every Linux platform that Rust supports.
        Duration::from_millis(ticks * 10)
    }

    /// The resident memory in KiB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The settings of a client that trusts this authority only.
fn trust(ca: CertificateDer<'static>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(ca).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// A connection that is kept open, as apps do.
struct Connection(BufReader<Box<dyn Stream>>);

impl Connection {
    fn create(&mut self) -> String {
        let response = self.request("POST", "/api/v2/pins?strong=true", "");
        let (_, rest) = response.split_once("{\"id\":").unwrap();
        rest.split_once(',').unwrap().0.to_owned()
    }

    fn request(&mut self, method: &str, path: &str, body: &str) -> String {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\
             X-Plex-Client-Identifier: 3381b62b-9ab7-4e37-827b-203e9809eb58\r\n\
             X-Plex-Product: Plex for Roku\r\nX-Plex-Version: 2.4.1\r\nX-Plex-Device: Roku 3\r\n\
             X-Plex-Platform: Roku\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(head.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        String::from_utf8(body).unwrap()
    }
}

fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}
