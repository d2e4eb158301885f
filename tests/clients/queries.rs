//! Arguments in the query and in headers.

plex_api::include_client!("queries");

use std::collections::HashMap;

use requests::{GetNeededRequest, ListHistoryRequest, ListStylesRequest};
use types::{Deep, DeepN, Flat, Kind, MediaQuery, Sort, Where, XMap};

use crate::server::sent;

type Row = (fn(ListStylesRequest) -> ListStylesRequest, &'static str);

fn media() -> MediaQuery {
    MediaQuery {
        type_: Some(4),
        sort: Some("a:b".into()),
        tags: vec!["x".into(), "y".into()],
    }
}

fn one(name: &str, value: &str) -> HashMap<String, String> {
    HashMap::from([(name.to_owned(), value.to_owned())])
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (|r| r, ""),
    (|r| r.q("a b&c=d/e+f"), "?q=a%20b%26c%3Dd%2Fe%2Bf"),
    (|r| r.q(""), "?q="),
    (|r| r.tags(["a", "b c"]), "?tags=a&tags=b%20c"),
    (|r| r.tags([] as [&str; 0]), ""),
    (|r| r.joined([1, 2, 3]), "?joined=1,2,3"),
    (|r| r.space(["a", "b"]), "?space=a%20b"),
    (|r| r.pipe(["a", "b"]), "?pipe=a%7Cb"),
    (|r| r.pipes(["a", "b"]), "?pipes=a&pipes=b"),
    // The fields of an object take the place of its own name.
    (|r| r.media(media()), "?sort=a%3Ab&tags=x&tags=y&type=4"),
    (|r| r.media(MediaQuery { type_: Some(4), ..MediaQuery::default() }), "?type=4"),
    (|r| r.flat(Flat { a: Some(1) }), "?flat=a,1"),
    (|r| r.prefs(one("a", "1")), "?prefs%5Ba%5D=1"),
    (|r| r.deep(Deep { a: Some("x".into()), n: Some(DeepN { b: Some(2) }) }), "?deep%5Ba%5D=x&deep%5Bn%5D%5Bb%5D=2"),
    (|r| r.path("/library/metadata/1?a=b"), "?path=/library/metadata/1?a=b"),
    (|r| r.where_value(Where { a: vec!["b".into()] }), "?where=%7B%22a%22%3A%5B%22b%22%5D%7D"),
    (|r| r.map(one("k", "v")), "?k=v"),
    (|r| r.since("2026-01-02T03:04:05Z".parse::<plex_api::chrono::DateTime<plex_api::chrono::Utc>>().unwrap()), "?since=2026-01-02T03%3A04%3A05Z"),
    (|r| r.day("2026-01-02"), "?day=2026-01-02"),
    (|r| r.ratio(0.5), "?ratio=0.5"),
    (|r| r.wide(u64::MAX), "?wide=18446744073709551615"),
    (|r| r.on(true), "?on=true"),
    (|r| r.direct(false).always(true).shared(true), "?direct=0&always=1&shared=1"),
    (|r| r.maybe("a"), "?maybe=a"),
    (|r| r.sort(Sort::Ascending), "?sort=ascending"),
    (|r| r.sort("titleSort:desc"), "?sort=titleSort%3Adesc"),
    (|r| r.sorts(["ascending", "other"]), "?sorts=ascending,other"),
    (|r| r.include_ipv6(true), "?includeIPv6=true"),
    // Arguments are sent in the order of the spec, not of the calls.
    (|r| r.on(true).q("a"), "?q=a&on=true"),
];

#[test]
fn the_query_is_what_style_and_explode_say() {
    for (arguments, query) in ROWS {
        let received = sent(&arguments(ListStylesRequest::new()));
        assert_eq!(received.target, format!("/styles{query}"));
    }
}

#[test]
fn headers_have_the_simple_style() {
    let map = XMap {
        a: Some(1),
        b: Some(2),
    };
    let received = sent(&ListStylesRequest::new().x_list(["a", "b"]).x_map(map));
    assert_eq!(
        (received.target.as_str(), received.method.as_str()),
        ("/styles", "GET")
    );
    assert_eq!(received.header("x-list"), "a,b");
    assert_eq!(received.header("x-map"), "a=1,b=2");
}

#[test]
fn parameters_that_compare_are_sent_under_their_own_names() {
    let request = ListHistoryRequest::new()
        .viewed_at(1)
        .viewed_at_gt(2)
        .viewed_at_lt(3)
        .viewed_at_gte(4)
        .viewed_at_lte(5)
        .viewed_at_gt2(6)
        .title_not("a")
        .title_not2("b")
        .title_eq("c")
        .year(7)
        .year2(8)
        .year3([9, 10]);
    let query = "viewedAt=1&viewedAt%3E=2&viewedAt%3C=3&viewedAt%3E%3D=4&viewedAt%3C%3D=5&viewedAt%3E%3E=6&title%21=a&title%21%3D=b&title%3D=c&year=7&Year=8&year%5B%5D=9&year%5B%5D=10";
    assert_eq!(sent(&request).target, format!("/history?{query}"));
}

#[test]
fn required_arguments_are_asked_for_and_constants_are_written() {
    let received = sent(&GetNeededRequest::new("x", Kind::Film).b("y"));
    let query = "b=y&a=x&kind=film&fixed=always&version=3";
    assert_eq!(received.target, format!("/needed?{query}"));
    assert_eq!(received.header("x-on"), "true");
}

#[test]
fn a_request_is_a_value_that_can_be_sent_again() {
    let request = ListStylesRequest::new().q("a");
    let copy = request.clone();
    assert_eq!(request, copy);
    assert_ne!(request, copy.clone().on(true));
    assert_eq!(sent(&request).target, sent(&copy).target);
}

#[test]
fn an_unknown_value_of_an_enum_is_not_shown() {
    let shown = format!("{:?}", ListStylesRequest::new().sort("a-secret"));
    assert!(
        shown.contains("Unknown(string)") && !shown.contains("a-secret"),
        "{shown}"
    );
}
