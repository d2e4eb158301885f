//! Everything that a program does with the SDK, with and without failures.

use std::sync::Arc;
use std::time::Duration;

use plex_api::{
    ConnectOptions, Credentials, DeviceClient, DeviceKey, EndLegacyToken, GetPinQrCodeRequest,
    Identity, LinkPinRequest, PlexApi, PlexApiBuilder, Secret, SignInStatus, Token,
};
use plex_tv_emulator::{Emulator, Fault, MediaServer, Operation, User};
use reqwest::Certificate;
use url::Url;

use crate::secrets::{Kind, Secrets};

pub(crate) const CLIENT: &str = "3381b62b-9ab7-4e37-827b-203e9809eb58";

/// A device that has signed in with a key cannot sign in without it, so the upgrade is of another device.
const OTHER_CLIENT: &str = "9f6ac2d0-1f5e-4a0b-a3f8-2c4f0c6c4d11";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An emulator, its client, and the secrets that they have exchanged.
pub(crate) struct Session {
    emulator: Arc<Emulator>,
    failures: Vec<Fault>,
    is_verbose: bool,
    pub(crate) secrets: Secrets,
}

/// Starts building a client of a server.
pub(crate) fn builder(client: &str, server: &Url) -> PlexApiBuilder {
    PlexApi::builder(Identity::new(client))
        .base_url(server.clone())
        .timeout(Duration::from_millis(400))
}

impl Session {
    /// Starts an emulator, with HTTP/2 over TLS or with HTTP/1.1.
    pub(crate) async fn start(is_http2: bool) -> Self {
        // With a seed, so that a code never happens to be a part of another text.
        let mut users = User::demo();
        let server = MediaServer::new("Living room", "living-room").good_address();
        users[0].servers.push(server);
        let emulator = Emulator::builder().users(users);
        let emulator = emulator.seed(if is_http2 { 2 } else { 1 });
        let emulator = if is_http2 { emulator.tls() } else { emulator };
        Self {
            emulator: Arc::new(emulator.start().await.unwrap()),
            failures: failures(),
            is_verbose: false,
            secrets: Secrets::default(),
        }
    }

    /// Makes reqwest log all traffic. No requests fail.
    pub(crate) fn verbose(self) -> Self {
        Self {
            failures: Vec::new(),
            is_verbose: true,
            ..self
        }
    }

    fn plex(&self, client: &str) -> PlexApi {
        let ca = self.emulator.ca_pem().map(str::to_owned);
        let (is_verbose, clock) = (self.is_verbose, Arc::clone(&self.emulator));
        builder(client, &self.emulator.base_url())
            .poll_interval(Duration::from_millis(20))
            .http(move |client| {
                let client = client.connection_verbose(is_verbose);
                match &ca {
                    Some(ca) => {
                        client.tls_certs_only([Certificate::from_pem(ca.as_bytes()).unwrap()])
                    }
                    None => client,
                }
            })
            .clock(move || clock.now())
            .build()
            .unwrap()
    }

    /// Runs everything.
    pub(crate) async fn run(&mut self) {
        let token = self.sign_in().await;
        let token = self.sign_in_by_code(&token).await;
        self.media_server(&token).await;
        self.account(&token).await;
        self.refusals().await;
        self.device().await;
        self.upgrade().await;
        for request in self.emulator.requests() {
            if let Some(proof) = request.query_value("deviceJWT") {
                self.secrets.add(Kind::Proof, proof);
            }
            let body: Option<serde_json::Value> = serde_json::from_slice(&request.body).ok();
            if let Some(proof) = body.as_ref().and_then(|body| body["jwt"].as_str()) {
                self.secrets.add(Kind::Proof, proof);
            }
        }
        assert_eq!(self.emulator.faults_left(), 0);
    }

    /// A sign-in by link, whose polls fail in every way that does not end the wait.
    async fn sign_in(&mut self) -> Token {
        let plex = self.plex(CLIENT);
        let sign_in = plex.start_sign_in().await.unwrap();
        let code = sign_in.code().as_str();
        self.secrets.add(Kind::Code, code);
        sign_in.qr_code().unwrap();
        for fault in self.failures.clone() {
            self.emulator.fail_next(Operation::GetTokenByPinId, fault);
        }
        self.emulator.approve(code).await.unwrap();
        let token = plex.wait_for_token(&sign_in).await.unwrap();
        self.secrets.add(Kind::Token, token.expose());
        let status = plex.check(&sign_in).await.unwrap();
        assert!(matches!(status, SignInStatus::Granted(_)), "{status:?}");
        token
    }

