//! Waits that are resumed under wrong clocks, made anew, or made twice; and PINs that plex.tv does not know yet.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use plex_api::{CodeSignIn, PlexApi, SignIn, SignInStatus};
use plex_tv_emulator::{Emulator, Fault, Operation};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer};

use crate::operations::ORIGINAL_RESPONSE;
use crate::runtimes::runtime;
use crate::servers::{self, no_server};
use crate::sign_in_flow::{plex, polls, quick, resumed};

const MS: Duration = Duration::from_millis(1);

/// Stores a sign-in, and loads it under a clock by which it expires at another time.
fn resumed_under(sign_in: &CodeSignIn, expires_at: &str) -> CodeSignIn {
    let mut stored = serde_json::to_value(sign_in).unwrap();
    stored["expires_at"] = expires_at.into();
    serde_json::from_value(stored).unwrap()
}

/// A stored sign-in of the original call's PIN, which expires 24 hours from now by a wrong clock.
fn stored() -> SignIn {
    let tomorrow = std::time::SystemTime::now() + Duration::from_secs(24 * 60 * 60);
    let tomorrow = plex_api::chrono::DateTime::<plex_api::chrono::Utc>::from(tomorrow);
    serde_json::from_value(json!({
        "kind": "SignIn", "id": 408_895, "code": "7RQZ", "product": null, "key_id": null,
        "client_identifier": servers::roku().client_identifier(), "expires_at": tomorrow,
    }))
    .unwrap()
}

#[tokio::test]
async fn failures_do_not_end_a_wait_that_is_resumed_under_a_wrong_clock() {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_code_sign_in().await.unwrap();
    for expires_at in ["2001-01-01T00:00:00Z", "2100-01-01T00:00:00Z"] {
        // Another process.
        let plex = plex(&emulator);
        let resumed = resumed_under(&sign_in, expires_at);
        for fault in [Fault::Status { status: 503 }, Fault::Reset, Fault::Truncate] {
            emulator.fail_next(Operation::GetTokenByPinId, fault);
        }
        let mut failures = 0;
        let wait = plex.wait_for_token_with(&resumed, |progress| {
            failures += usize::from(progress.error.is_some());
        });
        let user = async {
            tokio::time::sleep(MS * 250).await;
            // The second time it was approved already.
            let _ = emulator.approve(sign_in.code().as_str()).await;
        };
        let (token, ()) = tokio::join!(wait, user);
        assert!(token.is_ok() && failures == 3, "{token:?} {failures}");
    }
}

#[tokio::test]
async fn a_404_ends_a_resumed_wait_immediately() {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_code_sign_in().await.unwrap();
    emulator.advance(Duration::from_secs(1000));
    for expires_at in ["2001-01-01T00:00:00Z", "2100-01-01T00:00:00Z"] {
        let plex = plex(&emulator);
        let resumed = resumed_under(&sign_in, expires_at);
        emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 503 });
        let error = plex.wait_for_token(&resumed).await.unwrap_err();
        assert_eq!(error.plex_code(), Some(1020), "{error}");
        assert!(error.is_expired());
    }
    assert_eq!(polls(&emulator), 4);
}

/// The clock of the wait stands still while it has something to do: the half hour takes a second.
#[tokio::test(start_paused = true)]
async fn a_resumed_wait_without_any_response_ends_after_half_an_hour() {
    let plex = PlexApi::builder(servers::roku())
        .base_url(no_server().await)
        .poll_interval(Duration::from_secs(10))
        .build()
        .unwrap();
    let began = tokio::time::Instant::now();
    let sign_in = stored();
    assert!(sign_in.remaining() <= Duration::from_secs(30 * 60));
    let error = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(error.is_expired(), "{error}");
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    assert!((29.0..30.1).contains(&minutes), "{minutes} minutes");
}

#[tokio::test]
async fn a_wait_that_is_made_anew_in_a_loop_gets_the_token() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    emulator.set_switches(|switches| switches.token_read_once = true);
    for _ in 0..20 {
        let duration = MS * 150;
        emulator.fail_next(Operation::GetTokenByPinId, Fault::Delay { duration });
    }
    let began = Instant::now();
    let mut tick = tokio::time::interval(MS * 100);
    let token = loop {
        tokio::select! {
            token = plex.wait_for_token(&sign_in) => break token,
            _ = tick.tick() => assert!(began.elapsed() < Duration::from_secs(2), "it never comes"),
        }
    };
    assert!(token.is_ok(), "{token:?}");
    assert_eq!(polls(&emulator), 1);
}

#[tokio::test]
async fn repeated_waits_for_a_dead_pin_do_not_hammer() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let plex = quick(&emulator).poll_interval(MS * 100).build().unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    tokio::time::sleep(MS * 1100).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(1) {
        let wait = tokio::time::timeout(MS * 20, plex.wait_for_token(&sign_in));
        if let Ok(outcome) = wait.await {
            assert!(outcome.unwrap_err().is_expired());
            tokio::time::sleep(MS).await;
        }
    }
    assert!(polls(&emulator) <= 3, "{} polls", polls(&emulator));
}

#[tokio::test]
async fn waits_for_one_sign_in_share_its_polls() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.token_read_once = true);
    let plex = quick(&emulator).poll_interval(MS * 100).build().unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let (one, other) = (sign_in.clone(), resumed(&sign_in));
    let user = async {
        tokio::time::sleep(MS * 1050).await;
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (one, other, ()) =
        tokio::join!(plex.wait_for_token(&one), plex.wait_for_token(&other), user);
    assert_eq!(one.unwrap(), other.unwrap());
    assert!(
        (8..=13).contains(&polls(&emulator)),
        "{} polls",
        polls(&emulator)
    );
}

