//! The files of identifiers, keys and credentials: what counts as one, who may read it, links, drafts, and errors.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use plex_api::{ClientIdentifier, Credentials, DeviceKey, Error, Identity, PlexApi};
use tempfile::TempDir;

/// Returns a folder and the path of a file in it that does not exist yet.
fn new_path() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    (folder, path)
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).unwrap();
    chmod(path, 0o600);
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn chmod(_: &Path, _: u32) {}

pub(crate) fn plex() -> PlexApi {
    PlexApi::new(Identity::new("a-client")).unwrap()
}

/// Makes credentials without a token.
pub(crate) fn credentials(key: &DeviceKey) -> Credentials {
    let state = serde_json::json!({"client_identifier": "a-client", "key": key});
    Credentials::restore(&plex(), &serde_json::from_value(state).unwrap()).unwrap()
}

/// Fails the test if `run` takes longer than ten seconds.
fn in_time<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(run()));
    receiver.recv_timeout(Duration::from_secs(10)).unwrap()
}

/// Reads the file in every way.
fn in_every_way(path: &Path) -> [Result<(), Error>; 5] {
    let key = DeviceKey::generate().unwrap();
    [
        ClientIdentifier::load_or_create(path).map(drop),
        DeviceKey::load_or_create(path).map(drop),
        DeviceKey::load(path).map(drop),
        Credentials::load(&plex(), path).map(drop),
        credentials(&key).keep_in(path).map(drop),
    ]
}

fn assert_refused(outcomes: impl IntoIterator<Item = Result<(), Error>>, text: &str) {
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert!(
            error.is_storage() && error.to_string().contains(text),
            "{error}"
        );
    }
}

#[cfg(unix)]
pub(crate) fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read_and_nothing_waits_for_others() {
    let (folder, fifo) = new_path();
    make_fifo(&fifo);
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&fifo, &link).unwrap();
    for path in [&fifo, &link, folder.path(), Path::new("/dev/zero")] {
        let path = path.to_owned();
        let outcomes = in_time(move || in_every_way(&path));
        assert_refused(outcomes, "is not a regular file");
    }
    let outcomes = in_time(move || in_every_way(&socket));
    assert_refused(outcomes, "cannot be read");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[cfg(unix)]
