//! The client identifier, kept in a file.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use plex_api_gen::Error;
use uuid::Uuid;

/// What tells one installation of a program from every other (`X-Plex-Client-Identifier`).
///
/// Made once, kept, used for ever: a new one at each start is a new device in the user's list each time, and the tokens of
/// the old one are lost to it.
///
/// # Examples
/// ```no_run
/// use plex_api::{ClientIdentifier, Identity, PlexApi};
///
/// let identifier = ClientIdentifier::load_or_create("/var/lib/my-program/plex-client-identifier")?;
/// let plex = PlexApi::new(Identity::new(identifier).client_name("My program"))?;
/// # Ok::<(), plex_api::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientIdentifier(String);

const STEP: &str = "client identifier";

/// No identifier is longer; a longer file is something else.
const MAX_LENGTH: u64 = 1024;

impl ClientIdentifier {
    /// A new random one: a UUID of version 4. Keep it.
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// Reads the identifier from a file, or makes a random one and writes it there the first time.
    ///
    /// The file is readable by its owner alone and appears with its content in one step: of two processes that start at the
    /// same moment, both use the one that came first. The folder must exist. This blocks for a moment, as file access does.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the file cannot be read or written, is empty, or holds something that is no identifier.
    /// Such a file is left alone.
    pub fn load_or_create(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        if let Some(identifier) = load(path)? {
            return Ok(identifier);
        }
        let identifier = Self::random();
        match create(path, &identifier.0) {
            Ok(()) => Ok(identifier),
            // Another process was first.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                load(path)?.ok_or_else(|| refuse(path, "vanished while it was read; try again"))
            }
            Err(error) => Err(refuse(path, &format!("cannot be written: {error}"))),
        }
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<ClientIdentifier> for String {
    fn from(identifier: ClientIdentifier) -> Self {
        identifier.0
    }
}

fn refuse(path: &Path, what: &str) -> Error {
    Error::misuse(STEP, format!("the file {} {what}", path.display()))
}

/// The identifier in the file; nothing if there is no file.
fn load(path: &Path) -> Result<Option<ClientIdentifier>, Error> {
    let mut bytes = Vec::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(path, &format!("cannot be read: {error}"))),
    };
    file.take(MAX_LENGTH + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| refuse(path, &format!("cannot be read: {error}")))?;
    let text = std::str::from_utf8(&bytes).ok().map(str::trim);
    match text {
        Some("") => Err(refuse(
            path,
            "is empty; delete it to get a new identifier, or restore the old one",
        )),
        Some(text)
            if bytes.len() as u64 <= MAX_LENGTH
                && text.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            Ok(Some(ClientIdentifier(text.to_owned())))
        }
        _ => Err(refuse(
            path,
            "does not hold a client identifier; name another file",
        )),
    }
}

/// Writes a file that must not exist yet, so that nobody ever sees it half written.
fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let draft = Draft(path.with_file_name(format!(".plex-client-identifier-{}", Uuid::new_v4())));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft.0)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // Unlike a rename, a link never replaces what is there.
    match fs::hard_link(&draft.0, path) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::PermissionDenied
            ) =>
        {
            // A file system without links, as memory cards have: the file itself, made anew or not at all.
            options.open(path)?.write_all(text.as_bytes())
        }
        linked => linked,
    }
}

/// A file that is removed at the end, whatever happens.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // If it cannot be removed, a small hidden file stays behind; that is no reason to fail.
        let _ = fs::remove_file(&self.0);
    }
}
