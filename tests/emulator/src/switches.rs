//! What nobody outside knows about plex.tv, for the tests to decide.

use serde::{Deserialize, Serialize};

/// What plex.tv does where it is not known, or where it was seen to do different things.
///
/// The default is the behaviour that most recordings show.
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
    /// A PIN is gone (404, code 1020) after its token was read once. Default: it is there until it expires.
    pub token_read_once: bool,
    /// A poll with another client identifier gets 400 and code 1000. Default: 404 and code 1020.
    pub other_client_is_bad_request: bool,
    /// Every operation wants a client identifier (400 and code 1000). Default: those that create or poll a PIN,
    /// those of `/auth/` but the keys, and the resources.
    pub client_identifier_everywhere: bool,
    /// Error 1020 has its status in the body like the others. Default: it has none, as in every recording.
    pub status_in_1020: bool,
    /// A PIN that the user declined is gone (404, code 1020). Default: it stays pending.
    pub declined_pin_is_gone: bool,
    /// A key can no longer be lost: once an app has a JWT, a PIN without its key is linked all the same.
    /// Default: linking it gets 403 and code 1068, as client authors report.
    pub jwt_leaves_pins_usable: bool,
    /// A key that is registered again for its own device gets 422, like one that is another device's. Default: 201.
    pub registered_key_is_taken: bool,
    /// `GET /auth/nonce` without a client identifier gets 400 like the rest. Default: 422, as recorded.
    pub nonce_without_client_is_400: bool,
    /// The status that goes with error 1097 (no registered key fits). Default: 422.
    pub no_such_key_status: u16,
    /// A token that is not valid gets 422 like from plex.tv's older endpoints. Default: 401 and code 1001.
    pub rejected_token_is_422: bool,
    /// How many PINs and nonces one client identifier may ask for in a minute. Default: no limit.
    pub requests_per_minute: Option<u32>,
    /// `Retry-After` on the 429 of that limit. Default: off, as recorded.
    pub retry_after: bool,
    /// Pages of other origins may not read the answers. Default: they may, as at plex.tv.
    pub no_cors: bool,
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
        }
    }
}

impl Switches {
    /// Sets one switch by its name, to a value of JSON.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong, if there is no such switch or the value does not fit it.
    pub(crate) fn with(&self, changes: &serde_json::Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let changes = changes
            .as_object()
            .ok_or("switches are an object of names and values")?;
        for (name, value) in changes {
            all[name.as_str()] = value.clone();
        }
        let switches: Self = serde_json::from_value(all).map_err(|error| error.to_string())?;
        if !(400..600).contains(&switches.no_such_key_status) {
            return Err("no_such_key_status is a status from 400 to 599".to_owned());
        }
        Ok(switches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_leaves_the_rest_alone() {
        let changed = Switches::default()
            .with(&json!({"token_read_once": true}))
            .unwrap();
        assert!(changed.token_read_once && !changed.status_in_1020);
        assert_eq!(changed.no_such_key_status, 422);
    }

    #[test]
    fn a_change_that_makes_no_sense_is_refused() {
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
