//! Many sign-ins that wait on one client share its budget of polls: fairly, never over it, and nobody loses a token.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use plex_tv_emulator::{Emulator, Operation};

use crate::sign_in_flow;

/// When each PIN was polled, by its path.
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
async fn a_hundred_sign_ins_on_a_tight_budget() {
    const SIGN_INS: usize = 100;
    const PER_SECOND: u32 = 200;
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(4))
        .start()
        .await
        .unwrap();
    // Each would like to be polled 50 times a second; there is room for two.
    let plex = sign_in_flow::quick(&emulator)
        .polls_per_second(PER_SECOND)
        .build()
        .unwrap();
    let links = join_all((0..SIGN_INS).map(|_| plex.start_code_sign_in())).await;
    let links: Vec<_> = links.into_iter().map(Result::unwrap).collect();
    let began = Instant::now();
    let users = async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        for link in links.iter().step_by(10) {
            emulator.approve(link.code().as_str()).await.unwrap();
        }
    };
    let waits = join_all(links.iter().map(|link| plex.wait_for_token(link)));
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
    let mut moments: Vec<SystemTime> = polls.values().flatten().copied().collect();
    moments.sort();
    // In no second more than the budget, with some room for the time from here to the emulator.
    let most = (0..moments.len())
        .map(|first| {
            let end = moments[first] + Duration::from_secs(1);
            moments[first..]
                .iter()
                .take_while(|moment| **moment < end)
                .count()
        })
        .max();
    assert!(
        most <= Some(PER_SECOND as usize * 11 / 10),
        "{most:?} polls in one second"
    );
    // Those that nobody agreed to were all polled about as often.
    let pending: Vec<usize> = links
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 10 != 0)
        .map(|(_, link)| polls[&format!("/api/v2/pins/{}", link.pin_id())].len())
        .collect();
    let (least, most) = (pending.iter().min().unwrap(), pending.iter().max().unwrap());
    assert!(
        *least >= 5 && most - least <= 3,
        "from {least} to {most} polls"
    );
}

#[tokio::test]
async fn a_wait_that_was_dropped_gives_back_its_place() {
    let emulator = Emulator::start().await.unwrap();
    let plex = sign_in_flow::quick(&emulator)
        .polls_in_flight(1)
        .build()
        .unwrap();
    let links = join_all((0..20).map(|_| plex.start_code_sign_in())).await;
    for link in &links {
        let wait = plex.wait_for_token(link.as_ref().unwrap());
        assert!(
            tokio::time::timeout(Duration::from_millis(5), wait)
                .await
                .is_err()
        );
    }
    let link = plex.start_code_sign_in().await.unwrap();
    emulator.approve(link.code().as_str()).await.unwrap();
    let wait = tokio::time::timeout(Duration::from_secs(5), plex.wait_for_token(&link));
    assert!(wait.await.unwrap().is_ok());
}

#[tokio::test]
async fn answers_that_never_come_do_not_keep_others_from_their_last_poll() {
    use plex_tv_emulator::Fault;
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
    for link in [&first, &second] {
        emulator.approve(link.code().as_str()).await.unwrap();
    }
    let (first, second) = tokio::join!(plex.wait_for_token(&first), plex.wait_for_token(&second));
    assert!(first.is_ok(), "{first:?}");
    assert!(second.is_ok(), "{second:?}");
}

#[test]
fn no_polls_at_all_make_no_client() {
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
