//! Paths and queries as a media server writes them in `key` and `thumb`.

use plex_api_gen::{Operation, Style};

use crate::server::{misuse, request, sent};

request!(
    Get,
    Operation::new("getFile", "GET", "/{key}", "https://example.test")
);

/// The text of a server, and the target of the request.
macro_rules! rows {
    ($(($key:literal, $target:literal)),* $(,)?) => {
        [$((Get(|c| c.path_and_query($key)), $target)),*]
    };
}

#[test]
fn a_key_replaces_the_path_and_only_what_a_url_cannot_carry_is_encoded() {
    let rows = rows![
        (
            "/library/metadata/7/children",
            "/library/metadata/7/children"
        ),
        (
            "/library/metadata/7/thumb/1700000000",
            "/library/metadata/7/thumb/1700000000"
        ),
        ("/library/sections/", "/library/sections/"),
        ("/", "/"),
        ("/hubs//a", "/hubs//a"),
        ("/:/transcode", "/:/transcode"),
        (
            "/library/sections/1/all?type=1&genre=3,4&sort=a:desc",
            "/library/sections/1/all?type=1&genre=3,4&sort=a:desc"
        ),
        (
            "/photo/:/transcode?url=%2Flibrary%2Fmetadata%2F7%3Fa%3D1&width=1",
            "/photo/:/transcode?url=%2Flibrary%2Fmetadata%2F7%3Fa%3D1&width=1"
        ),
        ("/a?b=/c?d", "/a?b=/c?d"),
        ("/a?", "/a"),
        ("/a b/\u{fc}\\<{key}>", "/a%20b/%C3%BC%5C%3C%7Bkey%7D%3E"),
        ("/a?b=c d\u{fc}\"", "/a?b=c%20d%C3%BC%22"),
        ("/50%/%zz/%2F", "/50%25/%25zz/%2F"),
        ("/...?a=..", "/...?a=.."),
    ];
    for (request, target) in rows {
        assert_eq!(sent(request).target(), target);
    }
}

#[test]
fn pairs_are_added_to_the_query_of_a_key() {
    let received = sent(Get(|c| {
        c.path_and_query("/a?b=1");
        c.query_pair("X-Plex Container&Size", "a=b c");
        c.query("d", Style::FORM, &2);
    }));
    assert_eq!(
        received.target(),
        "/a?b=1&X-Plex%20Container%26Size=a%3Db%20c&d=2"
    );
    let received = sent(Get(|c| {
        c.query_pair("d", "2");
        c.path_and_query("/a?b=1");
    }));
    assert_eq!(received.target(), "/a?d=2&b=1");
}

#[test]
fn a_text_that_is_not_a_path_of_the_server_is_a_misuse_that_does_not_quote_it() {
    for (row, request) in [
        Get(|c| c.path_and_query("")),
        Get(|c| c.path_and_query("s3cret")),
        Get(|c| c.path_and_query("?a=s3cret")),
        Get(|c| c.path_and_query("//s3cret/a")),
        Get(|c| c.path_and_query("https://example.org/s3cret")),
        Get(|c| c.path_and_query("/a#s3cret")),
        Get(|c| c.path_and_query("/a?s3cret#")),
        Get(|c| c.path_and_query("/../s3cret")),
        Get(|c| c.path_and_query("/./s3cret")),
        Get(|c| c.path_and_query("/s3cret/..")),
        Get(|c| c.path_and_query("/s3cret/%2e%2E/a")),
        Get(|c| c.path_and_query("/s3cret/%252e./a")),
        Get(|c| c.path_and_query("/a\n?s3cret")),
        Get(|c| c.path_and_query("/a?s3cret=\t")),
        Get(|c| c.path_and_query("/a?s3cret=\u{85}")),
    ]
    .into_iter()
    .enumerate()
    {
        let text = misuse(request);
        assert!(
            text.starts_with("getFile: the path cannot be sent: "),
            "row {row}: {text}"
        );
        assert!(!text.contains("s3cret"), "row {row}: {text}");
    }
}
