//! Spreads out the final polls of PINs that expire at the same time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counts the waits of one client by the second in which their PINs expire.
#[derive(Debug)]
pub(crate) struct FinalPolls {
    began: Instant,
    waits: Mutex<HashMap<u64, u32>>,
}

/// A wait that is counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct FinalPoll<'a> {
    all: &'a FinalPolls,
    deadline: Instant,
    second: u64,
    /// The number of waits that were counted for this second before.
    index: u32,
}

/// The final polls that are sent in a second. They need no permit, so this bounds their rate.
pub(crate) const PER_SECOND: u32 = 2_500;

impl FinalPolls {
    /// Counts a wait whose PIN expires at this time.
    pub(crate) fn register(&self, deadline: Instant) -> FinalPoll<'_> {
        let second = self.second(deadline);
        FinalPoll {
            all: self,
            deadline,
            second,
            index: self.add(second),
        }
    }

    fn second(&self, deadline: Instant) -> u64 {
        deadline.saturating_duration_since(self.began).as_secs()
    }

    fn add(&self, second: u64) -> u32 {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waits.entry(second).or_default();
        *count += 1;
        *count - 1
    }

    fn remove(&self, second: u64) {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = waits.get_mut(&second) {
            *count -= 1;
            if *count == 0 {
                waits.remove(&second);
            }
        }
    }
}

impl Default for FinalPolls {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            waits: Mutex::default(),
        }
    }
}

impl FinalPoll<'_> {
    /// Counts the wait for another second, if its PIN turned out to expire in another one.
    pub(crate) fn move_to(&mut self, deadline: Instant) {
        if deadline == self.deadline {
            return;
        }
        self.deadline = deadline;
        let second = self.all.second(deadline);
        if second != self.second {
            self.all.remove(self.second);
            (self.second, self.index) = (second, self.all.add(second));
        }
    }

    /// Returns how much earlier than necessary the final poll is to be sent.
    pub(crate) fn spread(&self) -> Duration {
        spread(self.index)
    }
}

impl Drop for FinalPoll<'_> {
    fn drop(&mut self) {
        self.all.remove(self.second);
    }
}

pub(crate) fn spread(index: u32) -> Duration {
    Duration::from_secs(1) * index / PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_of_one_second_are_spread_out() {
        let all = FinalPolls::default();
        let at = |seconds: f64| all.began + Duration::from_secs_f64(seconds);
        let first = all.register(at(10.0));
        let mut second = all.register(at(10.9));
        assert_eq!(first.spread(), Duration::ZERO);
        assert_eq!(second.spread(), Duration::from_micros(400));
        second.move_to(at(10.5));
        assert_eq!(second.spread(), Duration::from_micros(400));
        second.move_to(at(9.9));
        assert_eq!(second.spread(), Duration::ZERO);
        drop((first, second));
        assert!(all.waits.lock().unwrap().is_empty());
    }
}
