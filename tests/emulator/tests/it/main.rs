//! Speaks real HTTP with the emulator.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
#[cfg(feature = "cli")]
mod cli;
mod control;
mod faults;
mod formats;
mod jwt;
mod pages;
mod pins;
mod record;
mod support;
mod switches;
