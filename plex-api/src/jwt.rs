//! Device keys, and the JWTs that plex.tv issues for them.

mod claims;
mod clock;
mod compact;
mod credentials;
mod device;
mod key;
mod plex_keys;
mod public_key;
mod renewal;
mod scope;
mod single_flight;
mod state;
mod token;
mod upgrade;

pub use claims::{Claims, ClaimsUser};
pub(crate) use clock::Clock;
pub use credentials::{Credentials, CredentialsEvent};
pub use device::DeviceClient;
pub use key::DeviceKey;
pub(crate) use plex_keys::PlexKeys;
pub use scope::Scope;
pub use state::CredentialsState;
pub use token::DeviceToken;
pub use upgrade::EndLegacyToken;
