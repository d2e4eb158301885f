//! The outcome of every fault of the emulator, on signing in with a device key and on refreshing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use plex_api::{
    Credentials, DeviceClient, DeviceCodeSignIn, DeviceKey, EndLegacyToken, Error, SignInStatus,
};
use plex_tv_emulator::{Emulator, Fault, Operation};
use serde_json::json;
use tokio::sync::Barrier;

use crate::devices::{DAY, refreshes, requests};
use crate::faults::{Times, assert_nothing_shown, compare_with_file, faults, play};
use crate::sign_in_flow;

/// The lifetime of the PINs, and the limit of the response time.
const LIFETIME: Duration = Duration::from_secs(3);
const TIMEOUT: Duration = Duration::from_millis(500);

/// Longer than connections are refused.
const PAUSE: Duration = Duration::from_millis(50);

/// Returns the faults without those of a PIN's fields, but with some of a token's fields.
fn faults_of_tokens() -> Vec<(&'static str, Fault)> {
    let is_field =
        |fault: &Fault| matches!(fault, Fault::SetField { .. } | Fault::RemoveField { .. });
    let set = |field: &str, value| Fault::SetField {
        field: field.to_owned(),
        value,
    };
    let mut all = faults();
    all.retain(|(_, fault)| !is_field(fault));
    all.extend([
        (
            "nonce is missing",
            Fault::RemoveField {
                field: "nonce".to_owned(),
            },
        ),
        ("nonce is another", set("nonce", json!("another"))),
        (
            "auth_token is a legacy token",
            set("auth_token", json!("2ffLuB84dqLswk9skLos")),
        ),
        (
            "authToken is a legacy token",
            set("authToken", json!("2ffLuB84dqLswk9skLos")),
        ),
        (
            "authToken is an unsigned JWT",
            set("authToken", json!("eyJhbGciOiJub25lIn0.e30.")),
        ),
        ("keys is empty", set("keys", json!([]))),
        ("keys is not an array", set("keys", json!("none"))),
    ]);
    all
}

/// Starts an emulator and a device that uses its clock.
async fn setting(timeout: Duration) -> (Arc<Emulator>, DeviceClient) {
    let emulator = Emulator::builder().short_pin_lifetime(LIFETIME).start();
    let emulator = Arc::new(emulator.await.unwrap());
    let clock = Arc::clone(&emulator);
    let plex = sign_in_flow::quick(&emulator)
        .timeout(timeout)
        .polls_per_second(1000)
        .clock(move || clock.now())
        .build()
        .unwrap();
    (
        emulator,
        plex.with_device_key(&DeviceKey::generate().unwrap()),
    )
}

/// Returns `success`, or the class of the error.
fn outcome<T>(success: &str, outcome: Result<T, Error>) -> String {
    match outcome {
        Ok(_) => success.to_owned(),
        Err(error) => {
            assert_nothing_shown(&error, "");
            format!("{:?}", error.class())
        }
    }
}

/// Waits with a key for a PIN that its user agreed to before the first poll.
async fn polling(start: &Barrier, operation: Operation, fault: &Fault, times: Times) -> String {
    let (emulator, device) = setting(TIMEOUT).await;
    start.wait().await;
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    play(&emulator, operation, fault, times);
    let began = Instant::now();
    let waited = device.wait_for_token(&sign_in).await;
    let latest = LIFETIME + TIMEOUT * 2 + Duration::from_millis(500);
    assert!(
        began.elapsed() < latest,
        "{fault:?} {times:?}: {:?}",
        began.elapsed()
    );
    let lost = if waited.is_err() {
        emulator.clear_faults();
        let is_available = granted_soon(&device, &sign_in).await;
        // If the fault lasts until the PIN expires, the token was never returned.
        let was_returned =
            !matches!(times, Times::Always) || operation != Operation::GetTokenByPinId;
        if was_returned && !is_available {
            ", lost"
        } else {
            ""
        }
    } else {
        ""
    };
    outcome("token", waited) + lost
}

