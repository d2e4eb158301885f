//! Responses.

plex_api::include_client!("responses");

use plex_api::Error;
use plex_api::generated::Request;
use requests::{
    GetARequest, GetDefaultRequest, GetImageRequest, GetListedRequest, GetNoneRequest,
    GetNowRequest, GetPageRequest, GetRangeRequest, GetTextRequest, GetVendorRequest,
    RemoveLaterRequest,
};
use types::A;

use crate::server::{Server, block_on};

const HTML: &str = "Content-Type: text/html\r\n";
const PAGE: &str = "<!doctype html><html><body>a</body></html>";

#[test]
fn a_page_is_a_success_only_where_the_spec_declares_one() {
    let server = Server::responding("200 OK", HTML, PAGE);
    assert_eq!(
        server.read(&GetPageRequest::new()).unwrap(),
        PAGE.as_bytes()
    );
    assert_eq!(server.received().header("accept"), "text/html");
    assert!(server.read(&GetTextRequest::new()).is_err());
    assert!(server.read(&GetImageRequest::new()).is_err());
    assert!(server.read(&GetARequest::new()).is_err());
    assert!(server.read(&GetNoneRequest::new()).is_err());
}

#[test]
fn text_and_bytes_are_read_as_they_are() {
    let server = Server::responding("200 OK", "Content-Type: text/plain\r\n", "a\u{fc}");
    assert_eq!(
        server.read(&GetTextRequest::new()).unwrap(),
        "a\u{fc}".as_bytes()
    );
    let server = Server::responding("200 OK", "Content-Type: image/jpeg\r\n", "\u{0}bytes");
    assert_eq!(server.read(&GetImageRequest::new()).unwrap(), b"\0bytes");
    assert_eq!(server.received().header("accept"), "image/jpeg");
}

#[test]
fn a_success_that_may_have_no_body_is_an_option() {
    let a = |text: &str| A {
        a: Some(text.to_owned()),
        ..A::default()
    };
    let server = Server::json(r#"{"a": "b"}"#);
    assert_eq!(server.read(&GetNowRequest::new()).unwrap(), Some(a("b")));
    assert_eq!(
        server.read(&RemoveLaterRequest::new()).unwrap(),
        Some(a("b"))
    );
    for status in ["204 No Content", "202 Accepted", "200 OK"] {
        let server = Server::responding(status, "", "");
        assert_eq!(
            server.read(&GetNowRequest::new()).unwrap(),
            None,
            "{status}"
        );
        assert_eq!(
            server.read(&RemoveLaterRequest::new()).unwrap(),
            None,
            "{status}"
        );
    }
    let server = Server::responding("202 Accepted", "Content-Type: text/plain\r\n", "later");
    assert_eq!(server.read(&RemoveLaterRequest::new()).unwrap(), None);
}

#[test]
fn an_empty_success_is_never_transient() {
    for status in ["204 No Content", "202 Accepted", "200 OK", "201 Created"] {
        let server = Server::responding(status, "", "");
        server.read(&GetNoneRequest::new()).unwrap();
        let error = server.read(&GetARequest::new()).unwrap_err();
        assert!(!error.is_transient(), "{status}: {error}");
    }
}

#[test]
fn successes_are_read_however_the_spec_declares_them() {
    let server = Server::json(r#"{"a": "b"}"#);
    let read: [Result<A, Error>; 4] = [
        server.read(&GetARequest::new()),
        server.read(&GetVendorRequest::new()),
        server.read(&GetRangeRequest::new()),
        server.read(&GetDefaultRequest::new()),
    ];
    for a in read {
        assert_eq!(a.unwrap().a.as_deref(), Some("b"));
    }
}

#[test]
fn headers_and_status_can_be_read() {
    let server = Server::responding(
        "206 Partial Content",
        "X-Plex-Container-Total-Size: 17\r\n",
        r#"["a", 1]"#,
    );
    let response =
        block_on(|| GetListedRequest::new().send_with_headers(&server.transport)).unwrap();
    assert_eq!(response.value, ["a", "1"]);
    assert_eq!(
        (
            response.status,
            response.headers.get("x-plex-container-total-size")
        ),
        (206, Some("17"))
    );
    let raw: plex_api::generated::dependencies::serde_json::Value =
        block_on(|| GetNoneRequest::new().send_as(&server.transport)).unwrap();
    assert_eq!(raw[1], 1);
}

#[test]
fn a_client_has_a_method_for_each_operation() {
    let server = Server::json(r#"{"a": "b"}"#);
    let client = Client::new(server.transport.clone());
    assert_eq!(block_on(|| client.get_a()).unwrap().a.as_deref(), Some("b"));
    assert_eq!(operations::ALL.len(), 11);
}