#[test]
fn secret_files_that_others_can_read_are_refused_with_the_command_that_fixes_it() {
    let (folder, _) = new_path();
    let path = folder.path().join("my key");
    let key = DeviceKey::generate().unwrap();
    for mode in [0o644, 0o666, 0o604, 0o602, 0o660] {
        for (content, is_key) in [
            (key.to_pem().unwrap().expose().to_owned(), true),
            (
                serde_json::to_string(&credentials(&key).state()).unwrap(),
                false,
            ),
        ] {
            fs::write(&path, content).unwrap();
            chmod(&path, mode);
            let outcomes = in_every_way(&path);
            let outcomes = outcomes.into_iter().skip(if is_key { 1 } else { 3 });
            let command = format!("run `chmod 600 '{}'`", path.display());
            assert_refused(outcomes.take(2), &command);
            // The command is right.
            let chmod = format!("chmod 600 '{}'", path.display());
            let status = Command::new("sh").args(["-c", &chmod]).status().unwrap();
            assert!(status.success());
            if is_key {
                assert_eq!(DeviceKey::load(&path).unwrap(), key);
            } else {
                assert!(Credentials::load(&plex(), &path).unwrap().is_some());
            }
        }
    }
    // A client identifier is not secret.
    fs::write(&path, "an-identifier").unwrap();
    chmod(&path, 0o666);
    ClientIdentifier::load_or_create(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn the_target_of_a_symbolic_link_is_replaced() {
    let (folder, path) = new_path();
    let target = folder.path().join("elsewhere/target");
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere/target", &path).unwrap();
    let key = DeviceKey::generate().unwrap();
    let old = serde_json::to_vec_pretty(&credentials(&key).state()).unwrap();
    write_private(&target, &old);
    credentials(&key).keep_in(&path).unwrap();
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert!(!fs::symlink_metadata(&target).unwrap().is_symlink());
    assert_ne!(fs::read(&target).unwrap(), old);
    crate::device_key::is_private(&target);
    assert_eq!(
        fs::read_dir(folder.path().join("elsewhere"))
            .unwrap()
            .count(),
        1
    );
}

#[cfg(unix)]
#[test]
fn a_link_without_a_target_is_reported() {
    let (folder, path) = new_path();
    std::os::unix::fs::symlink(folder.path().join("missing"), &path).unwrap();
    assert_refused(
        in_every_way(&path),
        "is a symbolic link whose target does not exist",
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn drafts_of_killed_processes_are_deleted_by_a_later_write() {
    let key = DeviceKey::generate().unwrap();
    type Write<'a> = &'a dyn Fn(&Path);
    let writes: [Write<'_>; 4] = [
        &|path| drop(ClientIdentifier::load_or_create(path).unwrap()),
        &|path| key.save(path).unwrap(),
        &|path| drop(credentials(&key).keep_in(path).unwrap()),
        // In place of an existing file.
        &|path| {
            let credentials = credentials(&key).keep_in(path).unwrap();
            age(&draft(path.parent().unwrap()), 2);
            credentials.keep_in(path).unwrap();
        },
    ];
    for write in writes {
        let (folder, path) = new_path();
        for hours in [2, 24 * 365] {
            age(&draft(folder.path()), hours);
        }
        // Another process may be writing this one.
        let new = draft(folder.path());
        let others = [".plex-api-notes", "plex-api-1", ".plex-api-"].map(|name| {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            age(&path, 2);
            path
        });
        write(&path);
        let count = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(count, 2 + others.len(), "the file and what is not ours");
        assert!(new.exists() && others.iter().all(|path| path.exists()));
    }
}

/// Creates the draft of a process that was killed.
fn draft(folder: &Path) -> PathBuf {
    let id = ClientIdentifier::random();
    let path = folder.join(format!(".plex-api-{id}"));
    fs::write(&path, "secret").unwrap();
    path
}

fn age(path: &Path, hours: u64) {
    let date = SystemTime::now() - Duration::from_secs(hours * 3600 + 60);
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_modified(date).unwrap();
}

const UMASK: &str = "PLEX_API_TEST_UMASK";

/// A process with an odd umask writes files that it can read again.
#[cfg(unix)]
#[test]
fn the_umask_does_not_matter() {
    const TEST: &str = "private_files::the_umask_does_not_matter";
    if let Ok(folder) = std::env::var(UMASK) {
        let folder = Path::new(&folder);
        ClientIdentifier::load_or_create(folder.join("identifier")).unwrap();
        let key = DeviceKey::load_or_create(folder.join("key")).unwrap();
        credentials(&key)
            .keep_in(folder.join("credentials"))
            .unwrap();
        return;
    }
    for umask in ["777", "400", "000"] {
        let (folder, _) = new_path();
        let mut shell = Command::new("sh");
        let script = r#"umask "$0" && exec "$@" > /dev/null"#;
        let status = shell
            .args(["-c", script, umask])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", TEST])
            .env(UMASK, folder.path())
            .status();
        assert!(status.unwrap().success());
        for name in ["identifier", "key", "credentials"] {
            crate::device_key::is_private(&folder.path().join(name));
        }
    }
}

#[test]
fn errors_show_paths_without_control_characters() {
    let (folder, _) = new_path();
    for (name, shown) in [
        ("a\nb\u{1b}[31m", r"a\nb\u{1b}[31m"),
        ("\u{202e}txt.exe", r"\u{202e}txt.exe"),
    ] {
        let path = folder.path().join(name);
        write_private(&path, "two words");
        for outcome in in_every_way(&path) {
            let text = outcome.unwrap_err().to_string();
            assert!(
                text.contains(shown) && !text.contains(char::is_control),
                "{text}"
            );
        }
    }
}

/// Returns the number of bytes that this thread has read.
#[cfg(target_os = "linux")]
fn bytes_read() -> u64 {
    let counters = fs::read_to_string("/proc/thread-self/io").unwrap();
    let line = counters
        .lines()
        .find_map(|line| line.strip_prefix("rchar: "));
    line.unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_file_is_not_read_whole() {
    let (_folder, path) = new_path();
    let mut file = fs::File::create(&path).unwrap();
    chmod(&path, 0o600);
    file.write_all(&vec![b' '; 5_000_000]).unwrap();
    // Made before counting: a client reads certificates.
    let (plex, credentials) = (plex(), credentials(&DeviceKey::generate().unwrap()));
    let before = bytes_read();
    for outcome in [
        ClientIdentifier::load_or_create(&path).map(drop),
        DeviceKey::load_or_create(&path).map(drop),
        DeviceKey::load(&path).map(drop),
        Credentials::load(&plex, &path).map(drop),
        credentials.keep_in(&path).map(drop),
    ] {
        assert!(outcome.unwrap_err().is_storage());
    }
    let read = bytes_read() - before;
    assert!(read < 200_000, "{read} bytes");
}
