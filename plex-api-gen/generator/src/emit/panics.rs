//! Turns panics of progenitor into errors: it panics on documents that it does not support.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Locked while the hook of the process is replaced.
static HOOK: Mutex<()> = Mutex::new(());

/// Runs a function, and returns the first line of its panic. The panic is not printed: while the function runs, the hook of
/// the process ignores this thread. Afterwards the hook that was set before is set again.
pub(super) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let this_thread = thread::current().id();
    let before = Arc::new(take_hook());
    let print = Arc::clone(&before);
    set_hook(Box::new(move |info| {
        if thread::current().id() != this_thread {
            print(info);
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(run));
    // Drops the other owner of `before`.
    drop(take_hook());
    if let Some(before) = Arc::into_inner(before) {
        set_hook(before);
    }
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        let line = text.and_then(|text| text.lines().next());
        line.unwrap_or("no reason given").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// The number of panics that reached the hook of the test.
    static SEEN: AtomicUsize = AtomicUsize::new(0);

    #[test]
    fn the_hook_of_the_process_is_the_same_after_a_panic() {
        let this_thread = thread::current().id();
        // Other tests replace the hook at the same time.
        let guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if thread::current().id() == this_thread {
                SEEN.fetch_add(1, Ordering::SeqCst);
            }
            before(info);
        }));
        drop(guard);
        for _ in 0..2 {
            assert_eq!(
                catch(|| panic!("first\nsecond")),
                Err::<(), _>("first".to_owned())
            );
        }
        assert_eq!(
            SEEN.load(Ordering::SeqCst),
            0,
            "the panic inside is not printed"
        );
        let outside = catch_unwind(|| panic!("outside"));
        assert!(outside.is_err());
        assert_eq!(
            SEEN.load(Ordering::SeqCst),
            1,
            "the hook from before is set again"
        );
    }
}
