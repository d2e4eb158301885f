//! Nonces, and the keys that sign the emulator's tokens.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::codes::Codes;
use crate::jwt::{Jwt, SigningKey};

/// The lifetime of a nonce (Plex's developer documentation).
const NONCE_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// The lifetime of a JWT (Plex's developer documentation).
pub(crate) const JWT_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The time after which a new key signs; plex.tv rotates its keys, but how often is not known.
const KEY_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Nonces that were issued and not used yet.
#[derive(Default)]
pub(crate) struct Nonces {
    /// The client identifier of each nonce.
    open: HashMap<String, String>,
    by_expiry: VecDeque<(Timestamp, String)>,
}

impl Nonces {
    pub(crate) fn issue(&mut self, client: String, now: Timestamp, codes: &mut Codes) -> String {
        let nonce = codes.uuid();
        self.open.insert(nonce.clone(), client);
        self.by_expiry
            .push_back((now.plus(NONCE_LIFETIME), nonce.clone()));
        nonce
    }

    /// Uses up a nonce; returns false if it is unknown, expired or of another client.
    pub(crate) fn spend(&mut self, nonce: &str, client: &str, now: Timestamp) -> bool {
        self.sweep(now);
        self.open.get(nonce).is_some_and(|owner| owner == client)
            && self.open.remove(nonce).is_some()
    }

    pub(crate) fn sweep(&mut self, now: Timestamp) {
        while let Some((expires_at, nonce)) = self.by_expiry.front() {
            if *expires_at > now {
                break;
            }
            self.open.remove(nonce);
            self.by_expiry.pop_front();
        }
    }
}

/// The published keys, oldest first; the last one signs.
#[derive(Clone)]
pub(crate) struct Keys(Vec<Issued>);

#[derive(Clone)]
struct Issued {
    key: Arc<SigningKey>,
    since: Timestamp,
}

impl Keys {
    /// Creates two keys, because plex.tv publishes several: the one that signs and its predecessor.
    pub(crate) fn new(now: Timestamp, codes: &mut Codes) -> Self {
        let mut keys = Self(Vec::new());
        keys.rotate(now, codes);
        keys.rotate(now, codes);
        keys
    }

    /// Adds a new key that signs; an old one stays published until its last token has expired.
    pub(crate) fn rotate(&mut self, now: Timestamp, codes: &mut Codes) {
        if let Some(key) = SigningKey::from_seed(&codes.bytes()) {
            let key = Arc::new(key);
            self.0.push(Issued { key, since: now });
        }
        // A key signed its last token before its successor was added.
        while self.0.len() > 2 && self.0[1].since.plus(JWT_LIFETIME) <= now {
            self.0.remove(0);
        }
    }

    pub(crate) fn sign(
        &mut self,
        claims: &serde_json::Value,
        now: Timestamp,
        codes: &mut Codes,
    ) -> String {
        if self
            .0
            .last()
            .is_none_or(|last| last.since.plus(KEY_LIFETIME) <= now)
        {
            self.rotate(now, codes);
        }
        self.0
            .last()
            .map(|last| last.key.sign(claims))
            .unwrap_or_default()
    }

    /// Verifies that one of the published keys has signed this token.
    pub(crate) fn have_signed(&self, jwt: &Jwt<'_>) -> bool {
        self.0.iter().any(|issued| {
            let public = issued.key.public();
            public.kid == jwt.kid() && public.has_signed(jwt)
        })
    }

    /// Returns the ID and `x` of each published key, newest last.
    pub(crate) fn published(&self) -> impl Iterator<Item = (&str, String)> {
        self.0
            .iter()
            .map(|issued| (issued.key.public().kid.as_str(), issued.key.x()))
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Nonces({} open)", self.open.len())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use serde_json::json;

    #[test]
    fn a_nonce_is_used_once_before_it_expires_by_its_owner() {
        let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
        let mut nonces = Nonces::default();
        let nonce = nonces.issue("a".to_owned(), now, &mut codes);
        assert!(!nonces.spend(&nonce, "b", now));
        assert!(nonces.spend(&nonce, "a", now));
        assert!(!nonces.spend(&nonce, "a", now));
        let late = nonces.issue("a".to_owned(), now, &mut codes);
        assert!(!nonces.spend(&late, "a", now.plus(NONCE_LIFETIME)));
    }

    #[test]
    fn a_key_is_published_until_its_last_token_has_expired() {
        let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
        let mut keys = Keys::new(now, &mut codes);
        let token = keys.sign(&json!({}), now, &mut codes);
        let jwt = Jwt::parse(&token).unwrap();
        keys.rotate(now, &mut codes);
        assert!(keys.have_signed(&jwt));
        let later = now.plus(JWT_LIFETIME);
        keys.rotate(later, &mut codes);
        keys.rotate(later, &mut codes);
        assert!(!keys.have_signed(&jwt));
    }

    #[test]
    fn an_old_key_stops_signing() {
        let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
        let mut keys = Keys::new(now, &mut codes);
        let kid = |token: String| Jwt::parse(&token).unwrap().kid().to_owned();
        let first = kid(keys.sign(&json!({}), now, &mut codes));
        assert_eq!(first, kid(keys.sign(&json!({}), now, &mut codes)));
        let later = now.plus(KEY_LIFETIME);
        assert_ne!(first, kid(keys.sign(&json!({}), later, &mut codes)));
    }
}
