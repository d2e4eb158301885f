//! An HTTP client that uses none of the emulator's code.

use plex_tv_emulator::Emulator;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

pub(crate) const CLIENT: &str = "3381b62b-9ab7-4e37-827b-203e9809eb58";

/// A client for one emulator, with the identity of an app.
pub(crate) struct App {
    http: Client,
    base: String,
    client: String,
}

impl App {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        Self::named(emulator, CLIENT)
    }

    pub(crate) fn named(emulator: &Emulator, client: &str) -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        Self::over(http, emulator.base_url().as_str(), client)
    }

    /// An app with its own HTTP client and base URL.
    pub(crate) fn over(http: Client, base: &str, client: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            client: client.to_owned(),
        }
    }

    /// A request for JSON with the app's identity.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.anonymous(method, path)
            .header("Accept", "application/json")
            .header("X-Plex-Client-Identifier", &self.client)
            .header("X-Plex-Product", "Plex for Roku")
    }

    /// A request without identity headers.
    pub(crate) fn anonymous(&self, method: &str, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(rest) => self.base.replace("api/v2", rest),
            None => format!("{}{path}", self.base),
        };
        self.http.request(method.parse().unwrap(), url)
    }

    pub(crate) async fn create(&self, strong: bool) -> Value {
        let path = if strong { "/pins?strong=true" } else { "/pins" };
        let response = self.request("POST", path).send().await.unwrap();
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    }

    pub(crate) async fn poll(&self, pin: &Value) -> Response {
        self.request("GET", &format!("/pins/{}", pin["id"]))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn token(&self, pin: &Value) -> Option<String> {
        let pin: Value = self.poll(pin).await.json().await.unwrap();
        pin["authToken"].as_str().map(str::to_owned)
    }
}

/// Returns the status and the first error of an error response.
pub(crate) async fn api_error(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let mut body: Value = response.json().await.unwrap();
    (status, body["errors"][0].take())
}

/// Returns the code of a PIN.
pub(crate) fn code(pin: &Value) -> &str {
    pin["code"].as_str().unwrap()
}

impl App {
    /// Signs in with a new PIN that the demo user approves.
    pub(crate) async fn sign_in(&self, emulator: &Emulator) -> String {
        let pin = self.create(true).await;
        emulator.approve(code(&pin)).await.unwrap();
        self.token(&pin).await.unwrap()
    }

    /// Sends a request with a token and returns the status.
    pub(crate) async fn status(&self, method: &str, path: &str, token: &str) -> u16 {
        let request = self.request(method, path).header("X-Plex-Token", token);
        request.send().await.unwrap().status().as_u16()
    }
}
