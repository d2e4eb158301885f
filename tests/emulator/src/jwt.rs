//! The JSON Web Tokens and keys of plex.tv's sign-in: EdDSA (Ed25519) and RS256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::digest::{SHA256, digest};
use ring::signature::{
    ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde_json::{Value, json};

/// A public key that a client registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Jwk {
    /// The key ID; plex.tv accepts any and repeats it as `thumbprint`.
    pub(crate) kid: String,
    key: PublicKey,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PublicKey {
    Ed25519([u8; 32]),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl Jwk {
    /// Reads a key from JSON; `None` if plex.tv does not document its type.
    pub(crate) fn parse(jwk: &Value) -> Option<Self> {
        let members = ["kty", "crv", "x", "n", "e", "kid", "use", "alg"];
        if members
            .iter()
            .any(|name| !jwk.get(name).is_none_or(Value::is_string))
        {
            return None;
        }
        let bytes = |name: &str| BASE64.decode(jwk.get(name)?.as_str()?).ok();
        let (key, alg) = match jwk.get("kty")?.as_str()? {
            "OKP" if jwk.get("crv")?.as_str()? == "Ed25519" => {
                (PublicKey::Ed25519(bytes("x")?.try_into().ok()?), "EdDSA")
            }
            "RSA" => {
                let (n, e) = (bytes("n")?, bytes("e")?);
                (PublicKey::Rsa { n, e }, "RS256")
            }
            _ => return None,
        };
        if jwk.get("alg").is_some_and(|given| given != alg) {
            return None;
        }
        let kid = jwk.get("kid")?.as_str().filter(|kid| !kid.is_empty())?;
        Some(Self {
            kid: kid.to_owned(),
            key,
        })
    }

    /// Verifies the signature of a token, whose `alg` must match the key.
    pub(crate) fn has_signed(&self, jwt: &Jwt<'_>) -> bool {
        let message = jwt.message.as_bytes();
        match &self.key {
            PublicKey::Ed25519(x) => {
                jwt.header["alg"] == "EdDSA"
                    && UnparsedPublicKey::new(&ED25519, x)
                        .verify(message, &jwt.signature)
                        .is_ok()
            }
            PublicKey::Rsa { n, e } => {
                jwt.header["alg"] == "RS256"
                    && RsaPublicKeyComponents { n, e }
                        .verify(&RSA_PKCS1_2048_8192_SHA256, message, &jwt.signature)
                        .is_ok()
            }
        }
    }
}

/// The thumbprint of an Ed25519 key (RFC 7638); plex.tv's own key IDs look like it.
fn thumbprint(x: &str) -> String {
    // The RFC demands alphabetical order and no whitespace.
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64.encode(digest(&SHA256, members.as_bytes()))
}

/// A parsed token whose signature is not verified yet.
pub(crate) struct Jwt<'a> {
    header: Value,
    pub(crate) claims: Value,
    message: &'a str,
    signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let json = |part: &str| serde_json::from_slice(&BASE64.decode(part).ok()?).ok();
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            message,
            signature: BASE64.decode(signature).ok()?,
        })
    }

    pub(crate) fn kid(&self) -> &str {
        self.header["kid"].as_str().unwrap_or_default()
    }

    pub(crate) fn claim(&self, claim: &str) -> &str {
        self.claims[claim].as_str().unwrap_or_default()
    }

    /// Returns true if `aud`, a string or an array, names this audience.
    pub(crate) fn is_for(&self, audience: &str) -> bool {
        match &self.claims["aud"] {
            Value::String(one) => one == audience,
            Value::Array(all) => all.iter().any(|one| one == audience),
            _ => false,
        }
    }

    /// Returns true if the token has expired at this Unix time; one without `exp` never expires.
    pub(crate) fn has_expired(&self, now: i64) -> bool {
        self.claims["exp"]
            .as_f64()
            .is_some_and(|exp| exp <= now as f64)
    }
}

/// A key with which the emulator signs the tokens that it issues.
pub(crate) struct SigningKey {
    pair: Ed25519KeyPair,
    public: Jwk,
}

impl SigningKey {
    /// Derives the key pair from 32 random bytes.
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let key = PublicKey::Ed25519(pair.public_key().as_ref().try_into().ok()?);
        let kid = thumbprint(&BASE64.encode(pair.public_key()));
        Some(Self {
            pair,
            public: Jwk { kid, key },
        })
    }

    pub(crate) fn public(&self) -> &Jwk {
        &self.public
    }

    /// The public key, as in the member `x` of a JWK.
    pub(crate) fn x(&self) -> String {
        BASE64.encode(self.pair.public_key())
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"kid": self.public.kid, "typ": "JWT", "alg": "EdDSA"});
        let part = |value: &Value| BASE64.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = BASE64.encode(self.pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32]).unwrap()
    }

    #[test]
    fn only_the_signing_key_verifies_a_token() {
        let token = key(1).sign(&json!({"iss": "app"}));
        let jwt = Jwt::parse(&token).unwrap();
        assert_eq!(jwt.claim("iss"), "app");
        assert!(key(1).public().has_signed(&jwt));
        assert!(!key(2).public().has_signed(&jwt));
    }

    #[test]
    fn a_changed_token_is_rejected() {
        let token = key(1).sign(&json!({"iss": "app"}));
        let other = key(1).sign(&json!({"iss": "other"}));
        let (message, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{message}.{signature}");
        assert!(!key(1).public().has_signed(&Jwt::parse(&forged).unwrap()));
    }

    #[test]
    fn the_algorithm_must_match_the_key() {
        let mut token = Jwt {
            header: json!({"alg": "none"}),
            claims: json!({}),
            message: "a.b",
            signature: key(1).pair.sign(b"a.b").as_ref().to_vec(),
        };
        assert!(!key(1).public().has_signed(&token));
        token.header = json!({"alg": "EdDSA"});
        assert!(key(1).public().has_signed(&token));
    }

    #[test]
    fn a_thumbprint_matches_rfc_8037() {
        // The example of RFC 8037, appendix A.3.
        let kid = thumbprint("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn malformed_keys_are_rejected() {
        let x = key(1).x();
        for jwk in [
            json!({}),
            json!({"kty": "oct", "k": x}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "a"}),
            json!({"kty": "OKP", "crv": "X25519", "x": x, "kid": "a"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "a", "alg": "RS256"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": ""}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "a", "use": 1}),
        ] {
            assert_eq!(Jwk::parse(&jwk), None, "{jwk}");
        }
    }

    #[test]
    fn audience_and_expiry_are_read() {
        let of = |claims: Value| {
            let token = key(1).sign(&claims);
            let jwt = Jwt::parse(&token).unwrap();
            (jwt.is_for("plex.tv"), jwt.has_expired(100))
        };
        assert_eq!(of(json!({"aud": "plex.tv", "exp": 101})), (true, false));
        assert_eq!(
            of(json!({"aud": ["a", "plex.tv"], "exp": 100})),
            (true, true)
        );
        assert_eq!(of(json!({"aud": "a"})), (false, false));
    }
}
