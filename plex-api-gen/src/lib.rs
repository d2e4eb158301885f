//! The client generated from the OpenAPI spec of Sign in with Plex, and its runtime.
//!
//! Programs use it through the crate plex-api. This crate holds the generated [`Client`] with its [`types`] and
//! [`operations`], and the hand-written runtime that every generated method calls:
//!
//! - [`Request`] is one call of an operation, whose arguments are written to a [`Call`].
//! - [`Transport`] sends a request and reads a response of bounded size.
//! - [`Error`] names the failed step and the fix.
//! - [`Token`], [`PinCode`] and [`Secret`] keep secrets out of logs.
//! - [`lenient`] reads responses that do not quite match the spec, and [`Extra`] keeps the fields that it does not have.

mod call;
/// Re-exports the dependencies of generated code, so that other crates with generated code need not list them.
#[doc(hidden)]
pub mod dependencies {
    pub use {chrono, serde, serde_json};
}
mod error;
mod external;
mod extra;
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
mod markup;
#[doc(hidden)]
pub mod open;
mod plex_errors;
mod request;
mod response;
mod retry_after;
mod secret;
mod security;
mod transport;
mod wiped;

pub use call::{Call, FilePart, Style};
pub use error::{Attempt, Error, ErrorClass, JwtFlaw};
pub use extra::Extra;
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{Client, operations, requests, types};
pub use request::Request;
pub use response::{ByteStream, Headers, Response, ResponseBody};
pub use secret::{PinCode, Secret, Token};
pub use security::Scheme;
#[doc(hidden)]
pub use transport::Address;
pub use transport::{Operation, PlainHttp, Transport, TransportBuilder};
