//! The faults that wait for their requests.

use std::collections::{HashMap, VecDeque};

use super::Fault;
use crate::operation::Operation;

/// A queue of faults for each operation, and one for all operations.
#[derive(Debug, Default)]
pub(crate) struct Script {
    by_operation: HashMap<Operation, VecDeque<Fault>>,
    any: VecDeque<Fault>,
}

impl Script {
    /// Appends a fault to the queue of an operation; `None` means the queue for all operations.
    pub(crate) fn push(&mut self, operation: Option<Operation>, fault: Fault) {
        match operation {
            Some(operation) => self
                .by_operation
                .entry(operation)
                .or_default()
                .push_back(fault),
            None => self.any.push_back(fault),
        }
    }

    /// Takes the next fault of an operation: first from its own queue, then from the queue for all.
    pub(crate) fn next(&mut self, operation: Operation) -> Fault {
        self.by_operation
            .get_mut(&operation)
            .and_then(VecDeque::pop_front)
            .or_else(|| self.any.pop_front())
            .unwrap_or(Fault::Pass)
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the faults that wait, each with its operation.
    pub(crate) fn waiting(&self) -> Vec<(Option<Operation>, &Fault)> {
        let mut waiting: Vec<_> = self
            .by_operation
            .iter()
            .flat_map(|(operation, faults)| faults.iter().map(|fault| (Some(*operation), fault)))
            .collect();
        waiting.sort_by_key(|(operation, _)| *operation);
        waiting.extend(self.any.iter().map(|fault| (None, fault)));
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_order_and_an_operations_own_first() {
        let mut script = Script::default();
        script.push(None, Fault::Reset);
        script.push(Some(Operation::GetTokenByPinId), Fault::Hang);
        script.push(Some(Operation::GetTokenByPinId), Fault::Truncate);
        assert_eq!(script.next(Operation::GetTokenByPinId), Fault::Hang);
        assert_eq!(script.next(Operation::GetTokenByPinId), Fault::Truncate);
        assert_eq!(script.next(Operation::GetTokenByPinId), Fault::Reset);
        assert_eq!(script.next(Operation::GetTokenByPinId), Fault::Pass);
    }
}
