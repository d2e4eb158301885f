//! JSON Web Signatures in compact serialization (RFC 7515), with Ed25519 only (RFC 8037).

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plex_api_gen::{Error, JwtFlaw, Secret};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::public_key::PublicKey;
use super::{Claims, DeviceKey};

/// Signs claims with a device key.
pub(super) fn sign(key: &DeviceKey, claims: &serde_json::Value) -> Result<Secret, Error> {
    let header = json!({"alg": "EdDSA", "kid": key.id(), "typ": "JWT"});
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
    Ok(Secret::new(format!("{message}.{signature}")))
}

/// Accepts both names of the algorithm: the usual one, and the newer one of RFC 9864.
pub(super) fn is_eddsa(alg: &str) -> bool {
    matches!(alg, "EdDSA" | "Ed25519")
}

/// A parsed token. Do not trust its claims before the signature is verified.
pub(super) struct Unverified<'a> {
    message: &'a str,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// There are extensions that a reader must support; this one supports none. Even null is not allowed (RFC 7515,
    /// section 4.1.11).
    #[serde(rename = "crit", default, deserialize_with = "is_present")]
    has_critical: bool,
}

fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// The longest token, in bytes: a server would not read a longer header.
const MAX_LENGTH: usize = 16 * 1024;

/// Returns true if JSON text can only be an object. serde also reads a struct from an array of its members.
pub(super) fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

impl<'a> Unverified<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, JwtFlaw> {
        if token.len() > MAX_LENGTH {
            return Err(JwtFlaw::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(JwtFlaw::NotAJwt)?;
        let (header, claims) = message.split_once('.').ok_or(JwtFlaw::NotAJwt)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtFlaw::Malformed);
        let header: Header = object(&decode(header)?)?;
        // Check this first: the sender of a token must not choose how it is verified.
        if !is_eddsa(&header.alg) {
            return Err(JwtFlaw::Algorithm);
        }
        if header.has_critical {
            return Err(JwtFlaw::Malformed);
        }
        Ok(Self {
            message,
            claims: decode(claims)?,
            signature: decode(signature)?,
        })
    }

    pub(super) fn is_signed_by(&self, key: &PublicKey) -> bool {
        UnparsedPublicKey::new(&ED25519, key)
            .verify(self.message.as_bytes(), &self.signature)
            .is_ok()
    }

    pub(super) fn claims(&self) -> Result<Claims, JwtFlaw> {
        object(&self.claims)
    }
}

/// Reads a JSON object (RFC 7515, section 4; RFC 7519, section 3).
fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, JwtFlaw> {
    Some(json)
        .filter(|json| is_object(json))
        .and_then(|json| serde_json::from_slice(json).ok())
        .ok_or(JwtFlaw::Malformed)
}
