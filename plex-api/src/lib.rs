#![doc = include_str!("../README.md")]

mod budget;
mod builder;
mod client;
mod client_identifier;
mod driver;
mod identity;
#[cfg(feature = "jwt")]
mod jwt;
mod links;
mod private_file;
#[cfg(feature = "qr")]
mod qr;
mod requests;
mod sign_in;
mod sign_in_flow;
mod token;
mod wait;

pub use builder::PlexApiBuilder;
pub use client::PlexApi;
pub use client_identifier::ClientIdentifier;
pub use driver::Progress;
pub use identity::Identity;
#[cfg(feature = "jwt")]
pub use jwt::{
    Claims, ClaimsUser, Credentials, CredentialsEvent, CredentialsState, DeviceClient, DeviceKey,
    DeviceToken, EndLegacyToken, Scope,
};
/// The generated client and what belongs to it, for operations that have no method of their own here.
pub use plex_api_gen as generated;
#[cfg(feature = "schemars")]
pub use plex_api_gen::schemas;
pub use plex_api_gen::types::{AuthPinContainer, GeoData, User};
pub use plex_api_gen::{Error, ErrorClass, JwtFlaw, PinCode, Secret, Token};
#[cfg(feature = "qr")]
pub use qr::QrCode;
pub use requests::{GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, LinkPinRequest};
pub use sign_in::{CodeSignIn, PendingSignIn, SignIn};
#[cfg(feature = "jwt")]
pub use sign_in::{DeviceCodeSignIn, DeviceSignIn};
pub use token::TokenStatus;
