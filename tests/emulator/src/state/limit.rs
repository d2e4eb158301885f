//! The rate limiter.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;

const WINDOW: Duration = Duration::from_secs(60);

/// Counts the requests of each client identifier in windows of a minute that begin with a request.
#[derive(Debug, Default)]
pub(crate) struct RateLimit(HashMap<String, (Timestamp, u32)>);

impl RateLimit {
    /// Counts a request; `Err` if it exceeds the limit, with the time until the window ends.
    pub(crate) fn count(
        &mut self,
        client: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let (since, count) = self.0.entry(client.to_owned()).or_insert((now, 0));
        if since.plus(WINDOW) <= now {
            (*since, *count) = (now, 0);
        }
        if *count >= limit {
            return Err(now.until(since.plus(WINDOW)));
        }
        *count += 1;
        Ok(())
    }

    pub(crate) fn sweep(&mut self, now: Timestamp) {
        self.0.retain(|_, (since, _)| since.plus(WINDOW) > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn each_client_has_its_own_minute() {
        let (mut limit, now) = (RateLimit::default(), Clock::new().now());
        assert_eq!(limit.count("a", 1, now), Ok(()));
        assert_eq!(limit.count("a", 1, now), Err(WINDOW));
        assert_eq!(limit.count("b", 1, now), Ok(()));
        assert_eq!(limit.count("a", 1, now.plus(WINDOW)), Ok(()));
        limit.sweep(now.plus(2 * WINDOW));
        assert!(limit.0.is_empty());
    }
}
