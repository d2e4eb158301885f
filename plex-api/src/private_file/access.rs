//! Permissions of files. Other systems than Unix have none that Rust's standard library can read.

use std::fs::{File, Metadata};
use std::io;

/// Returns true if other users can read or write the file. The group may read a file of root, as PostgreSQL allows for
/// its keys: so an administrator gives a service a file that it cannot change.
#[cfg(unix)]
pub(super) fn is_open_to_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    has_open_mode(metadata.mode(), metadata.uid())
}

#[cfg(unix)]
fn has_open_mode(mode: u32, owner: u32) -> bool {
    let others = if owner == 0 { 0o037 } else { 0o077 };
    mode & others != 0
}

/// Gives a new file the mode 600, whatever the umask is. Fails if its owner could not read it again, or if it is secret
/// and other users can read it, as on a file system without permissions.
#[cfg(unix)]
pub(super) fn restrict(file: &File, is_secret: bool) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    // The resulting mode decides: some file systems refuse the change, and others ignore it.
    let _ = file.set_permissions(Permissions::from_mode(0o600));
    let metadata = file.metadata()?;
    if metadata.mode() & 0o400 == 0 || is_secret && is_open_to_others(&metadata) {
        let what = "the file system does not keep permissions";
        return Err(io::Error::new(io::ErrorKind::Unsupported, what));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
pub(super) fn restrict(_: &File, _is_secret: bool) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::has_open_mode;

    #[test]
    fn only_a_file_of_root_may_be_readable_by_its_group() {
        for (mode, by_user, by_root) in [
            (0o600, false, false),
            (0o400, false, false),
            (0o640, true, false),
            (0o440, true, false),
            (0o660, true, true),
            (0o604, true, true),
            (0o644, true, true),
            (0o602, true, true),
        ] {
            assert_eq!(has_open_mode(0o100_000 | mode, 1000), by_user, "{mode:o}");
            assert_eq!(has_open_mode(0o100_000 | mode, 0), by_root, "{mode:o}");
        }
    }
}
