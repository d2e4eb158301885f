//! Credentials over time: refreshed before expiry, once for all callers, through outages, across processes.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::poll;
use plex_api::{
    ClientIdentifier, Credentials, CredentialsEvent, CredentialsState, DeviceKey, Identity,
    PlexApi, Scope, Token, TokenStatus,
};
use plex_tv_emulator::{Fault, Operation};

use crate::child::process;
use crate::device_key::is_private;
use crate::devices::{DAY, emulator, plex, refreshes, requests, signed_in};
use crate::private_files::write_private;

async fn is_valid(credentials: &Credentials, token: &Token) -> bool {
    let plex = credentials.device().plex();
    matches!(plex.check_token(token).await, TokenStatus::Valid(_))
}

/// Counts changes and failures.
fn counted(credentials: Credentials) -> (Credentials, Arc<[AtomicUsize; 2]>) {
    let counts: Arc<[AtomicUsize; 2]> = Arc::default();
    let counting = Arc::clone(&counts);
    let credentials = credentials.on_event(move |event| {
        let which = match event {
            CredentialsEvent::Changed(_) => 0,
            _ => 1,
        };
        counting[which].fetch_add(1, Ordering::Relaxed);
    });
    (credentials, counts)
}

fn counts(counts: &[AtomicUsize; 2]) -> (usize, usize) {
    let [changes, failures] = counts.each_ref().map(|count| count.load(Ordering::Relaxed));
    (changes, failures)
}

#[tokio::test]
async fn a_month_of_use() {
    let emulator = emulator().await;
    let (credentials, events) = counted(signed_in(&emulator).await);
    let mut tokens = vec![credentials.token().await.unwrap()];
    // Twice a day for thirty days; plex.tv changes its keys every ten days.
    for half_day in 0..60 {
        if half_day % 20 == 10 {
            emulator.rotate_keys();
        }
        emulator.advance(DAY / 2);
        let token = credentials.token().await.unwrap();
        assert!(
            is_valid(&credentials, &token).await,
            "after {half_day} half days"
        );
        if tokens.last() != Some(&token) {
            tokens.push(token);
        }
    }
    // One refresh every sixth day, and no request in between.
    assert_eq!(tokens.len(), 1 + 5);
    assert_eq!(refreshes(&emulator), (5, 5));
    assert_eq!(counts(&events), (5, 0));
    assert_eq!(requests(&emulator, Operation::GetKeys).len(), 1 + 5);
}

#[tokio::test]
async fn a_key_that_changes_between_the_fetch_and_the_signature() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    // After a month the emulator signs with a new key, which it creates only when it signs.
    emulator.advance(31 * DAY);
    let before = requests(&emulator, Operation::GetKeys).len();
    let token = credentials.token().await.unwrap();
    assert!(is_valid(&credentials, &token).await);
    assert_eq!(requests(&emulator, Operation::GetKeys).len(), before + 2);
    assert_eq!(refreshes(&emulator), (1, 1));
}

#[tokio::test]
async fn a_hundred_concurrent_tasks_share_one_refresh() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    let old = credentials.token().await.unwrap();
    for ahead in [6 * DAY + DAY / 2, 8 * DAY] {
        emulator.advance(ahead);
        let before = refreshes(&emulator);
        let all = (0..100).map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.token().await.unwrap() })
        });
        let tokens: Vec<Token> = join_all(all)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert!(
            tokens
                .iter()
                .all(|token| *token == tokens[0] && *token != old)
        );
        let after = refreshes(&emulator);
        assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1));
    }
}

#[tokio::test]
async fn a_hundred_concurrent_tasks_share_a_failure() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    emulator.advance(8 * DAY);
    let before = refreshes(&emulator);
    for _ in 0..100 {
        emulator.fail_next(Operation::GetNonce, Fault::Status { status: 503 });
    }
    for outcome in join_all((0..100).map(|_| credentials.token())).await {
        assert!(outcome.unwrap_err().is_transient());
    }
    assert_eq!(refreshes(&emulator).0 - before.0, 1);
    // No attempt is made during the pause; the first one after it succeeds.
    emulator.clear_faults();
    assert!(credentials.token().await.unwrap_err().is_transient());
    assert_eq!(refreshes(&emulator).0 - before.0, 1);
    emulator.advance(Duration::from_secs(2));
    let token = credentials.token().await.unwrap();
    assert!(is_valid(&credentials, &token).await);
}

