//! The cost of many sign-ins that wait on one client: `cargo bench -p plex-api-benches --bench scale`.
//!
//! Each row runs in two new child processes: the emulator, and the program that waits. Linux only, since it counts
//! connections.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for measuring"
)]

#[path = "../by_hand.rs"]
mod by_hand;
mod crowd;
mod emulator;
mod front;
mod loop_by_hand;
mod program;
mod statistics;

use std::alloc::System;
use std::process::Command;
use std::time::Duration;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
struct Load {
    sign_ins: usize,
    polls_per_second: u32,
    polls_in_flight: usize,
    response_time: Duration,
    http: Http,
    /// Runs the program without plex-api.
    by_hand: bool,
    /// The threads of the program.
    threads: usize,
    /// The lifetime of the PINs.
    lifetime: Duration,
}

#[derive(Debug, Clone, Copy)]
enum Http {
    /// HTTP/1.1 without TLS.
    One,
    /// HTTP/2 over TLS, with or without a limit of concurrent streams on a connection.
    Two { streams: Option<u32> },
}

const NO_LIMIT: Load = Load {
    sign_ins: 1,
    polls_per_second: 10_000,
    polls_in_flight: 64,
    response_time: Duration::ZERO,
    http: Http::One,
    by_hand: false,
    threads: 1,
    lifetime: Duration::from_secs(15 * 60),
};

const HTTP2: Http = Http::Two { streams: None };

/// A usual limit of servers.
const HTTP2_LIMITED: Http = Http::Two { streams: Some(200) };

/// A server far away.
const FAR: Load = Load {
    sign_ins: 10_000,
    polls_in_flight: 1_500,
    response_time: Duration::from_millis(80),
    ..NO_LIMIT
};

const LOADS: &[Load] = &[
    NO_LIMIT,
    Load {
        sign_ins: 100,
        ..NO_LIMIT
    },
    Load {
        sign_ins: 1_000,
        ..NO_LIMIT
    },
    Load {
        sign_ins: 10_000,
        ..NO_LIMIT
    },
    Load {
        sign_ins: 10_000,
        by_hand: true,
        ..NO_LIMIT
    },
    Load {
        sign_ins: 10_000,
        threads: 2,
        ..NO_LIMIT
    },
    Load {
        sign_ins: 10_000,
        http: HTTP2,
        ..NO_LIMIT
    },
    FAR,
    Load {
        by_hand: true,
        ..FAR
    },
    Load { http: HTTP2, ..FAR },
    Load {
        http: HTTP2_LIMITED,
        ..FAR
    },
    // The default rate limit of a client.
    Load {
        sign_ins: 500,
        ..DEFAULT_RATE
    },
    Load {
        sign_ins: 1_000,
        ..DEFAULT_RATE
    },
    Load {
        sign_ins: 20_000,
        ..DEFAULT_RATE
    },
    Load {
        sign_ins: 110_000,
        ..DEFAULT_RATE
    },
    // The crowds.
    Load {
        sign_ins: 1_000,
        ..CROWD
    },
    Load {
        sign_ins: 400,
        polls_per_second: 20,
        ..CROWD
    },
    Load {
        sign_ins: 20_000,
        ..CROWD
    },
];

const DEFAULT_RATE: Load = Load {
    polls_per_second: 50,
    ..NO_LIMIT
};

/// Sign-ins that begin together, and whose users agree shortly before their PINs expire.
const CROWD: Load = Load {
    lifetime: Duration::from_secs(60),
    ..DEFAULT_RATE
};

/// The number of the last rows, which are crowds.
const CROWDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("emulator") => emulator::run(&LOADS[number(&arguments[2]) as usize]),
        Some("program") => program::run(
            number(&arguments[2]) as usize,
            Duration::from_secs(number(&arguments[3])),
        ),
        Some("crowd") => crowd::run(number(&arguments[2]) as usize),
        // `cargo test --benches` only checks that it runs.
        measure => table(if measure == Some("--bench") { 30 } else { 2 }),
    }
}

/// Prints a row for each load.
fn table(seconds: u64) {
    let crowds = LOADS.len() - CROWDS;
    let loads = if seconds < 30 { 2 } else { crowds };
    println!("{}", program::HEAD);
    for row in 0..loads {
        let status = this_program(&["program", &row.to_string(), &seconds.to_string()]).status();
        assert!(status.unwrap().success());
    }
    if loads < crowds {
        return;
    }
    println!("\n{}", crowd::HEAD);
    for row in crowds..LOADS.len() {
        let status = this_program(&["crowd", &row.to_string()]).status();
        assert!(status.unwrap().success());
    }
}

fn number(argument: &str) -> u64 {
    argument.parse().unwrap()
}

/// Returns the command of this program with other arguments.
fn this_program(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments);
    command
}
