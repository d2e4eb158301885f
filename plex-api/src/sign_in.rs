//! A sign-in that was started: plain data, to be kept, stored and resumed.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use plex_api_gen::{Error, PinCode};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

#[cfg(feature = "jwt")]
use crate::DeviceToken;
#[cfg(feature = "qr")]
use crate::QrCode;
use crate::{AuthPinContainer, Identity, Token, links};

/// A sign-in by link: the user opens [`url`](Self::url) and agrees.
///
/// It is data and holds no connection. It serialises, and any process with the same identity can go on waiting for it;
/// keep it secret while it lives, since whoever has it can fetch the token.
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
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct SignIn(Pending);

/// A sign-in by code: the user types [`code`](Self::code) at plex.tv/link, or opens [`url`](Self::url).
///
/// It is data and holds no connection. It serialises, and any process with the same identity can go on waiting for it;
/// keep it secret while it lives, since whoever has it can fetch the token.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// let link = plex.start_code_sign_in().await?;
/// println!("enter {} at https://plex.tv/link", link.code());
/// let token = plex.wait_for_token(&link).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct CodeSignIn(Pending);

/// A sign-in by link that yields a JWT for a device key; made by
/// [`DeviceClient::start_sign_in`](crate::DeviceClient::start_sign_in).
///
/// It is data and holds neither a connection nor the key. It serialises, and any process with the same identity and the same
/// key can go on waiting for it; keep it secret while it lives.
#[cfg(feature = "jwt")]
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct DeviceSignIn(Pending);

/// A sign-in by code that yields a JWT for a device key; made by
/// [`DeviceClient::start_code_sign_in`](crate::DeviceClient::start_code_sign_in).
///
/// It is data and holds neither a connection nor the key. It serialises, and any process with the same identity and the same
/// key can go on waiting for it; keep it secret while it lives.
#[cfg(feature = "jwt")]
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct DeviceCodeSignIn(Pending);

/// A sign-in that can be waited for.
///
/// The trait is sealed; nothing else implements it. What a sign-in yields says which client waits for it: a
/// [`PlexApi`](crate::PlexApi) for those that yield a [`Token`], a `DeviceClient` for those that yield a `DeviceToken`.
pub trait PendingSignIn: sealed::Pending {
    /// What the user's consent yields.
    type Credential: Send;
}

/// What all kinds have in common.
#[derive(Debug, Clone)]
pub struct Pending {
    pub(crate) id: i64,
    pub(crate) code: PinCode,
    pub(crate) client_identifier: String,
    product: Option<String>,
    /// The name of the device key that the PIN is bound to, if any.
    pub(crate) key_id: Option<String>,
    /// When the PIN dies by this machine's clock, for another process.
    expires_at: DateTime<Utc>,
    /// When the PIN dies by this process's steady clock.
    deadline: Option<Instant>,
    memory: Arc<Mutex<Memory>>,
}

/// What this process remembers of a sign-in, whoever waits for it.
#[derive(Debug, Default)]
struct Memory {
    /// Before when no further poll may be sent, also by a wait that is begun anew.
    not_before: Option<Instant>,
    /// A token that has come and is not verified yet: the server need not give it out twice.
    received: Option<Token>,
}

