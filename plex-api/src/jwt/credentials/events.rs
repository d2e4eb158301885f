//! Events on their way to the listener. The listener runs outside of the shared attempt, so it may block, panic, or ask for
//! a token itself.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use plex_api_gen::Error;

use crate::jwt::CredentialsState;

/// A change or a failure of credentials, for [`Credentials::on_event`](super::Credentials::on_event).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum CredentialsEvent<'a> {
    /// A new token was issued: store the state, unless [`Credentials::keep_in`](super::Credentials::keep_in) does.
    Changed(&'a CredentialsState),
    /// A refresh failed, or its result could not be stored. Calls keep succeeding while the old token is valid.
    Failed(&'a Error),
}

pub(super) type OnEvent = dyn Fn(CredentialsEvent<'_>) + Send + Sync;

/// An event that the listener has not received yet.
pub(super) enum Event {
    Changed(CredentialsState),
    Failed(Error),
}

impl Event {
    fn borrowed(&self) -> CredentialsEvent<'_> {
        match self {
            Self::Changed(state) => CredentialsEvent::Changed(state),
            Self::Failed(error) => CredentialsEvent::Failed(error),
        }
    }
}

/// The events in their order. One task at a time delivers them.
#[derive(Default)]
pub(super) struct Events(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    events: VecDeque<Event>,
    is_delivering: bool,
}

impl Events {
    pub(super) fn push(&self, event: Event) {
        self.lock().events.push_back(event);
    }

    /// Calls the listener for each event, unless another task does so now: that one continues with the new events.
    pub(super) fn deliver(&self, listener: Option<&OnEvent>) {
        while let Some(event) = self.next() {
            if let Some(listener) = listener {
                // The panic hook has reported a panic. Passing it on would cost this task its token.
                let _ = catch_unwind(AssertUnwindSafe(|| listener(event.borrowed())));
            }
            self.lock().is_delivering = false;
        }
    }

    fn next(&self) -> Option<Event> {
        let mut queue = self.lock();
        if queue.is_delivering {
            return None;
        }
        let event = queue.events.pop_front()?;
        queue.is_delivering = true;
        Some(event)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_listener_is_called_in_order_and_never_within_itself() {
        let event = |name: &str| Event::Failed(Error::misuse("test", name));
        let (events, seen) = (
            Arc::new(Events::default()),
            Arc::new(Mutex::new(Vec::new())),
        );
        let (inner, collecting) = (Arc::clone(&events), Arc::clone(&seen));
        let listener = move |found: CredentialsEvent<'_>| {
            let CredentialsEvent::Failed(error) = found else {
                return;
            };
            let text = error.to_string();
            collecting.lock().unwrap().push(format!("{text} begins"));
            if text == "test: first" {
                inner.push(event("third"));
                inner.deliver(Some(&|_| panic!("the outer call delivers it")));
            }
            collecting.lock().unwrap().push(format!("{text} ends"));
            assert_ne!(text, "test: second", "a panic, as this test wants");
        };
        events.push(event("first"));
        events.push(event("second"));
        events.deliver(Some(&listener));
        let expected = ["first", "second", "third"]
            .map(|name| [format!("test: {name} begins"), format!("test: {name} ends")]);
        assert_eq!(*seen.lock().unwrap(), expected.concat());
    }
}
