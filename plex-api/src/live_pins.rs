//! The PINs that a client polls, by their id: a sign-in that was stored and loaded again keeps its state.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::active_pin::ActivePin;
use crate::live_pin::LivePin;
use crate::under_way::ABANDONED_FOR;

/// The states of all PINs that are alive; each is dropped soon after its PIN has expired.
#[derive(Debug)]
pub(crate) struct LivePins {
    interval: Duration,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    pins: HashMap<i64, Arc<LivePin>>,
    /// When to see if a state or its poll can be dropped, and its PIN.
    visits: BTreeSet<(Instant, i64)>,
}

/// The state of a PIN, in use by a wait or a check.
#[derive(Debug)]
pub(crate) struct InUse<'a> {
    all: &'a LivePins,
    id: i64,
    pin: Arc<LivePin>,
}

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
            id: pin.id,
            pin: known.unwrap_or_else(|| table.add(pin, self.interval)),
        }
    }

    /// Returns the table, without states and polls that are no longer needed.
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
        self.visits.insert((live.keep_until(), pin.id));
        self.pins.insert(pin.id, Arc::clone(&live));
        live
    }

    /// Drops states of PINs that have expired, and polls that nobody waits for.
    fn tidy(&mut self, now: Instant) {
        while let Some(&(at, id)) = self.visits.first()
            && at <= now
        {
            self.visits.pop_first();
            let Some(pin) = self.pins.get(&id) else {
                continue;
            };
            let keep_until = pin.keep_until();
            if keep_until > now {
                pin.drop_abandoned(now);
                self.visits.insert((keep_until, id));
            } else {
                self.pins.remove(&id);
            }
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
        let now = Instant::now();
        if self.pin.leave(now) {
            let visit = (now + ABANDONED_FOR, self.id);
            self.all.table().visits.insert(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

    use super::*;
    use crate::live_pin::tests::pin;
    use crate::pin_state::PinState;

    const SECOND: Duration = Duration::from_secs(1);

    /// Begins a poll that takes 900 ms.
    fn begin(live: &InUse<'_>) {
        let response = async {
            sleep(SECOND * 9 / 10).await;
            Ok(PinState::default())
        };
        drop(LivePin::begin(live, response, true));
    }

    #[tokio::test(start_paused = true)]
    async fn waits_that_are_made_anew_lose_no_poll() {
        let (all, pin) = (LivePins::new(SECOND), pin(1, None));
        let (mut begun, mut completed) = (0, 0);
        for _ in 0..600 {
            let live = all.get(&pin);
            if live.under_way().is_none() {
                begin(&live);
                begun += 1;
            }
            let poll = live.under_way().unwrap();
            completed += u32::from(timeout(SECOND / 10, poll).await.is_ok());
        }
        assert!(
            completed + 1 >= begun && begun >= 50,
            "{completed} of {begun}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_poll_that_nobody_waits_for_is_dropped() {
        let (all, pin, other) = (LivePins::new(SECOND), pin(1, None), pin(2, None));
        begin(&all.get(&pin));
        for _ in 0..3 {
            sleep(ABANDONED_FOR - SECOND).await;
            assert!(all.get(&pin).under_way().is_some());
        }
        let live = Arc::clone(&all.get(&pin));
        sleep(ABANDONED_FOR).await;
        drop(all.get(&other));
        assert!(live.under_way().is_none());
    }
}
