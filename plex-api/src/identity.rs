use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use plex_api_gen::Error;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer, Serialize};

use crate::ClientIdentifier;

/// The X-Plex headers that identify the client with every request.
///
/// Only the client identifier is required. Create it once for each installation
/// ([`ClientIdentifier::load_or_create`](crate::ClientIdentifier::load_or_create)), keep it with the program's settings, and
/// use it at every start: PINs and tokens are bound to it, and a new identifier appears as a new device in the user's list.
/// Never share one between users or installations: plex.tv rate-limits and signs out by client identifier. Set the product
/// name too; users see it when they are asked to agree.
///
/// Values are checked when a client is built or a call uses the identity: they must not hold line breaks or other control
/// characters, nor be longer than 1024 bytes. Non-ASCII text is sent as UTF-8.
///
/// An identity serializes as its client identifier and a map of the other headers. The meaning of the headers is from
/// Plex's developer documentation.
///
/// # Examples
/// ```
/// use plex_api::{Identity, PlexApi};
///
/// let plex = PlexApi::new(
///     Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58")
///         .client_name("Plex for Roku")
///         .device_nickname("Roku 3")
///         .client_version("2.4.1")
///         .platform("Roku"),
/// )?;
/// # Ok::<(), plex_api::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    client_identifier: String,
    /// All other headers, by their lower-case names.
    #[serde(default, deserialize_with = "headers")]
    headers: BTreeMap<String, String>,
}

const CLIENT_IDENTIFIER: &str = "x-plex-client-identifier";
const TOKEN: &str = "x-plex-token";

const PRODUCT: &str = "x-plex-product";
const VERSION: &str = "x-plex-version";
const DEVICE: &str = "x-plex-device";
const DEVICE_NAME: &str = "x-plex-device-name";
const DEVICE_VENDOR: &str = "x-plex-device-vendor";
const MODEL: &str = "x-plex-model";
const PLATFORM: &str = "x-plex-platform";
const PLATFORM_VERSION: &str = "x-plex-platform-version";
const MARKETPLACE: &str = "x-plex-marketplace";
const LANGUAGE: &str = "x-plex-language";

/// The longest value that is sent. plex.tv documents no limit; servers commonly reject headers of some kilobytes.
const MAX_LENGTH: usize = 1024;

impl Identity {
    /// Creates an identity with this client identifier (`X-Plex-Client-Identifier`) and no other header.
    ///
    /// It takes a `&str`, a `String`, or a [`ClientIdentifier`](crate::ClientIdentifier) by value or by reference.
    pub fn new(client_identifier: impl Into<String>) -> Self {
        Self {
            client_identifier: client_identifier.into(),
            headers: BTreeMap::new(),
        }
    }

    /// Sets the name of the program (`X-Plex-Product`), such as `Plex for Roku`.
    #[must_use]
    pub fn client_name(self, name: impl Into<String>) -> Self {
        self.header(PRODUCT, name)
    }

    /// Sets the version of the program (`X-Plex-Version`), such as `2.4.1`.
    #[must_use]
    pub fn client_version(self, version: impl Into<String>) -> Self {
        self.header(VERSION, version)
    }

    /// Sets the kind of device (`X-Plex-Device`), such as `Roku 3`.
    ///
    /// Despite its name, it does not set `X-Plex-Device-Name`; [`device_name`](Self::device_name) does.
    #[must_use]
    pub fn device_nickname(self, nickname: impl Into<String>) -> Self {
        self.header(DEVICE, nickname)
    }

    /// Sets the name that the user gave to the device (`X-Plex-Device-Name`), such as `Living room`.
    #[must_use]
    pub fn device_name(self, name: impl Into<String>) -> Self {
        self.header(DEVICE_NAME, name)
    }

    /// Sets the maker of the device (`X-Plex-Device-Vendor`), such as `Roku`.
    #[must_use]
    pub fn device_vendor(self, vendor: impl Into<String>) -> Self {
        self.header(DEVICE_VENDOR, vendor)
    }

    /// Sets the model of the device (`X-Plex-Model`), such as `4200X`.
    #[must_use]
    pub fn model(self, model: impl Into<String>) -> Self {
        self.header(MODEL, model)
    }

    /// Sets the operating system or platform (`X-Plex-Platform`), such as `Roku`.
    #[must_use]
    pub fn platform(self, platform: impl Into<String>) -> Self {
        self.header(PLATFORM, platform)
    }

    /// Sets the version of the platform (`X-Plex-Platform-Version`), such as `4.3 build 1057`.
    #[must_use]
    pub fn platform_version(self, version: impl Into<String>) -> Self {
        self.header(PLATFORM_VERSION, version)
    }

    /// Sets the store that the program was installed from (`X-Plex-Marketplace`), such as `googlePlay`.
    #[must_use]
    pub fn marketplace(self, marketplace: impl Into<String>) -> Self {
        self.header(MARKETPLACE, marketplace)
    }

    /// Sets the user's language as a language tag (`X-Plex-Language`), such as `en`.
    #[must_use]
    pub fn language(self, language: impl Into<String>) -> Self {
        self.header(LANGUAGE, language)
    }

