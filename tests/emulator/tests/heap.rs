//! The memory after a reset: a binary of its own, because it counts what the process allocates.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::System;
use std::time::Duration;

use plex_tv_emulator::{Emulator, Fault};
use reqwest::Client;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const REQUESTS: usize = 10_000;
const MOST: i64 = 2 << 20;

fn live() -> i64 {
    let stats = ALLOCATOR.stats();
    i64::try_from(stats.bytes_allocated).unwrap() - i64::try_from(stats.bytes_deallocated).unwrap()
}

/// Sends requests that leave PINs, devices, nonces and a record behind.
async fn use_up(emulator: &Emulator, requests: usize) {
    let client = Client::builder().no_proxy().build().unwrap();
    let base = emulator.base_url();
    for index in 0..requests {
        let request = if index % 2 == 0 {
            client.post(format!("{base}/pins.json"))
        } else {
            client.get(format!("{base}/auth/nonce"))
        };
        let request = request.header("X-Plex-Client-Identifier", format!("app-{index}"));
        let response = request.send().await.unwrap();
        let body = response.text().await.unwrap();
        if let Some((_, rest)) = body.split_once("\"code\":\"") {
            emulator
                .approve(rest.split_once('"').unwrap().0)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn a_reset_frees_what_requests_left_behind() {
    let emulator = Emulator::start().await.unwrap();
    // The first requests allocate what stays: buffers of the runtime and of the HTTP client.
    use_up(&emulator, 20).await;
    emulator.reset();
    let start = live();
    use_up(&emulator, REQUESTS).await;
    for _ in 0..10_000 {
        emulator.fail_next_of_any(Fault::Hang);
    }
    let used = live();
    assert!(
        used - start > 2 * MOST,
        "the requests left {} bytes",
        used - start
    );
    emulator.reset();
    // The server notices that the client has gone.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let left = live() - start;
    assert!(left < MOST, "{left} bytes more than at the start");
}
