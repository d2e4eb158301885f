//! Resetting the emulator to its state at the start.

use super::{Accounts, Keys, Nonces, Pins, RateLimit, State, WrongPins};
use crate::clock::Clock;
use crate::codes::{Beginning, Codes};
use crate::faults::Script;
use crate::switches::Switches;

/// The parts of the state that are not empty at the start.
pub(super) struct Start {
    switches: Switches,
    accounts: Accounts,
    keys: Keys,
    codes: Option<Beginning>,
}

impl Start {
    pub(super) fn new(
        switches: &Switches,
        accounts: &Accounts,
        keys: &Keys,
        codes: &mut Codes,
    ) -> Self {
        Self {
            switches: switches.clone(),
            accounts: accounts.clone(),
            keys: keys.clone(),
            codes: codes.begin(),
        }
    }
}

impl std::fmt::Debug for Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Start(..)")
    }
}

impl State {
    /// Goes back to the state of the start; the users keep their ids and the tokens of their demo browsers.
    pub(crate) fn reset(&mut self) {
        self.switches = self.start.switches.clone();
        self.clock = Clock::new();
        if let Some(beginning) = self.start.codes {
            self.codes.restart(beginning);
        }
        self.pins = Pins::default();
        self.accounts = self.start.accounts.clone();
        self.keys = self.start.keys.clone();
        self.nonces = Nonces::default();
        self.limit = RateLimit::default();
        self.wrong_pins = WrongPins::default();
        self.faults = Script::default();
        self.recorder.clear(None);
    }
}
