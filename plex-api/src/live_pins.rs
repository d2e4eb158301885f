//! The PINs that a client polls, by their id: a sign-in that was stored and loaded again keeps its state.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;

use crate::active_pin::ActivePin;
use crate::live_pin::LivePin;

/// The states of all PINs that are alive; each is dropped soon after its PIN has expired.
#[derive(Debug)]
pub(crate) struct LivePins {
    interval: Duration,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    pins: HashMap<i64, Arc<LivePin>>,
    /// When to see if a state can be dropped, and its PIN.
    ends: BTreeSet<(Instant, i64)>,
    /// PINs with a poll that nobody waits for, in the order of time.
    abandoned: VecDeque<(Instant, Weak<LivePin>)>,
}

/// The state of a PIN, in use by a wait or a check.
#[derive(Debug)]
pub(crate) struct InUse<'a> {
    all: &'a LivePins,
    pin: Arc<LivePin>,
}

/// A poll that nobody has waited for during this time is dropped with its connection: it has most likely timed out.
const ABANDONED_FOR: Duration = Duration::from_secs(15);

impl LivePins {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            table: Mutex::default(),
        }
    }

    /// Adds a PIN that was just created. From now on its age is known, even if the sign-in is stored and loaded again.
    pub(crate) fn add(&self, pin: &ActivePin) {
        self.table().add(pin, self.interval);
    }

    /// Returns the state of a PIN.
    pub(crate) fn get(&self, pin: &ActivePin) -> InUse<'_> {
        let mut table = self.table();
        let known = table.pins.get(&pin.id).cloned();
        InUse {
            all: self,
            pin: known.unwrap_or_else(|| table.add(pin, self.interval)),
        }
    }

    /// Returns the table without what is no longer needed.
    fn table(&self) -> MutexGuard<'_, Table> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.tidy(Instant::now());
        table
    }
}

impl Table {
    /// Adds a PIN, which replaces another one with its id.
    fn add(&mut self, pin: &ActivePin, interval: Duration) -> Arc<LivePin> {
        let live = Arc::new(LivePin::new(pin, interval));
        self.ends.insert((live.keep_until(), pin.id));
        self.pins.insert(pin.id, Arc::clone(&live));
        live
    }

    /// Drops states of PINs that have expired, and polls that nobody waits for.
    fn tidy(&mut self, now: Instant) {
        while let Some(&(at, id)) = self.ends.first()
            && at <= now
        {
            self.ends.pop_first();
            let keep_until = self.pins.get(&id).map(|pin| pin.keep_until());
            match keep_until {
                Some(until) if until > now => {
                    self.ends.insert((until, id));
                }
                _ => {
                    self.pins.remove(&id);
                }
            }
        }
        while let Some((since, pin)) = self.abandoned.front()
            && *since + ABANDONED_FOR <= now
        {
            if let Some(pin) = pin.upgrade().filter(|pin| pin.is_abandoned()) {
                pin.drop_poll();
            }
            self.abandoned.pop_front();
        }
    }
}

impl std::ops::Deref for InUse<'_> {
    type Target = Arc<LivePin>;

    fn deref(&self) -> &Arc<LivePin> {
        &self.pin
    }
}

/// Notes a poll that is left under way.
impl Drop for InUse<'_> {
    fn drop(&mut self) {
        if self.pin.is_abandoned() {
            let mut table = self.all.table();
            let pin = Arc::downgrade(&self.pin);
            table.abandoned.push_back((Instant::now(), pin));
        }
    }
}
