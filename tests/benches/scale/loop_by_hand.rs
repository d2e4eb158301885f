//! The same program as a careful person writes it: a loop for each sign-in, pauses of random length, and only the
//! needed fields of a response.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::by_hand::PinState;
use crate::statistics::{INTERVAL, JITTER, jitter};

pub(crate) fn client(client_identifier: &'static str) -> reqwest::Client {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(
        "x-plex-client-identifier",
        HeaderValue::from_static(client_identifier),
    );
    reqwest::Client::builder()
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(15))
        .build()
        .unwrap()
}

/// Polls until the token comes.
pub(crate) async fn wait(
    http: reqwest::Client,
    base_url: Url,
    pin: i64,
) -> reqwest::Result<String> {
    let mut jitter = jitter(pin);
    loop {
        let next = Instant::now() + INTERVAL.mul_f64(1.0 + JITTER * jitter.f64());
        let response = http.get(format!("{base_url}/pins/{pin}")).send().await?;
        let state: PinState = response.error_for_status()?.json().await?;
        if let Some(token) = state.auth_token {
            return Ok(token);
        }
        sleep_until(next).await;
    }
}
