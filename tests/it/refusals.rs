//! Responses of plex.tv and of what is in between, told apart: a wait, a check of a token, and the actions.

use futures_util::future::join_all;
use plex_api::generated::requests::GetResourcesRequest;
use plex_api::{
    Error, GetPinQrCodeRequest, GetPinRequest, LinkPinRequest, PlexApi, Token, TokenStatus,
};
use wiremock::ResponseTemplate;

use crate::cases::{Case, serving, sign_in};
use crate::servers::{api, at, client, responding};

/// Plex's errors, in every form.
const OF_PLEX: [&str; 6] = [
    r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#,
    "\u{feff}{\"errors\":[{\"code\":\"1068\",\"status\":403}]}",
    r#"<errors><error code="1020" message="Code not found or expired" status="404"/></errors>"#,
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<errors>\n<error code='1001'/></errors>",
    "<errors><error>Invalid token</error></errors>",
    r#"<Response code="1001" status="Unauthorized"/>"#,
];

/// Bodies that proxies, firewalls and login pages send in place of plex.tv.
const IN_BETWEEN: [&str; 22] = [
    "",
    "error code: 1010",
    "default backend - 404",
    "Forbidden",
    "{}",
    r#"{"message":"Forbidden"}"#,
    r#"{"error":"blocked"}"#,
    r#"{"errors":[]}"#,
    r#"{"errors":["blocked"]}"#,
    r#"{"status":403,"detail":"no","error_code":1010}"#,
    // Cloudflare's API.
    r#"{"success":false,"errors":[{"code":1020,"message":"Access denied"}],"messages":[]}"#,
    r#"{"errors":[{"code":403,"message":"Forbidden"}]}"#,
    r#"{"captive":true,"url":"http://portal.example"}"#,
    r#"{"code":403,"title":"Blocked"}"#,
    r#"[{"message":"Forbidden"}]"#,
    "<!DOCTYPE html><p>Sorry</p>",
    "<html>Welcome to our hotel",
    "<head><title>403</title></head>",
    "<!-- portal --><script>location='/'</script>",
    "\u{feff}<html></html>",
    "<?xml version=\"1.0\"?><!DOCTYPE html><html/>",
    "<Error><Code>AccessDenied</Code></Error>",
];

/// A status with: does it end a wait with Plex's error, and without; does `check_token` reject the token with Plex's
/// error, and without.
const STATUSES: [(u16, [bool; 4]); 24] = [
    (302, [false, false, false, false]),
    (400, [true, false, false, false]),
    (401, [true, true, true, true]),
    (402, [true, false, false, false]),
    (403, [true, false, true, false]),
    (404, [true, false, false, false]),
    (405, [true, false, false, false]),
    (407, [true, false, false, false]),
    (408, [false, false, false, false]),
    (410, [true, false, false, false]),
    (421, [true, false, false, false]),
    (422, [true, true, true, true]),
    (423, [true, false, false, false]),
    (425, [false, false, false, false]),
    (426, [true, false, false, false]),
    (429, [false, false, false, false]),
    (431, [true, false, false, false]),
    (451, [true, false, false, false]),
    (498, [true, true, true, true]),
    (500, [false, false, false, false]),
    (503, [false, false, false, false]),
    (600, [true, false, false, false]),
    (799, [true, false, false, false]),
    (999, [true, false, false, false]),
];

fn token(case: usize) -> Token {
    Token::new(format!("case-{case}"))
}

