//! The outcome of every fault of the emulator, on creation and on polling, and the tokens that are lost.
//!
//! The table is tests/snapshots/faults/pin.md, which `INSTA_UPDATE=always cargo test -p plex-api-tests fault_matrix`
//! writes.

use std::time::{Duration, Instant};

use plex_api::{PlexApi, SignInStatus, Token};
use plex_tv_emulator::{Emulator, Fault, Operation};
use tokio::sync::Barrier;

use crate::faults::{Times, assert_nothing_shown, compare_with_file, faults, play};
use crate::sign_in_flow;

/// The lifetime of the PINs, and the limit of the response time.
const LIFETIME: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(1);

/// Starts an emulator and a client of it. PINs are created only when all emulators have started.
async fn setting(start: &Barrier) -> (Emulator, PlexApi) {
    let emulator = Emulator::builder()
        .short_pin_lifetime(LIFETIME)
        .strong_pin_lifetime(LIFETIME)
        .start()
        .await
        .unwrap();
    let plex = sign_in_flow::quick(&emulator)
        .timeout(TIMEOUT)
        .polls_per_second(1000)
        .build()
        .unwrap();
    start.wait().await;
    (emulator, plex)
}

/// Creates a PIN like a program that retries after transient failures, five attempts at most.
async fn creation(start: &Barrier, fault: &Fault, times: Times) -> String {
    let (emulator, plex) = setting(start).await;
    play(&emulator, Operation::GetPin, fault, times);
    for attempt in 1..=5 {
        let error = match plex.start_code_sign_in().await {
            Ok(_) => return format!("started, {attempt}"),
            Err(error) => error,
        };
        assert_eq!(error.step(), "start the sign-in");
        assert_nothing_shown(&error, "");
        if !error.is_transient() {
            return format!("{:?}, {attempt}", error.class());
        }
        if attempt == 5 {
            return format!("{:?}, 5", error.class());
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    unreachable!("the fifth attempt returns");
}

/// Waits for a PIN that the user agreed to before the first poll.
async fn polling(start: &Barrier, fault: &Fault, times: Times, read_once: bool) -> String {
    let (emulator, plex) = setting(start).await;
    emulator.set_switches(|switches| switches.token_read_once = read_once);
    let patient = sign_in_flow::plex(&emulator);
    let sign_in = patient.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    play(&emulator, Operation::GetTokenByPinId, fault, times);
    let began = Instant::now();
    let outcome = plex.wait_for_token(&sign_in).await;
    let latest = LIFETIME + TIMEOUT + Duration::from_millis(500);
    assert!(
        began.elapsed() < latest,
        "{fault:?} {times:?}: {:?}",
        began.elapsed()
    );
    let requests = emulator.requests();
    let polls = requests
        .iter()
        .filter(|request| request.operation == Some(Operation::GetTokenByPinId))
        .count();
    // A 404 of a new PIN is confirmed for two seconds.
    let polls = if polls > 5 || (matches!(times, Times::Always) && polls > 1) {
        "many".to_owned()
    } else {
        polls.to_string()
    };
    match outcome.as_ref().map(Token::expose) {
        Ok(token) => {
            assert_eq!(token.len(), 20);
            format!("token, {polls}")
        }
        Err(error) => {
            assert_nothing_shown(error, sign_in.code().as_str());
            // A token is lost if the server returned it and will not return it again.
            let was_returned = emulator.faults_left() == 0;
            emulator.clear_faults();
            let is_available =
                matches!(patient.check(&sign_in).await, Ok(SignInStatus::Granted(_)));
            let lost = if was_returned && !is_available {
                ", lost"
            } else {
                ""
            };
            format!("{:?}, {polls}{lost}", error.class())
        }
    }
}

async fn row(start: &Barrier, fault: &Fault) -> String {
    let cells = tokio::join!(
        creation(start, fault, Times::Once),
        creation(start, fault, Times::Burst),
        creation(start, fault, Times::Always),
        polling(start, fault, Times::Once, false),
        polling(start, fault, Times::Burst, false),
        polling(start, fault, Times::Always, false),
        polling(start, fault, Times::Once, true),
    );
    let (a, b, c, d, e, f, g) = cells;
    format!("{a} | {b} | {c} | {d} | {e} | {f} | {g} |")
}

#[tokio::test]
async fn fault_matrix() {
    let head = "| fault | creation: once | burst of 3 | always | polling: once | burst of 3 | until the deadline | once, token \
                handed out once |\n| --- | --- | --- | --- | --- | --- | --- | --- |";
    let faults = faults();
    compare_with_file("pin", head, CELLS, &faults, row).await;
}

/// The number of cells of a row, each with its own emulator.
const CELLS: usize = 7;
