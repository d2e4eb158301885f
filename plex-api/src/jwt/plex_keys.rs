use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use plex_api_gen::requests::GetKeysRequest;
use plex_api_gen::{Error, Request as _};
use serde::Deserialize;
use serde_json::Value;

use super::compact::Unverified;
use super::public_key::{PublicKey, ed25519};
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

/// The number of keys in a list that are used; each costs a verification of every token that no other key matches.
const MAX_KEYS: usize = 100;

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
        let KeySet { keys } = GetKeysRequest::new().send_as(plex.generated()).await?;
        let list = KeyList {
            keys: keys.iter().filter_map(ed25519).take(MAX_KEYS).collect(),
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
