//! A sign-in that was started: plain data, to be kept, stored and resumed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use plex_api_gen::{Error, PinCode};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

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
/// let link = plex.start_link().await?;
/// println!("enter {} at https://plex.tv/link", link.code());
/// let token = plex.wait_for_token(&link).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Link(Pending);

/// A sign-in that can be waited for: a [`SignIn`] or a [`Link`].
///
/// The trait is sealed; nothing else implements it.
pub trait PendingSignIn: sealed::Pending {
    /// What the user's consent yields.
    type Credential: Send;

    #[doc(hidden)]
    fn credential(token: Token) -> Self::Credential;
}

impl PendingSignIn for SignIn {
    type Credential = Token;

    fn credential(token: Token) -> Token {
        token
    }
}

impl PendingSignIn for Link {
    type Credential = Token;

    fn credential(token: Token) -> Token {
        token
    }
}

/// What both kinds have in common.
#[derive(Debug, Clone)]
pub struct Pending {
    pub(crate) id: i64,
    pub(crate) code: PinCode,
    pub(crate) client_identifier: String,
    product: Option<String>,
    /// When the PIN dies by this machine's clock, for another process.
    expires_at: DateTime<Utc>,
    /// When the PIN dies by this process's steady clock.
    deadline: Option<Instant>,
    /// Before when no further poll may be sent, also by a wait that is begun anew.
    not_before: Arc<Mutex<Option<Instant>>>,
}

impl Pending {
    /// A PIN that was asked for at `asked`, just before the request was sent.
    pub(crate) fn new(
        pin: AuthPinContainer,
        identity: &Identity,
        asked: (Instant, SystemTime),
    ) -> Self {
        let lifetime = lifetime(pin.expires_in);
        let (instant, clock) = asked;
        Self {
            id: pin.id,
            code: pin.code,
            client_identifier: pin.client_identifier,
            product: identity.product().map(str::to_owned),
            expires_at: (clock + lifetime).into(),
            deadline: Some(instant + lifetime),
            not_before: Arc::default(),
        }
    }

    /// Before when no further poll may be sent; the past if nothing is known.
    pub(crate) fn not_before(&self) -> Instant {
        let moment = *self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        moment.unwrap_or_else(Instant::now)
    }

    pub(crate) fn set_not_before(&self, moment: Instant) {
        *self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(moment);
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
                let left = SystemTime::from(self.expires_at).duration_since(SystemTime::now());
                left.unwrap_or(Duration::ZERO).min(MAX_LIFETIME)
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

    impl Pending for super::SignIn {
        fn pending(&self) -> &super::Pending {
            &self.0
        }
    }

    impl Pending for super::Link {
        fn pending(&self) -> &super::Pending {
            &self.0
        }
    }
}

impl SignIn {
    pub(crate) fn new(pending: Pending) -> Self {
        Self(pending)
    }

    /// The address where the user agrees, at app.plex.tv.
    pub fn url(&self) -> String {
        links::auth(
            &self.0.client_identifier,
            &self.0.code,
            self.0.product.as_deref(),
            None,
        )
    }

    /// The same, and Plex sends the user on to `forward` afterwards. Plex adds nothing to it: put into it what the
    /// program needs to find this sign-in again.
    ///
    /// # Errors
    /// [`Error::is_misuse`] unless `forward` is http or https: Plex ignores any other and leaves the user stranded.
    pub fn url_with_forward(&self, forward: &Url) -> Result<String, Error> {
        links::check_forward(forward)?;
        Ok(links::auth(
            &self.0.client_identifier,
            &self.0.code,
            self.0.product.as_deref(),
            Some(forward),
        ))
    }
}

impl Link {
    pub(crate) fn new(pending: Pending) -> Self {
        Self(pending)
    }

    /// The page plex.tv/link with the code filled in.
    pub fn url(&self) -> String {
        links::link(&self.0.code)
    }
}

/// What both kinds offer, each on its own link.
macro_rules! accessors {
    ($kind:ident) => {
        impl $kind {
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

            /// The link as a QR code, drawn on this machine.
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
                    expires_at,
                    ..
                } = it.0;
                Self {
                    kind: Kind::$kind,
                    id,
                    code,
                    client_identifier,
                    product,
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
                    expires_at,
                    ..
                } = stored;
                Ok(Self(Pending {
                    id,
                    code,
                    client_identifier,
                    product,
                    expires_at,
                    deadline: None,
                    not_before: Arc::default(),
                }))
            }
        }
    };
}

accessors!(SignIn);
accessors!(Link);

/// The stored form. The kind keeps a short code from being resumed as a link, and the reverse.
#[derive(Serialize, Deserialize)]
struct Stored {
    kind: Kind,
    id: i64,
    code: PinCode,
    client_identifier: String,
    product: Option<String>,
    expires_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    SignIn,
    Link,
}
