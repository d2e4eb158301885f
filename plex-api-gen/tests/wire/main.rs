//! Compares sent bytes with what OpenAPI 3.1 and RFC 6570 say, over real HTTP.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a test"
)]

mod bodies;
mod credentials;
mod jwt;
mod keys;
mod media_server;
mod paths;
mod responses;
mod server;
mod styles;
