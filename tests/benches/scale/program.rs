//! The program that waits for very many users.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use plex_api::{CodeSignIn, Identity, PlexApi, Progress};
use tokio::time::sleep;

use crate::emulator::Process;
use crate::statistics::{Polls, percentile};
use crate::{ALLOCATOR, Http, LOADS, Load, loop_by_hand};

const CLIENT: &str = "scale";

pub(crate) const HEAD: &str = "\
| program | threads | sign-ins | polls/s allowed | in flight | response time | HTTP | streams taken | CPU, % of a core | MiB | heap, bytes a sign-in \
| connections | polls/s | failed | late, ms: median | 99 % | longest : mean pause | most polls in 1 s \
| tokens | after s: median | 99 % |\n\
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

/// The number of users who agree, unless there are fewer.
const AGREEING: usize = 200;

/// The number of sign-ins that are started concurrently.
const STARTING: usize = 16;

static FAILED: AtomicUsize = AtomicUsize::new(0);

/// Measures one row, and prints it.
pub(crate) fn run(row: usize, duration: Duration) {
    let load = &LOADS[row];
    let mut runtime = match load.threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = runtime.worker_threads(load.threads).enable_all().build();
    let emulator = Process::start(row);
    let measured = measure(load, emulator, duration);
    runtime.unwrap().block_on(measured);
}

async fn measure(load: &Load, mut emulator: Process, duration: Duration) {
    let http = loop_by_hand::client(CLIENT);
    let (memory_before, heap_before) = (memory(), heap());
    let connects_before = connects();
    let plex = client(load, &emulator);
    let sign_ins = start(&plex, load.sign_ins).await;

    let agreeing: Vec<(i64, String)> = sign_ins
        .iter()
        .step_by(load.sign_ins.div_ceil(AGREEING))
        .map(|sign_in| (sign_in.pin_id(), sign_in.code().to_string()))
        .collect();

    let (granted, arrived) = channel();
    for sign_in in sign_ins {
        let granted = granted.clone();
        if load.by_hand {
            let (http, base_url, pin) = (http.clone(), emulator.base_url.clone(), sign_in.pin_id());
            tokio::spawn(async move {
                loop_by_hand::wait(http, base_url, pin)
                    .await
                    .unwrap_or_else(|error| give_up(&error));
                granted.send((pin, Instant::now())).unwrap();
            });
        } else {
            let plex = plex.clone();
            tokio::spawn(async move {
                plex.wait_for_token_with(&sign_in, count_failures)
                    .await
                    .unwrap_or_else(|error| give_up(&error));
                granted.send((sign_in.pin_id(), Instant::now())).unwrap();
            });
        }
    }
    let (cpu, began) = (ProcessTime::now(), Instant::now());
    sleep(duration / 6).await;
    let mut agreed = Vec::new();
    let (mut most_memory, mut most_heap) = (0, 0);
    for (pin, code) in &agreeing {
        emulator.approve(code);
        agreed.push((*pin, Instant::now()));
        sleep(duration / 2 / AGREEING as u32).await;
        most_memory = most_memory.max(memory());
        most_heap = most_heap.max(heap());
    }
    sleep(duration.saturating_sub(began.elapsed())).await;
    let (cpu, wall) = (cpu.elapsed(), began.elapsed());
    let connects = connects() - connects_before;
    // Before the emulator ends.
    let failed = FAILED.load(Ordering::Relaxed);

    let waited = |&(pin, at): &(i64, Instant)| {
        let (_, agreed) = agreed.iter().find(|(agreed, _)| *agreed == pin).unwrap();
        at - *agreed
    };
    let delays: Vec<Duration> = arrived.try_iter().map(|token| waited(&token)).collect();
    let polls = Polls::new(emulator.polls());
    let memory = most_memory.saturating_sub(memory_before);
    let heap = most_heap.saturating_sub(heap_before);
    let program = if load.by_hand { "by hand" } else { "plex-api" };
    let (http, streams) = match load.http {
        Http::One => ("1.1", String::new()),
        Http::Two { streams } => (
            "2, TLS",
            streams.map_or("any".to_owned(), |streams| streams.to_string()),
        ),
    };
    let late = |percent| format!("{:.1}", 1000.0 * polls.late(percent));
    // The hand-written loops have no limits.
    let limit = |limit: usize| match load.by_hand {
        true => String::new(),
        false => limit.to_string(),
    };
    println!(
        "| {program} | {} | {} | {} | {} | {} ms | {http} | {streams} | {:.1} | {:.1} | {} | {connects} | {:.0} | {} | {} | {} | {:.2} | {} | {} of {} | {:.2} | {:.2} |",
        load.threads,
        load.sign_ins,
        limit(load.polls_per_second as usize),
        limit(load.polls_in_flight),
        load.response_time.as_millis(),
        100.0 * cpu.as_secs_f64() / wall.as_secs_f64(),
        memory as f64 / f64::from(1 << 20),
        heap / load.sign_ins,
        polls.count() as f64 / wall.as_secs_f64(),
        failed,
        late(50.0),
        late(99.0),
        polls.longest_to_mean(),
        polls.most_in_a_second(),
        delays.len(),
        agreed.len(),
        percentile(&delays, 50.0).as_secs_f64(),
        percentile(&delays, 99.0).as_secs_f64(),
    );
}

pub(crate) fn client(load: &Load, emulator: &Process) -> PlexApi {
    let mut builder = PlexApi::builder(Identity::new(CLIENT))
        .base_url(emulator.base_url.clone())
        .polls_per_second(load.polls_per_second)
        .polls_in_flight(load.polls_in_flight);
    if let Some(certificate) = &emulator.certificate {
        let certificate = reqwest::Certificate::from_der(certificate).unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tls_certs_only([certificate]);
        builder = builder.http_client(http.build().unwrap());
    }
    builder.build().unwrap()
}

pub(crate) async fn start(plex: &PlexApi, count: usize) -> Vec<CodeSignIn> {
    let mut sign_ins = Vec::with_capacity(count);
    while sign_ins.len() < count {
        let starting: Vec<_> = (sign_ins.len()..count)
            .take(STARTING)
            .map(|_| {
                let plex = plex.clone();
                tokio::spawn(async move { plex.start_code_sign_in().await.unwrap() })
            })
            .collect();
        for sign_in in starting {
            sign_ins.push(sign_in.await.unwrap());
        }
    }
    sign_ins
}

/// Ends the process; a panic in a task would go unnoticed.
fn give_up(error: &dyn std::error::Error) -> ! {
    eprintln!("{error}");
    std::process::exit(1);
}

fn count_failures(progress: Progress<'_>) {
    if progress.error.is_some() {
        FAILED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Returns the bytes of memory that this process uses.
fn memory() -> usize {
    memory_stats::memory_stats().unwrap().physical_mem
}

/// Returns the bytes that this process has allocated and not freed.
fn heap() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// Counts the TCP connections that this machine has opened; no other program should open any.
fn connects() -> usize {
    let counters = fs::read_to_string("/proc/net/snmp").unwrap();
    let mut tcp = counters.lines().filter(|line| line.starts_with("Tcp:"));
    let (names, values) = (tcp.next().unwrap(), tcp.next().unwrap());
    let column = names
        .split(' ')
        .position(|name| name == "ActiveOpens")
        .unwrap();
    values.split(' ').nth(column).unwrap().parse().unwrap()
}
