//! Users, their devices, and the tokens and keys of the devices.
//!
//! A device is one app of one user: each pair of account and client identifier has one token, and a new token
//! replaces the old one.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::codes::Codes;
use crate::jwt::{Jwk, Jwt};
use crate::user::User;

/// The description of an app in its `X-Plex-*` headers.
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

impl AppInfo {
    /// Returns the name of the device, else its kind.
    pub(crate) fn shown_device(&self) -> Option<&str> {
        self.device_name.as_deref().or(self.device.as_deref())
    }
}

/// An authorised device.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: u64,
    pub(crate) user: usize,
    pub(crate) app: AppInfo,
    pub(crate) created_at: Timestamp,
    pub(crate) last_seen_at: Timestamp,
    /// The legacy token; `None` after the device has received a JWT.
    pub(crate) token: Option<String>,
    pub(crate) keys: Vec<Jwk>,
}

#[derive(Clone)]
pub(crate) struct Accounts {
    pub(crate) users: Vec<User>,
    devices: HashMap<u64, Device>,
    by_app: HashMap<(usize, String), u64>,
    by_token: HashMap<String, u64>,
    /// The devices with a key of this ID; several if users of one app share its key.
    by_kid: HashMap<String, Vec<u64>>,
    demo_tokens: Vec<String>,
}

/// Another app has registered a key with this ID.
#[derive(Debug)]
pub(crate) struct KeyTaken;

/// The client identifier of the browser that holds the demo tokens.
const DEMO_BROWSER: &str = "plex-tv-emulator-demo-browser";

impl Accounts {
    pub(crate) fn new(mut users: Vec<User>, codes: &mut Codes, now: Timestamp) -> Self {
        for user in &mut users {
            user.complete(codes);
        }
        let mut accounts = Self {
            users,
            devices: HashMap::new(),
            by_app: HashMap::new(),
            by_token: HashMap::new(),
            by_kid: HashMap::new(),
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

    /// Returns the names of the users that pages show.
    pub(crate) fn shown_names(&self) -> Vec<String> {
        let users = self.users.iter();
        users.map(|user| user.shown_name().to_owned()).collect()
    }

    /// Issues a new token for an app of a user; the previous token becomes invalid.
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
            keys: Vec::new(),
        });
        device.app = app;
        device.last_seen_at = now;
        if let Some(old) = device.token.replace(token.clone()) {
            self.by_token.remove(&old);
        }
        self.by_token.insert(token.clone(), id);
        token
    }

    pub(crate) fn device(&self, id: u64) -> Option<&Device> {
        self.devices.get(&id)
    }

    /// Returns the devices of a user, oldest first.
    pub(crate) fn devices_of(&self, user: usize) -> Vec<&Device> {
        let mut devices: Vec<_> = self.devices.values().filter(|d| d.user == user).collect();
        devices.sort_by_key(|device| (device.created_at, device.id));
        devices
    }

    pub(crate) fn device_of_app(&self, user: usize, client: &str) -> Option<&Device> {
        let id = self.by_app.get(&(user, client.to_owned()))?;
        self.devices.get(id)
    }

    /// Finds the device of a legacy token and updates its `last_seen_at`.
    pub(crate) fn use_token(&mut self, token: &str, now: Timestamp) -> Option<u64> {
        let id = *self.by_token.get(token)?;
        self.devices.get_mut(&id)?.last_seen_at = now;
        Some(id)
    }

    /// Finds the device of a JWT, if it is still authorised, and updates its `last_seen_at`.
    ///
    /// The caller must have verified the signature.
    pub(crate) fn use_jwt(&mut self, jwt: &Jwt<'_>, now: Timestamp) -> Option<u64> {
        let id = *self
            .by_kid
            .get(jwt.claim("thumbprint"))?
            .iter()
            .find(|id| {
                self.devices.get(id).is_some_and(|device| {
                    jwt.is_for(&device.app.client_identifier)
                        && jwt.claims["user"]["id"] == self.users[device.user].id
                        && jwt.claims["iat"].as_i64() >= Some(device.created_at.seconds())
                })
            })?;
        self.devices.get_mut(&id)?.last_seen_at = now;
        Some(id)
    }

    /// Signs a device out: its token and its keys become invalid. Returns false if the id is unknown.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let Some(device) = self.devices.remove(&id) else {
            return false;
        };
        self.by_app
            .remove(&(device.user, device.app.client_identifier));
        if let Some(token) = device.token {
            self.by_token.remove(&token);
        }
        for key in device.keys {
            if let Some(ids) = self.by_kid.get_mut(&key.kid) {
                ids.retain(|other| *other != id);
                if ids.is_empty() {
                    self.by_kid.remove(&key.kid);
                }
            }
        }
        true
    }

    pub(crate) fn has_key(&self, id: u64, jwk: &Jwk) -> bool {
        self.devices
            .get(&id)
            .is_some_and(|device| device.keys.contains(jwk))
    }

    /// Registers a key for a device.
    pub(crate) fn add_key(&mut self, id: u64, jwk: Jwk) -> Result<(), KeyTaken> {
        let Some(client) = self
            .devices
            .get(&id)
            .map(|d| d.app.client_identifier.clone())
        else {
            return Ok(());
        };
        let ids = self.by_kid.entry(jwk.kid.clone()).or_default();
        let is_taken = ids.iter().any(|other| {
            self.devices.get(other).is_some_and(|device| {
                device.app.client_identifier != client
                    || device
                        .keys
                        .iter()
                        .any(|key| key.kid == jwk.kid && *key != jwk)
            })
        });
        if is_taken {
            return Err(KeyTaken);
        }
        // If several users share a key, a device JWT belongs to the user who registered it last.
        ids.retain(|other| *other != id);
        ids.push(id);
        if let Some(device) = self.devices.get_mut(&id)
            && !device.keys.contains(&jwk)
        {
            device.keys.push(jwk);
        }
        Ok(())
    }

    /// Finds the device and the key for a client identifier and a key ID.
    pub(crate) fn key(&self, client: &str, kid: &str) -> Option<(u64, &Jwk)> {
        let id = self.by_kid.get(kid)?.last()?;
        let device = self.devices.get(id)?;
        let key = device.keys.iter().find(|key| key.kid == kid)?;
        (device.app.client_identifier == client).then_some((*id, key))
    }

    /// Revokes the legacy token, as plex.tv does when a device receives a JWT.
    pub(crate) fn revoke_token(&mut self, id: u64) {
        if let Some(token) = self.devices.get_mut(&id).and_then(|d| d.token.take()) {
            self.by_token.remove(&token);
        }
    }

    /// Returns the token of a user's demo browser.
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
mod tests;
