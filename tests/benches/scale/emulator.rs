//! The emulator, in a separate process.

use std::io::{BufRead, BufReader, Lines, Write, stdin};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use plex_tv_emulator::{Emulator, Fault, Operation};
use url::Url;

use crate::front::Front;
use crate::{Http, Load};

/// A limit above the number of polls of any row.
const MOST_POLLS: usize = 1_000_000;

/// Runs the emulator: prints its address and certificate, approves each code that it reads from standard input, and at
/// the end of the input prints the PIN and the time of each poll.
pub(crate) fn run(load: &Load) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let emulator = runtime
        .block_on(
            Emulator::builder()
                .record(MOST_POLLS)
                .short_pin_lifetime(load.lifetime)
                .start(),
        )
        .unwrap();
    match load.http {
        Http::One => {
            if !load.response_time.is_zero() {
                let duration = load.response_time;
                for _ in 0..MOST_POLLS {
                    emulator.fail_next(Operation::GetTokenByPinId, Fault::Delay { duration });
                }
            }
            print_address(&emulator.base_url(), None);
        }
        Http::Two { streams } => {
            let front = Front::start(&emulator.base_url(), streams, load.response_time);
            print_address(&front.base_url, Some(&front.certificate));
        }
    }
    for code in stdin().lines() {
        runtime.block_on(emulator.approve(&code.unwrap())).unwrap();
    }
    let mut out = std::io::stdout().lock();
    for request in emulator.requests() {
        if request.operation == Some(Operation::GetTokenByPinId) {
            let pin = request.path.rsplit('/').next().unwrap();
            let at = request.at.duration_since(UNIX_EPOCH).unwrap();
            writeln!(out, "{pin} {}", at.as_micros()).unwrap();
        }
    }
}

fn print_address(base_url: &Url, certificate: Option<&[u8]>) {
    let line = serde_json::to_string(&(base_url.as_str(), certificate));
    println!("{}", line.unwrap());
}

/// The process of the emulator, for the program that waits.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    pub(crate) base_url: Url,
    /// In DER, for https only.
    pub(crate) certificate: Option<Vec<u8>>,
}

/// The arrival of a poll.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) pin: i64,
    /// The time since 1970.
    pub(crate) at: Duration,
}

impl Process {
    /// Starts the emulator for a row of the table.
    pub(crate) fn start(row: usize) -> Self {
        let mut child = crate::this_program(&["emulator", &row.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let (base_url, certificate): (String, _) =
            serde_json::from_str(&output.next().unwrap().unwrap()).unwrap();
        Self {
            child,
            input,
            output,
            base_url: base_url.parse().unwrap(),
            certificate,
        }
    }

    /// Lets the user agree.
    pub(crate) fn approve(&mut self, code: &str) {
        writeln!(self.input, "{code}").unwrap();
    }

    /// Ends the emulator, and returns the polls in the order of their arrival.
    pub(crate) fn polls(self) -> Vec<Arrival> {
        let Self {
            mut child,
            input,
            output,
            ..
        } = self;
        drop(input);
        let polls = output
            .map(|line| {
                let line = line.unwrap();
                let (pin, at) = line.split_once(' ').unwrap();
                Arrival {
                    pin: pin.parse().unwrap(),
                    at: Duration::from_micros(at.parse().unwrap()),
                }
            })
            .collect();
        assert!(child.wait().unwrap().success());
        polls
    }
}
