//! The cost of a poll in instructions and allocations, compared with the same poll written by hand.
//!
//! `cargo bench -p plex-api-benches --bench poll` prints a table; with `-- --check` it fails if a figure exceeds its
//! limit. valgrind counts the instructions. Each figure is the difference between a run of a few polls and a run of
//! more, divided by the difference of their numbers, so that starting and connecting do not count.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark fails by panicking"
)]
#![allow(clippy::print_stdout, reason = "its figures are printed")]

#[path = "../by_hand.rs"]
mod by_hand;
mod cases;
mod limits;
mod server;

use std::alloc::System;
use std::process::Command;

use cases::Case;
use server::Server;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The first polls fill pools and caches, so both counts include them.
const FEW: usize = 50;
const MORE: usize = 150;

/// The cost of one poll.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    instructions: u64,
    allocations: u64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve"] => return server::serve(),
        ["run", case, address, times] => {
            let region = Region::new(ALLOCATOR);
            run(Case::named(case), address, times.parse().unwrap());
            let change = region.change();
            println!("{}", change.allocations + change.reallocations);
            return;
        }
        _ => {}
    }
    let server = Server::start();
    if !arguments.contains(&"--bench") {
        // `cargo test --benches` only checks that it runs.
        for (case, _) in Case::ALL {
            run(case, &server.address, 2);
        }
        return;
    }
    println!("| one | instructions | allocations |");
    println!("| --- | ---: | ---: |");
    let costs = Case::ALL.map(|(case, name)| {
        let cost = measure(case, &server.address);
        println!("| {name} | {} | {} |", cost.instructions, cost.allocations);
        (case, cost)
    });
    let kept = limits::compare(&costs);
    if arguments.contains(&"--check") && !kept {
        std::process::exit(1);
    }
}

fn run(case: Case, address: &str, times: usize) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(case.run(address, times));
}

fn measure(case: Case, address: &str) -> Cost {
    let per_poll = |count: fn(Case, &str, usize) -> u64| {
        let difference = count(case, address, MORE) - count(case, address, FEW);
        (difference as f64 / (MORE - FEW) as f64).round() as u64
    };
    Cost {
        instructions: per_poll(instructions),
        allocations: per_poll(allocations),
    }
}

/// Counts the instructions of a process that runs a case this many times.
fn instructions(case: Case, address: &str, times: usize) -> u64 {
    let output = child(
        Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().unwrap()),
        case,
        address,
        times,
    );
    let line = output.lines().find(|line| line.contains("Collected : "));
    let (_, count) = line.unwrap().rsplit_once(' ').unwrap();
    count.parse().unwrap()
}

/// Counts the allocations and reallocations of a process that runs a case this many times.
fn allocations(case: Case, address: &str, times: usize) -> u64 {
    let mut program = Command::new(std::env::current_exe().unwrap());
    child(&mut program, case, address, times)
        .trim()
        .parse()
        .unwrap()
}

/// Returns the standard output and the standard error of the process.
fn child(command: &mut Command, case: Case, address: &str, times: usize) -> String {
    let output = command
        .args(["run", case.name(), address, &times.to_string()])
        .output()
        .expect("valgrind must be installed");
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{}", text.concat());
    text.concat()
}