impl Pending {
    /// A PIN that was asked for at `asked`, just before the request was sent.
    pub(crate) fn new(
        pin: AuthPinContainer,
        identity: &Identity,
        key_id: Option<&str>,
        asked: (Instant, SystemTime),
    ) -> Self {
        let lifetime = lifetime(pin.expires_in);
        let (instant, clock) = asked;
        Self {
            id: pin.id,
            code: pin.code,
            client_identifier: pin.client_identifier,
            product: identity.get_client_name().map(str::to_owned),
            key_id: key_id.map(str::to_owned),
            expires_at: (clock + lifetime).into(),
            deadline: Some(instant + lifetime),
            memory: Arc::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before when no further poll may be sent; the past if nothing is known.
    pub(crate) fn not_before(&self) -> Instant {
        self.memory().not_before.unwrap_or_else(Instant::now)
    }

    pub(crate) fn set_not_before(&self, moment: Instant) {
        self.memory().not_before = Some(moment);
    }

    pub(crate) fn received(&self) -> Option<Token> {
        self.memory().received.clone()
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn set_received(&self, token: &Token) {
        self.memory().received = Some(token.clone());
    }

    /// Whether the time that remains is known for sure: another process may have run under another clock.
    pub(crate) fn is_known(&self) -> bool {
        self.deadline.is_some()
    }

    /// How long the PIN still lives: by the steady clock in the process that started it, by this machine's clock in any
    /// other.
    pub(crate) fn remaining(&self) -> Duration {
        match self.deadline {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => {
                let left = self.expires_at - DateTime::<Utc>::from(SystemTime::now());
                left.to_std().unwrap_or_default().min(MAX_LIFETIME)
            }
        }
    }
}

/// The `expiresIn` of an answer as a duration, kept within what any PIN lives.
pub(crate) fn lifetime(expires_in: i64) -> Duration {
    Duration::from_secs(expires_in.try_into().unwrap_or(0)).min(MAX_LIFETIME)
}

/// Far more than the 30 minutes that the longest PIN of plex.tv lives; against a clock or an answer gone mad.
pub(crate) const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

mod sealed {
    pub trait Pending: Sync {
        #[doc(hidden)]
        fn pending(&self) -> &super::Pending;
    }
}

/// What sign-ins by link offer.
macro_rules! by_link {
    ($kind:ident) => {
        impl $kind {
            /// The address where the user agrees, at app.plex.tv.
            pub fn url(&self) -> String {
                self.auth_link(None)
            }

            /// The same, and Plex sends the user on to `forward` afterwards. Plex adds nothing to it: put into it what the
            /// program needs to find this sign-in again.
            ///
            /// # Errors
            /// [`Error::is_misuse`] unless `forward` is http or https: Plex ignores any other and leaves the user stranded.
            pub fn url_with_forward(&self, forward: &Url) -> Result<String, Error> {
                links::check_forward(forward)?;
                Ok(self.auth_link(Some(forward)))
            }

            fn auth_link(&self, forward: Option<&Url>) -> String {
                let pending = &self.0;
                links::auth(
                    &pending.client_identifier,
                    &pending.code,
                    pending.product.as_deref(),
                    forward,
                )
            }
        }
    };
}

/// What sign-ins by code offer.
macro_rules! by_code {
    ($kind:ident) => {
        impl $kind {
            /// The page plex.tv/link with the code filled in.
            pub fn url(&self) -> String {
                links::link(&self.0.code)
            }
        }
    };
}

/// What all kinds offer, each on its own link.
macro_rules! sign_in {
    ($kind:ident yields $credential:ty) => {
        impl PendingSignIn for $kind {
            type Credential = $credential;
        }

        impl sealed::Pending for $kind {
            fn pending(&self) -> &Pending {
                &self.0
            }
        }

        impl $kind {
            pub(crate) fn new(pending: Pending) -> Self {
                Self(pending)
            }

            /// The PIN's code.
            pub fn code(&self) -> &PinCode {
                &self.0.code
            }

            /// The number of the PIN at plex.tv.
            pub fn pin_id(&self) -> i64 {
                self.0.id
            }

            /// The client identifier that the PIN is bound to.
            pub fn client_identifier(&self) -> &str {
                &self.0.client_identifier
            }

            /// When the PIN dies, by this machine's clock.
            pub fn expires_at(&self) -> DateTime<Utc> {
                self.0.expires_at
            }

            /// How long the PIN still lives; zero when it is over.
            pub fn remaining(&self) -> Duration {
                self.0.remaining()
            }

            /// The link as a QR code, drawn on this machine. With the feature `qr`.
            ///
            /// # Errors
            /// [`Error::is_misuse`] when the link is too long for a QR code, which takes a product name of many hundred
            /// characters.
            #[cfg(feature = "qr")]
            pub fn qr_code(&self) -> Result<QrCode, Error> {
                QrCode::new(&self.url())
            }
        }

        /// The code is not shown, nor what else it takes to fetch the token.
        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($kind))
                    .field("expires_at", &self.0.expires_at)
                    .finish_non_exhaustive()
            }
        }

        impl From<$kind> for Stored {
            fn from(it: $kind) -> Self {
                let Pending {
                    id,
                    code,
                    client_identifier,
                    product,
                    key_id,
                    expires_at,
                    ..
                } = it.0;
                Self {
                    kind: Kind::$kind,
                    id,
                    code,
                    client_identifier,
                    product,
                    key_id,
                    expires_at,
                }
            }
        }

        impl TryFrom<Stored> for $kind {
            type Error = String;

            fn try_from(stored: Stored) -> Result<Self, String> {
                if stored.kind != Kind::$kind {
                    return Err(format!(
                        "expected a {:?}, found a {:?}",
                        Kind::$kind,
                        stored.kind
                    ));
                }
                let Stored {
                    id,
                    code,
                    client_identifier,
                    product,
                    key_id,
                    expires_at,
                    ..
                } = stored;
                Ok(Self(Pending {
                    id,
                    code,
                    client_identifier,
                    product,
                    key_id,
                    expires_at,
                    deadline: None,
                    memory: Arc::default(),
                }))
            }
        }
    };
}

by_link!(SignIn);
sign_in!(SignIn yields Token);
by_code!(CodeSignIn);
sign_in!(CodeSignIn yields Token);
#[cfg(feature = "jwt")]
by_link!(DeviceSignIn);
#[cfg(feature = "jwt")]
sign_in!(DeviceSignIn yields DeviceToken);
#[cfg(feature = "jwt")]
by_code!(DeviceCodeSignIn);
#[cfg(feature = "jwt")]
sign_in!(DeviceCodeSignIn yields DeviceToken);

/// The stored form. The kind keeps a short code from being resumed as a link, a sign-in with a key as one without, and the
/// reverse.
#[derive(Serialize, Deserialize)]
struct Stored {
    kind: Kind,
    id: i64,
    code: PinCode,
    client_identifier: String,
    product: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    expires_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    SignIn,
    CodeSignIn,
    DeviceSignIn,
    DeviceCodeSignIn,
}
