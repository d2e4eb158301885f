//! The way of writing for file systems without hard links, forced on one that has them.

use std::io::{Error, ErrorKind};
use std::{fs, io, thread};

use super::*;

const FILE: PrivateFile = PrivateFile {
    step: "test",
    limit: 64,
    is_secret: true,
};

/// The errors of file systems without hard links: vfat on Linux, exFAT and FAT on Windows, network file systems.
fn no_links(number: usize) -> io::Result<()> {
    Err(match number % 4 {
        0 => ErrorKind::PermissionDenied.into(),
        1 => ErrorKind::Unsupported.into(),
        // ERROR_INVALID_FUNCTION of Windows, which Rust's standard library does not name; another name on Unix.
        2 => Error::from_raw_os_error(1),
        _ => Error::other("not implemented"),
    })
}

/// Writes a value of its own, unless another thread was first; returns the value in the file.
fn load_or_create(path: &Path, number: usize) -> Vec<u8> {
    let mine = format!("value {number}").into_bytes();
    if let Some(found) = FILE.read(path).unwrap() {
        return found.to_vec();
    }
    match FILE.create_by(path, &mine, |_, _| no_links(number)) {
        Ok(()) => mine,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
            FILE.read(path).unwrap().unwrap().to_vec()
        }
    }
}

#[test]
fn without_hard_links_the_first_value_is_used_by_all() {
    for _ in 0..100 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let found: Vec<_> = thread::scope(|scope| {
            let path = &path;
            let threads: Vec<_> = (0..8)
                .map(|number| scope.spawn(move || load_or_create(path, number)))
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join().unwrap());
            joined.collect()
        });
        assert!(found[0].starts_with(b"value "), "{found:?}");
        assert!(found.iter().all(|value| *value == found[0]), "{found:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn without_hard_links_a_file_is_never_seen_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..300 {
                FILE.create_by(&path, b"whole", |_, _| no_links(number))
                    .unwrap();
                fs::remove_file(&path).unwrap();
            }
        });
        while !writer.is_finished() {
            if let Some(found) = FILE.read(&path).unwrap() {
                assert_eq!(found.as_slice(), b"whole");
            }
        }
    });
}

#[test]
fn the_errors_of_a_link_that_is_not_needed_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for kind in [ErrorKind::AlreadyExists, ErrorKind::NotFound] {
        let outcome = FILE.create_by(&path, b"value", |_, _| Err(kind.into()));
        assert_eq!(outcome.unwrap_err().kind(), kind);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn an_old_empty_file_is_reported_immediately() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let file = fs::File::create(&path).unwrap();
    access::restrict(&file, true).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(60))
        .unwrap();
    let started = Instant::now();
    assert!(FILE.read(&path).unwrap().unwrap().is_empty());
    assert!(started.elapsed() < PATIENCE / 2);
}

#[cfg(feature = "jwt")]
#[test]
fn json_is_never_longer_than_its_limit() {
    let value = "1234567890";
    assert_eq!(json(&value, 12).unwrap().as_slice(), b"\"1234567890\"");
    assert_eq!(json(&value, 20).unwrap().as_slice(), b"\"1234567890\"");
    assert!(json(&value, 11).is_none());
}
