//! The faults that wait for their requests.

use std::collections::VecDeque;

use super::Fault;
use crate::operation::Operation;

/// The limit of waiting faults that the control API accepts.
const MOST: usize = 10_000;
/// The limit of the JSON of all waiting faults, in bytes, which the control API returns as a whole.
const LARGEST: usize = 64 << 20;

/// The requests that use up a fault. In both fields `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) operation: Option<Operation>,
    pub(crate) client: Option<String>,
}

impl Target {
    fn matches(&self, operation: Operation, client: Option<&str>) -> bool {
        self.operation.is_none_or(|own| own == operation)
            && (self.client.is_none() || self.client.as_deref() == client)
    }

    /// Orders targets: those for a client come first, then those for an operation.
    fn rank(&self) -> (bool, bool) {
        (self.client.is_none(), self.operation.is_none())
    }
}

/// A fault for a number of requests.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) target: Target,
    pub(crate) fault: Fault,
    pub(crate) times: usize,
}

/// The queue of each target.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<(Target, VecDeque<(Fault, usize)>)>);

impl Script {
    /// Appends faults to the queues of their targets, or none of them if too many would wait.
    pub(crate) fn extend(&mut self, faults: Vec<Waiting>) -> Result<(), String> {
        let (waiting, added) = (self.len(), faults.iter().map(|fault| fault.times));
        let added = added.fold(0, usize::saturating_add);
        if waiting.saturating_add(added) > MOST {
            return Err(format!(
                "at most {MOST} faults may wait: {waiting} wait already, and this request adds {added}; \
                 lower times, or remove the waiting faults"
            ));
        }
        let queues = self.0.iter().flat_map(|(_, queue)| queue);
        let waiting = queues.map(|(fault, times)| size(fault, *times));
        let added = faults.iter().map(|one| size(&one.fault, one.times));
        if waiting.chain(added).fold(0, usize::saturating_add) > LARGEST {
            return Err(format!(
                "the faults that wait may have at most {LARGEST} bytes as JSON; shorten their texts, or lower times"
            ));
        }
        for Waiting {
            target,
            fault,
            times,
        } in faults
        {
            self.push(target, fault, times);
        }
        Ok(())
    }

    /// Appends a fault for this many requests to the queue of a target.
    pub(crate) fn push(&mut self, target: Target, fault: Fault, times: usize) {
        if times == 0 {
            return;
        }
        let queue = self.0.iter_mut().find(|(own, _)| *own == target);
        match queue {
            Some((_, queue)) => queue.push_back((fault, times)),
            None => {
                self.0.push((target, VecDeque::from([(fault, times)])));
                self.0.sort_by_key(|(target, _)| target.rank());
            }
        }
    }

    /// Takes the next fault of a request: those for its client come first, then those for its operation.
    pub(crate) fn next(&mut self, operation: Operation, client: Option<&str>) -> Fault {
        let matches = |(target, _): &(Target, _)| target.matches(operation, client);
        let Some(index) = self.0.iter().position(matches) else {
            return Fault::Pass;
        };
        let queue = &mut self.0[index].1;
        let fault = match queue.front_mut() {
            Some((fault, times)) if *times > 1 => {
                *times -= 1;
                fault.clone()
            }
            _ => queue.pop_front().map_or(Fault::Pass, |(fault, _)| fault),
        };
        if queue.is_empty() {
            self.0.remove(index);
        }
        fault
    }

    /// Removes the faults for a client; `None` removes all faults.
    pub(crate) fn clear(&mut self, client: Option<&str>) {
        match client {
            None => *self = Self::default(),
            Some(_) => self
                .0
                .retain(|(target, _)| target.client.as_deref() != client),
        }
    }

    /// Returns the number of waiting faults.
    pub(crate) fn len(&self) -> usize {
        let queues = self.0.iter().flat_map(|(_, queue)| queue);
        queues.fold(0, |sum, (_, times)| sum.saturating_add(*times))
    }

    /// Returns the waiting faults, each with its target.
    pub(crate) fn waiting(&self) -> Vec<(&Target, &Fault)> {
        let mut queues: Vec<_> = self.0.iter().collect();
        queues.sort_by_key(|(target, _)| (target.rank(), target.operation));
        let faults = queues.into_iter().flat_map(|(target, queue)| {
            let repeated = queue
                .iter()
                .flat_map(|(fault, times)| std::iter::repeat_n(fault, *times));
            repeated.map(move |fault| (target, fault))
        });
        faults.collect()
    }
}

/// Returns the size of a repeated fault as JSON.
fn size(fault: &Fault, times: usize) -> usize {
    let json = serde_json::to_vec(fault).unwrap_or_default();
    json.len().saturating_mul(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(operation: Option<Operation>, client: Option<&str>) -> Target {
        let client = client.map(str::to_owned);
        Target { operation, client }
    }

    #[test]
    fn faults_come_in_order_and_an_operations_own_first() {
        let poll = Operation::GetTokenByPinId;
        let mut script = Script::default();
        script.push(target(None, None), Fault::Reset, 1);
        script.push(target(Some(poll), None), Fault::Hang, 1);
        script.push(target(Some(poll), None), Fault::Truncate, 1);
        assert_eq!(script.next(poll, None), Fault::Hang);
        assert_eq!(script.next(poll, None), Fault::Truncate);
        assert_eq!(script.next(poll, None), Fault::Reset);
        assert_eq!(script.next(poll, None), Fault::Pass);
    }

    #[test]
    fn a_fault_of_a_client_does_not_hit_others() {
        let poll = Operation::GetTokenByPinId;
        let mut script = Script::default();
        script.push(target(Some(poll), None), Fault::Reset, 1);
        script.push(target(None, Some("a")), Fault::Hang, 1);
        script.push(target(Some(poll), Some("a")), Fault::Truncate, 1);
        assert_eq!(script.next(poll, Some("b")), Fault::Reset);
        assert_eq!(script.next(poll, None), Fault::Pass);
        assert_eq!(script.next(poll, Some("a")), Fault::Truncate);
        assert_eq!(script.next(poll, Some("a")), Fault::Hang);
        assert_eq!(script.next(poll, Some("a")), Fault::Pass);
    }

    #[test]
    fn a_fault_of_several_requests_is_used_up_by_each() {
        let mut script = Script::default();
        script.push(target(None, None), Fault::Hang, 2);
        script.push(target(None, None), Fault::Hang, 0);
        assert_eq!((script.len(), script.waiting().len()), (2, 2));
        assert_eq!(script.next(Operation::GetPin, None), Fault::Hang);
        assert_eq!(script.next(Operation::Ping, None), Fault::Hang);
        assert_eq!(script.next(Operation::GetPin, None), Fault::Pass);
        assert!(script.0.is_empty());
    }
}
