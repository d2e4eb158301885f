//! Speaks real HTTP with the emulator.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pins;
mod support;
