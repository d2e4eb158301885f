//! The signing key of a device, independent of the SDK.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use plex_api::generated::Extra;
use plex_api::generated::types::JsonWebKey;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

pub(crate) struct DeviceKey(Ed25519KeyPair);

impl DeviceKey {
    pub(crate) fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    pub(crate) fn jwk(&self) -> JsonWebKey {
        JsonWebKey {
            kty: "OKP".into(),
            crv: Some("Ed25519".into()),
            x: Some(BASE64.encode(self.0.public_key())),
            kid: "my-key".into(),
            use_: Some("sig".into()),
            alg: Some("EdDSA".into()),
            e: None,
            n: None,
            extra: Extra::default(),
        }
    }

    /// Signs a JWT for plex.tv with this client identifier and more claims.
    pub(crate) fn sign(&self, client_identifier: &str, more: Value) -> String {
        let mut claims = json!({"aud": "plex.tv", "iss": client_identifier, "scope": "username"});
        claims
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let part = |value: &Value| BASE64.encode(value.to_string());
        let header = json!({"kid": "my-key", "alg": "EdDSA", "typ": "JWT"});
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = BASE64.encode(self.0.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}
