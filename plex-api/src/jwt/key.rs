use std::fmt;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use plex_api_gen::types::JsonWebKey;
use plex_api_gen::{Error, Secret};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use zeroize::{Zeroize, Zeroizing};

use super::compact::is_eddsa;
use crate::private_file::{self, refuse};

/// The signing key of a device: an Ed25519 key pair, whose public half plex.tv knows the device by.
///
/// Made once for each client identifier, kept, used for ever. **A lost key cannot be replaced**: once plex.tv has issued a
/// JWT for a client identifier, nobody can sign in under it any more without the key (seen in clambin/mediaclients), and the
/// program must go on with a new client identifier and a new key. So keep both beside each other.
///
/// Its name is the thumbprint of the public half (RFC 7638); nothing about the private half goes into it. A clone is cheap
/// and shares the key. Whoever holds the key can get tokens of the user: `Debug` shows only its name, memory is wiped when
/// the last clone is dropped, and what it serialises to (a private JWK) belongs where only the user can read it.
///
/// # Examples
/// ```no_run
/// use plex_api::DeviceKey;
///
/// let key = DeviceKey::load_or_create("/var/lib/my-program/plex-device-key.pem")?;
/// println!("the key of this device is {}", key.id());
/// # Ok::<(), plex_api::Error>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(try_from = "PrivateJwk")]
pub struct DeviceKey {
    pair: Arc<Ed25519KeyPair>,
    id: Arc<str>,
}

const STEP: &str = "device key";

/// No key file is longer; a longer one is something else.
const MAX_LENGTH: u64 = 16 * 1024;

impl DeviceKey {
    /// A new random key. Keep it.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the system has no random numbers to give.
    pub fn generate() -> Result<Self, Error> {
        Ed25519KeyPair::generate()
            .map(Self::of)
            .map_err(|_| Error::misuse(STEP, "the system gave no random numbers for a new key"))
    }

    /// Reads the key from a file, or makes a new one and writes it there the first time.
    ///
    /// The file is that of [`save`](Self::save). Of two processes that start at the same moment, both use the key that came
    /// first. This blocks for a moment, as file access does.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the file cannot be read or written, or holds something that is no such key. Such a file is
    /// left alone.
    pub fn load_or_create(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        private_file::load_or_create(
            STEP,
            path,
            || find(path),
            || {
                let key = Self::generate()?;
                let pem = key.pem()?.as_bytes().to_vec().into();
                Ok((key, pem))
            },
        )
    }

