//! Sharing one emulator among tests.

use super::Emulator;
use crate::faults::{Fault, Target};
use crate::operation::Operation;
use crate::recorder::RecordedRequest;

/// Methods for tests that share an emulator, one after another or side by side.
impl Emulator {
    /// Goes back to the state of the start, so that the next test finds a new emulator at the same address.
    ///
    /// Removes PINs, tokens, devices, keys, nonces, faults and the record, and restores the switches, the clock and
    /// the seed. The users keep their ids, and [`demo_token`](Self::demo_token) stays valid.
    pub fn reset(&self) {
        self.shared.state().reset();
    }

    /// Applies a fault to the next request of an operation with this client identifier.
    ///
    /// This way, tests that share an emulator do not disturb each other. Faults for a client come before those for
    /// all clients.
    pub fn fail_next_for(&self, client: impl Into<String>, operation: Operation, fault: Fault) {
        self.push_fault(Some(operation), Some(client.into()), fault);
    }

    /// Returns the recorded requests with this client identifier, oldest first.
    #[must_use]
    pub fn requests_of(&self, client: &str) -> Vec<RecordedRequest> {
        self.shared.state().recorder.requests_of(client)
    }

    pub(super) fn push_fault(
        &self,
        operation: Option<Operation>,
        client: Option<String>,
        fault: Fault,
    ) {
        let target = Target { operation, client };
        self.shared.state().faults.push(target, fault, 1);
    }
}