    /// A sign-in by code, which `link_pin` grants while `check` asks; and one that nobody grants.
    async fn sign_in_by_code(&mut self, user: &Token) -> Token {
        let plex = self.plex(CLIENT);
        let sign_in = plex.start_code_sign_in().await.unwrap();
        let code = sign_in.code();
        self.secrets.add(Kind::Code, code.as_str());
        let (user, emulator) = (plex.with_token(user), &self.emulator);
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::GetPinQrCode, fault);
            let picture = GetPinQrCodeRequest::new(code.clone());
            // Some faults let the operation succeed.
            let _ = plex.get_pin_qr_code(picture).await;
        }
        let picture = GetPinQrCodeRequest::new(code.clone());
        plex.get_pin_qr_code(picture).await.unwrap();
        let status = plex.check(&sign_in).await.unwrap();
        assert!(matches!(status, SignInStatus::Pending { .. }), "{status:?}");
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::LinkPin, fault);
            let _ = user.link_pin(LinkPinRequest::new(code.clone())).await;
        }
        let _ = user.link_pin(LinkPinRequest::new(code.clone())).await;
        let token = plex.wait_for_token(&sign_in).await.unwrap();
        self.secrets.add(Kind::Token, token.expose());

        let sign_in = plex.start_code_sign_in().await.unwrap();
        self.secrets.add(Kind::Code, sign_in.code().as_str());
        self.emulator.advance(DAY);
        plex.wait_for_token(&sign_in).await.unwrap_err();
        token
    }

    /// Finds a media server and calls it.
    async fn media_server(&mut self, token: &Token) {
        let (plex, emulator) = (self.plex(CLIENT), &self.emulator);
        let server = plex.servers(token).await.unwrap().remove(0);
        let limit = Duration::from_millis(400);
        let options = ConnectOptions::new()
            .time_limit(limit)
            .request_timeout(limit);
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::GetServerIdentity, fault);
            let _ = server.connect_with(&plex, &options).await;
        }
        let patient = server.connect(&plex).await.unwrap();
        let impatient = ConnectOptions::new().request_timeout(limit * 2);
        let impatient = server.connect_with(&plex, &impatient).await.unwrap();
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::GetLibrarySections, fault);
            let _ = impatient.get("/library/sections").bytes().await;
        }
        patient.get("/library/sections").bytes().await.unwrap();
        let url = patient.url_for("/library/sections").unwrap();
        assert!(url.expose().contains(token.expose()));
    }

    /// Everything that is done with a token.
    async fn account(&mut self, token: &Token) {
        let (plex, emulator) = (self.plex(CLIENT), &self.emulator);
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::GetTokenDetails, fault.clone());
            let _ = plex.check_token(token).await;
            emulator.fail_next(Operation::Ping, fault);
            let _ = plex.ping(token).await;
        }
        let _ = plex.check_token(token).await;
        let resources = plex.with_token(token);
        resources
            .generated()
            .get_resources(plex_api::generated::requests::GetResourcesRequest::new())
            .await
            .unwrap();
        let users = plex.home_users(token).await.unwrap();
        let pin = Secret::new("0417");
        self.secrets.add(Kind::HomePin, "pin=0417");
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::SwitchHomeUser, fault);
            let _ = plex.switch_user(token, &users[1], Some(&pin)).await;
        }
        let switched = plex.switch_user(token, &users[1], Some(&pin)).await;
        self.secrets.add(Kind::Token, switched.unwrap().expose());
        for fault in self.failures.clone() {
            emulator.fail_next(Operation::SignOut, fault);
            let _ = plex.sign_out(token).await;
        }
        let _ = plex.sign_out(token).await;
        let _ = plex.check_token(token).await;
    }

    fn device_client(&mut self, client: &str) -> DeviceClient {
        let key = DeviceKey::generate().unwrap();
        let jwk: serde_json::Value = serde_json::from_str(key.to_jwk().unwrap().expose()).unwrap();
        self.secrets.add(Kind::Key, jwk["d"].as_str().unwrap());
        let pem = key.to_pem().unwrap();
        let pem = pem.expose().lines().nth(1).unwrap();
        // The beginning of a PEM file is the same for all keys.
        self.secrets.add(Kind::Key, &pem[pem.len() - 40..]);
        self.plex(client).with_device_key(&key)
    }

    /// Sign-ins with a key, and the refresh of the token.
    async fn device(&mut self) {
        let device = self.device_client(CLIENT);
        let sign_in = device.start_sign_in().await.unwrap();
        self.secrets.add(Kind::Code, sign_in.code().as_str());
        for fault in self.failures.clone() {
            self.emulator.fail_next(Operation::GetTokenByPinId, fault);
        }
        self.emulator.fail_next(Operation::GetKeys, Fault::Truncate);
        let approval = self.emulator.approve(sign_in.code().as_str());
        let (token, approval) = tokio::join!(device.wait_for_token(&sign_in), approval);
        approval.unwrap();
        let token = token.unwrap();
        self.secrets.add(Kind::Jwt, token.token().expose());
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::new(&device, &token).unwrap();
        let credentials = credentials
            .keep_in(folder.path().join("credentials.json"))
            .unwrap();
        for operation in [Operation::GetNonce, Operation::ExchangeDeviceJwt] {
            for fault in self.failures.clone() {
                self.emulator.advance(8 * DAY);
                self.emulator.fail_next(operation, fault);
                let _ = credentials.token().await;
                self.emulator.advance(Duration::from_secs(301));
            }
        }
        let rejected = credentials.token().await.unwrap();
        self.secrets.add(Kind::Jwt, rejected.expose());
        self.emulator.advance(Duration::from_secs(301));
        let token = credentials.token_instead_of(&rejected).await.unwrap();
        self.secrets.add(Kind::Jwt, token.expose());
    }

    /// The upgrade of a legacy token.
    async fn upgrade(&mut self) {
        let plex = self.plex(OTHER_CLIENT);
        let sign_in = plex.start_code_sign_in().await.unwrap();
        self.secrets.add(Kind::Code, sign_in.code().as_str());
        self.emulator
            .approve(sign_in.code().as_str())
            .await
            .unwrap();
        let token = plex.wait_for_token(&sign_in).await.unwrap();
        self.secrets.add(Kind::Token, token.expose());
        let device = self.device_client(OTHER_CLIENT);
        for fault in self.failures.clone() {
            self.emulator.fail_next(Operation::RegisterDeviceKey, fault);
            let _ = device.upgrade(EndLegacyToken(token.clone())).await;
        }
        let credentials = device.upgrade(EndLegacyToken(token)).await.unwrap();
        let token = credentials.token().await.unwrap();
        self.secrets.add(Kind::Jwt, token.expose());
    }

    /// Refusals that end a wait, a certificate that is not trusted, and a server that is not there.
    async fn refusals(&mut self) {
        let plex = self.plex(OTHER_CLIENT);
        let sign_in = plex.start_sign_in().await.unwrap();
        let code = sign_in.code().as_str();
        self.secrets.add(Kind::Code, code);
        let body = format!(r#"{{"errors":[{{"code":1003,"message":"{code}","status":403}}]}}"#);
        let refusal = respond(403, body, code);
        self.emulator.fail_next(Operation::GetTokenByPinId, refusal);
        let error = plex.wait_for_token(&sign_in).await.unwrap_err();
        assert!(error.is_refusal(), "{error}");
        let mut nowhere = self.emulator.base_url();
        nowhere.set_port(Some(1)).unwrap();
        for server in [self.emulator.base_url(), nowhere] {
            let untrusting = builder(CLIENT, &server).http(|client| client.tls_certs_only([]));
            let _ = untrusting.build().unwrap().check(&sign_in).await;
        }
    }
}

/// Returns a response that repeats a secret in a header.
fn respond(status: u16, body: String, secret: &str) -> Fault {
    Fault::Respond {
        status,
        content_type: Some("application/json".to_owned()),
        body,
        headers: [("x-plex-token".to_owned(), secret.to_owned())].into(),
    }
}

/// Failures after which a request may be tried again.
fn failures() -> Vec<Fault> {
    vec![
        Fault::RateLimited { retry_after: None },
        Fault::Status { status: 403 },
        Fault::Status { status: 503 },
        Fault::Reset,
        Fault::ResetMidway,
        Fault::Truncate,
        Fault::Stall,
        Fault::Redirect {
            location: "http://127.0.0.1:1/".to_owned(),
        },
    ]
}
