use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// Tells the time of day: the system's, unless a program sets another.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time, within 1970 and 9999, so that nothing that is reckoned from it leaves the calendar.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        const LAST: u64 = 253_402_300_799;
        let since = (self.0)().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since.unwrap_or_default().as_secs().min(LAST);
        DateTime::from_timestamp(seconds.cast_signed(), 0).unwrap_or_default()
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
    fn any_clock_tells_a_time_within_bounds() {
        let now = |clock: fn() -> SystemTime| Clock::new(clock).now().timestamp();
        assert_eq!(now(|| SystemTime::UNIX_EPOCH - Duration::from_secs(5)), 0);
        assert_eq!(now(|| SystemTime::UNIX_EPOCH + Duration::from_secs(5)), 5);
        let far = || SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 62);
        assert_eq!(now(far), 253_402_300_799);
    }
}
