use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

#[test]
fn another_server_does_not_get_the_token() {
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    let transport = transport.with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    let server = Url::parse("http://127.0.0.1:32400").unwrap();
    assert!(transport.has_token());
    assert!(!transport.with_base_url(&server).unwrap().has_token());
}

#[test]
fn a_server_that_is_left_open_is_a_misuse_that_tells_how_to_name_it() {
    const fn sent_to(server: &'static str) -> Operation {
        Operation {
            id: "getSections",
            method: "GET",
            path: "/library/sections",
            server,
            accept: None,
            token: false,
        }
    }
    static OPERATIONS: [Operation; 3] = [
        sent_to("https://{address}:{port}"),
        sent_to("/v2"),
        sent_to(""),
    ];
    let transport = Transport::builder(HeaderMap::new()).build().unwrap();
    for operation in &OPERATIONS {
        let request = Err(BuildError::InvalidRequest("relative URL".to_owned()));
        let sent = pin!(transport.empty(operation, request));
        let Poll::Ready(Err(error)) = sent.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it is known before anything is sent");
        };
        assert!(error.is_misuse());
        let text = error.to_string();
        assert!(text.contains("`PlexApi::at`"), "{text}");
        assert!(text.contains("`Transport::with_base_url`"), "{text}");
    }
}