#[tokio::test]
async fn a_week_of_outage() {
    let emulator = emulator().await;
    let (credentials, events) = counted(signed_in(&emulator).await);
    let old = credentials.token().await.unwrap();
    emulator.advance(5 * DAY);
    // For the next week plex.tv responds with HTML pages only.
    for _ in 0..1000 {
        emulator.fail_next(Operation::GetNonce, Fault::Status { status: 502 });
    }
    for hour in 0..7 * 24 {
        match credentials.token().await {
            Ok(token) => assert!(token == old && hour < 48, "after {hour} hours"),
            Err(error) => assert!(error.is_transient() && hour >= 48, "{hour} {error}"),
        }
        emulator.advance(DAY / 24);
    }
    assert_eq!(
        counts(&events),
        (0, 6 * 24),
        "one attempt an hour from the sixth day on"
    );
    emulator.clear_faults();
    emulator.advance(DAY / 24);
    let token = credentials.token().await.unwrap();
    assert!(token != old && is_valid(&credentials, &token).await);
    assert_eq!(counts(&events).0, 1);
}

#[tokio::test]
async fn retry_after_is_respected() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    emulator.advance(8 * DAY);
    let limited = Fault::RateLimited {
        retry_after: Some(plex_tv_emulator::RetryAfter::Seconds(600)),
    };
    emulator.fail_next(Operation::GetNonce, limited);
    let error = credentials.token().await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_transient(), "{error}");
    let before = refreshes(&emulator);
    emulator.advance(Duration::from_secs(590));
    assert!(credentials.token().await.unwrap_err().is_rate_limited());
    assert_eq!(refreshes(&emulator), before);
    emulator.advance(Duration::from_secs(11));
    credentials.token().await.unwrap();
}

#[tokio::test]
async fn a_device_that_was_removed_must_sign_in_again() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    let token = credentials.token().await.unwrap();
    let plex = credentials.device().plex();
    plex.sign_out(&token).await.unwrap();
    // The token looks valid until a server rejects it.
    assert_eq!(credentials.token().await.unwrap(), token);
    emulator.advance(Duration::from_secs(61));
    let error = credentials.token_instead_of(&token).await.unwrap_err();
    assert!(
        error.is_device_removed() && !error.is_transient(),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("sign in again with a new client identifier"),
        "{error}"
    );
    // From then on the token is not returned, and not every call sends a request to plex.tv.
    let before = refreshes(&emulator);
    assert!(credentials.token().await.unwrap_err().is_device_removed());
    assert_eq!(refreshes(&emulator), before);
    // The code counts under another status too.
    emulator.set_switches(|switches| switches.no_such_key_status = 404);
    emulator.advance(8 * DAY);
    let error = credentials.token().await.unwrap_err();
    assert!(
        error.is_device_removed() && error.status() == Some(404),
        "{error}"
    );
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    let old = credentials.token().await.unwrap();
    emulator.advance(DAY);
    let all = join_all((0..20).map(|_| credentials.token_instead_of(&old))).await;
    let new = all[0].as_ref().unwrap();
    assert!(all.iter().all(|token| token.as_ref().unwrap() == new) && *new != old);
    assert_eq!(refreshes(&emulator), (1, 1));
    // A media server that accepts no JWTs rejects the new token too: this must not become a loop.
    let error = credentials.token_instead_of(new).await.unwrap_err();
    assert!(
        error.is_misuse() && error.to_string().contains("media servers"),
        "{error}"
    );
    assert_eq!(refreshes(&emulator), (1, 1));
}

#[tokio::test]
async fn a_spent_nonce_is_replaced_once_and_a_second_rejection_is_an_error() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    emulator.advance(6 * DAY);
    let nonce = Fault::SetField {
        field: "nonce".to_owned(),
        value: serde_json::json!("spent"),
    };
    emulator.fail_next(Operation::GetNonce, nonce.clone());
    let token = credentials.token().await.unwrap();
    assert!(is_valid(&credentials, &token).await);
    assert_eq!(refreshes(&emulator), (2, 2));
    emulator.advance(8 * DAY);
    emulator.fail_next(Operation::GetNonce, nonce.clone());
    emulator.fail_next(Operation::GetNonce, nonce);
    let error = credentials.token().await.unwrap_err();
    assert!(
        error.status() == Some(422) && !error.is_device_removed(),
        "{error}"
    );
    assert_eq!(refreshes(&emulator), (4, 4));
}

#[tokio::test]
async fn a_refresh_that_its_caller_drops_is_completed_by_another_caller() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    emulator.advance(8 * DAY);
    let late = Fault::Delay {
        duration: Duration::from_millis(500),
    };
    emulator.fail_next(Operation::ExchangeDeviceJwt, late);
    let dropped = tokio::time::timeout(Duration::from_millis(100), credentials.token());
    let (dropped, token) = tokio::join!(dropped, credentials.token());
    assert!(dropped.is_err());
    assert!(is_valid(&credentials, &token.unwrap()).await);
}

