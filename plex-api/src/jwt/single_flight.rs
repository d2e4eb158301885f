use std::fmt;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use plex_api_gen::Error;
use tokio::runtime::Id;

use crate::under_way::current_runtime;

type Attempt<T> = BoxFuture<'static, Result<T, Error>>;

/// Runs one attempt at a time; concurrent callers share the attempt and its outcome, success or error.
///
/// It spawns no task: every waiting caller drives the attempt, so it continues even if the caller that started it is no
/// longer polled. The attempt is dropped when no caller waits for it.
///
/// Callers in different tokio runtimes do not share: timers and sockets stop, and timers panic, when the runtime in which
/// they were created ends.
pub(super) struct SingleFlight<T>(Mutex<Vec<Begun<T>>>);

/// An attempt, and the runtime of its callers.
type Begun<T> = (Option<Id>, WeakShared<Attempt<T>>);

impl<T: Clone> SingleFlight<T> {
    /// Joins the attempt that is under way, or begins one.
    pub(super) fn run(&self, attempt: impl FnOnce() -> Attempt<T>) -> Shared<Attempt<T>> {
        let runtime = current_runtime();
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = |attempt: &WeakShared<Attempt<T>>| {
            let attempt = attempt.upgrade();
            attempt.filter(|attempt| attempt.peek().is_none())
        };
        current.retain(|(_, attempt)| under_way(attempt).is_some());
        let ours = current.iter().filter(|(other, _)| *other == runtime);
        if let Some(attempt) = { ours }.find_map(|(_, attempt)| under_way(attempt)) {
            return attempt;
        }
        let attempt = attempt().shared();
        current.extend(attempt.downgrade().map(|weak| (runtime, weak)));
        attempt
    }
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight")
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use futures_util::poll;
    use tokio::time::{sleep, timeout};

    use super::*;

    /// Attempts that take 20 ms and fail with their number.
    #[derive(Default)]
    struct Attempts {
        flight: SingleFlight<u32>,
        begun: Arc<AtomicU32>,
    }

    impl Attempts {
        async fn ask(&self) -> u32 {
            let begun = Arc::clone(&self.begun);
            let outcome = self.flight.run(move || {
                let number = begun.fetch_add(1, Ordering::Relaxed) + 1;
                async move {
                    sleep(Duration::from_millis(20)).await;
                    Err(Error::misuse("attempt", number.to_string()))
                }
                .boxed()
            });
            let text = outcome.await.unwrap_err().to_string();
            text.strip_prefix("attempt: ").unwrap().parse().unwrap()
        }
    }

    #[tokio::test]
    async fn concurrent_callers_share_the_outcome() {
        let attempts = Attempts::default();
        let outcomes = tokio::join!(attempts.ask(), attempts.ask(), attempts.ask());
        assert_eq!(outcomes, (1, 1, 1));
        assert_eq!(attempts.ask().await, 2);
    }

    #[tokio::test]
    async fn an_attempt_outlives_the_caller_that_started_it() {
        let attempts = Attempts::default();
        let dropped = timeout(Duration::from_millis(5), attempts.ask());
        let (dropped, other) = tokio::join!(dropped, attempts.ask());
        assert!(dropped.is_err());
        assert_eq!(other, 1);
    }

    #[tokio::test]
    async fn an_attempt_without_waiting_callers_is_dropped() {
        let attempts = Attempts::default();
        let dropped = timeout(Duration::from_millis(5), attempts.ask()).await;
        assert!(dropped.is_err());
        assert_eq!(attempts.ask().await, 2);
    }

    #[tokio::test]
    async fn a_caller_that_is_not_polled_does_not_block_the_others() {
        let attempts = Attempts::default();
        let mut held = pin!(attempts.ask());
        assert!(poll!(&mut held).is_pending());
        let other = timeout(Duration::from_secs(5), attempts.ask()).await;
        assert_eq!(other.unwrap(), 1);
        assert_eq!(held.await, 1);
    }
}
