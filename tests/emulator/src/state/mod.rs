//! Everything the emulator remembers. One value behind one lock; no handler waits while it holds it.

mod accounts;
mod keys;
mod limit;
mod pins;
mod tokens;

use std::time::Duration;

pub(crate) use accounts::{Accounts, AppInfo, Device};
pub(crate) use keys::{Keys, Nonces};
pub(crate) use limit::RateLimit;
pub(crate) use pins::{Pin, PinState, Pins};

use crate::clock::{Clock, Timestamp};
use crate::codes::Codes;
use crate::faults::Script;
use crate::jwt::Jwk;
use crate::recorder::Recorder;
use crate::reply::ApiError;
use crate::switches::Switches;
use crate::user::User;

/// What the builder decides once.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) short_pin_lifetime: Duration,
    pub(crate) strong_pin_lifetime: Duration,
    pub(crate) approve_after: Option<Duration>,
    pub(crate) decline_after: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) switches: Switches,
    pub(crate) clock: Clock,
    pub(crate) codes: Codes,
    pub(crate) pins: Pins,
    pub(crate) accounts: Accounts,
    pub(crate) keys: Keys,
    pub(crate) nonces: Nonces,
    pub(crate) limit: RateLimit,
    pub(crate) faults: Script,
    pub(crate) recorder: Recorder,
}

impl State {
    pub(crate) fn new(
        settings: Settings,
        switches: Switches,
        users: Vec<User>,
        mut codes: Codes,
        recorder: Recorder,
    ) -> Self {
        let clock = Clock::new();
        let now = clock.now();
        let accounts = Accounts::new(users, &mut codes, now);
        let keys = Keys::new(now, &mut codes);
        Self {
            settings,
            switches,
            clock,
            codes,
            pins: Pins::default(),
            accounts,
            keys,
            nonces: Nonces::default(),
            limit: RateLimit::default(),
            faults: Script::default(),
            recorder,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Makes a PIN for the app that asks.
    pub(crate) fn create_pin(
        &mut self,
        strong: bool,
        app: AppInfo,
        jwk: Option<Jwk>,
    ) -> Result<&Pin, ApiError> {
        let now = self.now();
        self.pins.sweep(now);
        let lifetime = if strong {
            self.settings.strong_pin_lifetime
        } else {
            self.settings.short_pin_lifetime
        };
        self.pins
            .create(strong, app, jwk, now, lifetime, &mut self.codes)
    }

    /// A living PIN by its id, after the demo user has done what `approve_after` promises.
    pub(crate) fn pin(&mut self, id: u64) -> Option<&Pin> {
        let now = self.now();
        self.settle(id, now);
        self.pins
            .get(id, now)
            .filter(|pin| pin.state != PinState::Declined || !self.switches.declined_pin_is_gone)
    }

    /// A living PIN by its code.
    pub(crate) fn pin_by_code(&mut self, code: &str) -> Option<&Pin> {
        let id = self.pins.id_of(code)?;
        self.pin(id)
    }

    /// All living PINs, the one that expires first first.
    pub(crate) fn living_pins(&mut self) -> Vec<&Pin> {
        let now = self.now();
        for id in self.pins.ids() {
            self.settle(id, now);
        }
        self.pins.iter(now).collect()
    }

    /// Lets a user agree to a PIN: its app gets a token, and the token it had before dies.
    pub(crate) fn link(&mut self, code: &str, user: usize) -> Result<(), ApiError> {
        let now = self.now();
        let pin = self
            .pin_by_code(code)
            .ok_or_else(ApiError::code_not_found)?;
        let id = pin.id;
        self.link_pin(id, user, now)
    }

    fn link_pin(&mut self, id: u64, user: usize, now: Timestamp) -> Result<(), ApiError> {
        let pin = self
            .pins
            .get(id, now)
            .filter(|pin| !matches!(pin.state, PinState::Claimed { .. }))
            .ok_or_else(ApiError::code_not_found)?;
        let device = self
            .accounts
            .device_of_app(user, &pin.app.client_identifier);
        // Who has lost the key of an app with a JWT needs a new client identifier (authors of clients).
        let key_is_lost = device.is_some_and(|device| {
            let known = |jwk: &Jwk| device.keys.contains(jwk);
            !device.keys.is_empty() && !pin.jwk.as_deref().is_some_and(known)
        });
        if key_is_lost && !self.switches.jwt_leaves_pins_usable {
            return Err(ApiError::not_for_this_device());
        }
        let token = self
            .accounts
            .authorise(user, pin.app.clone(), now, &mut self.codes);
        self.pins.set_state(id, PinState::Claimed { user, token });
        Ok(())
    }

    /// Lets a user decline a PIN: the app is told nothing, the PIN stays pending until it expires.
    pub(crate) fn decline(&mut self, code: &str) -> Result<(), ApiError> {
        let pin = self
            .pin_by_code(code)
            .filter(|pin| !matches!(pin.state, PinState::Claimed { .. }))
            .ok_or_else(ApiError::code_not_found)?;
        let id = pin.id;
        self.pins.set_state(id, PinState::Declined);
        Ok(())
    }

    /// Makes plex.tv sign with a new key.
    pub(crate) fn rotate_keys(&mut self) {
        let now = self.now();
        self.keys.rotate(now, &mut self.codes);
    }

    /// Forgets what has expired.
    pub(crate) fn sweep(&mut self) {
        let now = self.now();
        self.pins.sweep(now);
        self.nonces.sweep(now);
        self.limit.sweep(now);
    }

    /// Does late what `approve_after` and `decline_after` ask for; nobody can tell it from doing it in time.
    fn settle(&mut self, id: u64, now: Timestamp) {
        let Some(pin) = self.pins.get(id, now) else {
            return;
        };
        if pin.state != PinState::Pending {
            return;
        }
        let due =
            |after: Option<Duration>| after.filter(|after| pin.created_at.plus(*after) <= now);
        let approve = due(self.settings.approve_after);
        match due(self.settings.decline_after) {
            Some(decline) if approve.is_none_or(|approve| decline <= approve) => {
                self.pins.set_state(id, PinState::Declined);
            }
            _ if approve.is_some() => {
                // A PIN that cannot be linked stays pending, as it would with a person.
                let _ = self.link_pin(id, 0, now);
            }
            _ => {}
        }
    }
}
