//! The PINs, by id and by code, removed in the order of their expiry.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::AppInfo;
use crate::clock::Timestamp;
use crate::codes::{Codes, SHORT_CODE_LENGTH};
use crate::jwt::Jwk;
use crate::reply::ApiError;

/// A PIN. It has no `Debug`, because it holds a code and a token.
#[derive(Clone)]
pub(crate) struct Pin {
    pub(crate) id: u64,
    pub(crate) code: String,
    pub(crate) app: AppInfo,
    /// The key for the app's JWT; without one, the app gets a legacy token.
    pub(crate) jwk: Option<Box<Jwk>>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) state: PinState,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PinState {
    Pending,
    Declined,
    /// The user who approved, and the token for the app.
    Claimed {
        user: usize,
        token: String,
    },
}

impl Pin {
    pub(crate) fn is_strong(&self) -> bool {
        self.code.len() != SHORT_CODE_LENGTH
    }

    pub(crate) fn token(&self) -> Option<&str> {
        match &self.state {
            PinState::Claimed { token, .. } => Some(token),
            PinState::Pending | PinState::Declined => None,
        }
    }
}

#[derive(Default)]
pub(crate) struct Pins {
    by_id: HashMap<u64, Pin>,
    by_code: HashMap<String, u64>,
    by_expiry: BTreeSet<(Timestamp, u64)>,
}

impl Pins {
    pub(crate) fn create(
        &mut self,
        strong: bool,
        app: AppInfo,
        jwk: Option<Jwk>,
        now: Timestamp,
        lifetime: Duration,
        codes: &mut Codes,
    ) -> Result<&Pin, ApiError> {
        let mut id = codes.id();
        while self.by_id.contains_key(&id) {
            id = codes.id();
        }
        let code = self.free_code(strong, codes)?;
        let expires_at = now.plus(lifetime);
        self.by_code.insert(code.clone(), id);
        self.by_expiry.insert((expires_at, id));
        let pin = Pin {
            id,
            code,
            app,
            jwk: jwk.map(Box::new),
            created_at: now,
            expires_at,
            state: PinState::Pending,
        };
        Ok(self.by_id.entry(id).insert_entry(pin).into_mut())
    }

    pub(crate) fn get(&self, id: u64, now: Timestamp) -> Option<&Pin> {
        self.by_id.get(&id).filter(|pin| pin.expires_at > now)
    }

    /// Finds the PIN of a code; the case of a short code does not matter, as at plex.tv/link.
    pub(crate) fn id_of(&self, code: &str) -> Option<u64> {
        if code.len() == SHORT_CODE_LENGTH {
            self.by_code.get(&code.to_ascii_uppercase()).copied()
        } else {
            self.by_code.get(code).copied()
        }
    }

    pub(crate) fn set_state(&mut self, id: u64, state: PinState) {
        if let Some(pin) = self.by_id.get_mut(&id) {
            pin.state = state;
        }
    }

    pub(crate) fn remove(&mut self, id: u64) {
        if let Some(pin) = self.by_id.remove(&id) {
            self.by_code.remove(&pin.code);
            self.by_expiry.remove(&(pin.expires_at, id));
        }
    }

    pub(crate) fn ids(&self) -> Vec<u64> {
        self.by_id.keys().copied().collect()
    }

    /// Returns the active PINs in the order of their expiry.
    pub(crate) fn iter(&self, now: Timestamp) -> impl Iterator<Item = &Pin> {
        self.by_expiry
            .iter()
            .filter_map(move |(_, id)| self.get(*id, now))
    }

    /// Removes expired PINs and frees their memory.
    pub(crate) fn sweep(&mut self, now: Timestamp) {
        while let Some((expires_at, id)) = self.by_expiry.first().copied() {
            if expires_at > now {
                break;
            }
            self.remove(id);
        }
        if self.by_id.capacity() > 64 && self.by_id.len() < self.by_id.capacity() / 4 {
            self.by_id.shrink_to_fit();
            self.by_code.shrink_to_fit();
        }
    }

    fn free_code(&self, strong: bool, codes: &mut Codes) -> Result<String, ApiError> {
        // With 100,000 of a million short codes in use, one try in ten fails.
        for _ in 0..1000 {
            let code = if strong {
                codes.strong_code()
            } else {
                codes.short_code()
            };
            if !self.by_code.contains_key(&code) {
                return Ok(code);
            }
        }
        Err(ApiError::overloaded())
    }
}

impl std::fmt::Debug for Pins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pins")
            .field("count", &self.by_id.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn create(pins: &mut Pins, strong: bool, now: Timestamp, lifetime: u64) -> Pin {
        let mut codes = Codes::new(None).unwrap();
        let app = AppInfo::default();
        let lifetime = Duration::from_secs(lifetime);
        pins.create(strong, app, None, now, lifetime, &mut codes)
            .unwrap()
            .clone()
    }

    #[test]
    fn a_short_code_is_found_in_any_case_and_a_strong_one_is_not() {
        let (mut pins, now) = (Pins::default(), Clock::new().now());
        let short = create(&mut pins, false, now, 900);
        assert_eq!(pins.id_of(&short.code.to_lowercase()), Some(short.id));
        let strong = create(&mut pins, true, now, 900);
        assert_eq!(pins.id_of(&strong.code), Some(strong.id));
        assert_eq!(pins.id_of(&strong.code.to_uppercase()), None);
    }

    #[test]
    fn a_pin_ends_at_its_expiry_and_is_removed_by_a_sweep() {
        let (mut pins, now) = (Pins::default(), Clock::new().now());
        let pin = create(&mut pins, false, now, 900);
        let expiry = now.plus(Duration::from_secs(900));
        assert!(pins.get(pin.id, now).is_some());
        assert!(pins.get(pin.id, expiry).is_none());
        pins.sweep(expiry);
        assert!(pins.by_id.is_empty() && pins.by_code.is_empty() && pins.by_expiry.is_empty());
    }

    #[test]
    fn memory_is_freed_when_pins_expire() {
        let (mut pins, now) = (Pins::default(), Clock::new().now());
        for _ in 0..1000 {
            create(&mut pins, true, now, 900);
        }
        pins.sweep(now.plus(Duration::from_secs(900)));
        assert!(pins.by_id.capacity() < 64 && pins.by_code.capacity() < 64);
    }
}
