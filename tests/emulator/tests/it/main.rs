//! Tests of the emulator over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod after_sign_in;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod cli_servers;
mod control;
mod device_key;
mod faults;
mod formats;
mod home;
mod jwt;
mod jwt_pins;
mod leniency;
mod media_server_addresses;
mod media_server_jwts;
mod media_servers;
#[cfg(feature = "tls")]
mod media_servers_tls;
mod network;
mod pages;
mod pins;
mod record;
mod reset;
mod responses;
mod stall;
mod support;
mod switches;
#[cfg(feature = "tls")]
mod tls;
