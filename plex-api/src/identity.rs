use std::collections::BTreeMap;

use plex_api_gen::Error;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Who is asking: the X-Plex headers that go with every request.
///
/// The client identifier is the only one that is required. Make it once for each installation
/// ([`ClientIdentifier::load_or_create`](crate::ClientIdentifier::load_or_create) does), keep it with the program's
/// settings, and use it again at every start: PINs and tokens are bound to it, and a new one
/// is a new device in the user's list. Never share one between users or installations: plex.tv limits and signs out by
/// it. The product name should be set, too; users see it when they are asked to agree.
///
/// Values are checked when a client is made of the identity, or a call is made under it: none may hold line breaks or other
/// control characters, or be longer than 1024 bytes. Text beyond ASCII is sent as UTF-8.
///
/// The meaning of the headers is from Plex's developer documentation.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    headers: BTreeMap<&'static str, String>,
}

const CLIENT_IDENTIFIER: &str = "x-plex-client-identifier";
const PRODUCT: &str = "x-plex-product";

/// The longest value that is sent; plex.tv documents no limit, servers commonly refuse headers of some kilobytes.
const MAX_LENGTH: usize = 1024;

impl Identity {
    /// An identity with this client identifier (`X-Plex-Client-Identifier`) and nothing else.
    pub fn new(client_identifier: impl Into<String>) -> Self {
        Self {
            headers: BTreeMap::from([(CLIENT_IDENTIFIER, client_identifier.into())]),
        }
    }

    /// The name of the program (`X-Plex-Product`), such as `Plex for Roku`.
    #[must_use]
    pub fn client_name(self, name: impl Into<String>) -> Self {
        self.with(PRODUCT, name)
    }

    /// The version of the program (`X-Plex-Version`), such as `2.4.1`.
    #[must_use]
    pub fn client_version(self, version: impl Into<String>) -> Self {
        self.with("x-plex-version", version)
    }

    /// The kind of device (`X-Plex-Device`), such as `Roku 3`.
    #[must_use]
    pub fn device_nickname(self, nickname: impl Into<String>) -> Self {
        self.with("x-plex-device", nickname)
    }

    /// The name that the user gave to the device (`X-Plex-Device-Name`), such as `Living room`.
    #[must_use]
    pub fn device_name(self, name: impl Into<String>) -> Self {
        self.with("x-plex-device-name", name)
    }

    /// The maker of the device (`X-Plex-Device-Vendor`), such as `Roku`.
    #[must_use]
    pub fn device_vendor(self, vendor: impl Into<String>) -> Self {
        self.with("x-plex-device-vendor", vendor)
    }

    /// The model of the device (`X-Plex-Model`), such as `4200X`.
    #[must_use]
    pub fn model(self, model: impl Into<String>) -> Self {
        self.with("x-plex-model", model)
    }

    /// The operating system or platform (`X-Plex-Platform`), such as `Roku`.
    #[must_use]
    pub fn platform(self, platform: impl Into<String>) -> Self {
        self.with("x-plex-platform", platform)
    }

    /// The version of the platform (`X-Plex-Platform-Version`), such as `4.3 build 1057`.
    #[must_use]
    pub fn platform_version(self, version: impl Into<String>) -> Self {
        self.with("x-plex-platform-version", version)
    }

    /// The store through which the program was installed (`X-Plex-Marketplace`), such as `googlePlay`.
    #[must_use]
    pub fn marketplace(self, marketplace: impl Into<String>) -> Self {
        self.with("x-plex-marketplace", marketplace)
    }

    /// The user's language as a language tag (`X-Plex-Language`), such as `en`.
    #[must_use]
    pub fn language(self, language: impl Into<String>) -> Self {
        self.with("x-plex-language", language)
    }

    /// The client identifier.
    pub fn client_identifier(&self) -> &str {
        self.headers
            .get(CLIENT_IDENTIFIER)
            .map_or("", String::as_str)
    }

    /// The name of the program, if it was set.
    pub(crate) fn product(&self) -> Option<&str> {
        self.headers.get(PRODUCT).map(String::as_str)
    }

    fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.insert(header, value.into());
        self
    }

    /// The headers to send. Text beyond ASCII goes as UTF-8, as plex.tv prefers it.
    pub(crate) fn to_headers(&self) -> Result<HeaderMap, Error> {
        const STEP: &str = "identity";
        if self.client_identifier().trim().is_empty() {
            let advice = "the client identifier is empty; make a random one once and keep it";
            return Err(Error::misuse(STEP, advice));
        }
        if self.client_identifier().trim() != self.client_identifier() {
            return Err(Error::misuse(
                STEP,
                "the client identifier begins or ends with a blank",
            ));
        }
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 2);
        for (name, value) in &self.headers {
            if value.len() > MAX_LENGTH {
                return Err(Error::misuse(
                    STEP,
                    format!("{name} is longer than {MAX_LENGTH} bytes"),
                ));
            }
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
                Error::misuse(
                    STEP,
                    format!("{name} holds a line break or another control character"),
                )
            })?;
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(identity: &Identity) -> String {
        identity.to_headers().unwrap_err().to_string()
    }

    #[test]
    fn values_that_cannot_be_sent_are_refused() {
        let identity = Identity::new("id");
        let line_break = "identity: x-plex-product holds a line break or another control character";
        assert_eq!(
            refused(&identity.clone().client_name("a\r\nX-Evil: 1")),
            line_break
        );
        assert_eq!(refused(&identity.clone().client_name("a\0b")), line_break);
        assert_eq!(
            refused(&identity.model("m".repeat(1025))),
            "identity: x-plex-model is longer than 1024 bytes"
        );
        assert!(refused(&Identity::new(" id")).contains("blank"));
        for empty in ["", " "] {
            assert!(refused(&Identity::new(empty)).contains("the client identifier is empty"));
        }
    }

    #[test]
    fn text_beyond_ascii_is_utf8() {
        let headers = Identity::new("id")
            .device_name("Küche 📺")
            .to_headers()
            .unwrap();
        assert_eq!(
            headers["x-plex-device-name"].as_bytes(),
            "Küche 📺".as_bytes()
        );
    }
}
