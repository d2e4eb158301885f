//! Tests of the public API of plex-api, over real HTTP on this machine.
//!
//! The snapshots of `generated` are written by `cargo xtask codegen`. Every other snapshot is accepted by a person who
//! has read it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod checks;
mod child;
mod client_identifier;
mod connections;
mod contract;
mod contract_cases;
mod contract_keys;
mod contract_media_server;
mod contract_spec;
mod credentials;
mod credentials_events;
mod credentials_file;
mod crowd;
mod damaged_polls;
mod device_key;
mod device_sign_in;
mod devices;
mod errors;
mod fault_matrix;
mod fault_matrix_jwt;
mod faults;
mod forwarder;
mod generated;
mod home;
mod identity;
mod intermediaries;
mod jwt;
mod jwt_strictness;
mod media_servers;
mod network;
mod operations;
mod pending_sign_in;
mod plain_http;
mod polls;
mod private_files;
mod properties;
mod qr;
mod recorded;
mod refusals;
mod runtimes;
mod secrets;
mod secrets_stored;
mod servers;
mod sign_in_flow;
mod snapshots;
mod stored_sign_ins;
mod token;
mod tracing_spans;
mod transport;
mod waits;
mod wire;
