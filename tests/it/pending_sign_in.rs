//! Sign-ins of any kind in generic code and as trait objects, and a `progress` that is not `Send`.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use plex_api::{DeviceToken, PendingSignIn, PlexApi, Token};
use plex_tv_emulator::{Emulator, Fault, Operation};

use crate::checks::assert_pending;
use crate::{devices, sign_in_flow};

/// Waits for a sign-in of any kind.
async fn wait_for<P>(plex: &PlexApi, emulator: &Emulator, sign_in: &P) -> Token
where
    P: PendingSignIn<Credential = Token> + ?Sized,
{
    assert_pending(&plex.check(sign_in).await.unwrap());
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = plex.wait_for_token(sign_in).await.unwrap();
    let again = plex.wait_for_token_with(sign_in, |_| {}).await.unwrap();
    assert_eq!(token, again);
    token
}

#[tokio::test]
async fn generic_code_waits_for_both_kinds() {
    let emulator = Emulator::start().await.unwrap();
    let plex = sign_in_flow::plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    let code_sign_in = plex.start_code_sign_in().await.unwrap();
    wait_for(&plex, &emulator, &sign_in).await;
    wait_for(&plex, &emulator, &code_sign_in).await;
}

#[tokio::test]
async fn trait_objects_are_waited_for() {
    let emulator = Emulator::start().await.unwrap();
    let plex = sign_in_flow::plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    let code_sign_in = plex.start_code_sign_in().await.unwrap();
    let pages = [sign_in.url(), code_sign_in.url()];
    let ids = [sign_in.pin_id(), code_sign_in.pin_id()];
    let sign_ins: [Box<dyn PendingSignIn<Credential = Token>>; 2] =
        [Box::new(sign_in), Box::new(code_sign_in)];
    for ((sign_in, page), id) in sign_ins.into_iter().zip(pages).zip(ids) {
        assert_eq!((sign_in.url(), sign_in.pin_id()), (page, id));
        let left = sign_in.expires_at() - now();
        assert!(left.to_std().unwrap().abs_diff(sign_in.remaining()) < Duration::from_secs(2));
        assert!(!format!("{sign_in:?}").contains(sign_in.code().as_str()));
        // It is `Send`, `Sync` and `'static`: a task may own it.
        let (plex, emulator) = (plex.clone(), &emulator);
        emulator.approve(sign_in.code().as_str()).await.unwrap();
        let task = tokio::spawn(async move { plex.wait_for_token(&*sign_in).await });
        task.await.unwrap().unwrap();
    }
}

fn now() -> plex_api::chrono::DateTime<plex_api::chrono::Utc> {
    std::time::SystemTime::now().into()
}

#[tokio::test]
async fn trait_objects_with_a_device_key_are_waited_for() {
    let emulator = devices::emulator().await;
    let device = devices::device(&emulator);
    let sign_in: Box<dyn PendingSignIn<Credential = DeviceToken>> =
        Box::new(device.start_code_sign_in().await.unwrap());
    assert_pending(&device.check(&*sign_in).await.unwrap());
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    device.wait_for_token(&*sign_in).await.unwrap();
}

#[tokio::test]
async fn progress_may_hold_state_that_is_not_send() {
    let emulator = devices::emulator().await;
    let device = devices::device(&emulator);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sign_in = device.plex().start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 503 });
    let state = Rc::clone(&seen);
    let wait = device
        .plex()
        .wait_for_token_with(&sign_in, move |progress| {
            state
                .borrow_mut()
                .push(progress.error.and_then(|error| error.status()));
        });
    wait.await.unwrap();

    let sign_in = device.start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 502 });
    let state = Rc::clone(&seen);
    let wait = device.wait_for_token_with(&sign_in, move |progress| {
        state
            .borrow_mut()
            .push(progress.error.and_then(|error| error.status()));
    });
    wait.await.unwrap();
    assert_eq!(*seen.borrow(), [Some(503), Some(502)]);
}
