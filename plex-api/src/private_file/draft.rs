//! The temporary file that becomes the real one.

use std::fs::{self, DirEntry, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use super::access::restrict;

const PREFIX: &str = ".plex-api-";

/// The age at which the temporary file of a killed process is deleted.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A temporary file beside another one, removed on drop if it still exists.
pub(super) struct Draft(PathBuf);

impl Draft {
    pub(super) fn write(path: &Path, bytes: &[u8], is_secret: bool) -> io::Result<Self> {
        let path = path.with_file_name(format!("{PREFIX}{}", Uuid::new_v4()));
        let mut file = new_file(&path)?;
        let draft = Self(path);
        restrict(&file, is_secret)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(draft)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Renames the draft to a file that must not exist yet, without a hard link: an empty file claims the name, and the
    /// draft replaces it. So the content appears as a whole.
    pub(super) fn claim(&self, path: &Path) -> io::Result<()> {
        new_file(path)?;
        fs::rename(&self.0, path).inspect_err(|_| drop(fs::remove_file(path)))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // If this fails, a later write deletes it.
        let _ = fs::remove_file(&self.0);
    }
}

/// Makes the new name of a file survive a power failure, and deletes the drafts of killed processes. The file itself is
/// complete, so a failure of either is not an error.
pub(super) fn finish(path: &Path) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Only Unix can open a folder.
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    let entries = fs::read_dir(folder).into_iter().flatten();
    for draft in entries.flatten().filter(is_abandoned) {
        let _ = fs::remove_file(draft.path());
    }
}

fn is_abandoned(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let id = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    let is_draft = id.is_some_and(|id| Uuid::parse_str(id).is_ok());
    // Does not follow a symbolic link.
    let metadata = || entry.metadata().ok().filter(fs::Metadata::is_file);
    let age = || metadata()?.modified().ok()?.elapsed().ok();
    is_draft && age().is_some_and(|age| age > ABANDONED)
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