    /// Reads the key from a file, in PEM or as a JWK.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when there is no such file, it cannot be read, or it holds something that is no such key.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        find(path)?.ok_or_else(|| refuse(STEP, path, "does not exist"))
    }

    /// Writes the key to a new file, in PEM.
    ///
    /// Only its owner can read the file, which appears with its content in one step. The folder must exist.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the file cannot be written, or there is one already: a key is never written over.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        private_file::create(path, self.pem()?.as_bytes())
            .map_err(|error| private_file::unwritable(STEP, path, &error))
    }

    /// The key in PEM: an unencrypted PKCS#8 private key (RFC 5958, RFC 8410), as OpenSSL reads and writes it.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the cryptography library cannot write the key, which is not known to happen.
    pub fn to_pem(&self) -> Result<Secret, Error> {
        Ok(Secret::new(self.pem()?.as_str()))
    }

    fn pem(&self) -> Result<Zeroizing<String>, Error> {
        let pkcs8 = self.pair.to_pkcs8v1().map_err(|_| unwritable())?;
        // 48 bytes are one line of PEM.
        let line = Zeroizing::new(STANDARD.encode(&pkcs8));
        Ok(Zeroizing::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            *line
        )))
    }

    /// Reads a key in PEM.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the text holds no unencrypted PKCS#8 private key, or that of another algorithm.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let mut pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| Error::misuse(STEP, "the text holds no unencrypted PKCS#8 private key"))?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.secret_pkcs8_der());
        pkcs8.zeroize();
        pair.map(Self::of)
            .map_err(|_| Error::misuse(STEP, "the private key is not an Ed25519 key"))
    }

    /// The key as a private JWK (RFC 7517, RFC 8037), in JSON.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the cryptography library cannot write the key, which is not known to happen.
    pub fn to_jwk(&self) -> Result<Secret, Error> {
        let json = private_file::json(&self.private_jwk()?).map_err(|_| unwritable())?;
        let json = std::str::from_utf8(&json).map_err(|_| unwritable())?;
        Ok(Secret::new(json))
    }

    /// Reads a private JWK in JSON.
    ///
    /// Its `kid`, if it has one, stays the name of the key: plex.tv may know it by that name from another program. Without
    /// one the name is the thumbprint.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the text is no private JWK of an Ed25519 key, or its two halves do not belong together.
    pub fn from_jwk(jwk: &str) -> Result<Self, Error> {
        // The parser's own message may quote the key.
        serde_json::from_str::<PrivateJwk>(jwk)
            .map_err(|_| "the text is no private JWK of an Ed25519 key")
            .and_then(Self::try_from)
            .map_err(|what| Error::misuse(STEP, what))
    }

    /// The name of the key (`kid`): the thumbprint of its public half (RFC 7638), 43 characters, unless it was read from a
    /// JWK with a name of its own.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half, as plex.tv is told it.
    pub fn public_jwk(&self) -> JsonWebKey {
        JsonWebKey {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: Some(self.x()),
            kid: self.id.to_string(),
            use_: Some("sig".to_owned()),
            alg: Some("EdDSA".to_owned()),
            n: None,
            e: None,
        }
    }

    /// The signature of a message, 64 bytes.
    pub(super) fn sign(&self, message: &[u8]) -> Result<impl AsRef<[u8]> + use<>, Error> {
        self.pair
            .try_sign(message)
            .map_err(|_| Error::misuse(STEP, "the cryptography library failed to sign"))
    }

    fn of(pair: Ed25519KeyPair) -> Self {
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        // The required members in alphabetical order and no space (RFC 7638, section 3.2).
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()));
        Self {
            pair: Arc::new(pair),
            id: id.into(),
        }
    }

    fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    fn private_jwk(&self) -> Result<PrivateJwk, Error> {
        let pkcs8 = self.pair.to_pkcs8v1().map_err(|_| unwritable())?;
        // Of the version 1 the private half is the end (RFC 8410, section 7).
        let d = pkcs8.as_ref().last_chunk::<32>().ok_or_else(unwritable)?;
        Ok(PrivateJwk {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: self.x(),
            d: Zeroizing::new(URL_SAFE_NO_PAD.encode(d)),
            kid: Some(self.id.to_string()),
            alg: Some("EdDSA".to_owned()),
        })
    }
}

fn unwritable() -> Error {
    Error::misuse(STEP, "the cryptography library cannot write the key")
}

/// The key in the file; nothing if there is no file.
fn find(path: &Path) -> Result<Option<DeviceKey>, Error> {
    let Some(bytes) = private_file::read(STEP, path, MAX_LENGTH)? else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let key = if text.trim_start().starts_with('{') {
        DeviceKey::from_jwk(text)
    } else {
        DeviceKey::from_pem(text)
    };
    let what = "does not hold an Ed25519 key in PEM (PKCS#8, unencrypted) or as a JWK; name another file, or restore it";
    key.map(Some).map_err(|_| refuse(STEP, path, what))
}

/// Shows the name of the key and nothing else.
impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.id)
    }
}

/// The same key under the same name.
impl PartialEq for DeviceKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.pair.public_key().as_ref() == other.pair.public_key().as_ref()
    }
}

impl Eq for DeviceKey {}

/// A private JWK (RFC 8037, section 2).
#[derive(Serialize, Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    x: String,
    d: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
}

impl TryFrom<PrivateJwk> for DeviceKey {
    type Error = &'static str;

    fn try_from(jwk: PrivateJwk) -> Result<Self, &'static str> {
        let is_ed25519 =
            jwk.kty == "OKP" && jwk.crv == "Ed25519" && jwk.alg.as_deref().is_none_or(is_eddsa);
        let halves = URL_SAFE_NO_PAD
            .decode(&*jwk.d)
            .map(Zeroizing::new)
            .and_then(|d| Ok((d, URL_SAFE_NO_PAD.decode(&jwk.x)?)));
        let (true, Ok((d, x))) = (is_ed25519, halves) else {
            return Err("the JWK is not an Ed25519 key");
        };
        let pair = Ed25519KeyPair::from_seed_and_public_key(&d, &x)
            .map_err(|_| "the halves of the JWK do not belong together")?;
        let mut key = Self::of(pair);
        if let Some(kid) = jwk.kid.filter(|kid| !kid.is_empty()) {
            key.id = kid.into();
        }
        Ok(key)
    }
}

impl Serialize for DeviceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let jwk = self.private_jwk().map_err(S::Error::custom)?;
        jwk.serialize(serializer)
    }
}
