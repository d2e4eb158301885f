//! The stored form of a sign-in.

use chrono::{DateTime, Utc};
use plex_api_gen::PinCode;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::active_pin::{ActivePin, MAX_LIFETIME};

/// The stored fields of a sign-in. No field is ever skipped: formats without field names, such as postcard, need them
/// all.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    kind: Kind,
    id: i64,
    code: PinCode,
    client_identifier: String,
    product: Option<String>,
    key_id: Option<String>,
    expires_at: DateTime<Utc>,
}

/// The kind of a stored sign-in. It prevents resuming a sign-in as another kind: a user code as a link, for example, or
/// a sign-in with a device key as one without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::enum_variant_names,
    reason = "the variants are named after the types"
)]
pub enum Kind {
    SignIn,
    CodeSignIn,
    DeviceSignIn,
    DeviceCodeSignIn,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::CodeSignIn => "CodeSignIn",
            Self::DeviceSignIn => "DeviceSignIn",
            Self::DeviceCodeSignIn => "DeviceCodeSignIn",
        }
    }
}

impl Stored {
    pub(crate) fn new(kind: Kind, pin: &ActivePin) -> Self {
        Self {
            kind,
            id: pin.id,
            code: pin.code.clone(),
            client_identifier: pin.client_identifier.clone(),
            product: pin.product.clone(),
            key_id: pin.key_id.clone(),
            expires_at: pin.expires_at,
        }
    }

    /// Returns the PIN, if it was stored as this kind.
    pub(crate) fn into_pin(self, expected: Kind) -> Result<ActivePin, String> {
        if self.kind != expected {
            let (expected, found) = (expected.name(), self.kind.name());
            return Err(format!("expected a {expected}, found a {found}"));
        }
        Ok(ActivePin {
            id: self.id,
            code: self.code,
            client_identifier: self.client_identifier,
            product: self.product,
            key_id: self.key_id,
            expires_at: self.expires_at,
            created: None,
            deadline: Instant::now() + MAX_LIFETIME,
        })
    }
}
