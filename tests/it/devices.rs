//! An emulator, and devices that use its clock.

use std::sync::Arc;
use std::time::Duration;

use plex_api::{Credentials, DeviceClient, DeviceCodeSignIn, DeviceKey, DeviceToken, PlexApi};
use plex_tv_emulator::{Emulator, Operation, RecordedRequest};

use crate::sign_in_flow;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) async fn emulator() -> Arc<Emulator> {
    Arc::new(Emulator::start().await.unwrap())
}

/// Creates a client that uses the emulator's clock.
pub(crate) fn plex(emulator: &Arc<Emulator>) -> PlexApi {
    let clock = Arc::clone(emulator);
    sign_in_flow::quick(emulator)
        .timeout(Duration::from_secs(2))
        .clock(move || clock.now())
        .build()
        .unwrap()
}

pub(crate) fn device(emulator: &Arc<Emulator>) -> DeviceClient {
    plex(emulator).with_device_key(&DeviceKey::generate().unwrap())
}

/// Signs in a new device.
pub(crate) async fn signed_in(emulator: &Arc<Emulator>) -> Credentials {
    let device = device(emulator);
    let sign_in = device.start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = device.wait_for_token(&sign_in).await.unwrap();
    Credentials::new(&device, &token).unwrap()
}

/// Signs in a device by a code.
pub(crate) async fn sign_in_by_code(
    emulator: &Emulator,
    device: &DeviceClient,
) -> (DeviceCodeSignIn, DeviceToken) {
    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = device.wait_for_token(&sign_in).await.unwrap();
    (sign_in, token)
}

/// Returns the requests of one operation, the oldest first.
pub(crate) fn requests(emulator: &Emulator, operation: Operation) -> Vec<RecordedRequest> {
    let mut requests = emulator.requests();
    requests.retain(|request| request.operation == Some(operation));
    requests
}

/// Counts the requests of a refresh: for the nonce and for the exchange.
pub(crate) fn refreshes(emulator: &Emulator) -> (usize, usize) {
    let count = |operation| requests(emulator, operation).len();
    (
        count(Operation::GetNonce),
        count(Operation::ExchangeDeviceJwt),
    )
}