    /// Sets any other X-Plex header, such as `X-Plex-Provides`. A later value replaces an earlier one.
    ///
    /// Building a client fails ([`Error::is_misuse`]) if the name is not a valid header name, does not begin with `X-Plex-`,
    /// or is `X-Plex-Client-Identifier`, which [`new`](Self::new) sets, or `X-Plex-Token`, which
    /// [`PlexApi::with_token`](crate::PlexApi::with_token) sends. The value of such a header is not kept.
    ///
    /// # Examples
    /// ```
    /// use plex_api::{Identity, PlexApi};
    ///
    /// let identity = Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58").header("X-Plex-Provides", "player");
    /// assert_eq!(identity.get_header("x-plex-provides"), Some("player"));
    /// let plex = PlexApi::new(identity)?;
    /// # Ok::<(), plex_api::Error>(())
    /// ```
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl Into<String>) -> Self {
        insert(&mut self.headers, name.as_ref(), value.into());
        self
    }

    /// Returns the client identifier.
    pub fn client_identifier(&self) -> &str {
        &self.client_identifier
    }

    /// Returns the name of the program, if set.
    pub fn get_client_name(&self) -> Option<&str> {
        self.get(PRODUCT)
    }

    /// Returns the version of the program, if set.
    pub fn get_client_version(&self) -> Option<&str> {
        self.get(VERSION)
    }

    /// Returns the kind of device (`X-Plex-Device`), if set.
    pub fn get_device_nickname(&self) -> Option<&str> {
        self.get(DEVICE)
    }

    /// Returns the name of the device, if set.
    pub fn get_device_name(&self) -> Option<&str> {
        self.get(DEVICE_NAME)
    }

    /// Returns the maker of the device, if set.
    pub fn get_device_vendor(&self) -> Option<&str> {
        self.get(DEVICE_VENDOR)
    }

    /// Returns the model of the device, if set.
    pub fn get_model(&self) -> Option<&str> {
        self.get(MODEL)
    }

    /// Returns the operating system or platform, if set.
    pub fn get_platform(&self) -> Option<&str> {
        self.get(PLATFORM)
    }

    /// Returns the version of the platform, if set.
    pub fn get_platform_version(&self) -> Option<&str> {
        self.get(PLATFORM_VERSION)
    }

    /// Returns the store that the program was installed from, if set.
    pub fn get_marketplace(&self) -> Option<&str> {
        self.get(MARKETPLACE)
    }

    /// Returns the user's language, if set.
    pub fn get_language(&self) -> Option<&str> {
        self.get(LANGUAGE)
    }

    /// Returns the value of a header, if set, by its name in any case. It does not return the client identifier.
    pub fn get_header(&self, name: &str) -> Option<&str> {
        self.get(&name.to_ascii_lowercase())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Builds the headers of a request.
    pub(crate) fn to_headers(&self) -> Result<HeaderMap, Error> {
        let identifier = self.client_identifier();
        if identifier.trim().is_empty() {
            return Err(misuse(
                "the client identifier is empty; create a random one once and keep it",
            ));
        }
        if identifier.trim() != identifier {
            return Err(misuse(
                "the client identifier begins or ends with whitespace; remove it",
            ));
        }
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 3);
        headers.insert(
            HeaderName::from_static(CLIENT_IDENTIFIER),
            to_value(CLIENT_IDENTIFIER, identifier)?,
        );
        for (name, value) in &self.headers {
            headers.insert(to_name(name)?, to_value(name, value)?);
        }
        Ok(headers)
    }
}

/// The identity with this client identifier and no other header.
impl From<&ClientIdentifier> for Identity {
    fn from(client_identifier: &ClientIdentifier) -> Self {
        Self::new(client_identifier)
    }
}

/// The identity with this client identifier and no other header.
impl From<String> for Identity {
    fn from(client_identifier: String) -> Self {
        Self::new(client_identifier)
    }
}

/// The identity with this client identifier and no other header.
impl From<&str> for Identity {
    fn from(client_identifier: &str) -> Self {
        Self::new(client_identifier)
    }
}

/// The identity with this client identifier and no other header; it is checked when a client is built.
impl FromStr for Identity {
    type Err = Infallible;

    fn from_str(client_identifier: &str) -> Result<Self, Infallible> {
        Ok(Self::new(client_identifier))
    }
}

/// Reads stored headers under the same rules as [`Identity::header`].
fn headers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let stored = BTreeMap::<String, String>::deserialize(deserializer)?;
    let mut headers = BTreeMap::new();
    for (name, value) in stored {
        insert(&mut headers, &name, value);
    }
    Ok(headers)
}

/// Inserts a header under its lower-case name, without the value if the header will be rejected: it may be a secret.
fn insert(headers: &mut BTreeMap<String, String>, name: &str, value: String) {
    let name = name.to_ascii_lowercase();
    let value = to_name(&name).map_or_else(|_| String::new(), |_| value);
    headers.insert(name, value);
}

fn to_name(name: &str) -> Result<HeaderName, Error> {
    match name {
        CLIENT_IDENTIFIER => Err(misuse(
            "`header` cannot set the client identifier; use `Identity::new`",
        )),
        TOKEN => Err(misuse(
            "`header` cannot set the token; use `PlexApi::with_token`",
        )),
        _ if !name.starts_with("x-plex-") => Err(misuse(
            "the name of a header does not begin with X-Plex-; send only X-Plex headers",
        )),
        // The name is not shown, because a program may have mixed up name and value.
        _ => HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            misuse("the name of an X-Plex header is not valid; use letters, digits and hyphens")
        }),
    }
}

fn to_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    if value.len() > MAX_LENGTH {
        return Err(misuse(format!(
            "{name} is longer than {MAX_LENGTH} bytes; shorten it"
        )));
    }
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        misuse(format!(
            "{name} holds a line break or another control character; remove it"
        ))
    })
}

fn misuse(what: impl Into<String>) -> Error {
    Error::misuse("identity", what)
}

#[cfg(test)]
mod tests;