#[tokio::test]
async fn only_a_refusal_of_plex_ends_a_wait_or_rejects_a_token() {
    let mut cases = Vec::new();
    let mut expected = Vec::new();
    for (status, [ends, ends_without, rejects, rejects_without]) in STATUSES {
        for body in OF_PLEX {
            cases.push(Case::new(status, body));
            expected.push((ends, rejects));
        }
        for body in IN_BETWEEN {
            cases.push(Case::new(status, body));
            expected.push((ends_without, rejects_without));
        }
    }
    cases.push(Case::new(101, ""));
    expected.push((false, false));
    let plex = serving(cases.clone()).await;
    let outcome = async |case: usize| {
        let wait = plex.wait_for_token(&sign_in(case)).await;
        let ends = wait.as_ref().is_err_and(Error::is_refusal);
        assert_eq!(ends, wait.is_err(), "{:?}: {wait:?}", cases[case]);
        let status = plex.check_token(&token(case)).await;
        let error = match &status {
            TokenStatus::Rejected(error) | TokenStatus::Unknown(error) => error,
            TokenStatus::Valid(_) => panic!("{:?}", cases[case]),
        };
        assert_eq!(error.is_refusal(), ends, "{:?}: {error}", cases[case]);
        (ends, matches!(status, TokenStatus::Rejected(_)))
    };
    for (case, outcome) in join_all((0..cases.len()).map(outcome))
        .await
        .into_iter()
        .enumerate()
    {
        let text = String::from_utf8_lossy(&cases[case].body);
        assert_eq!(outcome, expected[case], "{} {text}", cases[case].status);
    }
}

#[tokio::test]
async fn a_success_that_plex_did_not_write_is_not_a_success() {
    const ANYTHING: [&str; 4] = ["404", "\"ok\"", "[1", "\u{0}"];
    for status in [200, 201] {
        let bodies: Vec<&str> = IN_BETWEEN
            .into_iter()
            .chain(OF_PLEX)
            .chain(ANYTHING)
            // Plex sends these two.
            .filter(|body| !["", "{}"].contains(body))
            .collect();
        let plex = serving(bodies.iter().map(|body| Case::new(status, *body)).collect()).await;
        for (case, body) in bodies.iter().enumerate() {
            let code = format!("case-{case}");
            let with_token = plex.with_token(&token(case));
            for error in [
                plex.sign_out(&token(case)).await.unwrap_err(),
                with_token
                    .link_pin(LinkPinRequest::new("7RQZ"))
                    .await
                    .unwrap_err(),
                plex.get_pin_qr_code(GetPinQrCodeRequest::new(code))
                    .await
                    .unwrap_err(),
            ] {
                assert_eq!(
                    error.class(),
                    plex_api::ErrorClass::Unreadable,
                    "{body}: {error}"
                );
                assert_eq!(error.status(), Some(status), "{body}: {error}");
                assert!(
                    !error.is_refusal() && !error.is_rejected(),
                    "{body}: {error}"
                );
            }
            // A page of something in between says nothing about the token.
            let checked = plex.check_token(&token(case)).await;
            assert!(
                matches!(checked, TokenStatus::Unknown(_)),
                "{body}: {checked:?}"
            );
            assert!(plex.wait_for_token(&sign_in(case)).await.is_ok(), "{body}");
        }
    }
}

#[tokio::test]
async fn a_success_of_plex_is_a_success() {
    let bodies = [
        "",
        " \r\n",
        "{}",
        "[]",
        "<MediaContainer size=\"0\"/>",
        "<?xml version=\"1.0\"?><Response code=\"200\" status=\"OK\"/>",
        r#"{"MediaContainer":{"size":0}}"#,
    ];
    let plex = serving(bodies.map(|body| Case::new(200, body)).to_vec()).await;
    for (case, body) in bodies.iter().enumerate() {
        assert!(plex.sign_out(&token(case)).await.is_ok(), "{body}");
        let plex = plex.with_token(&token(case));
        let linked = plex.link_pin(LinkPinRequest::new("7RQZ")).await;
        assert!(linked.is_ok(), "{body}: {linked:?}");
    }
}

#[tokio::test]
async fn a_pin_that_is_not_found_has_expired_in_json_and_in_xml() {
    let bodies = [OF_PLEX[0], OF_PLEX[2]];
    let plex = serving(bodies.map(|body| Case::new(404, body)).to_vec()).await;
    for case in 0..bodies.len() {
        let error = plex.wait_for_token(&sign_in(case)).await.unwrap_err();
        assert!(error.is_expired() && error.is_not_found(), "{error}");
        assert_eq!(error.plex_code(), Some(1020));
        assert_eq!(error.plex_message(), Some("Code not found or expired"));
    }
}

