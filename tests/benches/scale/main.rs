//! What many sign-ins cost that wait on one client: `cargo bench -p plex-api-benches --bench scale`.
//!
//! Each row runs in two fresh processes, this one's children: the emulator, and the program that waits. Both run on one
//! thread. Linux only, for the count of connections.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for measuring"
)]

mod emulator;
mod program;
mod statistics;

use std::process::Command;
use std::time::Duration;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
struct Load {
    sign_ins: usize,
    polls_per_second: u32,
    polls_in_flight: usize,
    /// How late the answers come.
    answer: Duration,
    http2: bool,
}

const NO_LIMIT: Load = Load {
    sign_ins: 1,
    polls_per_second: 10_000,
    polls_in_flight: 64,
    answer: Duration::ZERO,
    http2: false,
};

/// Answers as from far away.
const FAR: Load = Load {
    sign_ins: 10_000,
    polls_in_flight: 1_500,
    answer: Duration::from_millis(80),
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
    FAR,
    Load { http2: true, ..FAR },
    // The budget of a client of which nothing else is said.
    Load {
        sign_ins: 500,
        polls_per_second: 50,
        ..NO_LIMIT
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("emulator") => emulator::run(Duration::from_millis(number(&arguments[2]))),
        Some("program") => program::run(
            &LOADS[number(&arguments[2]) as usize],
            Duration::from_secs(number(&arguments[3])),
        ),
        // `cargo test --benches` only wants to know that it runs.
        measure => table(if measure == Some("--bench") { 30 } else { 2 }),
    }
}

/// Prints a line for each load.
fn table(seconds: u64) {
    let loads = if seconds < 30 { 2 } else { LOADS.len() };
    println!("{}", program::HEAD);
    for row in 0..loads {
        let status = this_program(&["program", &row.to_string(), &seconds.to_string()]).status();
        assert!(status.unwrap().success());
    }
}

fn number(argument: &str) -> u64 {
    argument.parse().unwrap()
}

/// This program as a child with other arguments.
fn this_program(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments);
    command
}
