//! Users, their devices, and the tokens of these.
//!
//! A device is one app of one user: there is one token for each pair of account and client identifier, and
//! a new one rotates the old one out.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::codes::Codes;
use crate::user::User;

/// What an app says about itself in its `X-Plex-*` headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AppInfo {
    pub(crate) client_identifier: String,
    pub(crate) product: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) platform_version: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) device_name: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) vendor: Option<String>,
    pub(crate) provides: Option<String>,
}

/// An entry of the list of authorised devices.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: u64,
    pub(crate) user: usize,
    pub(crate) app: AppInfo,
    pub(crate) created_at: Timestamp,
    pub(crate) last_seen_at: Timestamp,
    pub(crate) token: Option<String>,
}

pub(crate) struct Accounts {
    pub(crate) users: Vec<User>,
    devices: HashMap<u64, Device>,
    by_app: HashMap<(usize, String), u64>,
    by_token: HashMap<String, u64>,
    demo_tokens: Vec<String>,
}

/// The client identifier of the demo users' own browser, which holds their demo tokens.
const DEMO_BROWSER: &str = "plex-tv-emulator-demo-browser";

impl Accounts {
    pub(crate) fn new(users: Vec<User>, codes: &mut Codes, now: Timestamp) -> Self {
        let mut accounts = Self {
            users,
            devices: HashMap::new(),
            by_app: HashMap::new(),
            by_token: HashMap::new(),
            demo_tokens: Vec::new(),
        };
        for user in 0..accounts.users.len() {
            let app = AppInfo {
                client_identifier: DEMO_BROWSER.to_owned(),
                product: Some("Demo browser".to_owned()),
                ..AppInfo::default()
            };
            let token = accounts.authorise(user, app, now, codes);
            accounts.demo_tokens.push(token);
        }
        accounts
    }

    /// Gives an app of a user a new token; the one it had is dead from now on.
    pub(crate) fn authorise(
        &mut self,
        user: usize,
        app: AppInfo,
        now: Timestamp,
        codes: &mut Codes,
    ) -> String {
        let token = codes.token();
        let key = (user, app.client_identifier.clone());
        let devices = &self.devices;
        let id = *self.by_app.entry(key).or_insert_with(|| {
            loop {
                let id = codes.id();
                if !devices.contains_key(&id) {
                    break id;
                }
            }
        });
        let device = self.devices.entry(id).or_insert_with(|| Device {
            id,
            user,
            app: app.clone(),
            created_at: now,
            last_seen_at: now,
            token: None,
        });
        device.app = app;
        device.last_seen_at = now;
        if let Some(old) = device.token.replace(token.clone()) {
            self.by_token.remove(&old);
        }
        self.by_token.insert(token.clone(), id);
        token
    }

    /// The device that a legacy token belongs to.
    pub(crate) fn device_of(&self, token: &str) -> Option<&Device> {
        self.devices.get(self.by_token.get(token)?)
    }

    /// The token that the demo browser of a user was given at the start.
    pub(crate) fn demo_token(&self, user: usize) -> Option<&str> {
        self.demo_tokens.get(user).map(String::as_str)
    }
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts")
            .field("users", &self.users.len())
            .field("devices", &self.devices.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn one_token_for_each_account_and_client_identifier() {
        let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
        let mut accounts = Accounts::new(User::demo(), &mut codes, now);
        let app = |id: &str| AppInfo {
            client_identifier: id.to_owned(),
            ..AppInfo::default()
        };
        let first = accounts.authorise(0, app("a"), now, &mut codes);
        let other_app = accounts.authorise(0, app("b"), now, &mut codes);
        let other_user = accounts.authorise(1, app("a"), now, &mut codes);
        let second = accounts.authorise(0, app("a"), now, &mut codes);
        assert!(accounts.device_of(&first).is_none());
        for token in [&second, &other_app, &other_user] {
            assert!(accounts.device_of(token).is_some());
        }
    }
}
