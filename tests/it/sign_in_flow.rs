//! Complete sign-ins against the emulator, over real HTTP.

use std::time::Duration;

use plex_api::{
    CodeSignIn, Identity, LinkPinRequest, PlexApi, PlexApiBuilder, SignIn, SignInStatus, Token,
};
use plex_tv_emulator::{Emulator, Fault, Operation};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::checks::assert_pending;
use crate::devices;
use crate::servers::roku;

/// Creates a client of the emulator that polls often.
pub(crate) fn plex(emulator: &Emulator) -> PlexApi {
    quick(emulator).build().unwrap()
}

/// Starts building such a client.
pub(crate) fn quick(emulator: &Emulator) -> PlexApiBuilder {
    PlexApi::builder(roku())
        .base_url(emulator.base_url())
        .poll_interval(Duration::from_millis(20))
}

/// Stores a sign-in and loads it again.
pub(crate) fn resumed<S: Serialize + DeserializeOwned>(sign_in: &S) -> S {
    serde_json::from_value(serde_json::to_value(sign_in).unwrap()).unwrap()
}

/// Counts the polls so far.
pub(crate) fn polls(emulator: &Emulator) -> usize {
    devices::requests(emulator, Operation::GetTokenByPinId).len()
}

#[tokio::test]
async fn sign_in_by_link() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    assert_eq!(sign_in.code().as_str().len(), 25);
    assert!(sign_in.remaining() > Duration::from_secs(1790));
    assert_eq!(
        sign_in.url().as_str(),
        format!(
            "https://app.plex.tv/auth#?clientID=3381b62b-9ab7-4e37-827b-203e9809eb58&code={}\
             &context%5Bdevice%5D%5Bproduct%5D=Plex%20for%20Roku",
            sign_in.code()
        )
    );
    assert_pending(&plex.check(&sign_in).await.unwrap());
    let user = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&sign_in), user);
    let token = token.unwrap();
    assert_eq!(token.expose().len(), 20);
    let again = plex.check(&sign_in).await.unwrap().granted();
    assert_eq!(again, Some(token));
}

#[tokio::test]
async fn sign_in_by_code_typed_in_lower_case() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    assert_eq!(sign_in.code().as_str().len(), 4);
    assert!(
        sign_in.remaining() > Duration::from_secs(890)
            && sign_in.remaining() <= Duration::from_secs(900)
    );
    assert_eq!(
        sign_in.url().as_str(),
        format!("https://plex.tv/link/?pin={}", sign_in.code())
    );
    let user = plex.with_token(&Token::new(emulator.demo_token()));
    let typed = sign_in.code().to_string().to_lowercase();
    let (token, linked) = tokio::join!(
        plex.wait_for_token(&sign_in),
        user.link_pin(LinkPinRequest::new(typed.as_str()))
    );
    linked.unwrap();
    assert_eq!(token.unwrap().expose().len(), 20);
}

#[tokio::test]
async fn a_wrong_code_or_token_links_nothing() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let user = plex.with_token(&Token::new(emulator.demo_token()));
    let error = user
        .link_pin(LinkPinRequest::new("????"))
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let stranger = plex.with_token(&Token::new("not-a-token"));
    let error = stranger
        .link_pin(LinkPinRequest::new(sign_in.code().clone()))
        .await
        .unwrap_err();
    assert!(
        error.is_rejected() && error.plex_code() == Some(1001),
        "{error}"
    );
    assert_pending(&plex.check(&sign_in).await.unwrap());
}

#[tokio::test]
async fn a_pin_that_expires_ends_the_wait_in_time() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let plex = plex(&emulator);
    let began = std::time::Instant::now();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let error = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(error.is_expired(), "{error}");
    assert!(
        began.elapsed() < Duration::from_millis(1500),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_pin_that_plex_no_longer_has_ends_the_wait_immediately() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    emulator.advance(Duration::from_secs(1801));
    // Another client: this one waits for a second 404, because the PIN is new.
    let plex = self::plex(&emulator);
    let sign_in = resumed(&sign_in);
    let began = std::time::Instant::now();
    let error = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(
        error.is_expired() && error.plex_code() == Some(1020),
        "{error}"
    );
    assert!(began.elapsed() < Duration::from_secs(1));
    let status = plex.check(&sign_in).await.unwrap();
    assert!(matches!(status, SignInStatus::Expired), "{status:?}");
    let again = plex.wait_for_token(&sign_in).await.unwrap_err();
    assert!(again.is_expired() && polls(&emulator) == 1, "{again}");
}

#[tokio::test]
async fn a_token_granted_near_the_deadline_is_not_lost() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(2))
        .start()
        .await
        .unwrap();
    // The interval is so long that only the final poll comes after the grant.
    let plex = quick(&emulator)
        .poll_interval(Duration::from_secs(60))
        .build()
        .unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let user = async {
        tokio::time::sleep(Duration::from_millis(1200)).await;
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&sign_in), user);
    assert_eq!(token.unwrap().expose().len(), 20);
}

#[tokio::test]
async fn another_client_identifier_does_not_own_the_sign_in() {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_sign_in().await.unwrap();
    let other = PlexApi::builder(Identity::new("another"))
        .base_url(emulator.base_url())
        .build()
        .unwrap();
    for error in [
        other.check(&sign_in).await.unwrap_err(),
        other.wait_for_token(&sign_in).await.unwrap_err(),
    ] {
        assert!(error.is_misuse(), "{error}");
    }
    let request = plex_api::GetTokenByPinIdRequest::new(sign_in.pin_id());
    let error = other.get_token_by_pin_id(request).await.unwrap_err();
    assert!(
        error.is_not_found() && error.plex_code() == Some(1020),
        "{error}"
    );
}

