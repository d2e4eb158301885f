//! A started sign-in: plain data that can be stored and resumed.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use chrono::{DateTime, Utc};
use plex_api_gen::{Error, PinCode, Token};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use self::sealed::{Credential, Method};
use crate::active_pin::ActivePin;
use crate::links;
use crate::stored_sign_in::{Kind, Stored};

/// A sign-in by link: the user opens [`url`](StartedSignIn::url) and agrees.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// let sign_in = plex.start_sign_in().await?;
/// println!("open {}", sign_in.url());
/// let token = plex.wait_for_token(&sign_in).await?;
/// # Ok(())
/// # }
/// ```
pub type SignIn = StartedSignIn<ByLink, Token>;

/// A sign-in by code: the user types [`code`](StartedSignIn::code) at plex.tv/link, or opens [`url`](StartedSignIn::url).
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// let sign_in = plex.start_code_sign_in().await?;
/// println!("enter {} at https://plex.tv/link", sign_in.code());
/// let token = plex.wait_for_token(&sign_in).await?;
/// # Ok(())
/// # }
/// ```
pub type CodeSignIn = StartedSignIn<ByCode, Token>;

/// A sign-in by link that yields a JWT for a device key; started by
/// [`DeviceClient::start_sign_in`](crate::DeviceClient::start_sign_in).
///
/// It does not contain the key, and only a client with the same key can wait for it.
#[cfg(feature = "jwt")]
pub type DeviceSignIn = StartedSignIn<ByLink, crate::DeviceToken>;

/// A sign-in by code that yields a JWT for a device key; started by
/// [`DeviceClient::start_code_sign_in`](crate::DeviceClient::start_code_sign_in).
///
/// It does not contain the key, and only a client with the same key can wait for it.
#[cfg(feature = "jwt")]
pub type DeviceCodeSignIn = StartedSignIn<ByCode, crate::DeviceToken>;

/// A sign-in that was started by the method `M` ([`ByLink`] or [`ByCode`]) and yields a `C` ([`Token`] or `DeviceToken`);
/// use it through its aliases, such as [`SignIn`] and [`CodeSignIn`].
///
/// It is data and holds no connection. It implements serde's traits for any format, and any process with the same
/// client identifier can continue to wait for it. Keep it secret while it lives: whoever has it, and its device key if
/// it was started with one, can fetch the token.
#[derive(Clone)]
pub struct StartedSignIn<M, C> {
    pin: ActivePin,
    marker: PhantomData<fn() -> (M, C)>,
}

/// Marks a sign-in by link: the user opens a page at app.plex.tv.
#[derive(Debug, Clone, Copy)]
pub enum ByLink {}

/// Marks a sign-in by code: the user types a user code of four characters at plex.tv/link.
#[derive(Debug, Clone, Copy)]
pub enum ByCode {}

/// A sign-in of any kind, for generic code and trait objects such as `dyn PendingSignIn<Credential = Token>`.
///
/// The credential decides which client waits for it: a [`PlexApi`](crate::PlexApi) for a [`Token`], a `DeviceClient` for a
/// `DeviceToken`. The trait is sealed: only the sign-ins of this crate implement it.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi, by_code: bool) -> Result<(), plex_api::Error> {
/// use plex_api::{PendingSignIn, Token};
///
/// let sign_in: Box<dyn PendingSignIn<Credential = Token>> = if by_code {
///     Box::new(plex.start_code_sign_in().await?)
/// } else {
///     Box::new(plex.start_sign_in().await?)
/// };
/// println!("open {} within {} seconds", sign_in.url(), sign_in.remaining().as_secs());
/// let token = plex.wait_for_token(&*sign_in).await?;
/// # Ok(())
/// # }
/// ```
pub trait PendingSignIn: sealed::Sealed + fmt::Debug + Send + Sync + 'static {
    /// The credential that the sign-in yields when the user agrees.
    type Credential: Send;

    /// Returns the address of the page where the user agrees.
    fn url(&self) -> Url;

    /// Returns the PIN's code.
    fn code(&self) -> &PinCode;

    /// Returns the id of the PIN at plex.tv.
    fn pin_id(&self) -> i64;

    /// Returns when the PIN expires, by this machine's clock.
    fn expires_at(&self) -> DateTime<Utc>;

    /// Returns how long the PIN still lives; zero when it has expired.
    fn remaining(&self) -> Duration;
}

pub(crate) mod sealed {
    use url::Url;

    use super::{ActivePin, Kind};

    /// The part of a sign-in that clients use.
    pub trait Sealed {
        #[doc(hidden)]
        fn pin(&self) -> &ActivePin;
    }

