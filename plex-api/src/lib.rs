#![doc = include_str!("../README.md")]

mod budget;
mod builder;
mod client;
mod client_identifier;
mod identity;
mod links;
#[cfg(feature = "qr")]
mod qr;
mod requests;
mod sign_in;
mod story;
mod token;
mod wait;

pub use builder::PlexApiBuilder;
pub use client::PlexApi;
pub use client_identifier::ClientIdentifier;
pub use identity::Identity;
/// The generated client and what belongs to it, for operations that have no method of their own here.
pub use plex_api_gen as generated;
#[cfg(feature = "schemars")]
pub use plex_api_gen::schemas;
pub use plex_api_gen::types::{AuthPinContainer, GeoData, User};
pub use plex_api_gen::{Error, ErrorClass, PinCode, Secret, Token};
#[cfg(feature = "qr")]
pub use qr::QrCode;
pub use requests::{GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, LinkPinRequest};
pub use sign_in::{Link, PendingSignIn, SignIn};
pub use story::Progress;
pub use token::TokenStatus;
