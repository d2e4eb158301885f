//! Signs in with reqwest and serde, as a careful person would write it; the first argument is the base URL.

#![allow(clippy::print_stdout, reason = "the user reads it")]

use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pin {
    id: i64,
    code: String,
    expires_in: u64,
    auth_token: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::args()
        .nth(1)
        .ok_or("usage: consumer-by-hand BASE_URL")?;
    let headers = HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (
            "x-plex-client-identifier".parse()?,
            HeaderValue::from_static("consumer"),
        ),
        (
            "x-plex-product".parse()?,
            HeaderValue::from_static("Consumer"),
        ),
    ]);
    let http = reqwest::Client::builder()
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(15))
        .build()?;
    let request = http
        .post(format!("{base_url}/pins"))
        .form(&[("strong", "true")]);
    let pin: Pin = request.send().await?.error_for_status()?.json().await?;
    println!(
        "open https://app.plex.tv/auth#?clientID=consumer&code={}&context%5Bdevice%5D%5Bproduct%5D=Consumer",
        pin.code
    );
    let deadline = Instant::now() + Duration::from_secs(pin.expires_in);
    while Instant::now() < deadline {
        let request = http.get(format!("{base_url}/pins/{}", pin.id));
        let pin: Pin = request.send().await?.error_for_status()?.json().await?;
        if let Some(token) = pin.auth_token {
            println!("a token of {} characters", token.len());
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err("the PIN expired".into())
}
