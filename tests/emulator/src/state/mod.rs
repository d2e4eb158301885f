//! Everything the emulator remembers. One value behind one lock; no handler waits while it holds it.

mod accounts;
mod pins;

use std::time::Duration;

pub(crate) use accounts::{Accounts, AppInfo};
pub(crate) use pins::{Pin, PinState, Pins};

use crate::clock::{Clock, Timestamp};
use crate::codes::Codes;
use crate::reply::ApiError;
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
    pub(crate) clock: Clock,
    pub(crate) codes: Codes,
    pub(crate) pins: Pins,
    pub(crate) accounts: Accounts,
}

impl State {
    pub(crate) fn new(settings: Settings, users: Vec<User>, mut codes: Codes) -> Self {
        let clock = Clock::new();
        let accounts = Accounts::new(users, &mut codes, clock.now());
        Self {
            settings,
            clock,
            codes,
            pins: Pins::default(),
            accounts,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Makes a PIN for the app that asks.
    pub(crate) fn create_pin(&mut self, strong: bool, app: AppInfo) -> Result<&Pin, ApiError> {
        let now = self.now();
        self.pins.sweep(now);
        let lifetime = if strong {
            self.settings.strong_pin_lifetime
        } else {
            self.settings.short_pin_lifetime
        };
        self.pins
            .create(strong, app, now, lifetime, &mut self.codes)
    }

    /// A living PIN by its id, after the demo user has done what `approve_after` promises.
    pub(crate) fn pin(&mut self, id: u64) -> Option<&Pin> {
        let now = self.now();
        self.settle(id, now);
        self.pins.get(id, now)
    }

    /// A living PIN by its code.
    pub(crate) fn pin_by_code(&mut self, code: &str) -> Option<&Pin> {
        let id = self.pins.id_of(code)?;
        self.pin(id)
    }

    /// Lets a user agree to a PIN: its app gets a token, and the token it had before dies.
    pub(crate) fn link(&mut self, code: &str, user: usize) -> Result<(), ApiError> {
        let now = self.now();
        let id = self.pins.id_of(code).ok_or_else(ApiError::code_not_found)?;
        let pin = self
            .pins
            .get(id, now)
            .ok_or_else(ApiError::code_not_found)?;
        if matches!(pin.state, PinState::Claimed { .. }) {
            return Err(ApiError::code_not_found());
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
            .ok_or_else(ApiError::code_not_found)?;
        if matches!(pin.state, PinState::Claimed { .. }) {
            return Err(ApiError::code_not_found());
        }
        let id = pin.id;
        self.pins.set_state(id, PinState::Declined);
        Ok(())
    }

    /// Forgets what has expired.
    pub(crate) fn sweep(&mut self) {
        let now = self.now();
        self.pins.sweep(now);
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
            |after: Option<Duration>| after.is_some_and(|after| pin.created_at.plus(after) <= now);
        if due(self.settings.decline_after) {
            self.pins.set_state(id, PinState::Declined);
        } else if due(self.settings.approve_after) {
            let code = pin.code.clone();
            // A PIN that cannot be linked stays pending, as it would with a person.
            let _ = self.link(&code, 0);
        }
    }
}
