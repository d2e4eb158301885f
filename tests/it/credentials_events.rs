//! Listeners of credentials that panic, block or ask again, and runtimes that end during a refresh.

use std::fs;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use plex_api::{Credentials, CredentialsEvent, Error, Token};
use plex_tv_emulator::{Fault, Operation};
use tokio::sync::oneshot;

use crate::devices::{DAY, emulator, refreshes, signed_in};
use crate::runtimes::{in_a_thread, in_time, runtime};

/// Requests a token in a thread and a runtime of its own.
fn token_in_a_thread(credentials: &Credentials) -> oneshot::Receiver<Result<Token, Error>> {
    let credentials = credentials.clone();
    in_a_thread(async move { credentials.token().await })
}

#[tokio::test]
async fn a_listener_that_panics_costs_no_token() {
    let emulator = emulator().await;
    let calls = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&calls);
    let credentials = signed_in(&emulator).await.on_event(move |_| {
        counting.fetch_add(1, Ordering::Relaxed);
        panic!("a listener panics, as this test wants");
    });
    for round in 1..=2 {
        emulator.advance(8 * DAY);
        let tasks = (0..20).map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.token().await })
        });
        for outcome in join_all(tasks).await {
            outcome.unwrap().unwrap();
        }
        assert_eq!(calls.load(Ordering::Relaxed), round);
        assert_eq!(refreshes(&emulator), (round, round));
    }
}

/// A listener asks for a token, in another thread that it waits for, whenever an event occurs.
#[tokio::test]
async fn a_listener_may_wait_for_a_token() {
    let emulator = emulator().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    let credentials = signed_in(&emulator).await.keep_in(&path).unwrap();
    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let (asking, collecting) = (credentials.clone(), Arc::clone(&events));
    let credentials = credentials.on_event(move |event| {
        let asking = asking.clone();
        let found = std::thread::spawn(move || runtime().block_on(asking.token()));
        let found = found.join().unwrap();
        let name = match event {
            CredentialsEvent::Changed(_) => "changed",
            _ => "failed",
        };
        let line = format!("{name} {}", found.is_ok());
        collecting.lock().unwrap().push(line);
    });
    // The file is damaged, which is noticed before the refresh and after it.
    fs::write(&path, "not ours").unwrap();
    emulator.advance(8 * DAY);
    in_time(token_in_a_thread(&credentials))
        .await
        .unwrap()
        .unwrap();
    // plex.tv fails.
    emulator.advance(8 * DAY);
    emulator.fail_next(Operation::GetNonce, Fault::Status { status: 503 });
    let error = in_time(token_in_a_thread(&credentials)).await.unwrap();
    assert!(error.unwrap_err().is_transient());
    let events = events.lock().unwrap();
    assert_eq!(
        *events,
        [
            "failed true",
            "failed true",
            "changed true",
            "failed false",
            "failed false"
        ]
    );
}

/// A caller in one runtime begins a refresh; then its runtime is not driven any more, and ends.
#[tokio::test]
async fn a_runtime_that_ends_during_a_refresh_does_not_harm_callers_in_another_one() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    emulator.advance(8 * DAY);
    let late = Fault::Delay {
        duration: Duration::from_millis(600),
    };
    emulator.fail_next(Operation::GetNonce, late.clone());
    emulator.fail_next(Operation::GetNonce, late);
    let (begun, has_begun) = oneshot::channel();
    let (end, must_end) = oneshot::channel::<()>();
    let first = credentials.clone();
    let thread = std::thread::spawn(move || {
        let runtime = runtime();
        let mut asking = pin!(first.token());
        let outcome = runtime.block_on(async {
            tokio::time::timeout(Duration::from_millis(200), &mut asking).await
        });
        assert!(outcome.is_err(), "the refresh takes longer");
        begun.send(()).unwrap();
        must_end.blocking_recv().unwrap();
        drop(runtime);
        // Its caller is still there, but will never poll again.
        std::thread::sleep(Duration::from_secs(1));
    });
    has_begun.await.unwrap();
    let second = tokio::spawn(async move { credentials.token().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    end.send(()).unwrap();
    in_time(second).await.unwrap().unwrap();
    thread.join().unwrap();
}
