//! Nothing that is public shows a token or a code by Debug, and no error by Display.

use std::error::Error as _;
use std::fmt::Debug;

use plex_api::generated::types::{self, LinkPinBody};
use plex_api::{
    Error, GetPinQrCodeRequest, GetTokenByPinIdRequest, LinkPinRequest, PinCode, Secret, Token,
    TokenStatus,
};
use plex_tv_emulator::Emulator;
use wiremock::ResponseTemplate;

use crate::operations::ORIGINAL_ANSWER;
use crate::servers::{answering, client, json};
use crate::story::plex;

const TOKEN: &str = "2ffLuB84dqLswk9skLos";
const CODE: &str = "7RQZ";

/// Both forms of Debug, without the secrets that must not be in it.
fn shown(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// Display and Debug of an error and of all that is beneath it.
fn shown_error(error: &Error) -> String {
    let mut text = format!("{error}\n{}", shown(error));
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{}", shown(&cause)));
        source = cause.source();
    }
    text
}

fn assert_hidden(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} is shown in {text}");
    }
}

#[tokio::test]
async fn types() {
    let server = answering(json(
        200,
        &ORIGINAL_ANSWER.replace("\"authToken\":null", &format!("\"authToken\":\"{TOKEN}\"")),
    ))
    .await;
    let plex = client(&server).with_token(&Token::new(TOKEN));
    let pin = plex
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
        .await
        .unwrap();
    assert_eq!(pin.auth_token.as_ref().map(Token::expose), Some(TOKEN));
    assert!(
        !server.received_requests().await.unwrap()[0]
            .headers
            .contains_key("referer")
    );
    let status = TokenStatus::Valid(Box::new(
        serde_json::from_str(&format!(r#"{{"id":1,"uuid":"a","authToken":"{TOKEN}"}}"#)).unwrap(),
    ));
    let values: [&dyn Debug; 16] = [
        &status,
        &types::AccessToken {
            auth_token: Token::new(TOKEN),
        },
        &types::ExchangeDeviceJwtBody {
            jwt: Secret::new(TOKEN),
        },
        &crate::servers::builder(&server),
        &plex.identity(),
        &pin,
        &plex,
        &plex.generated(),
        &plex.generated().transport(),
        &Token::new(TOKEN),
        &Secret::new(TOKEN),
        &PinCode::new(CODE),
        &LinkPinRequest::new(CODE),
        &GetPinQrCodeRequest::new(CODE),
        &LinkPinBody {
            code: PinCode::new(CODE),
        },
        &plex_api::generated::operations::ALL,
    ];
    for value in values {
        assert_hidden(&shown(value), &[TOKEN, CODE]);
    }
}

#[tokio::test]
async fn sign_ins() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let (sign_in, link) = (
        plex.start_sign_in().await.unwrap(),
        plex.start_link().await.unwrap(),
    );
    let values: [&dyn Debug; 4] = [
        &sign_in,
        &link,
        &sign_in.qr_code().unwrap(),
        &link.qr_code().unwrap(),
    ];
    for value in values {
        assert_hidden(
            &shown(value),
            &[sign_in.code().as_str(), link.code().as_str()],
        );
    }
}

/// The server repeats everything it was sent and more, in every way an answer can.
#[tokio::test]
async fn errors() {
    let gossip = format!("{TOKEN} {CODE}");
    let answers = [
        json(
            400,
            &format!(r#"{{"errors":[{{"code":1,"message":"{gossip}"}}]}}"#),
        ),
        json(
            404,
            &format!(r#"{{"errors":[{{"code":1020,"message":"{gossip}"}}]}}"#),
        ),
        ResponseTemplate::new(503)
            .set_body_string(gossip.clone())
            .insert_header("x-plex-token", TOKEN),
        ResponseTemplate::new(302)
            .insert_header("location", format!("http://127.0.0.1/?{CODE}&{TOKEN}")),
        json(200, &format!(r#"{{"id":"{TOKEN}","code":"{CODE}"}}"#)),
        json(200, &format!(r#"{{"id":1,"code":{{"{TOKEN}":"{CODE}"}}}}"#)),
        json(200, &gossip),
        ResponseTemplate::new(200).set_body_bytes(gossip.repeat(100_000)),
    ];
    for answer in answers {
        let server = answering(answer).await;
        let plex = client(&server).with_token(&Token::new(TOKEN));
        let error = plex
            .get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
            .await
            .unwrap_err();
        assert_hidden(&shown_error(&error), &[TOKEN, CODE]);
    }
    let plex = plex_api::PlexApi::builder(crate::servers::roku())
        .base_url(crate::servers::nobody().await)
        .build()
        .unwrap()
        .with_token(&Token::new(TOKEN));
    for error in [
        plex.link_pin(LinkPinRequest::new(CODE)).await.unwrap_err(),
        plex.get_pin_qr_code(GetPinQrCodeRequest::new(CODE))
            .await
            .unwrap_err(),
        plex.with_token(&Token::new(format!("{TOKEN}\n")))
            .link_pin(LinkPinRequest::new(CODE))
            .await
            .unwrap_err(),
    ] {
        assert_hidden(&shown_error(&error), &[TOKEN, CODE]);
        assert!(error.source().is_some() || error.is_misuse(), "{error:?}");
    }
}
