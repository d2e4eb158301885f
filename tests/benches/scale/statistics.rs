//! Statistics of the polls that the emulator recorded.

use std::collections::HashMap;
use std::time::Duration;

use fastrand::Rng;

use crate::emulator::Arrival;

pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

/// The jitter of a wait: the most by which a pause exceeds the interval, as a fraction of it.
pub(crate) const JITTER: f64 = 0.1;

/// Returns the source of the jitter of a PIN's polls.
pub(crate) fn jitter(pin: i64) -> Rng {
    Rng::with_seed(pin.cast_unsigned())
}

pub(crate) struct Polls {
    arrivals: Vec<Duration>,
    pauses: Vec<Duration>,
    /// The delay of each poll, compared with the planned pause.
    late: Vec<Duration>,
}

impl Polls {
    pub(crate) fn new(arrivals: Vec<Arrival>) -> Self {
        let mut waits: HashMap<i64, (Rng, Option<Duration>)> = HashMap::new();
        let (mut pauses, mut late) = (Vec::new(), Vec::new());
        for arrival in &arrivals {
            let (jitter, last) = waits
                .entry(arrival.pin)
                .or_insert_with(|| (jitter(arrival.pin), None));
            if let Some(last) = last.replace(arrival.at) {
                let pause = arrival.at.saturating_sub(last);
                let planned = INTERVAL + INTERVAL.mul_f64(JITTER * jitter.f64());
                pauses.push(pause);
                late.push(pause.saturating_sub(planned));
            }
        }
        let arrivals = arrivals.iter().map(|arrival| arrival.at).collect();
        Self {
            arrivals,
            pauses,
            late,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.arrivals.len()
    }

    /// Returns the delay of polls in seconds, at this percentile.
    pub(crate) fn late(&self, percent: f64) -> f64 {
        percentile(&self.late, percent).as_secs_f64()
    }

    /// Returns the longest pause between two polls of one sign-in, as a multiple of the mean.
    pub(crate) fn longest_to_mean(&self) -> f64 {
        let mean = self.pauses.iter().sum::<Duration>() / self.pauses.len().max(1) as u32;
        self.pauses
            .iter()
            .max()
            .map_or(0.0, |longest| longest.as_secs_f64() / mean.as_secs_f64())
    }

    /// Returns the most polls within any second.
    pub(crate) fn most_in_a_second(&self) -> usize {
        let mut first = 0;
        let mut most = 0;
        for (index, &at) in self.arrivals.iter().enumerate() {
            while at - self.arrivals[first] >= Duration::from_secs(1) {
                first += 1;
            }
            most = most.max(index + 1 - first);
        }
        most
    }
}

/// Returns the value that this percentage of the values does not exceed; zero if there are no values.
pub(crate) fn percentile(values: &[Duration], percent: f64) -> Duration {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
