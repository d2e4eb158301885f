//! The poll of a PIN that is under way.

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Shared, ready, select};
use plex_api_gen::Error;
use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

/// The outcome of a poll, or of a verification.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Received,
    NotYet,
    /// It failed, and another poll may succeed.
    Failed(Error),
    /// It ends the wait.
    Ended(Error),
}

/// A poll. All who wait for it drive it, and it continues with the next one if they are dropped.
pub(crate) type Poll = Shared<BoxFuture<'static, Outcome>>;

/// The poll that is under way, if any.
#[derive(Default)]
pub(crate) struct UnderWay(Option<Begun>);

struct Begun {
    /// The runtime that drives its connection and its timer; only tasks of the same runtime can wait for it.
    runtime: Option<Id>,
    poll: Poll,
    /// When it was last left by all who waited for it.
    left: Option<Instant>,
}

/// A poll that nobody has waited for during this time is dropped with its connection: it has most likely timed out.
pub(crate) const ABANDONED_FOR: Duration = Duration::from_secs(15);

impl UnderWay {
    /// Returns the poll that is under way on the current runtime.
    pub(crate) fn poll(&mut self) -> Option<Poll> {
        self.0.take_if(|begun| begun.poll.peek().is_some());
        let begun = self.0.as_ref()?;
        (begun.runtime == current_runtime()).then(|| begun.poll.clone())
    }

    /// Begins a poll. One that is still under way is not abandoned: whichever brings the token counts.
    pub(crate) fn begin(&mut self, poll: BoxFuture<'static, Outcome>) -> Poll {
        let poll = match self.poll() {
            Some(earlier) => first_token(earlier, poll).boxed(),
            None => poll,
        };
        let poll = poll.shared();
        self.0 = Some(Begun {
            runtime: current_runtime(),
            poll: poll.clone(),
            left: None,
        });
        poll
    }

    /// Notes that a waiter leaves now; returns true if a poll is under way that nobody else waits for.
    pub(crate) fn leave(&mut self, now: Instant) -> bool {
        let begun = self.0.as_mut().filter(|begun| begun.is_abandoned());
        begun.map(|begun| begun.left = Some(now)).is_some()
    }

    /// Drops a poll that nobody has waited for during [`ABANDONED_FOR`].
    pub(crate) fn drop_abandoned(&mut self, now: Instant) {
        self.0.take_if(|begun| {
            let is_over = begun.left.is_some_and(|left| left + ABANDONED_FOR <= now);
            is_over && begun.is_abandoned()
        });
    }
}

impl Begun {
    /// Returns true if the poll has no outcome yet and nobody waits for it.
    fn is_abandoned(&self) -> bool {
        self.poll.peek().is_none() && self.poll.strong_count() == Some(1)
    }
}

impl fmt::Debug for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnderWay")
    }
}

/// Returns a poll that has ended.
pub(crate) fn ended(outcome: Outcome) -> Poll {
    ready(outcome).boxed().shared()
}

/// Returns the runtime whose tasks can share a future: its sockets and timers belong to it.
pub(crate) fn current_runtime() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

/// Returns the outcome of the later poll, or of the earlier one if it brings the token first.
async fn first_token(earlier: Poll, later: BoxFuture<'static, Outcome>) -> Outcome {
    match select(earlier, later).await {
        Either::Left((Outcome::Received, _)) => Outcome::Received,
        Either::Left((_, later)) => later.await,
        Either::Right((Outcome::Received, _)) => Outcome::Received,
        Either::Right((outcome, earlier)) => match earlier.await {
            Outcome::Received => Outcome::Received,
            _ => outcome,
        },
    }
}