#[tokio::test]
async fn a_sign_in_is_resumed_from_json_by_another_client() {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_sign_in().await.unwrap();
    let stored = serde_json::to_string(&sign_in).unwrap();
    let url = sign_in.url();
    drop(sign_in);

    let resumed: SignIn = serde_json::from_str(&stored).unwrap();
    assert_eq!(resumed.url(), url);
    assert!(resumed.remaining() > Duration::from_secs(1790));
    emulator.approve(resumed.code().as_str()).await.unwrap();
    assert_eq!(
        plex(&emulator)
            .wait_for_token(&resumed)
            .await
            .unwrap()
            .expose()
            .len(),
        20
    );
}

#[tokio::test]
async fn a_code_sign_in_is_resumed_as_a_code_sign_in_only() {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_code_sign_in().await.unwrap();
    let stored = serde_json::to_string(&sign_in).unwrap();
    let error = serde_json::from_str::<SignIn>(&stored).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected a SignIn, found a CodeSignIn"),
        "{error}"
    );
    assert_eq!(
        serde_json::from_str::<CodeSignIn>(&stored).unwrap().code(),
        sign_in.code()
    );
}

#[tokio::test]
async fn a_dropped_wait_can_be_resumed() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let first =
        tokio::time::timeout(Duration::from_millis(50), plex.wait_for_token(&sign_in)).await;
    assert!(first.is_err());
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    assert_eq!(
        plex.wait_for_token(&sign_in).await.unwrap().expose().len(),
        20
    );
}

#[tokio::test]
async fn forwarding_goes_to_web_addresses_only() {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_sign_in().await.unwrap();
    let forward = url::Url::parse("https://example.org/back?id=1").unwrap();
    let url = sign_in.url_with_forward(&forward).unwrap();
    assert!(
        url.as_str()
            .ends_with("&forwardUrl=https%3A%2F%2Fexample.org%2Fback%3Fid%3D1"),
        "{url}"
    );
    let app = url::Url::parse("myapp://back").unwrap();
    assert!(sign_in.url_with_forward(&app).unwrap_err().is_misuse());
}

#[tokio::test]
async fn progress_has_the_remaining_time_and_the_error() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 503 });
    let mut seen = Vec::new();
    let wait = plex.wait_for_token_with(&sign_in, |progress| {
        seen.push((
            progress.remaining,
            progress.error.and_then(|error| error.status()),
        ));
    });
    let user = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(wait, user);
    token.unwrap();
    assert_eq!((seen[0].1, seen[1].1), (Some(503), None));
    assert!(
        seen.iter()
            .all(|(left, _)| *left > Duration::from_secs(890) && *left <= Duration::from_secs(900))
    );
}

#[tokio::test]
async fn slow_responses_for_a_while_do_not_end_a_wait_early() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(5))
        .start()
        .await
        .unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    // After a response of 1.5 s the final poll is planned 3 s before the deadline; the quick responses after it must
    // move it back.
    emulator.fail_next(
        Operation::GetTokenByPinId,
        Fault::Delay {
            duration: Duration::from_millis(1500),
        },
    );
    let user = async {
        tokio::time::sleep(Duration::from_millis(4300)).await;
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&sign_in), user);
    assert!(token.is_ok(), "{token:?}");
}

#[tokio::test]
async fn a_response_that_is_outstanding_when_the_final_poll_is_due_still_counts() {
    let emulator = Emulator::builder()
        .short_pin_lifetime(Duration::from_secs(2))
        .start()
        .await
        .unwrap();
    emulator.set_switches(|switches| switches.token_read_once = true);
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    // The first response has the token, and comes after the final poll was sent.
    emulator.fail_next(
        Operation::GetTokenByPinId,
        Fault::Delay {
            duration: Duration::from_millis(1900),
        },
    );
    let token = plex.wait_for_token(&sign_in).await;
    assert!(token.is_ok(), "{token:?}");
}

#[tokio::test]
async fn a_response_that_was_dropped_with_its_wait_is_received_again() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    emulator.fail_next(
        Operation::GetTokenByPinId,
        Fault::Delay {
            duration: Duration::from_millis(300),
        },
    );
    let first =
        tokio::time::timeout(Duration::from_millis(100), plex.wait_for_token(&sign_in)).await;
    assert!(first.is_err());
    assert_eq!(
        plex.wait_for_token(&sign_in).await.unwrap().expose().len(),
        20
    );
}

#[tokio::test]
async fn a_sign_in_is_resumed_under_a_clock_that_runs_ahead() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    let mut stored = serde_json::to_value(&sign_in).unwrap();
    stored["expires_at"] = "2001-01-01T00:00:00Z".into();
    let resumed: SignIn = serde_json::from_value(stored).unwrap();
    assert_eq!(resumed.remaining(), Duration::ZERO);
    let user = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        emulator.approve(resumed.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&resumed), user);
    assert!(token.is_ok(), "{token:?}");
}

#[tokio::test]
async fn repeated_waits_do_not_poll_more_often() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator)
        .poll_interval(Duration::from_millis(200))
        .build()
        .unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let began = std::time::Instant::now();
    while polls(&emulator) < 3 {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{} polls",
            polls(&emulator)
        );
        let wait = plex.wait_for_token(&sign_in);
        assert!(
            tokio::time::timeout(Duration::from_millis(10), wait)
                .await
                .is_err()
        );
    }
    let pauses = began.elapsed();
    assert!(
        pauses > Duration::from_millis(300),
        "three polls in {pauses:?}"
    );
}
