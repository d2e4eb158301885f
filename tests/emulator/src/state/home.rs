//! Wrong PINs of the users of the Plex Home. How plex.tv limits them is not known.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;

/// A guess.
const MOST: u32 = 5;
/// A guess.
const LOCKED_FOR: Duration = Duration::from_secs(5 * 60);

/// For each user, by index: the wrong PINs in a row, and the time of the last one.
#[derive(Debug, Default)]
pub(crate) struct WrongPins(HashMap<usize, (u32, Timestamp)>);

impl WrongPins {
    /// Returns true if the user is locked after too many wrong PINs. A lock that has ended is forgotten with its PINs.
    pub(crate) fn have_locked(&mut self, user: usize, now: Timestamp) -> bool {
        let Some((count, last)) = self.0.get(&user) else {
            return false;
        };
        if *count < MOST {
            return false;
        }
        let is_over = last.plus(LOCKED_FOR) <= now;
        if is_over {
            self.forget(user);
        }
        !is_over
    }

    pub(crate) fn add(&mut self, user: usize, now: Timestamp) {
        let (count, last) = self.0.entry(user).or_insert((0, now));
        *count += 1;
        *last = now;
    }

    pub(crate) fn forget(&mut self, user: usize) {
        self.0.remove(&user);
    }
}
