//! Decides which address of a media server to try next, and which one to take: a pure function of elapsed time, without
//! clock, socket or async.
//!
//! The driver asks [`Race::next`] for an action, carries it out, reports the outcome of an attempt with [`Race::succeeded`]
//! or [`Race::failed`], and asks again.
//!
//! The race resembles RFC 8305 (happy eyeballs): attempts start one group after another, and an address that swallows everything
//! costs the others no more than the head start of its group. It differs in three ways, for which docs/DESIGN.md has the reasons:
//! the addresses of a group start together, the next group starts early only when every attempt has failed, and a success
//! waits a little for a better address.

use std::time::Duration;

/// The head start of a group of addresses over the next one. RFC 8305, section 5, recommends 250 ms for connecting alone.
pub(crate) const HEAD_START: Duration = Duration::from_millis(200);

/// How long a success waits for a better address.
pub(crate) const GRACE: Duration = Duration::from_millis(200);

/// How long a success through the relay waits for a better address: the relay is slow for as long as it is used.
pub(crate) const RELAY_GRACE: Duration = Duration::from_millis(750);

/// How long a success over plain http waits for a better address: a token in clear is worse than a delay.
pub(crate) const PLAIN_HTTP_GRACE: Duration = Duration::from_secs(2);

/// An address, as the race sees it. Addresses of one rank are equally good, and the lowest rank is the best.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) rank: u8,
    /// Groups start in order, one head start apart, or as soon as all attempts have failed.
    pub(crate) group: u8,
    /// How long a success waits for a better address.
    pub(crate) grace: Duration,
}

/// An action for the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Start the attempt at this address.
    Start(usize),
    /// Wait for the outcome of an attempt, at most until this time.
    Wait { until: Duration },
    /// Take this address, which succeeded.
    Take(usize),
    /// Give up: every attempt has failed, or the time is over.
    GiveUp,
}

/// The state of a race. Every instant is the time elapsed since its start.
#[derive(Debug)]
pub(crate) struct Race {
    runners: Vec<Runner>,
    limit: Duration,
    /// The group that started last, and when.
    started: Option<(u8, Duration)>,
    /// When the first attempt succeeded.
    first_success: Option<Duration>,
}

#[derive(Debug)]
struct Runner {
    entry: Entry,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Failed,
    Succeeded,
}

impl Race {
    pub(crate) fn new(entries: impl IntoIterator<Item = Entry>, limit: Duration) -> Self {
        let runners = entries.into_iter().map(|entry| Runner {
            entry,
            state: State::Waiting,
        });
        Self {
            runners: runners.collect(),
            limit,
            started: None,
            first_success: None,
        }
    }

    /// Returns the next action. An attempt that it starts counts as started.
    pub(crate) fn next(&mut self, now: Duration) -> Action {
        match self.best() {
            Some(best) => self.improve(best, now),
            None if now >= self.limit => Action::GiveUp,
            None => self.go_on(now),
        }
    }

    /// Reports that the right server responded at an address.
    pub(crate) fn succeeded(&mut self, index: usize, now: Duration) {
        self.runners[index].state = State::Succeeded;
        self.first_success.get_or_insert(now);
    }

    /// Reports that an attempt failed.
    pub(crate) fn failed(&mut self, index: usize) {
        self.runners[index].state = State::Failed;
    }

    /// Returns the best address that succeeded.
    fn best(&self) -> Option<usize> {
        let runners = self.runners.iter().enumerate();
        let succeeded = runners.filter(|(_, runner)| runner.state == State::Succeeded);
        let best = succeeded.min_by_key(|(_, runner)| runner.entry.rank);
        best.map(|(index, _)| index)
    }

    /// Waits for a better address than this one, for a short time.
    fn improve(&mut self, best: usize, now: Duration) -> Action {
        let Entry { rank, grace, .. } = self.runners[best].entry;
        let until = self.first_success.unwrap_or(now) + grace;
        let until = until.min(self.limit);
        let is_better = |runner: &Runner| {
            runner.entry.rank < rank && matches!(runner.state, State::Waiting | State::Running)
        };
        if now >= until || !self.runners.iter().any(is_better) {
            return Action::Take(best);
        }
        let waiting = self
            .runners
            .iter()
            .position(|runner| is_better(runner) && runner.state == State::Waiting);
        match waiting {
            Some(index) => self.start(index, now),
            None => Action::Wait { until },
        }
    }

    /// Starts the next group when it is due.
    fn go_on(&mut self, now: Duration) -> Action {
        let waiting = |runner: &Runner| runner.state == State::Waiting;
        let next = self.runners.iter().enumerate();
        let next = next.filter(|(_, runner)| waiting(runner));
        let next = next.min_by_key(|(_, runner)| runner.entry.group);
        let next = next.map(|(index, runner)| (index, runner.entry.group));
        let is_running = self
            .runners
            .iter()
            .any(|runner| runner.state == State::Running);
        let due = match (next, self.started) {
            (None, _) if !is_running => return Action::GiveUp,
            (None, _) => self.limit,
            (Some((_, group)), Some((started, at))) if group > started && is_running => {
                at + HEAD_START
            }
            (Some(_), _) => now,
        };
        match next {
            Some((index, _)) if due <= now => self.start(index, now),
            _ => Action::Wait {
                until: due.min(self.limit),
            },
        }
    }

    fn start(&mut self, index: usize, now: Duration) -> Action {
        let Runner { entry, state } = &mut self.runners[index];
        *state = State::Running;
        if self.started.is_none_or(|(group, _)| group < entry.group) {
            self.started = Some((entry.group, now));
        }
        Action::Start(index)
    }
}

#[cfg(test)]
mod tests;
