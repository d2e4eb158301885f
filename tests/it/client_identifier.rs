//! The client identifier in a file: written once, read ever after, never lost.

use std::fs;

use plex_api::ClientIdentifier;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn written_once_and_read_ever_after() {
    let folder = folder();
    let path = folder.path().join("identifier");
    let first = ClientIdentifier::load_or_create(&path).unwrap();
    assert_eq!(first.as_str().len(), 36);
    assert_eq!(ClientIdentifier::load_or_create(&path).unwrap(), first);
    assert_eq!(fs::read_to_string(&path).unwrap(), first.as_str());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing else is left behind"
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
fn one_that_was_made_elsewhere_is_kept() {
    let folder = folder();
    let path = folder.path().join("identifier");
    fs::write(&path, "9klpwueublnfbvlx95w83ah9\n").unwrap();
    assert_eq!(
        ClientIdentifier::load_or_create(&path).unwrap().as_str(),
        "9klpwueublnfbvlx95w83ah9"
    );
}

#[test]
fn a_file_that_holds_no_identifier_is_left_alone() {
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
            error.is_misuse() && error.to_string().contains(text),
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
fn what_cannot_be_read_or_written_is_an_error() {
    let folder = folder();
    for path in [
        folder.path().to_owned(),
        folder.path().join("missing/identifier"),
    ] {
        let error = ClientIdentifier::load_or_create(&path).unwrap_err();
        assert!(error.is_misuse(), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn many_that_start_at_once_agree() {
    for _ in 0..50 {
        let folder = folder();
        let path = folder.path().join("identifier");
        let found = eight_at_once(|| ClientIdentifier::load_or_create(&path).unwrap());
        assert!(
            found.iter().all(|identifier| *identifier == found[0]),
            "{found:?}"
        );
    }
}

/// What eight threads make that start at the same moment.
pub(crate) fn eight_at_once<T: Send>(make: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(&make)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}