#[tokio::test]
async fn a_stored_state_is_restored_only_for_the_same_client() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    let stored = serde_json::to_string(&credentials.state()).unwrap();
    let state: CredentialsState = serde_json::from_str(&stored).unwrap();
    assert_eq!(state, credentials.state());
    let restored = Credentials::restore(&plex(&emulator), &state).unwrap();
    assert_eq!(
        restored.token().await.unwrap(),
        credentials.token().await.unwrap()
    );
    assert_eq!(restored.current(), credentials.current());
    let other = PlexApi::new(Identity::new(ClientIdentifier::random())).unwrap();
    let error = Credentials::restore(&other, &state).unwrap_err();
    assert!(error.is_misuse(), "{error}");

    // A damaged token is replaced.
    let mut damaged: serde_json::Value = serde_json::from_str(&stored).unwrap();
    for token in [
        serde_json::json!("2ffLuB84dqLswk9skLos"),
        serde_json::json!(null),
    ] {
        damaged["token"] = token;
        let state = serde_json::from_value(damaged.clone()).unwrap();
        let restored = Credentials::restore(&plex(&emulator), &state).unwrap();
        assert_eq!(restored.current(), None);
        let token = restored.token().await.unwrap();
        assert!(is_valid(&restored, &token).await);
    }
}

