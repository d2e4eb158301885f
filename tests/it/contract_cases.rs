//! A request for each documented response.

use std::time::Duration;

use plex_tv_emulator::{Fault, Operation, RetryAfter};
use serde_json::{Value, json};

use crate::contract::{CLIENT, Contract, PIN};
use crate::contract_keys::DeviceKey;

const EIGHT_DAYS: Duration = Duration::from_secs(8 * 24 * 60 * 60);

impl Contract {
    pub(crate) async fn pins(&mut self) {
        let request = self.anonymous("getPin", "");
        self.expect("getPin", 400, request).await;
        let request = self.request("getPin", "").query(&[("strong", "true")]);
        let pin = self.expect("getPin", 201, request).await;
        let (id, code) = (pin["id"].to_string(), pin["code"].as_str().unwrap());

        let request = self.request("getPinQrCode", code);
        self.expect("getPinQrCode", 200, request).await;
        let request = self.request("getPinQrCode", "no-code");
        self.expect("getPinQrCode", 404, request).await;

        let request = self.request("getTokenByPinId", &id);
        let pending = self.expect("getTokenByPinId", 200, request).await;
        assert!(pending["authToken"].is_null());
        let request = self.anonymous("getTokenByPinId", &id);
        self.expect("getTokenByPinId", 400, request).await;
        let request = self
            .anonymous("getTokenByPinId", &id)
            .header("X-Plex-Client-Identifier", "another");
        self.expect("getTokenByPinId", 404, request).await;

        for (status, form) in [
            (400, ""),
            (404, "code=ZZZZZ"),
            (204, &*format!("code={code}")),
        ] {
            let request = self
                .request("linkPin", "")
                .header("X-Plex-Token", self.emulator.demo_token())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form.to_owned());
            self.expect("linkPin", status, request).await;
        }
        let request = self.request("getTokenByPinId", &id);
        let claimed = self.expect("getTokenByPinId", 200, request).await;
        assert_eq!(claimed["authToken"].as_str().unwrap().len(), 20);
    }

    pub(crate) async fn account(&mut self) {
        let token = self.sign_in().await;
        for (value, status) in [("1", 200), ("0", 200), ("yes", 400)] {
            let request = self
                .request("getResources", "")
                .header("X-Plex-Token", &token);
            let request = request.query(&[("includeHttps", value)]);
            self.expect("getResources", status, request).await;
        }
        for (id, status) in [("getTokenDetails", 200), ("ping", 200), ("signOut", 204)] {
            let request = self.request(id, "").header("X-Plex-Token", &token);
            self.expect(id, status, request).await;
        }
        for (address, status) in [("203.0.113.7", 200), ("2001:db8::7", 200), ("nowhere", 400)] {
            let query = [("ip_address", address)];
            let request = self.request("getGeoData", "").query(&query);
            self.expect("getGeoData", status, request).await;
        }
    }

    pub(crate) async fn plex_home(&mut self) {
        let token = self.sign_in().await;
        let request = self
            .request("getHomeUsers", "")
            .header("X-Plex-Token", &token);
        let home = self.expect("getHomeUsers", 200, request).await;
        let uuid = |user: usize| home["users"][user]["uuid"].as_str().unwrap();
        for (user, pin, status) in [
            (uuid(1), Some(PIN), 201),
            (uuid(1), Some("0418"), 403),
            (uuid(1), None, 403),
            (uuid(2), None, 201),
            (uuid(2), Some("a"), 400),
            ("unknown", None, 404),
        ] {
            let request = self
                .request("switchHomeUser", user)
                .header("X-Plex-Token", &token)
                .query(&[("pin", pin)]);
            self.expect("switchHomeUser", status, request).await;
        }
        let request = self
            .anonymous("switchHomeUser", uuid(2))
            .header("X-Plex-Token", &token);
        self.expect("switchHomeUser", 400, request).await;
    }

    pub(crate) async fn device_keys(&mut self) {
        let request = self.request("getKeys", "");
        self.expect("getKeys", 200, request).await;
        let request = self.anonymous("getNonce", "");
        self.expect("getNonce", 422, request).await;
        self.emulator
            .set_switches(|switches| switches.nonce_without_client_is_400 = true);
        let request = self.anonymous("getNonce", "");
        self.expect("getNonce", 400, request).await;

        let (key, stranger) = (DeviceKey::new(1), DeviceKey::new(2));
        let token = self.sign_in().await;
        self.register(400, &token, json!({"jwk": {"kty": "OKP"}}))
            .await;
        self.register(201, &token, json!({"jwk": key.jwk()})).await;
        // Another key with the same id.
        self.register(422, &token, json!({"jwk": stranger.jwk()}))
            .await;

        let nonce = self.nonce().await;
        let jwt = key.sign(CLIENT, json!({"nonce": nonce}));
        self.exchange(400, json!({})).await;
        let expired = key.sign(CLIENT, json!({"nonce": nonce, "exp": 1}));
        self.exchange(498, json!({"jwt": expired})).await;
        self.exchange(200, json!({"jwt": jwt})).await;
        // The nonce has been used.
        self.exchange(422, json!({"jwt": jwt})).await;

        self.pin_with_a_key(&key, &stranger).await;
        // A client with a JWT cannot sign in without its key.
        let request = self.request("getPin", "");
        let pin = self.expect("getPin", 201, request).await;
        let request = self
            .request("linkPin", "")
            .header("X-Plex-Token", self.emulator.demo_token())
            .form(&[("code", pin["code"].as_str().unwrap())]);
        self.expect("linkPin", 403, request).await;
    }

    async fn pin_with_a_key(&mut self, key: &DeviceKey, stranger: &DeviceKey) {
        let request = self.request("getPin", "").json(&json!({"jwk": key.jwk()}));
        let pin = self.expect("getPin", 201, request).await;
        self.emulator
            .approve(pin["code"].as_str().unwrap())
            .await
            .unwrap();
        for (status, proof) in [
            (422, stranger.sign(CLIENT, json!({}))),
            (498, key.sign(CLIENT, json!({"exp": 1}))),
            (200, key.sign(CLIENT, json!({}))),
        ] {
            let request = self
                .request("getTokenByPinId", &pin["id"].to_string())
                .query(&[("deviceJWT", proof)]);
            self.expect("getTokenByPinId", status, request).await;
        }
    }

    /// Checks the status 429 of every operation, with both formats of Retry-After and without.
    pub(crate) async fn rate_limits(&mut self) {
        for id in self.ids() {
            let operation: Operation = serde_json::from_value(json!(id)).unwrap();
            for retry_after in [
                None,
                Some(RetryAfter::Seconds(30)),
                Some(RetryAfter::DateIn(30)),
            ] {
                self.emulator
                    .fail_next(operation, Fault::RateLimited { retry_after });
                let request = self.request(&id, "1");
                self.expect(&id, 429, request).await;
            }
        }
    }

    /// Checks the response of every operation that takes a token to a missing, expired or unknown one.
    pub(crate) async fn rejected_tokens(&mut self) {
        let nonce = self.nonce().await;
        let jwt = DeviceKey::new(1).sign(CLIENT, json!({"nonce": nonce}));
        let jwt = self.exchange(200, json!({"jwt": jwt})).await;
        let jwt = jwt["auth_token"].as_str().unwrap();
        self.emulator.advance(EIGHT_DAYS);
        for id in self.ids() {
            if !self.spec.operation(&id).takes_token() {
                continue;
            }
            let request = self.request(&id, "1");
            self.expect(&id, 401, request).await;
            let request = self.request(&id, "1").header("X-Plex-Token", jwt);
            self.expect(&id, 498, request).await;
            self.emulator
                .set_switches(|switches| switches.rejected_token_is_422 = true);
            let request = self.request(&id, "1").header("X-Plex-Token", "unknown");
            self.expect(&id, 422, request).await;
            self.emulator
                .set_switches(|switches| switches.rejected_token_is_422 = false);
        }
    }

    fn ids(&self) -> Vec<String> {
        let operations = self.spec.operations().into_iter();
        operations
            .map(|operation| operation.id().to_owned())
            .collect()
    }

    async fn nonce(&mut self) -> Value {
        let request = self.request("getNonce", "");
        self.expect("getNonce", 200, request).await["nonce"].take()
    }

    async fn register(&mut self, status: u16, token: &str, body: Value) {
        let request = self
            .request("registerDeviceKey", "")
            .header("X-Plex-Token", token);
        self.expect("registerDeviceKey", status, request.json(&body))
            .await;
    }

    async fn exchange(&mut self, status: u16, body: Value) -> Value {
        let request = self.request("exchangeDeviceJwt", "").json(&body);
        self.expect("exchangeDeviceJwt", status, request).await
    }
}
