//! A clock that tests can move.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

/// A point in the emulator's time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(i64);

/// The system time when the emulator started, plus the time since then, plus the time that tests added.
#[derive(Debug)]
pub(crate) struct Clock {
    started_at: Duration,
    started: Instant,
    advanced: Duration,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            // A system time before 1970 counts as 1970.
            started_at: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
            started: Instant::now(),
            advanced: Duration::ZERO,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let now = self
            .started_at
            .saturating_add(self.started.elapsed())
            .saturating_add(self.advanced);
        Timestamp(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        // Keeps all dates printable.
        const MOST: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);
        self.advanced = self.advanced.saturating_add(by).min(MOST);
    }
}

impl Timestamp {
    pub(crate) fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The time from `self` until `later`; zero if `later` has passed.
    pub(crate) fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// Whole seconds since 1970, as in JWTs.
    pub(crate) fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// `2024-07-16T17:03:05Z`, as in JSON and in the legacy XML.
    pub(crate) fn rfc3339(self) -> String {
        self.date().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// `2024-06-20 06:55:56 UTC`, as in the XML of version 2.
    pub(crate) fn spaced(self) -> String {
        self.date().format("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// `Tue, 16 Jul 2024 17:03:05 GMT`, as in HTTP headers.
    pub(crate) fn http_date(self) -> String {
        self.date().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    pub(crate) fn to_system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }

    fn date(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_721_149_385_247);

    #[test]
    fn writes_the_three_formats_of_a_date() {
        assert_eq!(T.rfc3339(), "2024-07-16T17:03:05Z");
        assert_eq!(T.spaced(), "2024-07-16 17:03:05 UTC");
        assert_eq!(T.http_date(), "Tue, 16 Jul 2024 17:03:05 GMT");
    }

    #[test]
    fn counts_down_to_zero_and_not_below() {
        let later = T.plus(Duration::from_secs(900));
        assert_eq!(T.until(later), Duration::from_secs(900));
        assert_eq!(later.until(T), Duration::ZERO);
    }

    #[test]
    fn moves_only_forwards_and_not_out_of_the_calendar() {
        let mut clock = Clock::new();
        let before = clock.now();
        clock.advance(Duration::from_secs(60));
        assert!(before.until(clock.now()) >= Duration::from_secs(60));
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(clock.now().rfc3339().starts_with("30"));
    }
}