    /// The way in which the user agrees.
    pub trait Method: 'static {
        const KIND: Kind;
        const KIND_WITH_KEY: Kind;

        fn url(pin: &ActivePin) -> Url;
    }

    /// A token that a sign-in yields.
    pub trait Credential: Send + 'static {
        const HAS_KEY: bool;
    }
}

impl Method for ByLink {
    const KIND: Kind = Kind::SignIn;
    const KIND_WITH_KEY: Kind = Kind::DeviceSignIn;

    fn url(pin: &ActivePin) -> Url {
        links::auth(pin, None)
    }
}

impl Method for ByCode {
    const KIND: Kind = Kind::CodeSignIn;
    const KIND_WITH_KEY: Kind = Kind::DeviceCodeSignIn;

    fn url(pin: &ActivePin) -> Url {
        links::link(&pin.code)
    }
}

impl Credential for Token {
    const HAS_KEY: bool = false;
}

#[cfg(feature = "jwt")]
impl Credential for crate::DeviceToken {
    const HAS_KEY: bool = true;
}

impl<C> StartedSignIn<ByLink, C> {
    /// Returns the same address as [`url`](Self::url), with `forward` as the page to which Plex sends the user
    /// afterwards.
    ///
    /// Plex adds nothing to `forward`: put into it what your program needs to find this sign-in again.
    ///
    /// # Errors
    /// [`Error::is_misuse`] unless `forward` is http or https: Plex ignores any other and leaves the user on its page.
    pub fn url_with_forward(&self, forward: &Url) -> Result<Url, Error> {
        links::check_forward(forward)?;
        Ok(links::auth(&self.pin, Some(forward)))
    }
}

impl<M: Method, C: Credential> StartedSignIn<M, C> {
    const KIND: Kind = if C::HAS_KEY {
        M::KIND_WITH_KEY
    } else {
        M::KIND
    };

    pub(crate) fn new(pin: ActivePin) -> Self {
        Self {
            pin,
            marker: PhantomData,
        }
    }

    /// Returns the address of the page where the user agrees: at app.plex.tv for a sign-in by link, plex.tv/link with the
    /// code filled in for a sign-in by code.
    pub fn url(&self) -> Url {
        M::url(&self.pin)
    }

    /// Returns the PIN's code.
    pub fn code(&self) -> &PinCode {
        &self.pin.code
    }

    /// Returns the id of the PIN at plex.tv.
    pub fn pin_id(&self) -> i64 {
        self.pin.id
    }

    /// Returns the client identifier that the PIN is bound to.
    pub fn client_identifier(&self) -> &str {
        &self.pin.client_identifier
    }

    /// Returns when the PIN expires, by this machine's clock.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.pin.expires_at
    }

    /// Returns how long the PIN still lives; zero when it has expired.
    pub fn remaining(&self) -> Duration {
        self.pin.remaining()
    }

    /// Draws [`url`](Self::url) as a QR code, on this machine. Requires the feature `qr`.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the address is too long for a QR code, which only happens if the product name has many
    /// hundreds of characters.
    #[cfg(feature = "qr")]
    pub fn qr_code(&self) -> Result<crate::QrCode, Error> {
        crate::QrCode::new(self.url().as_str())
    }
}

impl<M: Method, C: Credential> PendingSignIn for StartedSignIn<M, C> {
    type Credential = C;

    fn url(&self) -> Url {
        self.url()
    }

    fn code(&self) -> &PinCode {
        self.code()
    }

    fn pin_id(&self) -> i64 {
        self.pin_id()
    }

    fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at()
    }

    fn remaining(&self) -> Duration {
        self.remaining()
    }
}

impl<M: Method, C: Credential> sealed::Sealed for StartedSignIn<M, C> {
    fn pin(&self) -> &ActivePin {
        &self.pin
    }
}

/// Shows neither the code nor anything else that is needed to fetch the token.
impl<M: Method, C: Credential> fmt::Debug for StartedSignIn<M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(Self::KIND.name())
            .field("expires_at", &self.pin.expires_at)
            .finish_non_exhaustive()
    }
}

impl<M: Method, C: Credential> Serialize for StartedSignIn<M, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored::new(Self::KIND, &self.pin).serialize(serializer)
    }
}

impl<'de, M: Method, C: Credential> Deserialize<'de> for StartedSignIn<M, C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let pin = stored
            .into_pin(Self::KIND)
            .map_err(serde::de::Error::custom)?;
        Ok(Self::new(pin))
    }
}
