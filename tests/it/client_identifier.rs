//! The client identifier: conversions, and the file that is written once and never overwritten.

use std::error::Error as _;
use std::{fs, io};

use plex_api::ClientIdentifier;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn it_is_written_once_and_read_from_then_on() {
    let folder = folder();
    let path = folder.path().join("identifier");
    let first = ClientIdentifier::load_or_create(&path).unwrap();
    assert_eq!(first.as_str().len(), 36);
    assert_eq!(ClientIdentifier::load_or_create(&path).unwrap(), first);
    assert_eq!(fs::read_to_string(&path).unwrap(), first.as_str());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no other file is left behind"
    );
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("identifier");
    ClientIdentifier::load_or_create(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn an_identifier_of_another_program_is_kept() {
    let folder = folder();
    let path = folder.path().join("identifier");
    fs::write(&path, "9klpwueublnfbvlx95w83ah9\n").unwrap();
    assert_eq!(
        ClientIdentifier::load_or_create(&path).unwrap().as_str(),
        "9klpwueublnfbvlx95w83ah9"
    );
}

#[test]
fn a_file_without_an_identifier_is_left_unchanged() {
    let folder = folder();
    let path = folder.path().join("identifier");
    let long = vec![b'a'; 1025];
    for (content, text) in [
        (b"".as_slice(), "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00", "does not hold a client identifier"),
        (b"two words", "does not hold a client identifier"),
        (b"a\x00b", "does not hold a client identifier"),
        (&long, "does not hold a client identifier"),
    ] {
        fs::write(&path, content).unwrap();
        let error = ClientIdentifier::load_or_create(&path).unwrap_err();
        assert!(
            error.is_storage() && error.to_string().contains(text),
            "{error}"
        );
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_a_storage_error() {
    let folder = folder();
    for path in [
        folder.path().to_owned(),
        folder.path().join("missing/identifier"),
    ] {
        let error = ClientIdentifier::load_or_create(&path).unwrap_err();
        assert!(error.is_storage() && !error.is_misuse(), "{error}");
        assert!(!error.is_transient(), "{error}");
        assert_eq!(error.class().to_string(), "storage");
        let source = error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>());
        let source = source.unwrap();
        assert!(!error.to_string().contains(&source.to_string()), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn processes_that_start_together_agree() {
    for _ in 0..50 {
        let folder = folder();
        let path = folder.path().join("identifier");
        let found = in_eight_threads(|| ClientIdentifier::load_or_create(&path).unwrap());
        assert!(
            found.iter().all(|identifier| *identifier == found[0]),
            "{found:?}"
        );
    }
}

/// Runs `make` in eight threads that start together.
pub(crate) fn in_eight_threads<T: Send>(make: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(&make)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn only_visible_ascii_is_an_identifier() {
    let id: ClientIdentifier = "9klpwueublnfbvlx95w83ah9".parse().unwrap();
    assert_eq!(id.as_str(), "9klpwueublnfbvlx95w83ah9");
    assert_eq!(ClientIdentifier::try_from(String::from(&id)).unwrap(), id);
    assert_eq!(ClientIdentifier::try_from(id.as_str()).unwrap(), id);
    let long = "a".repeat(1025);
    for text in ["", " ", "two words", "a\nb", "ä", &long] {
        let error = text.parse::<ClientIdentifier>().unwrap_err();
        assert!(error.is_misuse(), "{error}");
        let json = serde_json::to_string(text).unwrap();
        assert!(serde_json::from_str::<ClientIdentifier>(&json).is_err());
    }
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(json, "\"9klpwueublnfbvlx95w83ah9\"");
    assert_eq!(serde_json::from_str::<ClientIdentifier>(&json).unwrap(), id);
}
