//! Arguments in the path.

plex_api::include_client!("paths");

use plex_api::generated::Request;
use requests::{
    DeletePlaylistRequest, GetListRequest, GetNumberRequest, GetStreamRequest, GetStylesRequest,
    ListItemsRequest, StartRequest,
};
use types::Ext;

use crate::server::{Server, misuse, sent};

#[test]
fn an_argument_stays_in_its_segment() {
    for (id, path) in [
        ("a", "a"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("a%2e", "a%252e"),
        ("..\\..\\users\\signout", "..%5C..%5Cusers%5Csignout"),
        ("../users", "..%2Fusers"),
        ("...", "..."),
        ("a;b,c", "a%3Bb%2Cc"),
        ("\u{fc}", "%C3%BC"),
        (":", "%3A"),
    ] {
        let received = sent(&DeletePlaylistRequest::new(id));
        assert_eq!(received.target, format!("/playlists/{path}"));
        assert_eq!(
            (
                received.method.as_str(),
                received.header("x-plex-token").as_str()
            ),
            ("DELETE", "a-token")
        );
    }
}

#[test]
fn an_argument_that_would_leave_its_segment_is_a_misuse() {
    for id in ["", ".", "..", "%2e", "%2E%2e", ".%2e"] {
        for error in [
            misuse(&DeletePlaylistRequest::new(id)),
            misuse(&ListItemsRequest::new(id)),
            misuse(&StartRequest::new(id)),
            misuse(&GetListRequest::new([id])),
        ] {
            assert!(error.contains("the argument `"), "{error}");
        }
    }
    assert!(misuse(&GetListRequest::new([] as [&str; 0])).contains("`ids`"));
}

#[test]
fn the_styles_of_the_path_are_those_of_the_spec() {
    assert_eq!(sent(&GetNumberRequest::new(-7)).target, "/numbers/-7");
    assert_eq!(
        sent(&GetListRequest::new(["a", "b/c"])).target,
        "/lists/a,b%2Fc"
    );
    let styles = GetStylesRequest::new("a", [1, 2], [3, 4], [("x".to_owned(), 5)].into());
    assert_eq!(
        sent(&styles).target,
        "/styles.a/;matrix=1,2/;matrices=3;matrices=4/x=5"
    );
    assert_eq!(
        sent(&GetStreamRequest::new(3, Ext::Srt)).target,
        "/streams/3.srt"
    );
    assert_eq!(
        sent(&GetStreamRequest::new(3, "a/b")).target,
        "/streams/3.a%2Fb"
    );
    assert_eq!(sent(&StartRequest::new("video")).target, "/video/:/start");
}

#[test]
fn a_url_has_the_arguments_and_the_token() {
    let server = Server::new().with_token("a-token");
    let url = ListItemsRequest::new("a b").url(&server.transport).unwrap();
    let expected = "/playlists/a%20b/items?X-Plex-Client-Identifier=test&X-Plex-Token=a-token";
    assert!(url.expose().ends_with(expected), "{}", url.expose());
    assert!(!format!("{url:?}").contains("a-token"));
    assert!(
        ListItemsRequest::new("..")
            .url(&server.transport)
            .unwrap_err()
            .is_misuse()
    );
    assert!(
        DeletePlaylistRequest::new("a")
            .url(&server.transport)
            .unwrap_err()
            .is_misuse()
    );
    server.assert_untouched();
}
