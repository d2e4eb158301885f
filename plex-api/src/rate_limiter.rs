//! The rate limiter that all waits on one client share: polls per second, and polls in flight.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Limits the polls of all waits on one client.
///
/// A poll first takes a permit of the in-flight limit, in the order of arrival, and then reserves a time in the
/// calendar. So no wait polls twice before another waiting one polls once, and at most as many polls reserve times as
/// may be in flight. The final poll of each wait needs no permit; its time is reserved when the wait begins.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    began: Instant,
    calendar: Mutex<Calendar>,
    in_flight: Semaphore,
}

/// A reserved time for a poll. Dropping the reservation before that time frees it.
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    limiter: &'a RateLimiter,
    booking: Booking,
}

impl RateLimiter {
    pub(crate) fn new(polls_per_second: u32, polls_in_flight: usize) -> Self {
        Self {
            began: Instant::now(),
            calendar: Mutex::new(Calendar::new(polls_per_second)),
            in_flight: Semaphore::new(polls_in_flight.min(Semaphore::MAX_PERMITS)),
        }
    }

    /// Waits for a permit of the in-flight limit, in the order of arrival. Returns `None` only if the semaphore is
    /// closed.
    pub(crate) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.in_flight.acquire().await.ok()
    }

    /// Reserves the first free time from an instant on.
    pub(crate) fn reserve_first(&self, from: Instant) -> Reservation<'_> {
        self.reserve(from, |calendar, now, from| {
            calendar.first_free(now.max(from))
        })
    }

    /// Reserves the latest free time up to an instant; if none is left, the first from now on.
    pub(crate) fn reserve_latest(&self, until: Instant) -> Reservation<'_> {
        self.reserve(until, Calendar::latest_free)
    }

    fn reserve(
        &self,
        instant: Instant,
        pick: impl Fn(&Calendar, Duration, Duration) -> Booking,
    ) -> Reservation<'_> {
        let wanted = instant.saturating_duration_since(self.began);
        let mut calendar = self.calendar.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.began.elapsed();
        calendar.drop_before(now);
        let booking = pick(&calendar, now, wanted);
        calendar.book(booking);
        Reservation {
            limiter: self,
            booking,
        }
    }
}

impl Reservation<'_> {
    /// Returns when to send the poll.
    pub(crate) fn at(&self) -> Instant {
        self.limiter.began + self.booking.at
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let limiter = self.limiter;
        // A reservation whose time has passed was used.
        if limiter.began.elapsed() < self.booking.at {
            limiter
                .calendar
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .cancel(self.booking);
        }
    }
}

/// Counts the polls of each window of time. Every time is the time elapsed since the rate limiter was created.
#[derive(Debug)]
struct Calendar {
    window: Duration,
    /// Polls per window.
    capacity: u32,
    booked: BTreeMap<u64, u32>,
}

/// A time in a window that is not full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Booking {
    at: Duration,
    window: u64,
}

/// The minimum length of a window in seconds. A lower rate needs longer windows, of one poll each.
const SHORTEST_WINDOW: f64 = 0.01;

impl Calendar {
    fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        let capacity = (per_second * SHORTEST_WINDOW).ceil();
        Self {
            window: Duration::from_secs_f64(capacity / per_second),
            // It fits: it is at most a hundredth of `u32::MAX`, rounded up.
            capacity: capacity as u32,
            booked: BTreeMap::new(),
        }
    }

    fn first_free(&self, from: Duration) -> Booking {
        let mut window = self.window_of(from);
        for (&index, &booked) in self.booked.range(window..) {
            if index > window || booked < self.capacity {
                break;
            }
            window += 1;
        }
        Booking {
            at: from.max(self.start_of(window)),
            window,
        }
    }

    fn latest_free(&self, now: Duration, until: Duration) -> Booking {
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
        Booking {
            at: until.min(end),
            window,
        }
    }

    fn book(&mut self, booking: Booking) {
        *self.booked.entry(booking.window).or_default() += 1;
    }

    fn cancel(&mut self, booking: Booking) {
        if let Some(booked) = self.booked.get_mut(&booking.window) {
            *booked = booked.saturating_sub(1);
        }
    }

    /// Drops windows that have passed.
    fn drop_before(&mut self, now: Duration) {
        let window = self.window_of(now);
        while let Some(entry) = self
            .booked
            .first_entry()
            .filter(|entry| *entry.key() < window)
        {
            entry.remove();
        }
    }

    fn window_of(&self, time: Duration) -> u64 {
        u64::try_from(time.as_nanos() / self.window.as_nanos()).unwrap_or(u64::MAX)
    }

    fn start_of(&self, window: u64) -> Duration {
        let nanos = u128::from(window).saturating_mul(self.window.as_nanos());
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests;
