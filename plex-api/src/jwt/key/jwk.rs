//! A device key as a JSON Web Key (RFC 7517, RFC 8037).

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plex_api_gen::Extra;
use plex_api_gen::types::JsonWebKey;
use plex_api_gen::{Error, Secret};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::{DeviceKey, FILE, STEP, unserializable};
use crate::jwt::compact::{is_eddsa, is_object};
use crate::private_file;
use crate::unquoted::unquoted;

/// The longest key id, in bytes.
const MAX_ID_LENGTH: usize = 1024;

impl DeviceKey {
    /// Returns the key as a private JWK (RFC 7517, RFC 8037), in JSON.
    ///
    /// # Errors
    /// [`ErrorClass::Crypto`](crate::ErrorClass::Crypto) if the cryptography library cannot serialize the key. This has
    /// never been observed.
    pub fn to_jwk(&self) -> Result<Secret, Error> {
        let json = private_file::json(&self.private_jwk()?, FILE.limit);
        let json = json.ok_or_else(unserializable)?;
        let text = std::str::from_utf8(&json).map_err(|_| unserializable())?;
        Ok(Secret::new(text))
    }

    /// Reads a private JWK in JSON.
    ///
    /// A `kid` in the JWK becomes the key id, at most 1024 bytes: plex.tv may know the key by it from another program. Without
    /// a `kid` the id is the thumbprint.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the text is not a private JWK of an Ed25519 key, or its private and public key do not match.
    pub fn from_jwk(jwk: &str) -> Result<Self, Error> {
        // The parser's own message may quote the key.
        Some(jwk)
            .filter(|jwk| is_object(jwk.as_bytes()))
            .and_then(|jwk| serde_json::from_str::<PrivateJwk>(jwk).ok())
            .ok_or("the text is not a private JWK of an Ed25519 key; check its source")
            .and_then(Self::try_from)
            .map_err(|what| Error::misuse(STEP, what))
    }

    /// Returns the public key as it is registered with plex.tv.
    pub fn public_jwk(&self) -> JsonWebKey {
        JsonWebKey {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: Some(self.x()),
            kid: self.id.to_string(),
            use_: Some("sig".to_owned()),
            alg: Some("EdDSA".to_owned()),
            n: None,
            e: None,
            extra: Extra::default(),
        }
    }

    fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    fn private_jwk(&self) -> Result<PrivateJwk, Error> {
        let pkcs8 = self.pair.to_pkcs8v1().map_err(|_| unserializable())?;
        // In PKCS#8 version 1 the seed is the last 32 bytes (RFC 8410, section 7).
        let d = pkcs8
            .as_ref()
            .last_chunk::<32>()
            .ok_or_else(unserializable)?;
        Ok(PrivateJwk {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: self.x(),
            d: Zeroizing::new(URL_SAFE_NO_PAD.encode(d)),
            kid: Some(self.id.to_string()),
            alg: Some("EdDSA".to_owned()),
        })
    }
}

/// Reads a private JWK. An error does not quote it.
impl<'de> Deserialize<'de> for DeviceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let jwk = PrivateJwk::deserialize(deserializer)
            .map_err(|error| unquoted(&error, "this is not a private JWK"))?;
        jwk.try_into().map_err(serde::de::Error::custom)
    }
}

/// A private JWK (RFC 8037, section 2).
#[derive(Serialize, Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    x: String,
    d: Zeroizing<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
}

impl TryFrom<PrivateJwk> for DeviceKey {
    type Error = &'static str;

    fn try_from(jwk: PrivateJwk) -> Result<Self, &'static str> {
        let is_ed25519 =
            jwk.kty == "OKP" && jwk.crv == "Ed25519" && jwk.alg.as_deref().is_none_or(is_eddsa);
        let keys = URL_SAFE_NO_PAD
            .decode(&*jwk.d)
            .map(Zeroizing::new)
            .and_then(|d| Ok((d, URL_SAFE_NO_PAD.decode(&jwk.x)?)));
        let (true, Ok((d, x))) = (is_ed25519, keys) else {
            return Err("the JWK is not an Ed25519 key; generate one of that kind");
        };
        let pair = Ed25519KeyPair::from_seed_and_public_key(&d, &x)
            .map_err(|_| "the private and public key of the JWK do not match; check its source")?;
        let mut key = Self::of(pair);
        if let Some(kid) = jwk.kid.filter(|kid| !kid.is_empty()) {
            if kid.len() > MAX_ID_LENGTH {
                return Err("the kid of the JWK is longer than 1024 bytes; use a shorter one");
            }
            key.id = kid.into();
        }
        Ok(key)
    }
}

impl Serialize for DeviceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let jwk = self.private_jwk().map_err(S::Error::custom)?;
        jwk.serialize(serializer)
    }
}
