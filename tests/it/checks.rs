//! Checks of a sign-in: one poll per interval, whoever asks, and no token is lost.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use plex_api::{SignIn, SignInStatus};
use plex_tv_emulator::{Emulator, Fault, Operation, RetryAfter};

use crate::devices;
use crate::sign_in_flow::{polls, quick, resumed};

/// Expects a pending sign-in whose last poll succeeded.
pub(crate) fn assert_pending<C: Debug>(status: &SignInStatus<C>) {
    let is_pending = matches!(
        status,
        SignInStatus::Pending {
            last_failure: None,
            ..
        }
    );
    assert!(is_pending, "{status:?}");
}

const INTERVAL: Duration = Duration::from_millis(300);

#[tokio::test]
async fn concurrent_checks_share_one_poll() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator).poll_interval(INTERVAL).build().unwrap();
    let sign_in = plex.start_sign_in().await.unwrap();
    let late = Fault::Delay {
        duration: Duration::from_millis(100),
    };
    emulator.fail_next(Operation::GetTokenByPinId, late);
    for status in join_all((0..50).map(|_| plex.check(&sign_in))).await {
        assert_pending(&status.unwrap());
    }
    assert_eq!(polls(&emulator), 1);
}

#[tokio::test]
async fn a_slow_response_is_awaited_instead_of_another_poll() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator).build().unwrap();
    let sign_in = plex.start_sign_in().await.unwrap();
    let duration = Duration::from_millis(300);
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Delay { duration });
    let check = async |after: u64| {
        tokio::time::sleep(Duration::from_millis(after)).await;
        plex.check(&resumed(&sign_in)).await
    };
    // The interval is 20 ms.
    for status in join_all([0, 50, 100, 150].map(check)).await {
        assert_pending(&status.unwrap());
    }
    assert_eq!(polls(&emulator), 1);
}

#[tokio::test]
async fn a_front_end_that_asks_often_causes_one_poll_per_interval() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator).poll_interval(INTERVAL).build().unwrap();
    let sign_in = plex.start_sign_in().await.unwrap();
    let began = Instant::now();
    while began.elapsed() < INTERVAL * 3 {
        // Each request of the page loads the sign-in from its session.
        let sign_in = resumed(&sign_in);
        match plex.check(&sign_in).await.unwrap() {
            SignInStatus::Pending { remaining, .. } => assert!(remaining > INTERVAL),
            status => panic!("{status:?}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let count = polls(&emulator);
    assert!((2..=4).contains(&count), "{count} polls");
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    tokio::time::sleep(INTERVAL + INTERVAL / 5).await;
    let granted = plex.check(&resumed(&sign_in)).await.unwrap().granted();
    assert!(granted.is_some());
}

#[tokio::test]
async fn a_token_that_is_handed_out_once_is_returned_again() {
    let emulator = devices::emulator().await;
    emulator.set_switches(|switches| switches.token_read_once = true);
    let device = devices::device(&emulator);
    let plex = device.plex();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let first = plex.check(&sign_in).await.unwrap().granted().unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for sign_in in [&sign_in, &resumed(&sign_in)] {
        let again = plex.check(sign_in).await.unwrap().granted().unwrap();
        assert_eq!(again, first);
        assert_eq!(plex.wait_for_token(sign_in).await.unwrap(), first);
    }
    assert_eq!(polls(&emulator), 1);

    let sign_in = device.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let first = device.wait_for_token(&sign_in).await.unwrap();
    let again = device.check(&resumed(&sign_in)).await.unwrap().granted();
    assert_eq!(again, Some(first));
    assert_eq!(polls(&emulator), 2);
}

#[tokio::test]
async fn a_failure_is_part_of_the_state_and_its_pause_is_kept() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator).build().unwrap();
    let sign_in: SignIn = plex.start_sign_in().await.unwrap();
    let slow_down = Fault::RateLimited {
        retry_after: Some(RetryAfter::Seconds(1)),
    };
    emulator.fail_next(Operation::GetTokenByPinId, slow_down);
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let began = Instant::now();
    loop {
        match plex.check(&sign_in).await.unwrap() {
            SignInStatus::Granted(_) => break,
            SignInStatus::Pending {
                last_failure: Some(error),
                ..
            } => assert!(error.is_rate_limited() && error.step() == "check the sign-in"),
            status => panic!("{status:?}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(began.elapsed() > Duration::from_millis(950));
    assert_eq!(polls(&emulator), 2);
}

#[tokio::test]
async fn a_refusal_is_an_error_and_is_remembered() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator).poll_interval(INTERVAL).build().unwrap();
    let sign_in = plex.start_sign_in().await.unwrap();
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 401 });
    for _ in 0..3 {
        let error = plex.check(&sign_in).await.unwrap_err();
        assert!(error.is_rejected(), "{error}");
    }
    assert_eq!(polls(&emulator), 1);
    tokio::time::sleep(INTERVAL + INTERVAL / 5).await;
    assert_pending(&plex.check(&sign_in).await.unwrap());
}

#[tokio::test]
async fn checks_keep_to_the_rate_limit() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator)
        .poll_interval(INTERVAL)
        .polls_per_second(10)
        .build()
        .unwrap();
    let sign_ins = join_all((0..30).map(|_| plex.start_sign_in())).await;
    let sign_ins: Vec<_> = sign_ins.into_iter().map(Result::unwrap).collect();
    let began = Instant::now();
    let check_all = || join_all(sign_ins.iter().map(|sign_in| plex.check(sign_in)));
    for status in check_all().await {
        assert_pending(&status.unwrap());
    }
    // Without a permit within an interval each returns what is known.
    assert!(began.elapsed() < INTERVAL * 4, "{:?}", began.elapsed());
    assert!(polls(&emulator) <= 10, "{} polls", polls(&emulator));
    // A sign-in that was not polled keeps its place in the queue.
    while polls(&emulator) < 32 {
        check_all().await;
    }
    let requests = devices::requests(&emulator, Operation::GetTokenByPinId);
    let mut paths: Vec<_> = requests.iter().take(30).map(|poll| &poll.path).collect();
    paths.sort();
    paths.dedup();
    // A few may come between two checks of those that have been waiting for longer.
    assert!(paths.len() >= 26, "{} of 30 were polled", paths.len());
}

#[tokio::test]
async fn an_expired_sign_in_is_reported_as_such_without_more_polls() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let plex = quick(&emulator).build().unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    assert_pending(&plex.check(&sign_in).await.unwrap());
    tokio::time::sleep(Duration::from_millis(2100)).await;
    for _ in 0..20 {
        let status = plex.check(&sign_in).await.unwrap();
        assert!(matches!(status, SignInStatus::Expired), "{status:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(polls(&emulator) <= 5, "{} polls", polls(&emulator));
}
