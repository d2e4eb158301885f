//! A media server that refuses a JWT.

use plex_api_gen::{Operation, Request as _, Token, Transport};

use crate::media_server::{SECTIONS, at_server};
use crate::server::{Server, block_on, request};

request!(
    GetIdentity,
    Operation::new("getIdentity", "GET", "/identity", "https://example.test")
);

const JWT: &str = "eyJhbGciOiJFZERTQSJ9.eyJ1c2VyIjoxfQ.c2lnbmF0dXJl";

#[test]
fn a_media_server_refuses_jwts_if_it_responds_to_one_with_401() {
    const REFUSED: &[&str] = &["HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"];
    const FORBIDDEN: &[&str] = &["HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"];
    let chosen = |server: &Server| {
        let url = server.transport.base_url().unwrap();
        server.transport.with_base_url(url).unwrap()
    };
    let connected = |server: &Server| server.transport.to_media_server(at_server(server)).unwrap();
    let first = |server: &Server| server.transport.clone();
    type Choose<'a> = &'a dyn Fn(&Server) -> Transport;
    let rows: [(&str, &'static [&'static str], Choose<'_>, bool); 9] = [
        (JWT, REFUSED, &chosen, true),
        (JWT, REFUSED, &connected, true),
        ("a.b.c", REFUSED, &connected, true),
        (JWT, FORBIDDEN, &connected, false),
        (JWT, REFUSED, &first, false),
        ("2ffLuB84dqLswk9skLos", REFUSED, &connected, false),
        ("a.b", REFUSED, &connected, false),
        ("a..c", REFUSED, &connected, false),
        ("a.b.c.d", REFUSED, &connected, false),
    ];
    for (token, response, choose, is_refused) in rows {
        let server = Server::responding(response);
        let transport = choose(&server).with_token(&Token::new(token));
        let error = block_on(|| SECTIONS.send(&transport)).unwrap_err();
        let streamed = block_on(|| SECTIONS.send_as_stream(&transport)).unwrap_err();
        for error in [error, streamed] {
            assert_eq!(error.is_jwt_refused(), is_refused, "{token} {error}");
            assert_eq!(error.is_rejected(), error.status() == Some(401), "{error}");
            let advice = "HTTP 401; media servers are known to refuse JWTs: sign in without a device key, under another client \
                identifier, and use that token";
            assert_eq!(error.to_string().ends_with(advice), is_refused, "{error}");
        }
        let untouched = GetIdentity(|_| {});
        let error = block_on(|| untouched.send(&transport)).unwrap_err();
        assert!(!error.is_jwt_refused(), "no token was sent: {error}");
    }
}