#[tokio::test]
async fn a_page_of_a_media_server_is_classified_by_its_status() {
    let page = |status| ResponseTemplate::new(status).set_body_raw("<html>Not Found", "text/html");
    let error = async |status| {
        let server = responding(page(status)).await;
        let url = api(&server.uri());
        let media_server = at(&client(&server), &url, &Token::new("abc")).unwrap();
        media_server
            .get_resources(GetResourcesRequest::new())
            .await
            .unwrap_err()
    };
    let not_found = error(404).await;
    assert!(
        not_found.is_not_found() && !not_found.is_transient(),
        "{not_found}"
    );
    let unauthorized = error(401).await;
    assert!(
        unauthorized.is_rejected() && !unauthorized.is_transient(),
        "{unauthorized}"
    );
    assert!(error(503).await.is_transient());
}

#[tokio::test]
async fn a_missing_body_is_never_transient() {
    let empty = |plex: PlexApi| async move {
        let read = plex.check_token(&Token::new("case-0")).await;
        let TokenStatus::Unknown(read) = read else {
            panic!("{read:?}");
        };
        (read, plex.get_pin(GetPinRequest::new()).await.unwrap_err())
    };
    for (status, body) in [(200, ""), (201, " \n"), (204, "")] {
        let (read, created) = empty(serving(vec![Case::new(status, body)]).await).await;
        assert!(!read.is_transient() && !read.is_refusal(), "{read}");
        assert!(
            !created.is_transient() && !created.is_refusal(),
            "{created}"
        );
        assert!(
            created.to_string().contains("may have been carried out"),
            "{created}"
        );
    }
    let (_, page) = empty(serving(vec![Case::new(200, "<html>")]).await).await;
    assert!(page.is_transient(), "{page}");
}

#[tokio::test]
async fn the_id_of_a_request_is_kept_and_not_displayed() {
    let long = "x-request-id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
                aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
    for (headers, id) in [
        ("x-request-id: 7c415b56-8f48\r\n", Some("7c415b56-8f48")),
        ("cf-ray: 8c1a-AMS\r\nX-Request-Id: first\r\n", Some("first")),
        ("CF-RAY: 8c1a-AMS\r\n", Some("8c1a-AMS")),
        (
            "x-request-id: a b\r\ncf-ray: 8c1a-AMS\r\n",
            Some("8c1a-AMS"),
        ),
        ("x-request-id: \u{e9}\r\n", None),
        ("x-request-id:\r\n", None),
        (long, None),
        ("", None),
    ] {
        for (status, body) in [(403, ""), (200, "<html>")] {
            let plex = serving(vec![Case::new(status, body).with_headers(headers)]).await;
            let error = plex.sign_out(&token(0)).await.unwrap_err();
            assert_eq!(error.request_id(), id, "{headers}");
            assert!(id.is_none_or(|id| !format!("{error} {error:?}").contains(id)));
        }
    }
}

#[tokio::test]
async fn the_date_of_retry_after_is_relative_to_the_date_of_the_response() {
    for (headers, seconds) in [
        (
            "date: Tue, 16 Jul 2024 17:03:29 GMT\r\nretry-after: Tue, 16 Jul 2024 17:03:31 GMT\r\n",
            2,
        ),
        (
            "date: Tue, 16 Jul 2024 17:03:29 GMT\r\nretry-after: Tue, 16 Jul 2024 17:00:00 GMT\r\n",
            0,
        ),
        (
            "date: no\r\nretry-after: Tue, 16 Jul 2024 17:03:31 GMT\r\n",
            0,
        ),
        ("date: no\r\nretry-after: 7\r\n", 7),
    ] {
        let plex = serving(vec![Case::new(503, "").with_headers(headers)]).await;
        let error = plex.sign_out(&token(0)).await.unwrap_err();
        let pause = std::time::Duration::from_secs(seconds);
        assert_eq!(error.retry_after(), Some(pause), "{headers}");
    }
}
