//! Compares what generated clients send and read with their specs, over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a test fails by panicking"
)]

mod bodies;
mod models;
mod names;
mod odd;
mod paths;
mod queries;
mod responses;
mod security;
mod server;
mod servers;
mod unions;
