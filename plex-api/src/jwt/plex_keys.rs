use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use plex_api_gen::Error;
use serde::Deserialize;
use serde_json::Value;

use super::compact::{PublicKey, Unverified, is_eddsa};
use super::single_flight::SingleFlight;
use crate::PlexApi;

/// A cache of the public keys that plex.tv signs with.
///
/// There are several keys, and they change (python-plexapi pull request 1577): all are tried, and if none matches, the list
/// is fetched again, once. A list expires after a day, since plex.tv may also withdraw a key.
#[derive(Debug, Default)]
pub(crate) struct PlexKeys {
    cached: Mutex<Option<KeyList>>,
    fetch: SingleFlight<KeyList>,
}

#[derive(Debug, Clone)]
struct KeyList {
    keys: Arc<[PublicKey]>,
    fetched_at: DateTime<Utc>,
    /// It was fetched because no key of the previous list matched.
    is_refetch: bool,
}

/// The age at which a list expires.
const MAX_AGE: TimeDelta = TimeDelta::days(1);

/// The minimum time between two fetches for tokens that no key matches.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// The response of `getKeys`, read so that an unknown kind of key does not hide the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl PlexKeys {
    /// Returns true if one of plex.tv's keys has signed the token.
    pub(super) async fn have_signed(plex: &PlexApi, jwt: &Unverified<'_>) -> Result<bool, Error> {
        let has_signed = |list: &KeyList| list.keys.iter().any(|key| jwt.is_signed_by(key));
        let list = Self::other_than(plex, None).await?;
        if has_signed(&list) {
            return Ok(true);
        }
        if list.is_refetch && list.is_within(PAUSE, plex.now()) {
            return Ok(false);
        }
        Ok(has_signed(&Self::other_than(plex, Some(list)).await?))
    }

    /// Fetches the keys if none are cached.
    pub(super) async fn prepare(plex: &PlexApi) -> Result<(), Error> {
        Self::other_than(plex, None).await.map(drop)
    }

    /// Returns the cached list, or a new one if it is missing, expired or the `unfit` one.
    async fn other_than(plex: &PlexApi, unfit: Option<KeyList>) -> Result<KeyList, Error> {
        let keys = plex.plex_keys();
        match keys.get(plex.now(), unfit.as_ref()) {
            Some(list) => Ok(list),
            None => {
                let fetch = || Self::fetch(plex.clone(), unfit).boxed();
                keys.fetch.run(fetch).await
            }
        }
    }

    async fn fetch(plex: PlexApi, unfit: Option<KeyList>) -> Result<KeyList, Error> {
        let cache = plex.plex_keys();
        // Another fetch may have ended in the meantime.
        if let Some(list) = cache.get(plex.now(), unfit.as_ref()) {
            return Ok(list);
        }
        let KeySet { keys } = plex.generated().get_keys_as().await?;
        let list = KeyList {
            keys: keys.iter().filter_map(ed25519).collect(),
            fetched_at: plex.now(),
            is_refetch: unfit.is_some(),
        };
        *cache.lock() = Some(list.clone());
        Ok(list)
    }

    fn get(&self, now: DateTime<Utc>, unfit: Option<&KeyList>) -> Option<KeyList> {
        let list = self.lock().clone()?;
        let is_unfit = unfit.is_some_and(|unfit| Arc::ptr_eq(&unfit.keys, &list.keys));
        (!is_unfit && list.is_within(MAX_AGE, now)).then_some(list)
    }

    fn lock(&self) -> MutexGuard<'_, Option<KeyList>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyList {
    /// Returns true if it was fetched within this time before now; false if the clock went back.
    fn is_within(&self, time: TimeDelta, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..=time).contains(&(now - self.fetched_at))
    }
}

/// Reads a JWK, if it is an Ed25519 key for signatures.
fn ed25519(jwk: &Value) -> Option<PublicKey> {
    let member = |name: &str| jwk.get(name).and_then(Value::as_str);
    let is_ed25519 = member("kty") == Some("OKP") && member("crv") == Some("Ed25519");
    let is_for_signatures =
        member("use").is_none_or(|usage| usage == "sig") && member("alg").is_none_or(is_eddsa);
    if !is_ed25519 || !is_for_signatures {
        return None;
    }
    let x = URL_SAFE_NO_PAD.decode(member("x")?).ok()?;
    x.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_ed25519_keys_for_signatures_are_read() {
        // RFC 8037, appendix A.2.
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(ed25519(&key).unwrap()[..2], [0xd7, 0x5a]);
        for alg in ["EdDSA", "Ed25519"] {
            let mut named = key.clone();
            named["alg"] = json!(alg);
            assert_eq!(ed25519(&named), ed25519(&key), "{alg}");
        }
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
