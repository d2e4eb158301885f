//! The client generated from the OpenAPI file of Sign in with Plex, and what it runs on.
//!
//! Programs use it through `plex-api`. Here are the generated [`Client`] with its [`types`] and [`operations`], and the
//! hand-written runtime that every generated method ends in: [`Transport`] sends a request and reads a bounded answer,
//! [`Error`] says what went wrong, [`Token`], [`PinCode`] and [`Secret`] keep secrets out of logs, [`lenient`] reads
//! answers that are not quite what was promised.

mod body;
/// What generated code in other crates is written with, so that they need not list it themselves.
#[doc(hidden)]
pub mod dependencies {
    pub use {chrono, progenitor_client, reqwest, serde, serde_json};
}
mod error;
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    rustdoc::all,
    reason = "generated from openapi/plex.yaml"
)]
#[rustfmt::skip]
#[cfg_attr(generated_by_build_script, path = "from_build_script.rs")]
mod generated;
pub mod lenient;
mod plex_code;
mod retry_after;
mod secret;
mod transport;

pub use body::RequestBodyExt;
pub use error::{Error, ErrorClass, JwtFlaw};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{Client, operations, types};
pub use secret::{PinCode, Secret, Token};
pub use transport::{Operation, Transport, TransportBuilder};
