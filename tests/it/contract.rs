//! The emulator matches the spec: every response that it sends and every request that it accepts is checked against
//! `openapi/plex.yaml`.

use std::collections::BTreeSet;

use plex_api::generated::requests;
use plex_api::{GetPinQrCodeRequest, Identity, LinkPinRequest, Secret, Token};
use plex_tv_emulator::{Emulator, User};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::contract_keys::DeviceKey;
use crate::contract_spec::Spec;

pub(crate) const CLIENT: &str = "contract";
/// The PIN of the second user.
pub(crate) const PIN: &str = "0417";

#[tokio::test]
async fn every_documented_response_is_sent_and_matches_the_spec() {
    let mut contract = Contract::start().await;
    contract.pins().await;
    contract.account().await;
    contract.plex_home().await;
    contract.device_keys().await;
    contract.rate_limits().await;
    contract.rejected_tokens().await;
    let documented = contract.spec.documented();
    let never_sent: Vec<_> = documented.difference(&contract.seen).collect();
    assert!(
        never_sent.is_empty(),
        "documented, but not seen in this test: {never_sent:?}"
    );
}

#[tokio::test]
async fn every_request_of_the_sdk_matches_the_spec() {
    let (spec, emulator) = (Spec::read(), start().await);
    every_call_of_the_sdk(&emulator).await;
    let mut called = BTreeSet::new();
    for request in emulator.requests() {
        let id = serde_json::to_value(request.operation.unwrap()).unwrap();
        let operation = spec.operation(id.as_str().unwrap());
        if let Err(problem) = spec.check_request(&operation, &request) {
            panic!("{}: {problem}", operation.id());
        }
        assert_eq!(request.header("accept"), Some(accept(operation.id())));
        assert!(request.status.unwrap() < 300, "{id}: {:?}", request.status);
        called.insert(operation.id().to_owned());
    }
    let all: BTreeSet<String> = spec.documented().into_iter().map(|(id, _)| id).collect();
    assert_eq!(called, all);
}

/// Starts an emulator whose second user has a PIN.
async fn start() -> Emulator {
    let mut users = User::demo();
    users[1].pin = Some(PIN.to_owned());
    Emulator::builder().users(users).start().await.unwrap()
}

/// Returns the Accept header that a request for an operation must have.
fn accept(id: &str) -> &'static str {
    match id {
        "getPinQrCode" => "image/png",
        _ => "application/json",
    }
}

/// Calls every operation through the SDK, with a complete identity.
async fn every_call_of_the_sdk(emulator: &Emulator) {
    let identity = Identity::new(CLIENT)
        .client_name("Plex for Röku")
        .client_version("2.4.1")
        .platform("Roku")
        .platform_version("4.3 build 1057")
        .device_name("Roku 3")
        .device_nickname("Living room")
        .model("4200X")
        .device_vendor("Roku")
        .marketplace("googlePlay")
        .language("en");
    let plex = plex_api::PlexApi::builder(identity)
        .base_url(emulator.base_url())
        .build()
        .unwrap();
    let user = plex.with_token(&Token::new(emulator.demo_token()));

    let sign_in = plex.start_code_sign_in().await.unwrap();
    let qr = GetPinQrCodeRequest::new(sign_in.code().clone());
    plex.get_pin_qr_code(qr).await.unwrap();
    let agreed = LinkPinRequest::new(sign_in.code().clone());
    user.link_pin(agreed).await.unwrap();
    let token = plex.wait_for_token(&sign_in).await.unwrap();
    let signed_in = plex.with_token(&token);
    signed_in.generated().get_token_details().await.unwrap();
    signed_in.generated().ping().await.unwrap();
    let request = requests::GetResourcesRequest::new()
        .include_https(true)
        .include_relay(true);
    let resources = signed_in.generated().get_resources(request);
    assert!(!resources.await.unwrap().is_empty());
    let anywhere = requests::GetGeoDataRequest::new();
    for request in [anywhere.clone().ip_address("203.0.113.7"), anywhere] {
        plex.generated().get_geo_data(request).await.unwrap();
    }

    let users = signed_in.home_users(&token).await.unwrap();
    let (protected, child) = (&users[1], &users[2]);
    let pin = Secret::new(PIN);
    signed_in
        .switch_user(&token, protected, Some(&pin))
        .await
        .unwrap();
    signed_in.switch_user(&token, child, None).await.unwrap();

    let key = DeviceKey::new(1);
    let request = requests::RegisterDeviceKeyRequest::new(key.jwk());
    signed_in
        .generated()
        .register_device_key(request)
        .await
        .unwrap();
    let nonce = plex.generated().get_nonce().await.unwrap().nonce;
    let jwt = Secret::new(key.sign(CLIENT, json!({"nonce": nonce})));
    let exchanged = plex
        .generated()
        .exchange_device_jwt(requests::ExchangeDeviceJwtRequest::new(jwt))
        .await
        .unwrap();
    plex.generated().get_keys().await.unwrap();

    let request = requests::GetPinRequest::new().strong(true).jwk(key.jwk());
    let pin = plex.generated().get_pin(request).await;
    let pin = pin.unwrap();
    emulator.approve(pin.code.as_str()).await.unwrap();
    let proof = Secret::new(key.sign(CLIENT, json!({})));
    let polled = plex
        .generated()
        .get_token_by_pin_id(requests::GetTokenByPinIdRequest::new(pin.id).device_jwt(proof))
        .await
        .unwrap();
    let jwt = polled.auth_token.unwrap();
    assert_eq!(jwt.expose().split('.').count(), 3);
    assert_ne!(jwt, exchanged.auth_token);
    plex.with_token(&jwt).generated().sign_out().await.unwrap();
}

