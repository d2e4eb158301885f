//! A crowd of sign-ins whose users agree shortly before their PINs expire: no token may be lost.

use std::time::Duration;

use cpu_time::ProcessTime;
use plex_api::CodeSignIn;
use tokio::time::{Instant, sleep_until};

use crate::LOADS;
use crate::emulator::Process;
use crate::program::{client, start};
use crate::statistics::Polls;

pub(crate) const HEAD: &str = "\
| sign-ins | polls/s allowed | s to start all | CPU, % of a core | tokens lost | waits that ended before their PIN | polls | most polls in 1 s |\n\
|---:|---:|---:|---:|---:|---:|---:|---:|";

/// The users agree this long before the first PIN expires.
const BEFORE: Duration = Duration::from_secs(10);

/// A client sends no more final polls a second than 2,500, so those of a crowd come earlier; with a tolerance.
const SPREAD: u32 = 2_000;

/// The time before the expiry that a final poll needs.
const MARGIN: Duration = Duration::from_millis(250);

/// Measures a crowd, and prints its row.
pub(crate) fn run(row: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let emulator = Process::start(row);
    runtime.unwrap().block_on(measure(row, emulator));
}

async fn measure(row: usize, mut emulator: Process) {
    let load = &LOADS[row];
    let plex = client(load, &emulator);
    let began = Instant::now();
    let sign_ins = start(&plex, load.sign_ins).await;
    let started = began.elapsed();
    let codes: Vec<String> = sign_ins
        .iter()
        .map(|sign_in| sign_in.code().to_string())
        .collect();
    let cpu = ProcessTime::now();
    let waits: Vec<_> = sign_ins
        .into_iter()
        .map(|sign_in: CodeSignIn| {
            let plex = plex.clone();
            tokio::spawn(async move {
                let outcome = plex.wait_for_token(&sign_in).await;
                (outcome.is_ok(), sign_in.remaining())
            })
        })
        .collect();
    sleep_until(began + load.lifetime - BEFORE).await;
    for code in &codes {
        emulator.approve(code);
    }
    let spread = Duration::from_secs(1) * load.sign_ins as u32 / SPREAD;
    let (mut lost, mut early) = (0, 0);
    for wait in waits {
        let (has_token, remaining) = wait.await.unwrap();
        lost += usize::from(!has_token);
        early += usize::from(!has_token && remaining > MARGIN + spread);
    }
    let (cpu, wall) = (cpu.elapsed(), began.elapsed() - started);
    let polls = Polls::new(emulator.polls());
    println!(
        "| {} | {} | {:.1} | {:.1} | {lost} | {early} | {} | {} |",
        load.sign_ins,
        load.polls_per_second,
        started.as_secs_f64(),
        100.0 * cpu.as_secs_f64() / wall.as_secs_f64(),
        polls.count(),
        polls.most_in_a_second(),
    );
}
