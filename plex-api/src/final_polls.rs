//! Spreads out the final polls of PINs that expire at the same time.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Numbers the waits of one client, for each second in which their PINs expire.
#[derive(Debug)]
pub(crate) struct FinalPolls {
    began: Instant,
    seconds: Mutex<HashMap<u64, Second>>,
}

/// The numbers of the waits whose PINs expire in one second.
#[derive(Debug, Default)]
struct Second {
    /// The numbers in use and the free ones are below this.
    count: u32,
    free: BTreeSet<u32>,
}

/// A wait that has a number, until it is dropped.
#[derive(Debug)]
pub(crate) struct FinalPoll<'a> {
    all: &'a FinalPolls,
    deadline: Instant,
    second: u64,
    number: u32,
}

/// The final polls that are sent in a second. They need no permit, so this bounds their rate.
pub(crate) const PER_SECOND: u32 = 2_500;

impl FinalPolls {
    /// Numbers a wait whose PIN expires at this time.
    pub(crate) fn register(&self, deadline: Instant) -> FinalPoll<'_> {
        let second = self.second(deadline);
        FinalPoll {
            all: self,
            deadline,
            second,
            number: self.add(second),
        }
    }

    fn second(&self, deadline: Instant) -> u64 {
        deadline.saturating_duration_since(self.began).as_secs()
    }

    fn add(&self, second: u64) -> u32 {
        let mut seconds = self.seconds.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = seconds.entry(second).or_default();
        waits.free.pop_first().unwrap_or_else(|| {
            waits.count += 1;
            waits.count - 1
        })
    }

    fn remove(&self, second: u64, number: u32) {
        let mut seconds = self.seconds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waits) = seconds.get_mut(&second) {
            waits.free.insert(number);
            if waits.free.len() == waits.count as usize {
                seconds.remove(&second);
            }
        }
    }
}

impl Default for FinalPolls {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            seconds: Mutex::default(),
        }
    }
}

impl FinalPoll<'_> {
    /// Numbers the wait anew if its PIN turned out to expire in another second.
    pub(crate) fn move_to(&mut self, deadline: Instant) {
        if deadline == self.deadline {
            return;
        }
        self.deadline = deadline;
        let second = self.all.second(deadline);
        if second != self.second {
            self.all.remove(self.second, self.number);
            (self.second, self.number) = (second, self.all.add(second));
        }
    }

    /// Returns how much earlier than necessary the final poll is to be sent.
    pub(crate) fn spread(&self) -> Duration {
        spread(self.number)
    }
}

impl Drop for FinalPoll<'_> {
    fn drop(&mut self) {
        self.all.remove(self.second, self.number);
    }
}

pub(crate) fn spread(number: u32) -> Duration {
    Duration::from_secs(1) * number / PER_SECOND
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
        assert!(all.seconds.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn waits_that_are_made_anew_stay_spread_out() {
        let all = FinalPolls::default();
        let deadline = all.began + Duration::from_secs(10);
        let mut waits: Vec<_> = (0..100).map(|_| all.register(deadline)).collect();
        for number in 0..100 {
            waits.swap_remove(number);
            waits.push(all.register(deadline));
        }
        let spreads: BTreeSet<_> = waits.iter().map(FinalPoll::spread).collect();
        assert_eq!((spreads.len(), spreads.last()), (100, Some(&spread(99))));
    }
}