/// An emulator, the spec, and the responses seen so far.
pub(crate) struct Contract {
    pub(crate) spec: Spec,
    pub(crate) emulator: Emulator,
    http: Client,
    seen: BTreeSet<(String, u16)>,
}

impl Contract {
    async fn start() -> Self {
        let emulator = start().await;
        // By default, the emulator understands some requests that the spec does not describe.
        emulator.set_switches(|switches| switches.strict = true);
        Self {
            spec: Spec::read(),
            emulator,
            http: Client::builder().no_proxy().build().unwrap(),
            seen: BTreeSet::new(),
        }
    }

    /// Makes a request for an operation without an identity, with its path parameter if it has one.
    pub(crate) fn anonymous(&self, id: &str, parameter: &str) -> RequestBuilder {
        let operation = self.spec.operation(id);
        let path = match operation.path.split_once('{') {
            Some((before, rest)) => {
                let (_, after) = rest.split_once('}').unwrap();
                format!("{before}{parameter}{after}")
            }
            None => operation.path.to_owned(),
        };
        let url = format!("{}{path}", self.emulator.base_url());
        self.http
            .request(operation.method.parse().unwrap(), url)
            .header("Accept", "application/json")
    }

    pub(crate) fn request(&self, id: &str, parameter: &str) -> RequestBuilder {
        self.anonymous(id, parameter)
            .header("X-Plex-Client-Identifier", CLIENT)
            .header("X-Plex-Product", "Contract")
    }

    /// Sends a request and checks the response against the spec, and the request too after a success.
    pub(crate) async fn expect(&mut self, id: &str, status: u16, request: RequestBuilder) -> Value {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{id}");
        let headers = response.headers().clone();
        let body = response.bytes().await.unwrap();
        let operation = self.spec.operation(id);
        let mut verdict = self
            .spec
            .check_response(&operation, status, &headers, &body);
        if status < 300 {
            let request = self.emulator.requests().pop().unwrap();
            verdict = verdict.and(self.spec.check_request(&operation, &request));
        }
        if let Err(problem) = verdict {
            panic!("{id} {status}: {problem}");
        }
        self.seen.insert((id.to_owned(), status));
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// Signs in and returns the token.
    pub(crate) async fn sign_in(&mut self) -> String {
        let request = self.request("getPin", "");
        let pin = self.expect("getPin", 201, request).await;
        let code = pin["code"].as_str().unwrap();
        self.emulator.approve(code).await.unwrap();
        let request = self.request("getTokenByPinId", &pin["id"].to_string());
        let pin = self.expect("getTokenByPinId", 200, request).await;
        pin["authToken"].as_str().unwrap().to_owned()
    }
}
