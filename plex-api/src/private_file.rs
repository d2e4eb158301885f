//! Small files that only their owner can read (on Unix). A file appears with its whole content, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use plex_api_gen::Error;
use zeroize::Zeroizing;

use access::is_open_to_others;
use draft::Draft;
use error::{failed, unusable, unwritable};

mod access;
mod draft;
pub(crate) mod error;

/// A kind of file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PrivateFile {
    /// The step that errors name.
    pub(crate) step: &'static str,
    /// The longest content, in bytes.
    pub(crate) limit: usize,
    /// The content is secret: a file that other users can read is refused.
    pub(crate) is_secret: bool,
}

/// The longest time for which a new file may be empty, on file systems without hard links.
const PATIENCE: Duration = Duration::from_secs(1);

impl PrivateFile {
    /// Loads the value from the file, or makes a new value and writes it there. Two processes that do so at the same
    /// time both use the value that was written first.
    pub(crate) fn load_or_create<T>(
        self,
        path: &Path,
        load: impl Fn() -> Result<Option<T>, Error>,
        make: impl FnOnce() -> Result<(T, Zeroizing<Vec<u8>>), Error>,
    ) -> Result<T, Error> {
        if let Some(found) = load()? {
            return Ok(found);
        }
        let (made, bytes) = make()?;
        match self.create(path, &bytes) {
            Ok(()) => Ok(made),
            // Another process was first.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => load()?
                .ok_or_else(|| unusable(self.step, path, "vanished while it was read; try again")),
            Err(error) => Err(unwritable(self.step, path, error)),
        }
    }

    /// Reads a regular file, up to one byte past the limit; returns `None` if there is no file.
    pub(crate) fn read(self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let started = Instant::now();
        let unreadable = |error| {
            let what = "cannot be read; check the path and its permissions";
            failed(self.step, path, what, error)
        };
        loop {
            let file = match open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => return self.missing(path),
                Err(error) => return Err(unreadable(error)),
            };
            let metadata = file.metadata().map_err(unreadable)?;
            if !metadata.is_file() {
                let what = "is not a regular file; choose another path";
                return Err(failed(
                    self.step,
                    path,
                    what,
                    ErrorKind::InvalidInput.into(),
                ));
            }
            if self.is_secret && is_open_to_others(&metadata) {
                return Err(error::open_to_others(self.step, path));
            }
            // The buffer never grows, so that it leaves no copy of a secret behind.
            let mut bytes = Zeroizing::new(Vec::with_capacity(self.limit + 1));
            file.take(self.limit as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
            let age = metadata
                .modified()
                .ok()
                .and_then(|date| date.elapsed().ok());
            let is_new = age.is_none_or(|age| age < 2 * PATIENCE);
            // The process that creates the file may not have filled it yet, see `Draft::claim`.
            if !bytes.is_empty() || !is_new || started.elapsed() >= PATIENCE {
                return Ok(Some(bytes));
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Returns `None`, or an error if the path is a symbolic link without a target.
    fn missing<T>(self, path: &Path) -> Result<Option<T>, Error> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => {
                let what = "is a symbolic link whose target does not exist; restore the target, or delete the link";
                Err(failed(self.step, path, what, ErrorKind::NotFound.into()))
            }
            _ => Ok(None),
        }
    }

    /// Writes a file that must not exist yet.
    pub(crate) fn create(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.create_by(path, bytes, |draft, path| fs::hard_link(draft, path))
    }

    fn create_by(
        self,
        path: &Path,
        bytes: &[u8],
        link: impl FnOnce(&Path, &Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let draft = Draft::write(path, bytes, self.is_secret)?;
        // Unlike a rename, a link never replaces an existing file.
        match link(draft.path(), path) {
            Err(error)
                if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) =>
            {
                return Err(error);
            }
            // File systems without hard links, as on memory cards, report various errors.
            Err(_) => draft.claim(path)?,
            Ok(()) => {}
        }
        draft::finish(path);
        Ok(())
    }

    /// Writes a file in place of the existing one, if any. A symbolic link stays, and its target is replaced.
    #[cfg(feature = "jwt")]
    pub(crate) fn replace(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let target = if is_link {
            fs::canonicalize(path)?
        } else {
            path.to_owned()
        };
        let draft = Draft::write(&target, bytes, self.is_secret)?;
        fs::rename(draft.path(), &target)?;
        draft::finish(&target);
        Ok(())
    }
}

/// Opens a file for reading. Opening a FIFO does not wait for a writer.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    options.open(path)
}

/// Serializes a value as JSON, in memory that is wiped; `None` if it is longer than the limit or cannot be serialized.
#[cfg(feature = "jwt")]
pub(crate) fn json(value: &impl serde::Serialize, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
    // The buffer never grows, so that it leaves no copy of a secret behind.
    let mut bytes = Zeroizing::new(vec![0; limit]);
    let mut rest = bytes.as_mut_slice();
    serde_json::to_writer(&mut rest, value).ok()?;
    let length = limit - rest.len();
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests;
