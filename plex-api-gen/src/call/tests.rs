use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::*;

static OPERATION: Operation =
    Operation::new("getA", "GET", "/a/{id}/b", "https://example.test/v2/");

/// Returns the URL that a call is sent to.
fn url(write: impl FnOnce(&mut Call)) -> Result<Url, Error> {
    let mut url = Url::parse(OPERATION.server).unwrap();
    let mut call = Call::new(&OPERATION, url.path());
    write(&mut call);
    call.finish(&mut url).map(|_| url)
}

/// Any text, and often what parsers of URLs treat specially.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "([./\\\\%?#&=+;,{} \r\n\t]|%2[eEfF]|id){0,6}"
    ]
}

proptest! {
    #[test]
    fn any_argument_of_a_path_is_rejected_or_stays_its_own_segment(text in any_text()) {
        if let Ok(url) = url(|call| call.path("id", Style::SIMPLE, &text)) {
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 4, "{}", url);
            prop_assert_eq!((segments[0], segments[1], segments[3]), ("v2", "a", "b"));
            prop_assert_eq!(percent_decode_str(segments[2]).decode_utf8().unwrap(), text);
            prop_assert_eq!((url.query(), url.fragment()), (None, None));
        }
    }

    #[test]
    fn any_arguments_of_a_query_are_read_back_by_a_server(texts in proptest::collection::vec(any_text(), 1..4)) {
        let url = url(|call| {
            call.path("id", Style::SIMPLE, &1);
            call.query("a[b]>", Style::FORM, &texts);
        }).unwrap();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let expected: Vec<(String, String)> =
            texts.into_iter().map(|text| ("a[b]>".to_owned(), text)).collect();
        prop_assert_eq!(pairs, expected);
    }

    #[test]
    fn any_path_of_a_server_is_rejected_or_stays_below_the_base_url(text in "/?.*|(/|[./\\\\%?#&=+;,{} \r\n\t]|%2[eEfF]|id){0,8}") {
        if let Ok(url) = url(|call| call.path_and_query(&text)) {
            let (path, query) = text.split_once('?').unwrap_or((&text, ""));
            let given: Vec<&str> = path.split('/').skip(1).collect();
            let sent: Vec<&str> = url.path().split('/').skip(2).collect();
            prop_assert!(url.path().starts_with("/v2/"), "{}", url);
            prop_assert_eq!(sent.len(), given.len(), "{}", url);
            prop_assert_eq!(url.fragment(), None);
            for (sent, given) in sent.iter().zip(given) {
                let decoded = |text| percent_decode_str(text).collect::<Vec<u8>>();
                prop_assert_eq!(decoded(sent), decoded(given));
            }
            prop_assert_eq!(url.query().is_some(), !query.is_empty());
        }
    }

    #[test]
    fn any_reserved_argument_stays_within_the_query(text in any_text()) {
        let reserved = Style::Form { explode: true, reserved: true };
        let url = url(|call| {
            call.path("id", Style::SIMPLE, &1);
            call.query("q", reserved, &text);
        }).unwrap();
        prop_assert_eq!((url.path(), url.fragment()), ("/v2/a/1/b", None));
    }
}

#[test]
fn the_debug_output_of_a_call_shows_no_argument() {
    let mut call = Call::new(&OPERATION, "/");
    call.path("id", Style::SIMPLE, "s3cret");
    call.query("q", Style::FORM, "s3cret");
    assert_eq!(format!("{call:?}"), "Call { operation: \"getA\", .. }");
}

/// RFC 6570, section 3.2.1: `ifemp` follows the name only where the whole joined value is empty.
#[test]
fn a_list_of_empty_strings_in_a_matrix_is_not_an_empty_value() {
    let url = url(|call| call.path("id", Style::Matrix { explode: false }, &["", ""])).unwrap();
    assert_eq!(url.path(), "/v2/a/;id=,/b");
}

#[test]
fn an_argument_of_a_path_that_is_encoded_over_and_over_is_rejected_quickly() {
    let text = format!("%{}2e", "25".repeat(200_000));
    let started = std::time::Instant::now();
    assert!(url(|call| call.path("id", Style::SIMPLE, &text)).is_err());
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}
