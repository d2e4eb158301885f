#![doc = include_str!("../README.md")]
//!
//! # Android
//!
//! With rustls, reqwest verifies servers by the system's verifier (the crate rustls-platform-verifier), which calls into the
//! Java VM. The app must initialize it before the first https request, by `rustls_platform_verifier::android::init_with_env`
//! or another function of that module, and must include its Kotlin component; see the README of that crate. Until then the
//! first https request panics. To do without, give [`PlexApiBuilder::http`] root certificates of your own by
//! `tls_certs_only`, for example from the crate webpki-root-certs.
//!
//! # Logs
//!
//! With the feature `tracing`, the SDK writes spans and events of the crate [tracing](https://docs.rs/tracing). All have the
//! target `plex_api`, so a filter such as `plex_api=debug` shows all of them.
//!
//! | level | span or event | fields |
//! | --- | --- | --- |
//! | debug | the span `request`: each request | `operation`, `host`, `status`, `class`, `milliseconds` |
//! | debug | the span `poll`: the request of a poll is within it | `pin`, `attempt` |
//! | debug | `polled` | `pin`, `attempt`, `remaining_seconds`, `state` (`pending`, `granted` or `expired`) |
//! | warn | `poll failed` | `pin`, `attempt`, `remaining_seconds`, `class`, `error` |
//! | warn | `cannot verify the token`: the JWT that a poll brought | `pin`, `class`, `error` |
//! | warn | `ended without a token`: a wait or a check | `pin`, `class`, `error` |
//! | debug | `token refreshed`, `newer token read from the credentials file` | `expires_at` |
//! | warn | `cannot refresh the token`, `cannot use the credentials file` | `class`, `error` |
//!
//! `pin` is [`PendingSignIn::pin_id`]. `attempt` numbers the polls of a PIN on a client. `class` is an [`ErrorClass`], and `error`
//! the text of the [`Error`]. A wait that is dropped writes nothing.
//!
//! No field contains a token, a code, a key or a proof of a key. The crates below the SDK (reqwest, hyper-util, h2, rustls) write
//! logs of their own, through tracing or the crate log. Tests look for secrets in them, at the level trace, over HTTP/1.1 and
//! HTTP/2, and find some in two cases:
//!
//! - If a program turns on `connection_verbose` in [`PlexApiBuilder::http`], reqwest writes all bytes before they are encrypted:
//!   tokens, codes, PINs and proofs (target `reqwest::connect::verbose`, level trace).
//! - h2 writes the text with which a server ends an HTTP/2 connection (GOAWAY; levels debug and trace). A server that repeats a
//!   token there gets it logged.
//!
//! The header with the token is marked as sensitive, so crates that print headers hide it. A URL cannot be marked, and Plex's
//! protocol puts secrets into three: the code of a PIN into the path of `getPinQrCode`, the proof of a device key, which is
//! valid for five minutes, into the query of a poll, and the PIN of a user of a Plex Home into the query of `switchHomeUser`.
//! Whatever logs URLs shows them, such as a proxy that decrypts https.

mod active_pin;
mod builder;
mod check;
mod client;
mod client_identifier;
mod driver;
mod final_polls;
mod home;
mod identity;
mod include_client;
#[cfg(feature = "jwt")]
mod jwt;
mod links;
mod live_pin;
mod live_pins;
mod pin_state;
mod private_file;
#[cfg(feature = "qr")]
mod qr;
mod rate_limiter;
mod requests;
mod server;
mod sign_in;
mod sign_in_flow;
mod stored_sign_in;
mod token;
mod trace;
mod under_way;
mod unquoted;
mod wait;

pub use builder::PlexApiBuilder;
pub use check::SignInStatus;
pub use client::PlexApi;
pub use client_identifier::ClientIdentifier;
pub use driver::Progress;
pub use identity::Identity;
#[cfg(feature = "jwt")]
pub use jwt::{
    Claims, ClaimsUser, Credentials, CredentialsEvent, CredentialsState, DeviceClient, DeviceKey,
    DeviceToken, EndLegacyToken, Scope,
};
/// The generated client with its models, for operations that have no method of their own here.
pub use plex_api_gen as generated;
/// The requests of the sign-in's operations; those of all others are in [`generated::requests`].
pub use plex_api_gen::requests::{
    GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, LinkPinRequest,
};
#[cfg(feature = "schemars")]
pub use plex_api_gen::schemas;
pub use plex_api_gen::types::{AuthPinContainer, GeoData, HomeUser, User};
pub use plex_api_gen::{
    Attempt, ByteStream, Error, ErrorClass, JwtFlaw, PinCode, PlainHttp, Secret, Token,
};
#[cfg(feature = "qr")]
pub use qr::QrCode;
pub use requests::{UnderIdentity, WithIdentity};
pub use server::{
    ConnectOptions, ConnectedServer, Location, Server, ServerAddress, ServerConnection, ServerGet,
};
pub use sign_in::{ByCode, ByLink, CodeSignIn, PendingSignIn, SignIn, StartedSignIn};
#[cfg(feature = "jwt")]
pub use sign_in::{DeviceCodeSignIn, DeviceSignIn};
pub use token::TokenStatus;
/// The crates whose types stand in signatures, in the version that this crate uses.
pub use {chrono, reqwest, url};
