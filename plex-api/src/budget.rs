//! What all the waits of one client share: how many polls may be sent in a second, and how many may be in flight.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The polls of all waits of one client.
///
/// A poll first takes a place among those in flight, in the order of asking, and then a slot in the calendar. So no wait
/// is served twice before another is served once, and nobody queues for more than the polls in flight. The last poll of
/// each wait has its slot from the beginning.
#[derive(Debug)]
pub(crate) struct Budget {
    began: Instant,
    calendar: Mutex<Calendar>,
    in_flight: Semaphore,
}

/// A slot in the calendar. It is given back when it is dropped before its time.
#[derive(Debug)]
pub(crate) struct Slot<'a> {
    budget: &'a Budget,
    slot: FreeSlot,
}

impl Budget {
    pub(crate) fn new(polls_per_second: u32, polls_in_flight: usize) -> Self {
        Self {
            began: Instant::now(),
            calendar: Mutex::new(Calendar::new(polls_per_second)),
            in_flight: Semaphore::new(polls_in_flight.min(Semaphore::MAX_PERMITS)),
        }
    }

    /// A place among the polls in flight, in the order of asking. None only if the budget is gone.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.in_flight.acquire().await.ok()
    }

    /// The first free slot from a moment on.
    pub(crate) fn first_from(&self, moment: Instant) -> Slot<'_> {
        self.take(
            |calendar, now, from| calendar.first_free(now.max(from)),
            moment,
        )
    }

    /// The latest free slot up to a moment; if there is none left, the first from now on.
    pub(crate) fn latest_until(&self, moment: Instant) -> Slot<'_> {
        self.take(
            |calendar, now, until| calendar.last_free(now, until),
            moment,
        )
    }

    fn take(
        &self,
        pick: impl Fn(&mut Calendar, Duration, Duration) -> FreeSlot,
        moment: Instant,
    ) -> Slot<'_> {
        let moment = moment.saturating_duration_since(self.began);
        let mut calendar = self.calendar.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.began.elapsed();
        calendar.forget_before(now);
        let slot = pick(&mut calendar, now, moment);
        calendar.book(slot);
        Slot { budget: self, slot }
    }
}

impl Slot<'_> {
    /// When the poll is to be sent.
    pub(crate) fn at(&self) -> Instant {
        self.budget.began + self.slot.at
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let budget = self.budget;
        // A slot whose time has come was used.
        if budget.began.elapsed() < self.slot.at {
            budget
                .calendar
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .cancel(self.slot);
        }
    }
}

/// So many polls in each window of time. Every moment is counted from when the calendar began.
#[derive(Debug)]
struct Calendar {
    window: Duration,
    capacity: u32,
    booked: BTreeMap<u64, u32>,
}

/// A moment in a window that is not full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FreeSlot {
    at: Duration,
    window: u64,
}

/// Windows are as short as the rate allows, but not shorter than this.
const SHORTEST_WINDOW: f64 = 0.01;

