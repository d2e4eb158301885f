//! The time that plex-api adds to building and starting a program: `cargo bench -p plex-api-benches --bench build`.
//!
//! Two programs that do the same are built in empty target folders: one with plex-api, one with reqwest, serde and the
//! same TLS. Then they are started many times, alternately, against an emulator. Unix only, because it reads the
//! processor time of the builds.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for measuring"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use plex_tv_emulator::Emulator;

/// The program with plex-api and the one without.
const PROGRAMS: [&str; 2] = ["consumer-with-plex-api", "consumer-by-hand"];

/// The features of both programs: the default features of plex-api, and no features.
const FEATURES: [(&str, &[&str]); 2] = [
    ("default features", &[]),
    ("no features", &["--no-default-features"]),
];

/// The number of starts of each program.
const STARTS: usize = 50;

fn main() {
    // `cargo test --benches` only checks that it runs.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, features) in FEATURES {
        println!("\n{name}\n");
        println!(
            "| program | crates | debug: wall s | CPU s | release: wall s | CPU s | binary, KiB |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|");
        for program in PROGRAMS {
            let target = folder.path().join(name).join(program);
            let debug = build(program, features, &target.join("debug-build"), false);
            let release = build(program, features, &target, true);
            let size = binary(&target, program).metadata().unwrap().len();
            println!(
                "| {program} | {} | {debug} | {release} | {} |",
                crates(program, features),
                size / 1024
            );
        }
    }
    start_up(&folder.path().join(FEATURES[0].0));
}

/// Builds a program and its dependencies; returns the wall time and the processor time in seconds.
fn build(program: &str, features: &[&str], target: &Path, release: bool) -> String {
    let mut command = cargo(&["build", "--quiet", "--locked", "--package", program]);
    command.args(features).arg("--target-dir").arg(target);
    if release {
        command.args(["--release", "--config", "profile.release.strip=true"]);
    }
    let (cpu, began) = (processor_time(), Instant::now());
    assert!(
        command.status().unwrap().success(),
        "{program} cannot be built"
    );
    let wall = began.elapsed();
    format!(
        "{:.1} | {:.1}",
        wall.as_secs_f64(),
        (processor_time() - cpu).as_secs_f64()
    )
}

/// Counts the packages of a program, including itself.
fn crates(program: &str, features: &[&str]) -> usize {
    let mut command = cargo(&[
        "tree",
        "--locked",
        "--package",
        program,
        "--edges",
        "normal,build",
    ]);
    command
        .args(features)
        .args(["--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    let output = command.output().unwrap();
    let mut packages: Vec<&str> = std::str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .collect();
    packages.sort_unstable();
    packages.dedup();
    packages.len()
}

/// Measures the time from the start of a process to its PIN, for both programs alternately.
fn start_up(folder: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let mut times: [Vec<Duration>; 2] = Default::default();
    for _ in 0..STARTS {
        for (program, times) in PROGRAMS.iter().zip(&mut times) {
            let began = Instant::now();
            let mut child = Command::new(binary(&folder.join(program), program))
                .arg(emulator.base_url().as_str())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut line = String::new();
            BufReader::new(child.stdout.take().unwrap())
                .read_line(&mut line)
                .unwrap();
            times.push(began.elapsed());
            assert!(
                line.starts_with("open https://app.plex.tv/auth#?"),
                "{program}: {line}"
            );
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
    println!("\n| program | start to first PIN, ms: least | median | most |\n|---|---:|---:|---:|");
    for (program, mut times) in PROGRAMS.iter().zip(times) {
        times.sort_unstable();
        let [least, median, most] =
            [0, STARTS / 2, STARTS - 1].map(|index| 1000.0 * times[index].as_secs_f64());
        println!("| {program} | {least:.1} | {median:.1} | {most:.1} |");
    }
}

fn binary(target: &Path, program: &str) -> PathBuf {
    target.join("release").join(program)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments);
    command
}

/// Returns the processor time of all child processes that have ended.
fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    [usage.user_time(), usage.system_time()]
        .iter()
        .map(|time| {
            Duration::from_secs(time.tv_sec() as u64) + Duration::from_micros(time.tv_usec() as u64)
        })
        .sum()
}
