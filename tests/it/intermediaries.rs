//! Responses of something in between, and connections that it closes: they do not decide about a token or a code.

use std::time::Duration;

use plex_api::{GetPinQrCodeRequest, LinkPinRequest, Token, TokenStatus};
use plex_tv_emulator::{Emulator, Fault, Operation};

use crate::faults::{assert_nothing_shown, refusals};
use crate::sign_in_flow::plex;

/// Pages of a network's login, which it sends in place of every response.
fn login_pages() -> Vec<(&'static str, Fault)> {
    [
        ("a comment", "<!-- a --><html>Welcome to our hotel</html>"),
        ("a byte order mark", "\u{feff}<!DOCTYPE html><p>Welcome"),
        (
            "an XML prolog",
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"></html>",
        ),
    ]
    .map(|(name, body)| {
        let fault = Fault::Respond {
            status: 200,
            content_type: Some("text/html".to_owned()),
            body: body.to_owned(),
            headers: [].into(),
        };
        (name, fault)
    })
    .into()
}

#[tokio::test]
async fn a_refusal_of_another_server_is_not_plex_tvs() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let token = Token::new(emulator.demo_token());
    let user = plex.with_token(&token);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let mut failures = Vec::new();
    for (name, fault) in refusals().into_iter().chain(login_pages()) {
        let play = |operation| emulator.fail_next(operation, fault.clone());
        play(Operation::GetTokenDetails);
        let status = plex.check_token(&token).await;
        if !matches!(status, TokenStatus::Unknown(_)) {
            failures.push(format!("{name}: check_token: {status:?}"));
        }
        play(Operation::SignOut);
        let signed_out = plex.sign_out(&token).await;
        play(Operation::LinkPin);
        let linked = user
            .link_pin(LinkPinRequest::new(sign_in.code().clone()))
            .await;
        play(Operation::GetPinQrCode);
        let request = GetPinQrCodeRequest::new(sign_in.code().clone());
        let picture = plex.get_pin_qr_code(request).await.map(|_| ());
        for (operation, outcome) in [
            ("sign_out", signed_out),
            ("link_pin", linked),
            ("get_pin_qr_code", picture),
        ] {
            let is_right = outcome.as_ref().is_err_and(|error| {
                assert_nothing_shown(error, sign_in.code().as_str());
                !error.is_rejected()
            });
            if !is_right {
                failures.push(format!("{name}: {operation}: {outcome:?}"));
            }
        }
        assert_eq!(emulator.faults_left(), 0, "{name}");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn a_wait_goes_on_after_an_idle_connection_was_closed() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    emulator.fail_next(Operation::GetPin, Fault::CloseIdle);
    for _ in 0..3 {
        emulator.fail_next(Operation::GetTokenByPinId, Fault::CloseIdle);
    }
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let user = async {
        while emulator.faults_left() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        emulator.approve(sign_in.code().as_str()).await.unwrap();
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&sign_in), user);
    assert_eq!(token.unwrap().expose().len(), 20);
}
