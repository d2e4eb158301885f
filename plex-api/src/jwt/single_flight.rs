use std::sync::atomic::{AtomicU64, Ordering};

use plex_api_gen::Error;
use tokio::sync::Mutex;

/// One attempt at a time; whoever asks while one is under way shares its outcome, be it good or bad.
///
/// Nothing is spawned: the first to ask makes the attempt. If its future is dropped, the next one in the queue makes another.
#[derive(Debug)]
pub(super) struct SingleFlight<T> {
    ended: AtomicU64,
    last: Mutex<Option<Result<T, Error>>>,
}

impl<T: Clone> SingleFlight<T> {
    pub(super) async fn run(
        &self,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let ended_when_asked = self.ended.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        match &*last {
            Some(outcome) if self.ended.load(Ordering::Acquire) > ended_when_asked => {
                outcome.clone()
            }
            _ => {
                let outcome = attempt.await;
                *last = Some(outcome.clone());
                self.ended.fetch_add(1, Ordering::Release);
                outcome
            }
        }
    }
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self {
            ended: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;

    #[tokio::test]
    async fn whoever_asks_meanwhile_shares_the_outcome() {
        let (flight, attempts) = (SingleFlight::default(), Cell::new(0));
        let attempt = || {
            flight.run(async {
                attempts.set(attempts.get() + 1);
                sleep(Duration::from_millis(20)).await;
                Err::<i32, _>(Error::misuse("test", attempts.get().to_string()))
            })
        };
        let outcomes = tokio::join!(attempt(), attempt(), attempt());
        for outcome in [outcomes.0, outcomes.1, outcomes.2] {
            assert_eq!(outcome.unwrap_err().to_string(), "test: 1");
        }
        assert_eq!(attempt().await.unwrap_err().to_string(), "test: 2");
    }

    #[tokio::test]
    async fn an_attempt_that_is_dropped_is_made_by_the_next() {
        let (flight, attempts) = (SingleFlight::default(), Cell::new(0));
        let attempt = || {
            flight.run(async {
                attempts.set(attempts.get() + 1);
                sleep(Duration::from_millis(20)).await;
                Ok(attempts.get())
            })
        };
        let dropped = timeout(Duration::from_millis(5), attempt());
        let (dropped, second) = tokio::join!(dropped, attempt());
        assert!(dropped.is_err());
        assert_eq!(second.unwrap(), 2);
    }
}
