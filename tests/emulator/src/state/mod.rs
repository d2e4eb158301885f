//! The state of the emulator: one value behind one lock. Handlers never await while they hold it.

mod accounts;
mod home;
mod keys;
mod limit;
mod pins;
mod reset;
mod tokens;

use std::time::Duration;

pub(crate) use accounts::{Accounts, AppInfo, Device};
pub(crate) use home::WrongPins;
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
use reset::Start;

/// The settings that are fixed when the emulator starts.
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
    pub(crate) wrong_pins: WrongPins,
    pub(crate) faults: Script,
    pub(crate) recorder: Recorder,
    start: Start,
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
        let start = Start::new(&switches, &accounts, &keys, &mut codes);
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
            wrong_pins: WrongPins::default(),
            faults: Script::default(),
            recorder,
            start,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Creates a PIN for an app.
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

    /// Finds an active PIN by its id, after applying `approve_after` and `decline_after`.
    pub(crate) fn pin(&mut self, id: u64) -> Option<&Pin> {
        let now = self.now();
        self.settle(id, now);
        self.pins
            .get(id, now)
            .filter(|pin| pin.state != PinState::Declined || !self.switches.declined_pin_is_gone)
    }

    /// Finds an active PIN by its code.
    pub(crate) fn pin_by_code(&mut self, code: &str) -> Option<&Pin> {
        let id = self.pins.id_of(code)?;
        self.pin(id)
    }

    /// Returns all active PINs in the order of their expiry.
    pub(crate) fn active_pins(&mut self) -> Vec<&Pin> {
        let now = self.now();
        for id in self.pins.ids() {
            self.settle(id, now);
        }
        self.pins.iter(now).collect()
    }

    /// Lets a user approve a PIN: the app gets a new token, and its previous token becomes invalid.
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
        // An app that has lost its key needs a new client identifier, as client authors report.
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

    /// Lets a user decline a PIN: the app does not learn of it and polls until the PIN expires.
    pub(crate) fn decline(&mut self, code: &str) -> Result<(), ApiError> {
        let pin = self
            .pin_by_code(code)
            .filter(|pin| !matches!(pin.state, PinState::Claimed { .. }))
            .ok_or_else(ApiError::code_not_found)?;
        let id = pin.id;
        self.pins.set_state(id, PinState::Declined);
        Ok(())
    }

    /// Signs JWTs with a new key.
    pub(crate) fn rotate_keys(&mut self) {
        let now = self.now();
        self.keys.rotate(now, &mut self.codes);
    }

    /// Removes what has expired.
    pub(crate) fn sweep(&mut self) {
        let now = self.now();
        self.pins.sweep(now);
        self.nonces.sweep(now);
        self.limit.sweep(now);
    }

    /// Applies `approve_after` and `decline_after` when a PIN is read; a timer would have the same visible effect.
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
                // A PIN that cannot be linked stays pending.
                let _ = self.link_pin(id, 0, now);
            }
            _ => {}
        }
    }
}
