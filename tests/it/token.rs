//! Using a token: the three outcomes of a check, and signing out. An outage is not a rejection.

use plex_api::{Token, TokenStatus};
use plex_tv_emulator::Emulator;
use wiremock::ResponseTemplate;

use crate::servers::{client, json, responding};
use crate::sign_in_flow::plex;

#[tokio::test]
async fn a_token_from_sign_in_to_sign_out() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    let token = plex.wait_for_token(&sign_in).await.unwrap();
    match plex.check_token(&token).await {
        TokenStatus::Valid(user) => assert!(user.id > 0 && !user.uuid.is_empty(), "{user:?}"),
        other => panic!("{other:?}"),
    }
    plex.ping(&token).await.unwrap();
    plex.sign_out(&token).await.unwrap();
    match plex.check_token(&token).await {
        TokenStatus::Rejected(why) => {
            assert_eq!((why.status(), why.plex_code()), (Some(401), Some(1001)))
        }
        other => panic!("{other:?}"),
    }
    assert!(plex.ping(&token).await.unwrap_err().is_rejected());
    assert!(plex.sign_out(&token).await.unwrap_err().is_rejected());
}

async fn status_on(response: ResponseTemplate) -> TokenStatus {
    let server = responding(response).await;
    client(&server)
        .check_token(&Token::new("2ffLuB84dqLswk9skLos"))
        .await
}

#[tokio::test]
async fn only_plex_tv_can_reject_a_token() {
    for status in [401, 422, 498] {
        let outcome = status_on(ResponseTemplate::new(status)).await;
        assert!(
            matches!(outcome, TokenStatus::Rejected(_)),
            "{status}: {outcome:?}"
        );
    }
    for status in [204, 302, 400, 403, 404, 408, 418, 429, 500, 502, 503, 504] {
        let outcome = status_on(ResponseTemplate::new(status)).await;
        assert!(
            matches!(outcome, TokenStatus::Unknown(_)),
            "{status}: {outcome:?}"
        );
    }
    let plex = r#"{"errors":[{"code":1068,"status":403}]}"#;
    assert!(
        matches!(status_on(json(403, plex)).await, TokenStatus::Rejected(_)),
        "plex.tv names its error"
    );
    let proxy = ResponseTemplate::new(403).set_body_raw("<!DOCTYPE html><p>Blocked", "text/html");
    assert!(
        matches!(status_on(proxy).await, TokenStatus::Unknown(_)),
        "a proxy is not plex.tv"
    );
    let login_page =
        ResponseTemplate::new(200).set_body_raw("<html>Welcome to our hotel", "text/html");
    assert!(matches!(
        status_on(login_page).await,
        TokenStatus::Unknown(_)
    ));
}

#[tokio::test]
async fn a_user_needs_only_its_two_ids() {
    match status_on(json(200, r#"{"id":1,"uuid":"a","brandNew":{}}"#)).await {
        TokenStatus::Valid(user) => assert_eq!((user.id, user.title), (1, None)),
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        status_on(json(200, r#"{"id":1}"#)).await,
        TokenStatus::Unknown(_)
    ));
}

#[tokio::test]
async fn an_html_page_is_not_a_success() {
    let page = || ResponseTemplate::new(200).set_body_raw("<!doctype HTML><p>Welcome", "text/html");
    let token = Token::new("2ffLuB84dqLswk9skLos");
    let server = responding(page()).await;
    let plex = client(&server);
    let error = plex.sign_out(&token).await.unwrap_err();
    assert!(
        error.is_transient() && error.status() == Some(200),
        "{error}"
    );
    let picture = plex_api::GetPinQrCodeRequest::new("7RQZ");
    assert!(
        plex.get_pin_qr_code(picture)
            .await
            .unwrap_err()
            .is_transient()
    );
}