/// Checks until the pause after failures is over.
async fn granted_soon(device: &DeviceClient, sign_in: &DeviceCodeSignIn) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(500) {
        tokio::time::sleep(PAUSE).await;
        if matches!(device.check(sign_in).await, Ok(SignInStatus::Granted(_))) {
            return true;
        }
    }
    false
}

/// Requests a token once an hour, five times at most, until it is a new one.
async fn refreshing(
    start: &Barrier,
    operation: Operation,
    fault: &Fault,
    times: Times,
    age: Duration,
) -> String {
    let (emulator, device) = setting(TIMEOUT).await;
    start.wait().await;
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = device.wait_for_token(&sign_in).await.unwrap();
    let credentials = Credentials::new(&device, &token).unwrap();
    emulator.advance(age);
    play(&emulator, operation, fault, times);
    let mut attempts = 0;
    let mut last = String::new();
    while attempts < 5 {
        attempts += 1;
        let received = credentials.token().await;
        match &received {
            Ok(new) if new != token.token() => {
                return format!("new, {}", refreshes(&emulator).0);
            }
            // The old token is used as long as it is valid.
            Ok(_) => assert!(age < 7 * DAY),
            Err(_) => assert!(age > 7 * DAY, "{fault:?} {received:?}"),
        }
        last = outcome("old", received);
        emulator.advance(Duration::from_secs(60 * 60));
        tokio::time::sleep(PAUSE).await;
    }
    format!("{last}, {attempts}")
}

/// Registers a key for a legacy token, five times at most, until the first JWT is received.
async fn upgrading(start: &Barrier, fault: &Fault, times: Times) -> String {
    let (emulator, device) = setting(TIMEOUT).await;
    start.wait().await;
    let sign_in = device.plex().start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let legacy = device.plex().wait_for_token(&sign_in).await.unwrap();
    play(&emulator, Operation::RegisterDeviceKey, fault, times);
    let mut last = String::new();
    for _ in 0..5 {
        let upgraded = device.upgrade(EndLegacyToken(legacy.clone())).await;
        if let Ok(credentials) = upgraded {
            let tries = requests(&emulator, Operation::RegisterDeviceKey).len();
            return format!(
                "{}, {tries}",
                outcome("upgraded", credentials.token().await)
            );
        }
        last = outcome("", upgraded);
        tokio::time::sleep(PAUSE).await;
    }
    format!("{last}, 5")
}

const CELLS: usize = 8;

async fn row(start: &Barrier, fault: &Fault) -> String {
    let (valid, expired) = (6 * DAY + DAY / 2, 8 * DAY);
    let cells = tokio::join!(
        polling(start, Operation::GetTokenByPinId, fault, Times::Once),
        polling(start, Operation::GetTokenByPinId, fault, Times::Always),
        polling(start, Operation::GetKeys, fault, Times::Burst),
        polling(start, Operation::GetKeys, fault, Times::Always),
        refreshing(start, Operation::GetNonce, fault, Times::Burst, valid),
        refreshing(
            start,
            Operation::ExchangeDeviceJwt,
            fault,
            Times::Burst,
            valid
        ),
        refreshing(
            start,
            Operation::ExchangeDeviceJwt,
            fault,
            Times::Always,
            expired
        ),
        upgrading(start, fault, Times::Burst),
    );
    let (a, b, c, d, e, f, g, h) = cells;
    format!("{a} | {b} | {c} | {d} | {e} | {f} | {g} | {h} |")
}

#[tokio::test]
async fn fault_matrix_of_device_keys() {
    let head = "| fault | polling: once | until the deadline | keys while polling: burst of 3 | until the deadline | nonce: burst \
                of 3, old token valid | exchange: burst of 3, old token valid | always, old token expired | registering: burst \
                of 3 |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |";
    let faults = faults_of_tokens();
    compare_with_file("device_key", head, CELLS, &faults, row).await;
}