#[tokio::test]
async fn a_file_is_updated_on_every_change() {
    let emulator = emulator().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    let plex = plex(&emulator);
    assert!(Credentials::load(&plex, &path).unwrap().is_none());
    let credentials = signed_in(&emulator).await.keep_in(&path).unwrap();
    is_private(&path);
    let loaded = Credentials::load(&plex, &path).unwrap().unwrap();
    assert_eq!(loaded.state(), credentials.state());
    emulator.advance(6 * DAY);
    let token = credentials.token().await.unwrap();
    let again = Credentials::load(&plex, &path).unwrap().unwrap();
    assert_eq!(again.state().token(), Some(&token));
    is_private(&path);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    // Credentials that were loaded earlier find the newer token in the file.
    let (loaded, events) = counted(loaded);
    let before = refreshes(&emulator);
    assert_eq!(loaded.token().await.unwrap(), token);
    assert_eq!(refreshes(&emulator), before);
    assert_eq!(counts(&events), (1, 0));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_does_not_lose_the_token() {
    let emulator = emulator().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sub").join("credentials.json");
    let credentials = signed_in(&emulator).await;
    let error = credentials.clone().keep_in(&path).unwrap_err();
    assert!(
        error.is_storage() && error.to_string().contains("cannot be written"),
        "{error}"
    );
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let (credentials, events) = counted(credentials.keep_in(&path).unwrap());
    std::fs::remove_dir_all(folder.path().join("sub")).unwrap();
    emulator.advance(6 * DAY);
    let token = credentials.token().await.unwrap();
    assert!(is_valid(&credentials, &token).await);
    assert_eq!(counts(&events), (1, 1));
}

#[tokio::test]
async fn a_file_without_credentials_is_left_unchanged() {
    let emulator = emulator().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    let secret = "2ffLuB84dqLswk9skLos";
    for content in [
        "",
        "{}",
        &format!("{{\"token\":{{\"{secret}\":1}}}}"),
        "\u{0}",
    ] {
        write_private(&path, content);
        let error = Credentials::load(&plex(&emulator), &path).unwrap_err();
        let text = "does not hold the credentials of a device";
        assert!(
            error.is_storage() && error.to_string().contains(text),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains(secret));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn a_file_of_another_device_is_never_overwritten() {
    let emulator = emulator().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    let (credentials, events) = counted(signed_in(&emulator).await.keep_in(&path).unwrap());
    // Meanwhile another program replaces the file.
    let other = PlexApi::builder(Identity::new("another-device"))
        .base_url(emulator.base_url())
        .build()
        .unwrap();
    let other = other.with_device_key(&DeviceKey::generate().unwrap());
    let sign_in = other.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = other.wait_for_token(&sign_in).await.unwrap();
    let other = Credentials::new(&other, &token).unwrap();
    let error = other.clone().keep_in(&path).unwrap_err();
    assert!(
        error.is_storage() && error.to_string().contains("another device"),
        "{error}"
    );
    let other = serde_json::to_vec(&other.state()).unwrap();
    for content in [other.as_slice(), b"not ours"] {
        std::fs::write(&path, content).unwrap();
        let before = counts(&events);
        emulator.advance(6 * DAY);
        let token = credentials.token().await.unwrap();
        assert!(is_valid(&credentials, &token).await);
        assert_eq!(std::fs::read(&path).unwrap(), content);
        let after = counts(&events);
        assert!(after.0 == before.0 + 1 && after.1 > before.1, "{after:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_token_of_another_device_is_rejected() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    let token = credentials.current().unwrap();
    let other = plex(&emulator).with_device_key(&DeviceKey::generate().unwrap());
    assert!(Credentials::new(&other, &token).unwrap_err().is_misuse());
}

#[tokio::test]
async fn scopes_are_stored_and_clones_share_settings() {
    let emulator = emulator().await;
    let device = crate::devices::device(&emulator).scopes([Scope::Email]);
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = device.wait_for_token(&sign_in).await.unwrap();
    let credentials = Credentials::new(&device, &token).unwrap();
    let clone = credentials.clone();
    let (credentials, events) = counted(credentials.refresh_ahead(3 * DAY));
    emulator.advance(4 * DAY);
    let token = clone.token().await.unwrap();
    assert_eq!(counts(&events), (1, 0));
    assert_eq!(credentials.token().await.unwrap(), token);
    let restored = Credentials::restore(&plex(&emulator), &credentials.state()).unwrap();
    emulator.advance(6 * DAY);
    restored.token().await.unwrap();
    assert!(restored.current().unwrap().claims().user.email.is_some());
}

#[tokio::test]
async fn a_caller_that_is_not_polled_does_not_block_the_others() {
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    emulator.advance(8 * DAY);
    let late = Fault::Delay {
        duration: Duration::from_millis(200),
    };
    emulator.fail_next(Operation::GetNonce, late);
    let mut held = pin!(credentials.token());
    for _ in 0..20 {
        assert!(poll!(&mut held).is_pending());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let other = tokio::time::timeout(Duration::from_secs(10), credentials.token()).await;
    let token = other.unwrap().unwrap();
    assert_eq!(held.await.unwrap(), token);
}

/// Environment variables for the processes of the test below.
const FILE: &str = "PLEX_API_TEST_CREDENTIALS";
const BASE_URL: &str = "PLEX_API_TEST_BASE_URL";
const AHEAD: &str = "PLEX_API_TEST_SECONDS_AHEAD";

/// Two processes share one file: this test starts itself twice, and each process requests a token many times.
#[tokio::test]
async fn two_processes_share_a_file() {
    if let Ok(file) = std::env::var(FILE) {
        return other_process(&file).await;
    }
    let emulator = emulator().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    let first = signed_in(&emulator).await.keep_in(&path).unwrap();
    let old = first.token().await.unwrap();
    emulator.advance(6 * DAY + DAY / 2);
    let real = std::time::SystemTime::now();
    let ahead = emulator.now().duration_since(real).unwrap().as_secs();
    let start = || {
        process("credentials::two_processes_share_a_file")
            .env(FILE, &path)
            .env(BASE_URL, emulator.base_url().as_str())
            .env(AHEAD, ahead.to_string())
            .spawn()
            .unwrap()
    };
    let mut processes = [start(), start()];
    for process in &mut processes {
        let status = process.wait().unwrap();
        assert!(status.success());
    }
    let (nonces, exchanges) = refreshes(&emulator);
    assert!(
        (1..=2).contains(&exchanges) && nonces == exchanges,
        "{exchanges}"
    );
    let (plex, before) = (plex(&emulator), refreshes(&emulator));
    let found = Credentials::load(&plex, &path).unwrap().unwrap();
    let token = found.token().await.unwrap();
    assert!(token != old && is_valid(&found, &token).await);
    // This process has requested no token since; it uses the one that the others have written.
    assert_eq!(first.token().await.unwrap(), token);
    assert_eq!(refreshes(&emulator), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

async fn other_process(file: &str) {
    let ahead: u64 = std::env::var(AHEAD).unwrap().parse().unwrap();
    let clock = move || std::time::SystemTime::now() + Duration::from_secs(ahead);
    let plex = PlexApi::builder(crate::servers::roku())
        .base_url(std::env::var(BASE_URL).unwrap().parse().unwrap())
        .clock(clock)
        .build()
        .unwrap();
    let credentials = Credentials::load(&plex, file).unwrap().unwrap();
    for _ in 0..50 {
        let token = credentials.token().await.unwrap();
        assert!(is_valid(&credentials, &token).await);
        // Every reader finds the file whole, whatever the other process does.
        assert!(Credentials::load(&plex, file).unwrap().is_some());
    }
}

#[tokio::test]
async fn a_change_event_carries_the_state_to_store() {
    let emulator = emulator().await;
    let stored: Arc<Mutex<Option<String>>> = Arc::default();
    let storing = Arc::clone(&stored);
    let credentials = signed_in(&emulator).await.on_event(move |event| {
        if let CredentialsEvent::Changed(state) = event {
            *storing.lock().unwrap() = Some(serde_json::to_string(state).unwrap());
        }
    });
    emulator.advance(6 * DAY);
    let token = credentials.token().await.unwrap();
    let stored = stored.lock().unwrap().take().unwrap();
    let state: CredentialsState = serde_json::from_str(&stored).unwrap();
    assert_eq!(state.token(), Some(&token));
    assert_eq!(state.key(), credentials.device().key());
}
