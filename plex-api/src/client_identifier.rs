use std::fmt;
use std::path::Path;
use std::str::FromStr;

use plex_api_gen::Error;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::private_file::PrivateFile;
use crate::private_file::error::unusable;

/// The identifier of one installation of a program (`X-Plex-Client-Identifier`).
///
/// Create it once and keep it: a program that creates one at each start appears in the user's list as a new device each
/// time, and loses the tokens of the old one.
///
/// An identifier holds 1 to 1024 visible ASCII characters; `parse`, `try_from` and deserializing reject any other text.
///
/// # Examples
/// ```no_run
/// use plex_api::{ClientIdentifier, Identity, PlexApi};
///
/// let identifier = ClientIdentifier::load_or_create("/var/lib/my-program/plex-client-identifier")?;
/// let plex = PlexApi::new(Identity::new(&identifier).client_name("My program"))?;
/// # Ok::<(), plex_api::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientIdentifier(String);

const STEP: &str = "client identifier";

/// The longest identifier, in bytes.
const MAX_LENGTH: usize = 1024;

const FILE: PrivateFile = PrivateFile {
    step: STEP,
    limit: MAX_LENGTH,
    is_secret: false,
};

impl ClientIdentifier {
    /// Creates a random identifier, a version 4 UUID. Keep it.
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// Reads the identifier from a file, or creates a random one and writes it there the first time.
    ///
    /// Only its owner can read a new file (on Unix); an existing file may have any permissions, since an identifier is not
    /// secret. Two processes that start at the same time both use the identifier that was written first. The folder must
    /// exist. This blocks on file I/O.
    ///
    /// # Errors
    /// [`Error::is_storage`] if the file cannot be read or written, is not a regular file, is empty, or does not hold an
    /// identifier; also if the path is a symbolic link without a target. Such a file is left unchanged.
    pub fn load_or_create(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        FILE.load_or_create(
            path,
            || load(path),
            || {
                let identifier = Self::random();
                let bytes = identifier.0.clone().into_bytes().into();
                Ok((identifier, bytes))
            },
        )
    }

    /// Returns the identifier as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for ClientIdentifier {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<ClientIdentifier> for String {
    fn from(identifier: ClientIdentifier) -> Self {
        identifier.0
    }
}

impl From<&ClientIdentifier> for String {
    fn from(identifier: &ClientIdentifier) -> Self {
        identifier.0.clone()
    }
}

impl TryFrom<String> for ClientIdentifier {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        if is_valid(&text) {
            Ok(Self(text))
        } else {
            let what =
                "the text is not a client identifier; use 1 to 1024 visible ASCII characters";
            Err(Error::misuse(STEP, what))
        }
    }
}

impl TryFrom<&str> for ClientIdentifier {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        text.to_owned().try_into()
    }
}

impl FromStr for ClientIdentifier {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.try_into()
    }
}

fn is_valid(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Reads the identifier in the file; `None` if there is no file.
fn load(path: &Path) -> Result<Option<ClientIdentifier>, Error> {
    let Some(bytes) = FILE.read(path)? else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes).ok().map(str::trim);
    let what = match text {
        Some("") => "is empty; delete it to get a new identifier, or restore the old one",
        Some(text) if bytes.len() <= MAX_LENGTH && is_valid(text) => {
            return Ok(Some(ClientIdentifier(text.to_owned())));
        }
        _ => "does not hold a client identifier; choose another file",
    };
    Err(unusable(STEP, path, what))
}
