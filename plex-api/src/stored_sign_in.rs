//! The stored form of a sign-in.

use chrono::{DateTime, Utc};
use plex_api_gen::PinCode;
use serde::{Deserialize, Deserializer, Serialize};
use tokio::time::Instant;

use crate::active_pin::{ActivePin, MAX_LIFETIME};
use crate::unquoted::unquoted;

/// A stored sign-in. An error does not quote it, because it contains the code.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Stored(Fields);

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = "this is not a stored sign-in, or it is damaged";
        let fields = Fields::deserialize(deserializer);
        fields.map(Self).map_err(|error| unquoted(&error, what))
    }
}

/// The stored fields of a sign-in. No field is ever skipped: formats without field names, such as postcard, need them
/// all.
#[derive(Serialize, Deserialize)]
struct Fields {
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
        Self(Fields {
            kind,
            id: pin.id,
            code: pin.code.clone(),
            client_identifier: pin.client_identifier.clone(),
            product: pin.product.clone(),
            key_id: pin.key_id.clone(),
            expires_at: pin.expires_at,
        })
    }

    /// Returns the PIN, if it was stored as this kind.
    pub(crate) fn into_pin(self, expected: Kind) -> Result<ActivePin, String> {
        let Self(stored) = self;
        if stored.kind != expected {
            let (expected, found) = (expected.name(), stored.kind.name());
            return Err(format!("expected a {expected}, found a {found}"));
        }
        Ok(ActivePin {
            id: stored.id,
            code: stored.code,
            client_identifier: stored.client_identifier,
            product: stored.product,
            key_id: stored.key_id,
            expires_at: stored.expires_at,
            created: None,
            deadline: Instant::now() + MAX_LIFETIME,
        })
    }
}