impl Calendar {
    fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        let capacity = (per_second * SHORTEST_WINDOW).ceil();
        // A capacity is at most a hundredth of a u32, rounded up.
        Self {
            window: Duration::from_secs_f64(capacity / per_second),
            capacity: capacity as u32,
            booked: BTreeMap::new(),
        }
    }

    fn first_free(&self, from: Duration) -> FreeSlot {
        let mut window = self.window_of(from);
        for (&index, &booked) in self.booked.range(window..) {
            if index > window || booked < self.capacity {
                break;
            }
            window += 1;
        }
        FreeSlot {
            at: from.max(self.start_of(window)),
            window,
        }
    }

    fn last_free(&self, now: Duration, until: Duration) -> FreeSlot {
        let (first, mut window) = (self.window_of(now), self.window_of(until));
        if until < now {
            return self.first_free(now);
        }
        for (&index, &booked) in self.booked.range(first..=window).rev() {
            if index < window || booked < self.capacity {
                break;
            }
            if window == first {
                return self.first_free(now);
            }
            window -= 1;
        }
        let end = self
            .start_of(window + 1)
            .saturating_sub(Duration::from_nanos(1));
        FreeSlot {
            at: until.min(end),
            window,
        }
    }

    fn book(&mut self, slot: FreeSlot) {
        *self.booked.entry(slot.window).or_default() += 1;
    }

    fn cancel(&mut self, slot: FreeSlot) {
        if let Some(booked) = self.booked.get_mut(&slot.window) {
            *booked = booked.saturating_sub(1);
        }
    }

    /// What is over is over.
    fn forget_before(&mut self, now: Duration) {
        let window = self.window_of(now);
        while let Some(entry) = self
            .booked
            .first_entry()
            .filter(|entry| *entry.key() < window)
        {
            entry.remove();
        }
    }

    fn window_of(&self, moment: Duration) -> u64 {
        u64::try_from(moment.as_nanos() / self.window.as_nanos()).unwrap_or(u64::MAX)
    }

    fn start_of(&self, window: u64) -> Duration {
        let nanos = u128::from(window).saturating_mul(self.window.as_nanos());
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn first(calendar: &mut Calendar, from: Duration) -> Duration {
        let slot = calendar.first_free(from);
        calendar.book(slot);
        slot.at
    }

    fn last(calendar: &mut Calendar, now: Duration, until: Duration) -> Duration {
        let slot = calendar.last_free(now, until);
        calendar.book(slot);
        slot.at
    }

    #[test]
    fn a_free_calendar_gives_the_very_moment() {
        let mut calendar = Calendar::new(50);
        assert_eq!(first(&mut calendar, ms(1234)), ms(1234));
        assert_eq!(last(&mut calendar, ms(0), ms(5678)), ms(5678));
    }

    #[test]
    fn a_full_window_moves_polls_to_the_next() {
        let mut calendar = Calendar::new(50);
        assert_eq!(first(&mut calendar, ms(5)), ms(5));
        assert_eq!(first(&mut calendar, ms(5)), ms(20));
        assert_eq!(first(&mut calendar, ms(5)), ms(40));
        assert_eq!(first(&mut calendar, ms(70)), ms(70));
    }

    #[test]
    fn last_polls_move_to_the_window_before() {
        let mut calendar = Calendar::new(50);
        let moments: Vec<u128> = (0..3)
            .map(|_| last(&mut calendar, ms(0), ms(1000)).as_millis())
            .collect();
        assert_eq!(moments, [1000, 999, 979]);
    }

    #[test]
    fn with_no_window_left_the_last_poll_is_late_rather_than_lost() {
        let mut calendar = Calendar::new(50);
        let moments: Vec<u128> = (0..4)
            .map(|_| last(&mut calendar, ms(0), ms(30)).as_millis())
            .collect();
        assert_eq!(moments, [30, 19, 40, 60]);
        assert_eq!(last(&mut calendar, ms(100), ms(90)), ms(100));
    }

    #[test]
    fn a_cancelled_slot_is_free_again() {
        let mut calendar = Calendar::new(50);
        let slot = calendar.first_free(ms(5));
        calendar.book(slot);
        calendar.cancel(slot);
        assert_eq!(first(&mut calendar, ms(5)), ms(5));
    }

    #[test]
    fn many_polls_a_second_share_windows() {
        let mut calendar = Calendar::new(10_000);
        assert_eq!((calendar.window, calendar.capacity), (ms(10), 100));
        assert!((0..100).all(|_| first(&mut calendar, ms(3)) == ms(3)));
        assert_eq!(first(&mut calendar, ms(3)), ms(10));
    }

    proptest! {
        /// Whatever is asked for, no window ever holds more than it may.
        #[test]
        fn never_over_the_budget(
            per_second in 1..20_000u32,
            asked in proptest::collection::vec((any::<bool>(), 0..5000u64, 0..5000u64), 1..300),
        ) {
            let mut calendar = Calendar::new(per_second);
            for (is_last, now, moment) in asked {
                let (now, moment) = (ms(now), ms(moment));
                let slot = if is_last { calendar.last_free(now, moment) } else { calendar.first_free(moment) };
                prop_assert!(is_last || slot.at >= moment);
                prop_assert!(!is_last || slot.at >= now || slot.window == calendar.window_of(now));
                prop_assert_eq!(calendar.window_of(slot.at), slot.window);
                calendar.book(slot);
            }
            prop_assert!(calendar.booked.values().all(|booked| *booked <= calendar.capacity));
        }
    }
}
