//! Switches for behaviour of plex.tv that is not known.

use serde::{Deserialize, Serialize};

/// Selects the emulator's behaviour where plex.tv's behaviour is unknown or was seen to differ.
///
/// The defaults follow most recordings.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), plex_tv_emulator::Error> {
/// let emulator = plex_tv_emulator::Emulator::start().await?;
/// emulator.set_switches(|switches| switches.token_read_once = true);
/// assert!(emulator.switches().token_read_once);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Switches {
    /// Removes a PIN (404, code 1020) after its token was read once. Default: the PIN stays until it expires.
    pub token_read_once: bool,
    /// Responds to a poll with another client identifier with 400, code 1000. Default: 404, code 1020.
    pub other_client_is_bad_request: bool,
    /// Requires a client identifier for every operation (400, code 1000). Default: only for creating and polling
    /// PINs, for `/auth/` except the keys, for the resources, and for switching the user.
    pub client_identifier_everywhere: bool,
    /// Includes `status` in the body of error 1020. Default: it is omitted, as in every recording.
    pub status_in_1020: bool,
    /// Removes a declined PIN (404, code 1020). Default: it stays pending.
    pub declined_pin_is_gone: bool,
    /// Allows linking a PIN without a key for an app that has a JWT. Default: 403, code 1068, as client authors
    /// report.
    pub jwt_leaves_pins_usable: bool,
    /// Rejects a key that is registered again for its own device with 422, like the key of another device.
    /// Default: 201.
    pub registered_key_is_taken: bool,
    /// Responds to `GET /auth/nonce` without a client identifier with 400, like other operations. Default: 422,
    /// as recorded.
    pub nonce_without_client_is_400: bool,
    /// The status of error 1097 (no registered key verifies the JWT). Default: 422.
    pub no_such_key_status: u16,
    /// Rejects an invalid token with 422, as plex.tv's older endpoints do. Default: 401, code 1001.
    pub rejected_token_is_422: bool,
    /// Limits the PINs, nonces and switches of the user that one client identifier may request in a minute. Default: no
    /// limit.
    pub requests_per_minute: Option<u32>,
    /// Sends `Retry-After` with the 429 of that limit. Default: it is omitted, as recorded.
    pub retry_after: bool,
    /// Omits the CORS headers. Default: pages of every origin may read the responses, as at plex.tv.
    pub no_cors: bool,
    /// Sends `Cross-Origin-Opener-Policy: same-origin` with the pages: for the app that opened one as a popup, it
    /// looks closed from the beginning. Default: it is omitted. Plex sent it for a while in 2025.
    pub coop: bool,
    /// Rejects with 400 what Plex's documentation does not describe, although its meaning is clear: `strong=yes`,
    /// `{"strong": "true"}`, a JSON body that is not an object. Default: it is understood.
    pub strict: bool,
    /// Makes media servers reject a JWT with 401 where it is the user's own token. Default: true, because servers of
    /// version 1.42.1 were seen to do so.
    pub servers_refuse_jwts: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            token_read_once: false,
            other_client_is_bad_request: false,
            client_identifier_everywhere: false,
            status_in_1020: false,
            declined_pin_is_gone: false,
            jwt_leaves_pins_usable: false,
            registered_key_is_taken: false,
            nonce_without_client_is_400: false,
            no_such_key_status: 422,
            rejected_token_is_422: false,
            requests_per_minute: None,
            retry_after: false,
            no_cors: false,
            coop: false,
            strict: false,
            servers_refuse_jwts: true,
        }
    }
}

impl Switches {
    /// Applies changes, a JSON object of names and values.
    ///
    /// # Errors
    ///
    /// A sentence for the user, if a switch is unknown or its value has the wrong type.
    pub(crate) fn with(&self, changes: &serde_json::Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let changes = changes
            .as_object()
            .ok_or("write the switches as a JSON object of names and values")?;
        for (name, value) in changes {
            all[name.as_str()] = value.clone();
        }
        let switches: Self = serde_json::from_value(all).map_err(|error| error.to_string())?;
        if !(400..600).contains(&switches.no_such_key_status) {
            return Err("no_such_key_status must be a number from 400 to 599".to_owned());
        }
        Ok(switches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_keeps_the_other_switches() {
        let changed = Switches::default()
            .with(&json!({"token_read_once": true}))
            .unwrap();
        assert!(changed.token_read_once && !changed.status_in_1020);
        assert_eq!(changed.no_such_key_status, 422);
    }

    #[test]
    fn an_invalid_change_is_rejected() {
        for change in [
            json!({"unknown": 1}),
            json!({"no_cors": "yes"}),
            json!([]),
            json!({"no_such_key_status": 200}),
        ] {
            assert!(Switches::default().with(&change).is_err(), "{change}");
        }
    }
}
