//! The client identifier, kept in a file.

use std::fmt;
use std::path::Path;

use plex_api_gen::Error;
use uuid::Uuid;

use crate::private_file;

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
        private_file::load_or_create(
            STEP,
            path,
            || load(path),
            || {
                let identifier = Self::random();
                let bytes = identifier.0.clone().into_bytes().into();
                Ok((identifier, bytes))
            },
        )
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
    private_file::refuse(STEP, path, what)
}

/// The identifier in the file; nothing if there is no file.
fn load(path: &Path) -> Result<Option<ClientIdentifier>, Error> {
    let Some(bytes) = private_file::read(STEP, path, MAX_LENGTH)? else {
        return Ok(None);
    };
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
