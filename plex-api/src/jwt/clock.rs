use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// The wall clock: the system's, or one that the program set.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the time, clamped to 1970 through 9999, so that arithmetic with it stays within the calendar.
    #[expect(
        clippy::expect_used,
        reason = "every second from 1970 through 9999 is a date"
    )]
    pub(crate) fn now(&self) -> DateTime<Utc> {
        const LAST: u64 = 253_402_300_799;
        let since = (self.0)().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since.unwrap_or_default().as_secs().min(LAST);
        DateTime::from_timestamp(seconds.cast_signed(), 0).expect("a date")
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_of_any_clock_is_clamped() {
        let now = |clock: fn() -> SystemTime| Clock::new(clock).now().timestamp();
        assert_eq!(now(|| SystemTime::UNIX_EPOCH - Duration::from_secs(5)), 0);
        assert_eq!(now(|| SystemTime::UNIX_EPOCH + Duration::from_secs(5)), 5);
        let far = || SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 62);
        assert_eq!(now(far), 253_402_300_799);
    }
}
