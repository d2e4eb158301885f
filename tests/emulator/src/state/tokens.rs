//! Authentication by a token, and issuing JWTs.

use serde_json::{Map, Value, json};

use super::keys::JWT_LIFETIME;
use super::{PinState, State};
use crate::jwt::Jwt;
use crate::reply::ApiError;

impl State {
    /// Finds the device of a token, legacy or JWT.
    pub(crate) fn authenticate(&mut self, token: Option<String>) -> Result<u64, ApiError> {
        let now = self.now();
        let token = token.unwrap_or_default();
        let found = if token.contains('.') {
            let jwt = Jwt::parse(&token).filter(|jwt| self.keys.have_signed(jwt));
            if jwt
                .as_ref()
                .is_some_and(|jwt| jwt.has_expired(now.seconds()))
            {
                return Err(ApiError::token_expired());
            }
            jwt.and_then(|jwt| self.accounts.use_jwt(&jwt, now))
        } else {
            self.accounts.use_token(&token, now)
        };
        found.ok_or_else(|| {
            if self.switches.rejected_token_is_422 {
                ApiError::invalid_token()
            } else {
                ApiError::not_authenticated()
            }
        })
    }

    /// Exchanges a device JWT, signed by the app, for a JWT signed by the emulator.
    pub(crate) fn exchange(&mut self, client: &str, device_jwt: &str) -> Result<String, ApiError> {
        let now = self.now();
        let jwt = Jwt::parse(device_jwt).ok_or_else(ApiError::bad_signature)?;
        let unknown_key = || ApiError::unknown_key(self.switches.no_such_key_status);
        if jwt.claim("iss") != client {
            return Err(unknown_key());
        }
        let (device, key) = self
            .accounts
            .key(client, jwt.kid())
            .ok_or_else(unknown_key)?;
        if !key.has_signed(&jwt) || !jwt.is_for("plex.tv") {
            return Err(ApiError::bad_signature());
        }
        if jwt.has_expired(now.seconds()) {
            return Err(ApiError::token_expired());
        }
        let nonce = jwt.claim("nonce");
        if !self.nonces.spend(nonce, client, now) {
            return Err(ApiError::bad_nonce());
        }
        Ok(self.issue(device, &jwt, nonce))
    }

    /// Replaces the token of a claimed PIN by a JWT, if the device JWT proves that the app holds the PIN's key.
    ///
    /// A device JWT with another key ID has no effect: the PIN yields a legacy token, as client authors report.
    pub(crate) fn prove_pin(&mut self, id: u64, device_jwt: &str) -> Result<(), ApiError> {
        let now = self.now();
        let (Some(pin), Some(jwt)) = (self.pins.get(id, now), Jwt::parse(device_jwt)) else {
            return Ok(());
        };
        let Some(jwk) = pin
            .jwk
            .as_deref()
            .filter(|jwk| jwk.kid == jwt.kid() && jwt.claim("iss") == pin.app.client_identifier)
        else {
            return Ok(());
        };
        if !jwk.has_signed(&jwt) || !jwt.is_for("plex.tv") {
            return Err(ApiError::bad_signature());
        }
        if jwt.has_expired(now.seconds()) {
            return Err(ApiError::token_expired());
        }
        let PinState::Claimed { user, token } = &pin.state else {
            return Ok(());
        };
        let user = *user;
        // The token is a JWT already, or a newer PIN has replaced it.
        let Some(device) = self.accounts.use_token(token, now) else {
            return Ok(());
        };
        self.accounts
            .add_key(device, jwk.clone())
            .map_err(|_| ApiError::thumbprint_taken())?;
        let nonce = self.codes.uuid();
        let token = self.issue(device, &jwt, &nonce);
        self.pins.set_state(id, PinState::Claimed { user, token });
        Ok(())
    }

    /// Issues a JWT to a device whose proof is verified; its legacy token becomes invalid.
    fn issue(&mut self, device: u64, proof: &Jwt<'_>, nonce: &str) -> String {
        let now = self.now();
        self.accounts.revoke_token(device);
        let Some(device) = self.accounts.device(device) else {
            return String::new();
        };
        let user = &self.accounts.users[device.user];
        let mut claims = Map::new();
        claims.insert("id".to_owned(), json!(user.id));
        claims.insert("uuid".to_owned(), json!(user.uuid));
        for scope in proof.claim("scope").split(',').map(str::trim) {
            let value: Value = match scope {
                "username" => json!(user.username),
                "email" => json!(user.email),
                "friendly_name" => json!(user.friendly_name),
                "restricted" => json!(user.restricted),
                "anonymous" => json!(false),
                "joinedAt" => json!(user.joined_at),
                _ => continue,
            };
            claims.insert(scope.to_owned(), value);
        }
        let claims = json!({
            "nonce": nonce,
            "thumbprint": proof.kid(),
            "iss": "plex.tv",
            "aud": ["plex.tv", device.app.client_identifier],
            "iat": now.seconds(),
            "exp": now.plus(JWT_LIFETIME).seconds(),
            "user": claims,
        });
        self.keys.sign(&claims, now, &mut self.codes)
    }
}
