use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use plex_api_gen::{Error, Secret};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use zeroize::{Zeroize, Zeroizing};

use super::compact::is_object;
use crate::private_file::PrivateFile;
use crate::private_file::error::{failed, unusable, unwritable};

mod jwk;

/// The signing key of a device: an Ed25519 key pair. plex.tv identifies the device by the public key.
///
/// Generate a key once for each client identifier and keep it. **A lost key cannot be replaced**: once plex.tv has
/// issued a JWT for a client identifier, no sign-in under it works without the key (seen in clambin/mediaclients), and
/// the program needs a new client identifier and a new key. So store both side by side.
///
/// The key id is the thumbprint of the public key (RFC 7638). A clone is cheap and shares the key. Anyone with the key can get
/// tokens of the user: `Debug` shows only the id, and memory is wiped when the last clone is dropped. It serializes as a
/// private JWK: store it where only the user can read it.
///
/// # Examples
/// ```no_run
/// use plex_api::DeviceKey;
///
/// let key = DeviceKey::load_or_create("/var/lib/my-program/plex-device-key.pem")?;
/// println!("the key of this device is {}", key.id());
/// # Ok::<(), plex_api::Error>(())
/// ```
#[derive(Clone)]
pub struct DeviceKey {
    pair: Arc<Ed25519KeyPair>,
    id: Arc<str>,
}

const STEP: &str = "device key";

const FILE: PrivateFile = PrivateFile {
    step: STEP,
    limit: 16 * 1024,
    is_secret: true,
};

impl DeviceKey {
    /// Generates a new random key. Keep it.
    ///
    /// # Errors
    /// [`ErrorClass::Crypto`](crate::ErrorClass::Crypto) if the system provides no random numbers.
    pub fn generate() -> Result<Self, Error> {
        Ed25519KeyPair::generate().map(Self::of).map_err(|_| {
            Error::crypto(
                STEP,
                "the system provides no random numbers; try again later",
            )
        })
    }

    /// Reads the key from a file, or generates one and writes it there the first time.
    ///
    /// The file is read as by [`load`](Self::load) and written as by [`save`](Self::save). Two processes that start at the
    /// same time both use the key that was written first. This blocks on file I/O.
    ///
    /// # Errors
    /// [`Error::is_storage`] if the file cannot be read or written, is open to other users, or does not hold an Ed25519 key;
    /// also if the path is a symbolic link without a target. Such a file is left unchanged.
    /// [`ErrorClass::Crypto`](crate::ErrorClass::Crypto) if no key can be generated.
    pub fn load_or_create(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        FILE.load_or_create(
            path,
            || find(path),
            || {
                let key = Self::generate()?;
                let pem = key.pem()?.as_bytes().to_vec().into();
                Ok((key, pem))
            },
        )
    }

    /// Reads the key from a regular file, in PEM or as a JWK.
    ///
    /// On Unix a file that other users can read or write is refused, as ssh does; the error names the `chmod` command that
    /// fixes it. Only a file of root may be readable by its group (mode 640).
    ///
    /// # Errors
    /// [`Error::is_storage`] if the file does not exist, cannot be read, is open to other users, is not a regular file, or
    /// does not hold an Ed25519 key.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        find(path)?.ok_or_else(|| {
            let what = "does not exist; check the path";
            failed(STEP, path, what, ErrorKind::NotFound.into())
        })
    }

    /// Writes the key to a new file, in PEM.
    ///
    /// Only its owner can read the file (on Unix), whatever the umask is. The folder must exist.
    ///
    /// # Errors
    /// [`Error::is_storage`] if the file cannot be written or exists already (a key is never overwritten), or its file system
    /// does not keep permissions.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        FILE.create(path, self.pem()?.as_bytes())
            .map_err(|error| unwritable(STEP, path, error))
    }

    /// Returns the key in PEM: an unencrypted PKCS#8 private key (RFC 5958, RFC 8410), compatible with OpenSSL.
    ///
    /// # Errors
    /// [`ErrorClass::Crypto`](crate::ErrorClass::Crypto) if the cryptography library cannot serialize the key. This has
    /// never been observed.
    pub fn to_pem(&self) -> Result<Secret, Error> {
        Ok(Secret::new(self.pem()?.as_str()))
    }

    fn pem(&self) -> Result<Zeroizing<String>, Error> {
        let pkcs8 = self.pair.to_pkcs8v1().map_err(|_| unserializable())?;
        // The 48 bytes fit on one line of PEM.
        let line = Zeroizing::new(STANDARD.encode(&pkcs8));
        Ok(Zeroizing::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            *line
        )))
    }

    /// Reads a key in PEM.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the text does not hold an unencrypted PKCS#8 private key for Ed25519.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let mut pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
            Error::misuse(
                STEP,
                "the text does not hold an unencrypted PKCS#8 private key; check its source",
            )
        })?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.secret_pkcs8_der());
        pkcs8.zeroize();
        pair.map(Self::of).map_err(|_| {
            Error::misuse(
                STEP,
                "the private key is not an Ed25519 key; generate one of that kind",
            )
        })
    }

    /// Returns the key id (`kid`): the thumbprint of the public key (RFC 7638), 43 characters, unless the key was read from a
    /// JWK with its own `kid`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Signs a message; the signature has 64 bytes.
    pub(super) fn sign(&self, message: &[u8]) -> Result<impl AsRef<[u8]> + use<>, Error> {
        self.pair
            .try_sign(message)
            .map_err(|_| Error::crypto(STEP, "the key cannot sign; try again later"))
    }

    fn of(pair: Ed25519KeyPair) -> Self {
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        // The required members in alphabetical order, without spaces (RFC 7638, section 3.2).
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()));
        Self {
            pair: Arc::new(pair),
            id: id.into(),
        }
    }
}

fn unserializable() -> Error {
    Error::crypto(STEP, "the key cannot be serialized; generate a new one")
}

/// Reads the key in the file; `None` if there is no file.
fn find(path: &Path) -> Result<Option<DeviceKey>, Error> {
    let Some(bytes) = FILE.read(path)? else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let key = if is_object(&bytes) {
        DeviceKey::from_jwk(text)
    } else {
        DeviceKey::from_pem(text)
    };
    let what = "does not hold an Ed25519 key in PEM (PKCS#8, unencrypted) or as a JWK; choose another file, or restore it";
    key.map(Some).map_err(|_| unusable(STEP, path, what))
}

/// Shows only the key id, without the control characters that a foreign one may hold.
impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.id.escape_debug())
    }
}

/// Compares the key ids and the public keys.
impl PartialEq for DeviceKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.pair.public_key().as_ref() == other.pair.public_key().as_ref()
    }
}

impl Eq for DeviceKey {}
