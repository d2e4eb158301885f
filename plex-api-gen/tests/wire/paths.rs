use plex_api_gen::{Call, Operation, Style};

use crate::server::{misuse, request, sent};

request!(
    Get,
    Operation::new("getA", "GET", "/a/{color}/z", "https://example.test")
);
request!(
    GetFile,
    Operation::new("getFile", "GET", "/a/{name}.{ext}", "https://example.test")
);
request!(
    GetLast,
    Operation::new("getLast", "GET", "/{id}", "https://example.test")
);
request!(
    GetTwice,
    Operation::new("getTwice", "GET", "a?b#c/{id}/{id}", "https://example.test")
);

const ARRAY: [&str; 3] = ["blue", "black", "brown"];

fn object() -> serde_json::Value {
    serde_json::json!({"B": 150, "G": 200, "R": 100})
}

/// The section that a row is from, what is written, and what stands in the path in place of `{color}`. `OAS` is the table of
/// OpenAPI 3.1.1, section 4.8.12.6.
#[rustfmt::skip]
const PATHS: &[(&str, fn(&mut Call), &str)] = &[
    ("OAS simple, string", |c| c.path("color", Style::SIMPLE, "blue"), "blue"),
    ("OAS simple, array", |c| c.path("color", Style::SIMPLE, &ARRAY), "blue,black,brown"),
    ("OAS simple, object", |c| c.path("color", Style::SIMPLE, &object()), "B,150,G,200,R,100"),
    ("OAS simple exploded, array", |c| c.path("color", Style::Simple { explode: true }, &ARRAY), "blue,black,brown"),
    ("OAS simple exploded, object", |c| c.path("color", Style::Simple { explode: true }, &object()), "B=150,G=200,R=100"),
    ("OAS label, string", |c| c.path("color", Style::Label { explode: false }, "blue"), ".blue"),
    ("OAS label, array", |c| c.path("color", Style::Label { explode: false }, &ARRAY), ".blue,black,brown"),
    ("OAS label, object", |c| c.path("color", Style::Label { explode: false }, &object()), ".B,150,G,200,R,100"),
    ("OAS label exploded, array", |c| c.path("color", Style::Label { explode: true }, &ARRAY), ".blue.black.brown"),
    ("OAS label exploded, object", |c| c.path("color", Style::Label { explode: true }, &object()), ".B=150.G=200.R=100"),
    ("OAS matrix, empty", |c| c.path("color", Style::Matrix { explode: false }, ""), ";color"),
    ("OAS matrix, string", |c| c.path("color", Style::Matrix { explode: false }, "blue"), ";color=blue"),
    ("OAS matrix, array", |c| c.path("color", Style::Matrix { explode: false }, &ARRAY), ";color=blue,black,brown"),
    ("OAS matrix, object", |c| c.path("color", Style::Matrix { explode: false }, &object()), ";color=B,150,G,200,R,100"),
    ("OAS matrix exploded, array", |c| c.path("color", Style::Matrix { explode: true }, &ARRAY), ";color=blue;color=black;color=brown"),
    ("OAS matrix exploded, object", |c| c.path("color", Style::Matrix { explode: true }, &object()), ";B=150;G=200;R=100"),
    ("RFC 6570, 3.2.2, {half}", |c| c.path("color", Style::SIMPLE, "50%"), "50%25"),
    ("RFC 6570, 3.2.2, empty items", |c| c.path("color", Style::SIMPLE, &["", "a"]), ",a"),
    ("RFC 6570, 3.2.2, {hello}", |c| c.path("color", Style::SIMPLE, "Hello World!"), "Hello%20World%21"),
    ("RFC 3986, 2.2, reserved", |c| c.path("color", Style::SIMPLE, "/?#[]@:;,=+&'"), "%2F%3F%23%5B%5D%40%3A%3B%2C%3D%2B%26%27"),
    ("RFC 3986, 3.3, a backslash", |c| c.path("color", Style::SIMPLE, "..\\..\\users\\signout"), "..%5C..%5Cusers%5Csignout"),
    ("RFC 3986, 3.3, a slash", |c| c.path("color", Style::SIMPLE, "../../users/signout"), "..%2F..%2Fusers%2Fsignout"),
    ("an encoded slash", |c| c.path("color", Style::SIMPLE, "a%2Fb"), "a%252Fb"),
    ("dots and more", |c| c.path("color", Style::SIMPLE, "..."), "..."),
    ("braces", |c| c.path("color", Style::SIMPLE, "{color}"), "%7Bcolor%7D"),
    ("line breaks, which parsers of URLs remove", |c| c.path("color", Style::SIMPLE, ".\n."), ".%0A."),
    ("a number", |c| c.path("color", Style::SIMPLE, &-7), "-7"),
    ("JSON", |c| c.path("color", Style::Json, &[1]), "%5B1%5D"),
];

#[test]
fn a_path_is_serialized_by_style_and_explode_and_keeps_its_segments() {
    for (source, write, segment) in PATHS {
        let received = sent(Get(*write));
        assert_eq!(received.target(), format!("/a/{segment}/z"), "{source}");
    }
}

#[test]
fn an_argument_that_would_reach_another_path_is_a_misuse_that_names_it() {
    let cases: &[fn(&mut Call)] = &[
        |c| c.path("color", Style::SIMPLE, ""),
        |c| c.path("color", Style::SIMPLE, "."),
        |c| c.path("color", Style::SIMPLE, ".."),
        |c| c.path("color", Style::SIMPLE, "%2e"),
        |c| c.path("color", Style::SIMPLE, "%2E%2e"),
        |c| c.path("color", Style::SIMPLE, ".%2e"),
        |c| c.path("color", Style::SIMPLE, "%2E."),
        |c| c.path("color", Style::SIMPLE, "%252e%252e"),
        |c| c.path("color", Style::SIMPLE, &[] as &[&str; 0]),
        |c| c.path("color", Style::Label { explode: false }, ""),
        |c| c.path("color", Style::Label { explode: false }, "."),
        |c| c.path("color", Style::SIMPLE, &None::<i64>),
        |_| {},
    ];
    for (row, write) in cases.iter().enumerate() {
        let text = misuse(Get(*write));
        assert!(text.contains("`color`"), "row {row}: {text}");
    }
    misuse(GetLast(|c| c.path("id", Style::SIMPLE, "..")));
    misuse(GetLast(|c| c.path("id", Style::SIMPLE, "")));
    let text = misuse(GetFile(|c| c.path("name", Style::SIMPLE, "a")));
    assert!(text.contains("`ext`"), "{text}");
    misuse(GetFile(|c| {
        c.path("name", Style::SIMPLE, "");
        c.path("ext", Style::SIMPLE, "");
    }));
}

#[test]
fn several_arguments_of_one_segment_are_written_in_any_order() {
    let received = sent(GetFile(|c| {
        c.path("ext", Style::SIMPLE, "{name}");
        c.path("name", Style::SIMPLE, "");
    }));
    assert_eq!(received.target(), "/a/.%7Bname%7D");
    let received = sent(GetTwice(|c| c.path("id", Style::SIMPLE, &1)));
    assert_eq!(received.target(), "/a%3Fb%23c/1/1");
}
