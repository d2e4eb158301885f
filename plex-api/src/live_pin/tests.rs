use plex_api_gen::PinCode;
use tokio::time::sleep;

use super::*;
use crate::{Identity, PlexApi};

const SECOND: Duration = Duration::from_secs(1);

/// A PIN that lives for 15 minutes.
pub(crate) fn pin(id: i64, created: Option<Instant>) -> ActivePin {
    ActivePin {
        id,
        code: PinCode::new("7RQZ"),
        client_identifier: "test".to_owned(),
        product: None,
        key_id: None,
        expires_at: chrono::DateTime::UNIX_EPOCH,
        created,
        deadline: Instant::now() + SECOND * 900,
    }
}

fn new_pin() -> Arc<LivePin> {
    let pin = pin(1, Some(Instant::now()));
    Arc::new(LivePin::new(&pin, SECOND))
}

/// Begins a final poll whose outcome comes after some seconds, and returns all that are under way.
fn begin(live: &Arc<LivePin>, seconds: u32, response: Result<PinState, Error>) -> Poll {
    let response = async move {
        sleep(SECOND * seconds).await;
        response
    };
    live.begin(response, true)
}

fn granted() -> Result<PinState, Error> {
    let mut state = PinState::default();
    state.auth_token = Some(Token::new("2ffLuB84dqLswk9skLos"));
    Ok(state)
}

fn not_found() -> Result<PinState, Error> {
    Err(Error::expired("poll", None))
}

async fn network_failure() -> Error {
    let plex = PlexApi::builder(Identity::new("test"))
        .base_url("http://127.0.0.1:1".parse().unwrap())
        .build()
        .unwrap();
    plex.generated().get_nonce().await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn reports_of_an_unknown_pin_may_come_in_any_order() {
    let live = new_pin();
    drop(begin(&live, 3, not_found()));
    sleep(SECOND).await;
    let both = begin(&live, 1, not_found());
    // They were sent within two seconds of each other.
    assert!(matches!(both.await, Outcome::Failed(_)));
    assert!(matches!(live.known(), Known::Pending { .. }));
    sleep(SECOND).await;
    let third = begin(&live, 0, not_found());
    assert!(matches!(third.await, Outcome::Ended(_)));
}

#[tokio::test(start_paused = true)]
async fn a_pin_that_is_gone_stays_gone() {
    let live = new_pin();
    sleep(NEW).await;
    let slow = begin(&live, 5, Err(network_failure().await));
    let both = live.begin(async { not_found() }, true);
    assert!(matches!(both.await, Outcome::Ended(_)));
    slow.await;
    let Next::Fail(error) = live.next(Duration::ZERO) else {
        panic!("it goes on");
    };
    assert!(error.is_expired(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_received_token_outlasts_the_failure_of_an_earlier_poll() {
    let live = new_pin();
    sleep(NEW).await;
    let earlier = begin(&live, 3, not_found());
    let both = begin(&live, 1, granted());
    assert!(matches!(both.await, Outcome::Received));
    assert!(matches!(earlier.await, Outcome::Received));
    assert!(matches!(live.known(), Known::Received(_)));
    assert!(matches!(live.next(Duration::ZERO), Next::Verify { .. }));
}

#[tokio::test(start_paused = true)]
async fn two_waits_that_are_due_at_the_same_time_begin_one_poll() {
    let live = new_pin();
    let polls = Arc::new(());
    for _ in 0..2 {
        let polls = Arc::clone(&polls);
        let response = async move {
            sleep(SECOND).await;
            drop(polls);
            granted()
        };
        drop(live.begin(response, false));
    }
    assert_eq!(Arc::strong_count(&polls), 2);
}

#[tokio::test]
async fn only_a_token_that_is_not_verified_is_kept_long_after_its_pin() {
    let live = new_pin();
    let kept = || live.keep_until() - live.deadline();
    assert_eq!(kept(), LINGER);
    begin(&live, 0, granted()).await;
    assert_eq!(kept(), LINGER);
    live.not_verified(network_failure().await);
    assert_eq!(kept(), MAX_LIFETIME);
    live.verified();
    assert_eq!(kept(), LINGER);
}
