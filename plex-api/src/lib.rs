#![doc = include_str!("../README.md")]
//!
//! # Android
//!
//! With rustls, reqwest verifies servers by the system's verifier (the crate rustls-platform-verifier), which calls into the
//! Java VM. The app must initialize it before the first https request, by `rustls_platform_verifier::android::init_with_env`
//! or another function of that module, and must include its Kotlin component; see the README of that crate. Until then the
//! first https request panics. To do without, give [`PlexApiBuilder::http`] root certificates of your own by
//! `tls_certs_only`, for example from the crate webpki-root-certs.

mod active_pin;
mod builder;
mod check;
mod client;
mod client_identifier;
mod driver;
mod final_polls;
mod identity;
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
mod sign_in;
mod sign_in_flow;
mod stored_sign_in;
mod token;
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
#[cfg(feature = "schemars")]
pub use plex_api_gen::schemas;
pub use plex_api_gen::types::{AuthPinContainer, GeoData, User};
pub use plex_api_gen::{Error, ErrorClass, JwtFlaw, PinCode, PlainHttp, Secret, Token};
#[cfg(feature = "qr")]
pub use qr::QrCode;
pub use requests::{GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, LinkPinRequest};
pub use sign_in::{ByCode, ByLink, CodeSignIn, PendingSignIn, SignIn, StartedSignIn};
#[cfg(feature = "jwt")]
pub use sign_in::{DeviceCodeSignIn, DeviceSignIn};
pub use token::TokenStatus;
/// The crates whose types stand in signatures, in the version that this crate uses.
pub use {chrono, reqwest, url};
