//! Nonces, and the keys with which plex.tv signs its tokens.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::codes::Codes;
use crate::jwt::{Jwt, SigningKey};

/// How long a nonce may be used (Plex's developer documentation).
const NONCE_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How long a JWT of plex.tv is valid (Plex's developer documentation).
pub(crate) const JWT_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a key signs; plex.tv rotates its keys, how often is not known.
const KEY_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Nonces given out and not used yet.
#[derive(Default)]
pub(crate) struct Nonces {
    /// Which client identifier a nonce was given to.
    open: HashMap<String, String>,
    by_expiry: VecDeque<(Timestamp, String)>,
}

impl Nonces {
    pub(crate) fn give(&mut self, client: String, now: Timestamp, codes: &mut Codes) -> String {
        let nonce = codes.uuid();
        self.open.insert(nonce.clone(), client);
        self.by_expiry
            .push_back((now.plus(NONCE_LIFETIME), nonce.clone()));
        nonce
    }

    /// Whether the nonce may be used by this client; it may not be used again.
    pub(crate) fn spend(&mut self, nonce: &str, client: &str, now: Timestamp) -> bool {
        self.sweep(now);
        self.open.get(nonce).is_some_and(|owner| owner == client)
            && self.open.remove(nonce).is_some()
    }

    pub(crate) fn sweep(&mut self, now: Timestamp) {
        while let Some((end, nonce)) = self.by_expiry.front() {
            if *end > now {
                break;
            }
            self.open.remove(nonce);
            self.by_expiry.pop_front();
        }
    }
}

/// The keys of plex.tv, oldest first; the last one signs.
pub(crate) struct Keys(Vec<Issued>);

struct Issued {
    key: SigningKey,
    since: Timestamp,
}

impl Keys {
    /// Two keys, as plex.tv publishes several: one that signs, and the one that did before it.
    pub(crate) fn new(now: Timestamp, codes: &mut Codes) -> Self {
        let mut keys = Self(Vec::new());
        keys.rotate(now, codes);
        keys.rotate(now, codes);
        keys
    }

    /// Makes a new key to sign with; an old one stays published until its last token has ended.
    pub(crate) fn rotate(&mut self, now: Timestamp, codes: &mut Codes) {
        if let Some(key) = SigningKey::from_seed(&codes.bytes()) {
            self.0.push(Issued { key, since: now });
        }
        // A key signed its last token when its successor came.
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

    /// Whether one of the published keys has signed this token.
    pub(crate) fn have_signed(&self, jwt: &Jwt<'_>) -> bool {
        self.0.iter().any(|issued| {
            let public = issued.key.public();
            public.kid == jwt.kid() && public.has_signed(jwt)
        })
    }

    /// The name and `x` of each published key, the newest last.
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
    fn a_nonce_is_used_once_in_time_and_by_its_owner() {
        let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
        let mut nonces = Nonces::default();
        let nonce = nonces.give("a".to_owned(), now, &mut codes);
        assert!(!nonces.spend(&nonce, "b", now));
        assert!(nonces.spend(&nonce, "a", now));
        assert!(!nonces.spend(&nonce, "a", now));
        let late = nonces.give("a".to_owned(), now, &mut codes);
        assert!(!nonces.spend(&late, "a", now.plus(NONCE_LIFETIME)));
    }

    #[test]
    fn a_key_is_published_until_its_last_token_has_ended() {
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
    fn an_old_key_signs_no_more() {
        let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
        let mut keys = Keys::new(now, &mut codes);
        let kid = |token: String| Jwt::parse(&token).unwrap().kid().to_owned();
        let first = kid(keys.sign(&json!({}), now, &mut codes));
        assert_eq!(first, kid(keys.sign(&json!({}), now, &mut codes)));
        let later = now.plus(KEY_LIFETIME);
        assert_ne!(first, kid(keys.sign(&json!({}), later, &mut codes)));
    }
}
