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
    /// It was fetched because none of the keys before it fitted.
    is_second_look: bool,
}

/// After this long a list is fetched anew.
const MAX_AGE: TimeDelta = TimeDelta::days(1);

/// How often plex.tv is asked at most because of tokens that no key has signed.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// The answer of `getKeys`, read so that a key of a new kind does not cost the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl PlexKeys {
    /// Whether one of plex.tv's keys has signed the token.
    pub(super) async fn have_signed(plex: &PlexApi, jwt: &Unverified<'_>) -> Result<bool, Error> {
        let has_signed = |list: &KeyList| list.keys.iter().any(|key| jwt.is_signed_by(key));
        let list = Self::other_than(plex, None).await?;
        if has_signed(&list) {
            return Ok(true);
        }
        if list.is_second_look && list.is_within(PAUSE, plex.now()) {
            return Ok(false);
        }
        Ok(has_signed(&Self::other_than(plex, Some(list)).await?))
    }

    /// Fetches the keys if there are none at hand.
    pub(super) async fn prepare(plex: &PlexApi) -> Result<(), Error> {
        Self::other_than(plex, None).await.map(drop)
    }

    /// The list that is kept, unless it is this one; else a new one.
    async fn other_than(plex: &PlexApi, unfit: Option<KeyList>) -> Result<KeyList, Error> {
        let keys = plex.plex_keys();
        match keys.kept(plex.now(), unfit.as_ref()) {
            Some(list) => Ok(list),
            None => {
                let fetch = || Self::fetch(plex.clone(), unfit).boxed();
                keys.fetch.run(fetch).await
            }
        }
    }

    async fn fetch(plex: PlexApi, unfit: Option<KeyList>) -> Result<KeyList, Error> {
        let kept = plex.plex_keys();
        // Another attempt may have ended since the list was looked at.
        if let Some(list) = kept.kept(plex.now(), unfit.as_ref()) {
            return Ok(list);
        }
        let KeySet { keys } = plex.generated().get_keys_as().await?;
        let list = KeyList {
            keys: keys.iter().filter_map(ed25519).collect(),
            fetched_at: plex.now(),
            is_second_look: unfit.is_some(),
        };
        *kept.lock() = Some(list.clone());
        Ok(list)
    }

    fn kept(&self, now: DateTime<Utc>, unfit: Option<&KeyList>) -> Option<KeyList> {
        let list = self.lock().clone()?;
        let is_unfit = unfit.is_some_and(|unfit| Arc::ptr_eq(&unfit.keys, &list.keys));
        (!is_unfit && list.is_within(MAX_AGE, now)).then_some(list)
    }

    fn lock(&self) -> MutexGuard<'_, Option<KeyList>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyList {
    /// Whether it was fetched in this time before now. A clock that went back tells nothing.
    fn is_within(&self, time: TimeDelta, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..=time).contains(&(now - self.fetched_at))
    }
}

/// The key of a JWK, if it is an Ed25519 key for signatures.
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
    fn only_ed25519_keys_for_signatures_count() {
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
