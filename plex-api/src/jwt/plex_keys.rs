use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plex_api_gen::{Client, Error};
use serde::Deserialize;
use serde_json::Value;

use super::compact::{PublicKey, Unverified};
use super::single_flight::SingleFlight;

/// The keys that plex.tv signs with, kept once they have been fetched.
///
/// There are several, and they change (python-plexapi pull request 1577): every one is tried, and where none fits the list is
/// fetched anew, once.
#[derive(Debug, Default)]
pub(crate) struct PlexKeys {
    kept: Mutex<Option<Arc<[PublicKey]>>>,
    fetch: SingleFlight<Arc<[PublicKey]>>,
}

/// The answer of `getKeys`, read so that a key of a new kind does not cost the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl PlexKeys {
    /// Whether one of plex.tv's keys has signed the token.
    pub(super) async fn have_signed(
        &self,
        client: &Client,
        jwt: &Unverified<'_>,
    ) -> Result<bool, Error> {
        if let Some(keys) = self.kept()
            && keys.iter().any(|key| jwt.is_signed_by(key))
        {
            return Ok(true);
        }
        let keys = self.fetched(client).await?;
        Ok(keys.iter().any(|key| jwt.is_signed_by(key)))
    }

    /// Fetches the keys if there are none yet.
    pub(super) async fn prepare(&self, client: &Client) {
        if self.kept().is_none() {
            // Nothing depends on it: whoever needs a key tries again.
            let _ = self.fetched(client).await;
        }
    }

    fn kept(&self) -> Option<Arc<[PublicKey]>> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn fetched(&self, client: &Client) -> Result<Arc<[PublicKey]>, Error> {
        let fetch = async {
            let KeySet { keys } = client.get_keys_as().await?;
            let keys: Arc<[PublicKey]> = keys.iter().filter_map(ed25519).collect();
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&keys));
            Ok(keys)
        };
        self.fetch.run(fetch).await
    }
}

/// The key of a JWK, if it is an Ed25519 key for signatures.
fn ed25519(jwk: &Value) -> Option<PublicKey> {
    let is = |member: &str, value| jwk.get(member).is_some_and(|found| found == value);
    let is_not = |member: &str, value| jwk.get(member).is_some_and(|found| found != value);
    if !is("kty", "OKP") || !is("crv", "Ed25519") || is_not("use", "sig") || is_not("alg", "EdDSA")
    {
        return None;
    }
    let x = URL_SAFE_NO_PAD.decode(jwk.get("x")?.as_str()?).ok()?;
    x.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_ed25519_keys_for_signatures_count() {
        // RFC 8037, appendix A.2.
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(ed25519(&key).unwrap()[..2], [0xd7, 0x5a]);
        for (member, value) in [
            ("kty", json!("RSA")),
            ("crv", json!("X25519")),
            ("use", json!("enc")),
            ("alg", json!("RS256")),
            ("x", json!("11qY")),
            ("x", json!(1)),
        ] {
            let mut other = key.clone();
            other[member] = value;
            assert_eq!(ed25519(&other), None, "{other}");
        }
        assert_eq!(ed25519(&json!("a key")), None);
    }
}
