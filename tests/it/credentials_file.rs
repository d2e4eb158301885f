//! The file of credentials over time: where it stays, who creates it, and what is never written to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plex_api::{Credentials, CredentialsEvent, DeviceKey};

use crate::child::{process, run_in_child};
use crate::devices::{DAY, emulator, plex, refreshes, signed_in};
use crate::private_files::{self, credentials, write_private};
use crate::runtimes::{in_a_thread, in_time};

fn new_path() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    (folder, path)
}

/// Collects the texts of failures.
fn failures(credentials: Credentials) -> (Credentials, Arc<Mutex<Vec<String>>>) {
    let texts: Arc<Mutex<Vec<String>>> = Arc::default();
    let collecting = Arc::clone(&texts);
    let credentials = credentials.on_event(move |event| {
        if let CredentialsEvent::Failed(error) = event {
            collecting.lock().unwrap().push(error.to_string());
        }
    });
    (credentials, texts)
}

#[cfg(unix)]
#[tokio::test]
async fn a_refresh_does_not_wait_for_a_fifo() {
    let emulator = emulator().await;
    let (_folder, path) = new_path();
    let credentials = signed_in(&emulator).await.keep_in(&path).unwrap();
    let (credentials, failures) = failures(credentials);
    fs::remove_file(&path).unwrap();
    private_files::make_fifo(&path);
    emulator.advance(8 * DAY);
    // In another thread, because a blocked thread could not time out.
    let refreshed = in_a_thread(async move { credentials.token().await });
    in_time(refreshed).await.unwrap().unwrap();
    let failures = failures.lock().unwrap();
    assert_eq!(failures.len(), 2, "before and after the refresh");
    assert!(
        failures
            .iter()
            .all(|text| text.contains("is not a regular file")),
        "{failures:?}"
    );
}

const CHDIR: &str = "PLEX_API_TEST_CHDIR";

/// A process that changes its working directory goes on with the same file.
#[tokio::test]
async fn a_relative_path_is_made_absolute_once() {
    let (first, second) = (new_path(), new_path());
    let folders = format!(
        "{}\n{}",
        first.0.path().display(),
        second.0.path().display()
    );
    let test = "credentials_file::child_that_changes_its_working_directory";
    run_in_child(test, vec![(CHDIR, folders)]).await;
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn child_that_changes_its_working_directory() {
    let Ok(folders) = std::env::var(CHDIR) else {
        return;
    };
    let (a, b) = folders.split_once('\n').unwrap();
    let emulator = emulator().await;
    let credentials = signed_in(&emulator).await;
    std::env::set_current_dir(a).unwrap();
    let credentials = credentials.keep_in("credentials.json").unwrap();
    let loaded = Credentials::load(&plex(&emulator), "credentials.json").unwrap();
    let loaded = loaded.unwrap();
    std::env::set_current_dir(b).unwrap();
    for credentials in [credentials, loaded] {
        emulator.advance(8 * DAY);
        let token = credentials.token().await.unwrap();
        assert_eq!(fs::read_dir(b).unwrap().count(), 0);
        let path = Path::new(a).join("credentials.json");
        let stored = Credentials::load(&plex(&emulator), path).unwrap().unwrap();
        assert_eq!(stored.state().token(), Some(&token));
    }
}

const CREATE: &str = "PLEX_API_TEST_CREATE";

/// Twenty processes with a key each use the same new file.
#[test]
fn the_first_process_creates_the_file_and_the_others_fail() {
    const TEST: &str = "credentials_file::the_first_process_creates_the_file_and_the_others_fail";
    if let Ok(path) = std::env::var(CREATE) {
        let path = Path::new(&path);
        let key = DeviceKey::generate().unwrap();
        let credentials = credentials(&key);
        while !path.with_file_name("start").exists() {
            std::thread::yield_now();
        }
        match credentials.keep_in(path) {
            Ok(_) => fs::write(path.with_file_name(key.id()), "").unwrap(),
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("the credentials of another device"), "{text}");
            }
        }
        return;
    }
    for _ in 0..3 {
        let (folder, path) = new_path();
        let mut processes: Vec<_> = (0..20)
            .map(|_| process(TEST).env(CREATE, &path).spawn().unwrap())
            .collect();
        std::thread::sleep(Duration::from_millis(300));
        fs::write(folder.path().join("start"), "").unwrap();
        for process in &mut processes {
            assert!(process.wait().unwrap().success());
        }
        let names = fs::read_dir(folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut successes: Vec<String> = names
            .filter(|name| !["start", "credentials.json"].contains(&name.as_str()))
            .collect();
        let winner = successes.pop().unwrap();
        assert!(successes.is_empty(), "{} more", successes.len());
        let found = Credentials::load(&private_files::plex(), &path).unwrap();
        assert_eq!(found.unwrap().device().key().id(), winner);
    }
}

#[test]
fn credentials_that_could_not_be_read_again_are_not_written() {
    let (folder, path) = new_path();
    let key = DeviceKey::generate().unwrap();
    let with_scope = |length: usize| {
        let mut state = serde_json::to_value(credentials(&key).state()).unwrap();
        state["scope"] = "s".repeat(length).into();
        let state = serde_json::from_value(state).unwrap();
        Credentials::restore(&private_files::plex(), &state).unwrap()
    };
    let error = with_scope(66_000).keep_in(&path).unwrap_err();
    assert!(
        error.is_storage() && error.to_string().contains("too long"),
        "{error}"
    );
    assert!(!format!("{error:?}").contains("ssss"), "{error:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    with_scope(60_000).keep_in(&path).unwrap();
    let old = fs::read(&path).unwrap();
    for length in [65_400, 70_000, 1_000_000] {
        with_scope(length).keep_in(&path).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), old, "{length}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_rejected_token_is_not_read_from_the_file() {
    let emulator = emulator().await;
    let (_folder, path) = new_path();
    let ours = signed_in(&emulator).await.keep_in(&path).unwrap();
    let theirs = Credentials::load(&plex(&emulator), &path).unwrap().unwrap();
    emulator.advance(6 * DAY + DAY / 2);
    let rejected = theirs.token().await.unwrap();
    // Our own token has expired, and the file holds a newer one: the rejected one.
    emulator.advance(DAY);
    let before = refreshes(&emulator);
    let token = ours.token_instead_of(&rejected).await.unwrap();
    assert_ne!(token, rejected);
    let after = refreshes(&emulator);
    assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1));
}

#[test]
fn a_json_array_is_not_a_file_of_ours() {
    let (_folder, path) = new_path();
    let key = DeviceKey::generate().unwrap();
    let state = serde_json::to_value(credentials(&key).state()).unwrap();
    let jwk = &state["key"];
    let members = ["kty", "crv", "x", "d", "kid", "alg"].map(|name| &jwk[name]);
    let array = serde_json::json!(members).to_string();
    assert!(DeviceKey::from_jwk(&array).unwrap_err().is_misuse());
    let array = serde_json::json!(["a-client", jwk, null, null]).to_string();
    write_private(&path, &array);
    let error = Credentials::load(&private_files::plex(), &path).unwrap_err();
    assert!(error.is_storage(), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), array);
}
