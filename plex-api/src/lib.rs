#![doc = include_str!("../README.md")]

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
pub use plex_api_gen::{Error, ErrorClass, JwtFlaw, PinCode, Secret, Token};
#[cfg(feature = "qr")]
pub use qr::QrCode;
pub use requests::{GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, LinkPinRequest};
pub use sign_in::{ByCode, ByLink, CodeSignIn, PendingSignIn, SignIn, StartedSignIn};
#[cfg(feature = "jwt")]
pub use sign_in::{DeviceCodeSignIn, DeviceSignIn};
pub use token::TokenStatus;
/// The crates whose types stand in signatures, in the version that this crate uses.
pub use {chrono, reqwest, url};
