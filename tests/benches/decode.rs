//! The time and the allocations of decoding a PIN: `cargo bench -p plex-api-benches --bench decode`.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod by_hand;

use divan::{AllocProfiler, black_box};
use plex_api::generated::types::AuthPinContainer;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const RESPONSE: &[u8] = include_bytes!("../fixtures/original_response.json");

fn main() {
    divan::main();
}

/// As the transport reads it: as a string that is known to be UTF-8.
#[divan::bench(sample_size = 1000)]
fn generated_model() -> AuthPinContainer {
    let text = std::str::from_utf8(black_box(RESPONSE)).unwrap();
    serde_json::from_str(text).unwrap()
}

#[divan::bench(sample_size = 1000)]
fn plain_struct() -> by_hand::Pin {
    serde_json::from_slice(black_box(RESPONSE)).unwrap()
}

/// Four of the twelve fields, as a poll of a wait reads them.
#[divan::bench(sample_size = 1000)]
fn fields_of_a_poll() -> by_hand::PinState {
    serde_json::from_slice(black_box(RESPONSE)).unwrap()
}
