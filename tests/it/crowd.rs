//! Many sign-ins that wait on one client share its rate limit: fairly, over it only with their final polls, and no token is
//! lost.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use plex_tv_emulator::{Emulator, Fault, Operation};

use crate::sign_in_flow;

/// Returns the times of the polls of each PIN, by its path.
fn polls(emulator: &Emulator) -> BTreeMap<String, Vec<SystemTime>> {
    let mut polls: BTreeMap<String, Vec<SystemTime>> = BTreeMap::new();
    for request in emulator.requests() {
        if request.operation == Some(Operation::GetTokenByPinId) {
            polls.entry(request.path).or_default().push(request.at);
        }
    }
    polls
}

#[tokio::test]
async fn a_hundred_sign_ins_on_a_tight_rate_limit() {
    const SIGN_INS: usize = 100;
    const PER_SECOND: u32 = 200;
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(4))
        .start()
        .await
        .unwrap();
    // By its interval each sign-in would be polled 50 times a second; the rate limit allows two.
    let plex = sign_in_flow::quick(&emulator)
        .polls_per_second(PER_SECOND)
        .build()
        .unwrap();
    let sign_ins = join_all((0..SIGN_INS).map(|_| plex.start_code_sign_in())).await;
    let sign_ins: Vec<_> = sign_ins.into_iter().map(Result::unwrap).collect();
    let began = Instant::now();
    let users = async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        for sign_in in sign_ins.iter().step_by(10) {
            emulator.approve(sign_in.code().as_str()).await.unwrap();
        }
    };
    let waits = join_all(sign_ins.iter().map(|sign_in| plex.wait_for_token(sign_in)));
    let (outcomes, ()) = tokio::join!(waits, users);
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    for (index, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Ok(token) => assert_eq!((index % 10, token.expose().len()), (0, 20)),
            Err(error) => assert!(index % 10 != 0 && error.is_expired(), "{index}: {error}"),
        }
    }
    let polls = polls(&emulator);
    assert_eq!(polls.len(), SIGN_INS);
    let is_pending = |index: usize| !index.is_multiple_of(10);
    let path = |index: usize| format!("/api/v2/pins/{}", sign_ins[index].pin_id());
    // The final polls of those to which no user agreed may exceed the limit.
    let mut times: Vec<SystemTime> = Vec::new();
    for index in 0..SIGN_INS {
        let polls = &polls[&path(index)];
        times.extend(&polls[..polls.len() - usize::from(is_pending(index))]);
    }
    times.sort();
    // No second has more polls than the limit, with a tolerance for the time from here to the emulator.
    let most = (0..times.len())
        .map(|first| {
            let end = times[first] + Duration::from_secs(1);
            times[first..]
                .iter()
                .take_while(|time| **time < end)
                .count()
        })
        .max();
    assert!(
        most <= Some(PER_SECOND as usize * 11 / 10),
        "{most:?} polls in one second"
    );
    // The sign-ins to which no user agreed were polled about equally often.
    let pending: Vec<usize> = (0..SIGN_INS)
        .filter(|&index| is_pending(index))
        .map(|index| polls[&path(index)].len())
        .collect();
    let (least, most) = (pending.iter().min().unwrap(), pending.iter().max().unwrap());
    assert!(
        *least >= 5 && most - least <= 3,
        "from {least} to {most} polls"
    );
}

#[tokio::test]
async fn no_token_of_a_crowd_is_lost_on_a_rate_limit_that_cannot_serve_it() {
    let lost = async |count: usize, per_second: u32| {
        let emulator = Emulator::builder()
            .short_pin_lifetime(Duration::from_secs(5))
            .start()
            .await
            .unwrap();
        let plex = sign_in_flow::quick(&emulator)
            .poll_interval(Duration::from_secs(1))
            .polls_per_second(per_second)
            .build()
            .unwrap();
        let sign_ins = join_all((0..count).map(|_| plex.start_code_sign_in())).await;
        let sign_ins: Vec<_> = sign_ins.into_iter().map(Result::unwrap).collect();
        let users = async {
            tokio::time::sleep(Duration::from_millis(2500)).await;
            for sign_in in &sign_ins {
                emulator.approve(sign_in.code().as_str()).await.unwrap();
            }
        };
        let waits = join_all(sign_ins.iter().map(|sign_in| plex.wait_for_token(sign_in)));
        let (outcomes, ()) = tokio::join!(waits, users);
        outcomes.iter().filter(|outcome| outcome.is_err()).count()
    };
    assert_eq!(tokio::join!(lost(10, 1), lost(200, 20)), (0, 0));
}

#[tokio::test]
async fn a_dropped_wait_returns_its_permit() {
    let emulator = Emulator::start().await.unwrap();
    let plex = sign_in_flow::quick(&emulator)
        .polls_in_flight(1)
        .build()
        .unwrap();
    let sign_ins = join_all((0..20).map(|_| plex.start_code_sign_in())).await;
    for sign_in in &sign_ins {
        let wait = plex.wait_for_token(sign_in.as_ref().unwrap());
        assert!(
            tokio::time::timeout(Duration::from_millis(5), wait)
                .await
                .is_err()
        );
    }
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let wait = tokio::time::timeout(Duration::from_secs(5), plex.wait_for_token(&sign_in));
    assert!(wait.await.unwrap().is_ok());
}

#[tokio::test]
async fn responses_that_never_come_do_not_block_the_final_polls_of_others() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(2))
        .start()
        .await
        .unwrap();
    let plex = sign_in_flow::quick(&emulator)
        .polls_in_flight(1)
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap();
    let (first, second) = (
        plex.start_code_sign_in().await.unwrap(),
        plex.start_code_sign_in().await.unwrap(),
    );
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Hang);
    for sign_in in [&first, &second] {
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    }
    let (first, second) = tokio::join!(plex.wait_for_token(&first), plex.wait_for_token(&second));
    assert!(first.is_ok(), "{first:?}");
    assert!(second.is_ok(), "{second:?}");
}

#[test]
fn a_client_without_any_polls_is_rejected() {
    let builder = || plex_api::PlexApi::builder(crate::servers::roku());
    assert!(
        builder()
            .polls_per_second(0)
            .build()
            .unwrap_err()
            .is_misuse()
    );
    assert!(
        builder()
            .polls_in_flight(0)
            .build()
            .unwrap_err()
            .is_misuse()
    );
}
