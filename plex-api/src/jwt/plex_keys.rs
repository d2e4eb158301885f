use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use plex_api_gen::Error;
use serde::Deserialize;
use serde_json::Value;

use super::compact::{PublicKey, Unverified};
use super::single_flight::SingleFlight;
use crate::PlexApi;

/// The keys that plex.tv signs with, kept once they have been fetched.
///
/// There are several, and they change (python-plexapi pull request 1577): every one is tried, and where none fits the list is
/// fetched anew, once. It is not kept for ever either, since a key may also be withdrawn.
#[derive(Debug, Default)]
pub(crate) struct PlexKeys {
    kept: Mutex<Option<KeyList>>,
    fetch: SingleFlight<KeyList>,
}

#[derive(Debug, Clone)]
struct KeyList {
    keys: Arc<[PublicKey]>,
    fetched_at: DateTime<Utc>,
}

/// After this long a list is fetched anew.
const MAX_AGE: TimeDelta = TimeDelta::days(1);

/// A list that is no older than this is not fetched anew because of a token that none of its keys has signed.
const NEW: TimeDelta = TimeDelta::seconds(30);

/// The answer of `getKeys`, read so that a key of a new kind does not cost the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl PlexKeys {
    /// Whether one of plex.tv's keys has signed the token.
    pub(super) async fn have_signed(plex: &PlexApi, jwt: &Unverified<'_>) -> Result<bool, Error> {
        let has_signed = |list: &KeyList| list.keys.iter().any(|key| jwt.is_signed_by(key));
        let list = Self::current(plex, MAX_AGE).await?;
        Ok(has_signed(&list) || has_signed(&Self::current(plex, NEW).await?))
    }

    /// Fetches the keys if there are none at hand.
    pub(super) async fn prepare(plex: &PlexApi) -> Result<(), Error> {
        Self::current(plex, MAX_AGE).await.map(drop)
    }

    /// The list that was fetched last, if it is no older than this; else a new one.
    async fn current(plex: &PlexApi, max_age: TimeDelta) -> Result<KeyList, Error> {
        if let Some(list) = plex.plex_keys().kept(plex.now(), max_age) {
            return Ok(list);
        }
        let fetch = || Self::fetch(plex.clone(), max_age).boxed();
        plex.plex_keys().fetch.run(fetch).await
    }

    async fn fetch(plex: PlexApi, max_age: TimeDelta) -> Result<KeyList, Error> {
        let kept = plex.plex_keys();
        // Another attempt may have ended since the list was looked at.
        if let Some(list) = kept.kept(plex.now(), max_age) {
            return Ok(list);
        }
        let KeySet { keys } = plex.generated().get_keys_as().await?;
        let list = KeyList {
            keys: keys.iter().filter_map(ed25519).collect(),
            fetched_at: plex.now(),
        };
        *kept.lock() = Some(list.clone());
        Ok(list)
    }

    fn kept(&self, now: DateTime<Utc>, max_age: TimeDelta) -> Option<KeyList> {
        let list = self.lock().clone()?;
        // A clock that went back tells no age.
        (TimeDelta::zero()..=max_age)
            .contains(&(now - list.fetched_at))
            .then_some(list)
    }

    fn lock(&self) -> MutexGuard<'_, Option<KeyList>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
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
