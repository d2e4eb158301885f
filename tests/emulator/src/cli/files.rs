//! The files that the program writes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A file that exists while the emulator runs.
#[derive(Debug)]
pub(super) struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Removes the file of an earlier run, whose address may be another one.
    pub(super) fn prepare(path: &Path) -> Result<(), String> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("cannot remove {}: {error}", path.display()))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn write(path: &Path, text: &str) -> Result<Self, String> {
        write(path, text)?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes a file atomically: readers never see a part of it.
pub(super) fn write(path: &Path, text: &str) -> Result<(), String> {
    let mut draft = OsString::from(path);
    draft.push(format!(".{}.tmp", std::process::id()));
    let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&draft);
        format!("cannot write {}: {error}", path.display())
    })
}
