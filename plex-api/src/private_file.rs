//! Small files that only their owner can read (on Unix), written to a temporary file first so that none is half
//! written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use plex_api_gen::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Loads the value from the file, or makes a new value and writes it there. Two processes that do so at the same time
/// both use the value that was written first.
pub(crate) fn load_or_create<T>(
    step: &'static str,
    path: &Path,
    load: impl Fn() -> Result<Option<T>, Error>,
    make: impl FnOnce() -> Result<(T, Zeroizing<Vec<u8>>), Error>,
) -> Result<T, Error> {
    if let Some(found) = load()? {
        return Ok(found);
    }
    let (made, bytes) = make()?;
    match create(path, &bytes) {
        Ok(()) => Ok(made),
        // Another process was first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            load()?.ok_or_else(|| unusable(step, path, "vanished while it was read; try again"))
        }
        Err(error) => Err(unwritable(step, path, error)),
    }
}

/// Reads a file, up to one byte past the limit; returns `None` if there is no file.
pub(crate) fn read(
    step: &'static str,
    path: &Path,
    limit: usize,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    // The buffer never grows, so that it leaves no copy of a secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit + 1));
    let outcome =
        File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
    match outcome {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let what = "cannot be read; check the path and its permissions";
            Err(failed(step, path, what, error))
        }
    }
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = Draft::write(path, bytes)?;
    // Unlike a rename, a link never replaces an existing file.
    match fs::hard_link(&draft.0, path) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::PermissionDenied
            ) =>
        {
            // The file system has no hard links, as on memory cards: writes the file itself, if it does not exist.
            let mut file = new_file(path)?;
            let written = file.write_all(bytes).and_then(|()| file.sync_all());
            written.inspect_err(|_| drop(fs::remove_file(path)))
        }
        linked => linked,
    }
}

/// Writes a file in place of the existing one, if any.
#[cfg(feature = "jwt")]
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::rename(&Draft::write(path, bytes)?.0, path)
}

/// Serializes a value as JSON, in memory that is wiped.
#[cfg(feature = "jwt")]
pub(crate) fn json(value: &impl serde::Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    // Large enough for every value of this crate, so that the buffer never grows and leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    serde_json::to_writer(&mut *bytes, value)?;
    Ok(bytes)
}

/// Returns the error for a file that cannot be written.
pub(crate) fn unwritable(step: &'static str, path: &Path, error: io::Error) -> Error {
    let what = match error.kind() {
        ErrorKind::AlreadyExists => "exists already; choose another file, or delete it",
        _ => "cannot be written; check its folder and the permissions",
    };
    failed(step, path, what, error)
}

/// Returns the error for a file whose content cannot be used.
pub(crate) fn unusable(step: &'static str, path: &Path, what: &str) -> Error {
    Error::storage(step, message(path, what), None)
}

/// Returns the error for a file operation that the operating system rejected.
pub(crate) fn failed(step: &'static str, path: &Path, what: &str, error: io::Error) -> Error {
    Error::storage(step, message(path, what), error)
}

fn message(path: &Path, what: &str) -> String {
    format!("the file {} {what}", path.display())
}

/// A temporary file beside another one, removed on drop if it still exists.
struct Draft(PathBuf);

impl Draft {
    fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let draft = Self(path.with_file_name(format!(".plex-api-{}", Uuid::new_v4())));
        let mut file = new_file(&draft.0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // If this fails, a small hidden file stays behind, which does no harm.
        let _ = fs::remove_file(&self.0);
    }
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
