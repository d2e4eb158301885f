//! Small files that only their owner can read, and that nobody ever sees half written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use plex_api_gen::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What `load` finds in the file, or a new thing that `make` makes and that is written there. Of two processes that do so at
/// the same moment, both use the one that came first.
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
            load()?.ok_or_else(|| refuse(step, path, "vanished while it was read; try again"))
        }
        Err(error) => Err(unwritable(step, path, &error)),
    }
}

/// What is in a file; nothing if there is no file. Of a file that is larger than `limit` one byte more than that.
pub(crate) fn read(
    step: &'static str,
    path: &Path,
    limit: u64,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    // As large as it can get, so that it never moves and leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit.try_into().unwrap_or(0) + 1));
    let outcome = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match outcome {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refuse(step, path, &format!("cannot be read: {error}"))),
    }
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = Draft::write(path, bytes)?;
    // Unlike a rename, a link never replaces what is there.
    match fs::hard_link(&draft.0, path) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::PermissionDenied
            ) =>
        {
            // A file system without links, as memory cards have: the file itself, made anew or not at all.
            let mut file = new_file(path)?;
            let written = file.write_all(bytes).and_then(|()| file.sync_all());
            written.inspect_err(|_| drop(fs::remove_file(path)))
        }
        linked => linked,
    }
}

/// Writes a file in the place of the one that is there, if any.
#[cfg(feature = "jwt")]
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::rename(&Draft::write(path, bytes)?.0, path)
}

/// A value as JSON, in memory that is wiped.
#[cfg(feature = "jwt")]
pub(crate) fn json(value: &impl serde::Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    // Large enough for whatever is written here, so that it never moves and leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    serde_json::to_writer(&mut *bytes, value)?;
    Ok(bytes)
}

/// The error of a file that cannot be written.
pub(crate) fn unwritable(step: &'static str, path: &Path, error: &io::Error) -> Error {
    refuse(step, path, &format!("cannot be written: {error}"))
}

/// An error that names the step and the file.
pub(crate) fn refuse(step: &'static str, path: &Path, what: &str) -> Error {
    Error::misuse(step, format!("the file {} {what}", path.display()))
}

/// A file beside another one; it is removed at the end, if it is still there.
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
        // If it cannot be removed, a small hidden file stays behind; that is no reason to fail.
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
