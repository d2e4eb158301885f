//! The rate limiter that all waits and checks on one client share: polls per second, and polls in flight.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Limits the polls of one client by a queue, in the order in which the polls were due.
///
/// So no PIN is polled twice while another one has been due for longer. A waiter that gives up leaves the queue; if it asks
/// again, it gets the same place, since its poll has been due since the same time. Final polls need no permit.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    pause: Duration,
    max_in_flight: usize,
    queue: Mutex<Queue>,
}

#[derive(Debug)]
struct Queue {
    /// The earliest time of the next permit, by the rate alone.
    next: Instant,
    /// Since when the first waiter may take a permit, if there is one in flight left.
    offered: Instant,
    in_flight: usize,
    waiting: BTreeMap<Key, Arc<Notify>>,
    arrivals: u64,
}

/// The time since which the poll has been due, and a number that makes the key unique.
type Key = (Instant, u64);

/// A permit to poll; the poll counts as in flight until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a>(&'a RateLimiter);

/// The place of a waiter in the queue.
#[derive(Debug)]
struct Place<'a> {
    limiter: &'a RateLimiter,
    key: Key,
    notify: Arc<Notify>,
}

/// A permit that the first waiter leaves unused for this long goes to another: its future may not be being polled.
const PATIENCE: Duration = Duration::from_millis(100);

/// Timers are late by a millisecond or two: this much unused time may be made up for.
const TIMER_LAG: Duration = Duration::from_millis(10);

/// At most this many waiters look each second for a permit that is left unused, so that a long queue costs little.
const LOOKING_PER_SECOND: u32 = 1_000;

impl RateLimiter {
    pub(crate) fn new(polls_per_second: u32, polls_in_flight: usize) -> Self {
        let now = Instant::now();
        Self {
            pause: Duration::from_secs(1) / polls_per_second.max(1),
            max_in_flight: polls_in_flight,
            queue: Mutex::new(Queue {
                next: now,
                offered: now,
                in_flight: 0,
                waiting: BTreeMap::new(),
                arrivals: 0,
            }),
        }
    }

    /// Returns a permit if nobody waits for one and there is one now.
    pub(crate) fn free_permit(&self) -> Option<Permit<'_>> {
        let mut queue = self.queue();
        let now = Instant::now();
        let is_free = queue.waiting.is_empty() && queue.in_flight < self.max_in_flight;
        (is_free && queue.next <= now).then(|| {
            queue.take(now, self.pause);
            Permit(self)
        })
    }

    /// Waits for a permit for a poll that has been due since `due`.
    ///
    /// Returns `None` if there is none before `until`, or as soon as `is_wanted` returns false.
    pub(crate) async fn permit(
        &self,
        due: Instant,
        until: Instant,
        is_wanted: impl Fn() -> bool,
    ) -> Option<Permit<'_>> {
        let place = self.enter(due);
        while is_wanted() && Instant::now() < until {
            match place.take() {
                Ok(permit) => return Some(permit),
                Err(look_again) => {
                    let look_again = look_again.map_or(until, |at| at.min(until));
                    // Both outcomes mean to look again.
                    let _ = timeout_at(look_again, place.notify.notified()).await;
                }
            }
        }
        None
    }

    fn enter(&self, due: Instant) -> Place<'_> {
        let mut queue = self.queue();
        queue.arrivals += 1;
        Place {
            limiter: self,
            key: (due, queue.arrivals),
            notify: Arc::default(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Place<'a> {
    /// Takes a permit, or returns when to look again; `None` if only a notification can change anything.
    fn take(&self) -> Result<Permit<'a>, Option<Instant>> {
        let now = Instant::now();
        let mut queue = self.limiter.queue();
        // It may have lost its place to another waiter.
        queue
            .waiting
            .entry(self.key)
            .or_insert_with(|| Arc::clone(&self.notify));
        let mut front = queue.waiting.keys();
        let is_first = front.next() == Some(&self.key);
        let is_second = front.next() == Some(&self.key);
        let is_one_left = queue.in_flight < self.limiter.max_in_flight;
        let is_unused = queue.offered + PATIENCE <= now;
        if is_one_left && queue.next <= now && (is_first || is_unused) {
            queue.waiting.remove(&self.key);
            if !is_first && let Some((_, first)) = queue.waiting.pop_first() {
                first.notify_one();
            }
            queue.take(now, self.limiter.pause);
            return Ok(Permit(self.limiter));
        }
        Err(if is_first {
            is_one_left.then_some(queue.next)
        } else if is_second {
            is_one_left.then_some(queue.offered + PATIENCE)
        } else {
            // Neither of the first two may be being polled.
            let waiting = u32::try_from(queue.waiting.len()).unwrap_or(u32::MAX);
            let pause = Duration::from_secs(1) * waiting / LOOKING_PER_SECOND;
            Some(now.max(queue.offered) + PATIENCE + pause)
        })
    }
}

impl Queue {
    /// Counts a permit that is taken.
    fn take(&mut self, now: Instant, pause: Duration) {
        let lagged = now.checked_sub(TIMER_LAG).unwrap_or(now);
        self.next = self.next.max(lagged) + pause;
        self.in_flight += 1;
        self.offer(now);
    }

    /// Wakes the first waiter, who may take the next permit, and the second, who takes it if the first does not.
    fn offer(&mut self, now: Instant) {
        self.offered = self.next.max(now);
        self.wake();
    }

    fn wake(&self) {
        for notify in self.waiting.values().take(2) {
            notify.notify_one();
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut queue = self.limiter.queue();
        let rank = queue
            .waiting
            .keys()
            .take(2)
            .position(|key| *key == self.key);
        queue.waiting.remove(&self.key);
        match rank {
            Some(0) => queue.offer(Instant::now()),
            Some(_) => queue.wake(),
            None => {}
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.in_flight -= 1;
        if queue.in_flight + 1 == self.0.max_in_flight {
            queue.offer(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
