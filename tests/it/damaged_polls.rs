//! Only the token's own field can cost the token of a poll.

use plex_api::{GetTokenByPinIdRequest, PlexApi, SignInStatus};

use crate::cases::{Case, pin, serving, sign_in};
use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{TOKEN, as_text, client, json, only_request, responding};

/// Checks the sign-in of a case once, and returns the token as text.
async fn checked(plex: &PlexApi, case: usize) -> Option<String> {
    let token = plex.check(&sign_in(case)).await.ok()?.granted()?;
    Some(token.expose().to_owned())
}

#[tokio::test]
async fn no_other_field_costs_the_token() {
    let more: [&[u8]; 24] = [
        b",\"id\":1e400",
        b",\"expiresIn\":1e400",
        b",\"expiresIn\":-1e999,\"expiresIn\":600",
        b",\"expiresIn\":NaN",
        b",\"expiresIn\":600,\"expiresIn\":600",
        b",\"authToken\":null",
        b",\"authToken\":\"\"",
        b",\"location\":{},\"location\":{}",
        b",\"location\":{\"code\":1e400,\"\\ud800\":1}",
        b",\"clientIdentifier\":null",
        b",\"clientIdentifier\":[\"\\udfff\"]",
        b",\"product\":\"\\ud800\"",
        b",\"product\":\"\xff\"",
        b",\"product\":\"a\nb\"",
        b",\"product\":\"a\\xb\"",
        b",\"product\":\"a\\u12\"",
        b",\"product\":01",
        b",\"\\ud800\":1",
        b",\"\xe9\":1",
        b",\"a\tb\":1",
        b",\"\":1",
        b",\"trusted\":{\"a\":[1e400,{\"\xff\":\"\\udc00\"}]}",
        b",\"id\":{}",
        b"}<script src=\"https://portal.example/\"></script>{\"a\":1",
    ];
    let mut cases: Vec<Vec<u8>> = Vec::new();
    for (case, more) in more.iter().enumerate() {
        let start = pin(case, "").into_bytes();
        cases.push([&start[..start.len() - 1], more, b"}"].concat());
    }
    cases.push(format!("\u{feff}{}", pin(cases.len(), "")).into_bytes());
    cases.push(format!("\u{feff} {} \0\0", pin(cases.len(), ",\"a\":1e400")).into_bytes());
    let plex = serving(
        cases
            .iter()
            .map(|body| Case::new(200, body.clone()))
            .collect(),
    )
    .await;
    for (case, body) in cases.iter().enumerate() {
        let token = checked(&plex, case).await;
        assert_eq!(
            token.as_deref(),
            Some(TOKEN),
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[tokio::test]
async fn text_that_cannot_be_a_token_is_not_a_grant() {
    let values: [&[u8]; 14] = [
        b"\"\"",
        b"\" \"",
        b"\"a\\nb\"",
        b"\"a\nb\"",
        b"\"a b\"",
        b"\" abc\"",
        b"\"a\\u0000\"",
        b"\"a\\u007f\"",
        b"\"\xc3\xa9\"",
        b"\"\\u00e9\"",
        b"\"\\ud800\"",
        b"\"a\xff\"",
        b"[\"a\"]",
        b"true",
    ];
    let original = ORIGINAL_RESPONSE.split_once("\"authToken\":null").unwrap();
    let mut cases = Vec::new();
    for value in values {
        let of_case = [b"{\"authToken\":".as_slice(), value, b"}"].concat();
        let whole = [
            original.0.as_bytes(),
            b"\"authToken\":",
            value,
            original.1.as_bytes(),
        ];
        cases.push(Case::new(200, of_case));
        cases.push(Case::new(200, whole.concat()));
    }
    let plex = serving(cases.clone()).await;
    for (case, response) in cases.iter().enumerate() {
        let text = String::from_utf8_lossy(&response.body);
        if case % 2 == 0 {
            assert_eq!(checked(&plex, case).await, None, "{text}");
        } else {
            let request = GetTokenByPinIdRequest::new(case.try_into().unwrap());
            let pin = plex.get_token_by_pin_id(request).await.unwrap();
            assert_eq!(pin.auth_token, None, "{text}");
        }
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped_in_every_response() {
    let server = responding(json(200, &format!("\u{feff}{ORIGINAL_RESPONSE}"))).await;
    let request = GetTokenByPinIdRequest::new(1);
    assert!(client(&server).get_token_by_pin_id(request).await.is_ok());
}

#[tokio::test]
async fn a_compressed_response_is_not_asked_for_and_named_in_the_error() {
    // An empty gzip stream.
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    let case = |headers| Case::new(200, gzip.as_slice()).with_headers(headers);
    let plex = serving(vec![case("content-encoding: gzip\r\n")]).await;
    let SignInStatus::Pending { last_failure, .. } = plex.check(&sign_in(0)).await.unwrap() else {
        panic!("not pending");
    };
    let error = last_failure.unwrap();
    assert!(error.to_string().contains("compressed (gzip)"), "{error}");
    assert!(error.is_transient(), "{error}");
    assert!(plex.wait_for_token(&sign_in(0)).await.is_ok());

    // The name of an encoding alone does not make a body unreadable.
    let named = Case::new(200, pin(0, "")).with_headers("content-encoding: utf-8\r\n");
    assert_eq!(
        checked(&serving(vec![named]).await, 0).await.as_deref(),
        Some(TOKEN)
    );

    let server = responding(json(200, ORIGINAL_RESPONSE)).await;
    let request = GetTokenByPinIdRequest::new(1);
    client(&server).get_token_by_pin_id(request).await.unwrap();
    let sent = as_text(&only_request(&server).await);
    assert!(sent.contains("accept-encoding: identity\n"), "{sent}");
}

#[tokio::test]
async fn an_object_without_any_field_of_a_pin_is_a_failure() {
    for body in [
        "{}",
        r#"{"message":"Forbidden"}"#,
        r#"{"captive":true,"id":null}"#,
    ] {
        let plex = serving(vec![Case::new(200, body)]).await;
        let status = plex.check(&sign_in(0)).await.unwrap();
        let SignInStatus::Pending {
            last_failure: Some(error),
            ..
        } = status
        else {
            panic!("{body}: {status:?}");
        };
        assert!(error.is_transient(), "{body}: {error}");
    }
    let pending = serving(vec![Case::new(200, r#"{"expiresIn":600}"#)]).await;
    let status = pending.check(&sign_in(0)).await.unwrap();
    assert!(matches!(
        status,
        SignInStatus::Pending {
            last_failure: None,
            ..
        }
    ));
}