#[tokio::test]
async fn dead_sign_ins_that_are_resumed_keep_to_the_rate_limit() {
    const COUNT: usize = 50;
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let first = plex(&emulator);
    let sign_ins = join_all((0..COUNT).map(|_| first.start_code_sign_in())).await;
    let sign_ins: Vec<_> = sign_ins.into_iter().map(Result::unwrap).collect();
    tokio::time::sleep(MS * 1100).await;
    emulator.advance(Duration::from_secs(5));
    let stored: Vec<_> = sign_ins.iter().map(resumed).collect();
    let other = plex(&emulator);
    for (plex, sign_ins) in [(&first, &sign_ins), (&other, &stored)] {
        emulator.clear_requests();
        let waits = join_all(sign_ins.iter().map(|sign_in| plex.wait_for_token(sign_in)));
        let early = async {
            tokio::time::sleep(MS * 250).await;
            polls(&emulator)
        };
        let (outcomes, early) = tokio::join!(waits, early);
        // 50 polls a second.
        assert!(early <= 16, "{early} polls");
        for outcome in outcomes {
            assert!(outcome.unwrap_err().is_expired());
        }
        assert!(polls(&emulator) <= COUNT * 3 / 2, "{}", polls(&emulator));
    }
}

/// A server that creates a PIN, does not know it for a number of polls, and then grants the token.
async fn lagging(missing: u64) -> (MockServer, PlexApi) {
    let server = MockServer::start().await;
    let mut pin: Value = serde_json::from_str(ORIGINAL_RESPONSE).unwrap();
    pin["authToken"] = Value::Null;
    pin["clientIdentifier"] = servers::roku().client_identifier().into();
    let created = servers::json(201, &pin.to_string());
    Mock::given(method("POST"))
        .respond_with(created)
        .mount(&server)
        .await;
    let not_found =
        r#"{"errors":[{"code":1020,"message":"Code not found or expired","status":404}]}"#;
    if missing > 0 {
        let not_found = Mock::given(method("GET")).respond_with(servers::json(404, not_found));
        not_found.up_to_n_times(missing).mount(&server).await;
    }
    pin["authToken"] = "2ffLuB84dqLswk9skLos".into();
    let granted = servers::json(200, &pin.to_string());
    Mock::given(method("GET"))
        .respond_with(granted)
        .mount(&server)
        .await;
    let plex = servers::builder(&server)
        .poll_interval(MS * 200)
        .build()
        .unwrap();
    (server, plex)
}

#[tokio::test]
async fn a_404_of_a_new_pin_does_not_end_a_wait() {
    let (_server, plex) = lagging(3).await;
    let sign_in = plex.start_code_sign_in().await.unwrap();
    assert!(plex.wait_for_token(&sign_in).await.is_ok());
}

#[tokio::test]
async fn a_404_of_a_new_pin_is_a_failure_of_a_check() {
    let (_server, plex) = lagging(2).await;
    let sign_in = plex.start_code_sign_in().await.unwrap();
    loop {
        // A page loads the sign-in from its session.
        match plex.check(&resumed(&sign_in)).await.unwrap() {
            SignInStatus::Granted(_) => break,
            SignInStatus::Pending { last_failure, .. } => {
                assert_eq!(last_failure.unwrap().plex_code(), Some(1020));
            }
            SignInStatus::Expired => panic!("the PIN is new"),
        }
        tokio::time::sleep(MS * 50).await;
    }
}

#[tokio::test]
async fn a_404_of_a_new_pin_that_is_confirmed_ends_a_wait() {
    let (_server, plex) = lagging(u64::MAX).await;
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let began = Instant::now();
    let error = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(error.is_expired(), "{error}");
    let took = began.elapsed();
    assert!((MS * 1950..MS * 6000).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_404_of_a_resumed_pin_counts_immediately() {
    let (server, plex) = lagging(1).await;
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let other = servers::client(&server);
    let began = Instant::now();
    let error = other.wait_for_token(&resumed(&sign_in)).await.unwrap_err();
    assert!(error.is_expired() && began.elapsed() < MS * 500, "{error}");
}

#[test]
fn a_poll_of_a_runtime_that_is_gone_does_not_block_the_next_wait() {
    let emulators = runtime();
    let emulator = emulators.block_on(Emulator::start()).unwrap();
    let starting = plex(&emulator);
    // The first one is dropped; the second one still exists, but nothing drives it.
    for is_dropped in [true, false] {
        let (other, plex) = (runtime(), plex(&emulator));
        let sign_in = emulators.block_on(starting.start_code_sign_in()).unwrap();
        let approved = emulator.approve(sign_in.code().as_str());
        emulators.block_on(approved).unwrap();
        let duration = MS * 500;
        emulator.fail_next(Operation::GetTokenByPinId, Fault::Delay { duration });
        let wait = async |milliseconds| {
            tokio::time::timeout(MS * milliseconds, plex.wait_for_token(&sign_in)).await
        };
        assert!(other.block_on(wait(100)).is_err());
        let other = Some(other).filter(|_| !is_dropped);
        let token = emulators.block_on(wait(5000)).unwrap();
        assert!(token.is_ok(), "{token:?}");
        drop(other);
    }
}
