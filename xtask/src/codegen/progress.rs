//! Says what takes so long.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::say;

/// How often it is said that a step is not done yet.
const EVERY: Duration = Duration::from_secs(5);

/// Names a step and does it; while it lasts, it is named again with the time that it has taken.
pub(super) fn during<T>(step: &str, work: impl FnOnce() -> T) -> T {
    say(step);
    let (done, waiting) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            until_done(waiting, EVERY, |time| {
                say(&format!("still {step}, {} s", time.as_secs()));
            })
        });
        // Dropped after the work, also when that panics: it ends the thread.
        let _done: mpsc::Sender<()> = done;
        work()
    })
}

/// Calls `tick` with the time since now, until the other end of the channel is gone.
fn until_done(waiting: Receiver<()>, every: Duration, tick: impl Fn(Duration)) {
    let start = Instant::now();
    while waiting.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
        tick(start.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn the_result_is_that_of_the_work() {
        assert_eq!(during("testing", || 1), 1);
    }

    #[test]
    fn it_ticks_until_it_is_done() {
        let (done, waiting) = mpsc::channel();
        let done = Mutex::new(Some(done));
        let times = Mutex::new(Vec::new());
        until_done(waiting, Duration::from_millis(5), |time| {
            times.lock().unwrap().push(time);
            if times.lock().unwrap().len() == 3 {
                drop(done.lock().unwrap().take());
            }
        });
        let times = times.into_inner().unwrap();
        assert_eq!(times.len(), 3);
        assert!(times.is_sorted() && times[0] >= Duration::from_millis(5));
    }

    #[test]
    fn work_that_panics_does_not_hang() {
        let result = std::panic::catch_unwind(|| during("testing", || panic!("of the test")));
        assert!(result.is_err());
    }
}
