use plex_api_gen::{Call, Operation, Style};
use serde::Serialize;

use crate::server::{misuse, request, sent};

request!(
    Get,
    Operation::new("getA", "GET", "/a", "https://example.test")
);

#[derive(Serialize)]
struct Color {
    #[serde(rename = "R")]
    r: u8,
    #[serde(rename = "G")]
    g: u8,
    #[serde(rename = "B")]
    b: u8,
}

const OBJECT: Color = Color {
    r: 100,
    g: 200,
    b: 150,
};
const ARRAY: [&str; 3] = ["blue", "black", "brown"];

/// RFC 6570, section 3.2: the order of its keys matters in the examples.
#[derive(Serialize)]
struct Keys {
    semi: &'static str,
    dot: &'static str,
    comma: &'static str,
}

const KEYS: Keys = Keys {
    semi: ";",
    dot: ".",
    comma: ",",
};

const JOINED: Style = Style::Form {
    explode: false,
    reserved: false,
};
const RESERVED: Style = Style::Form {
    explode: true,
    reserved: true,
};
const RESERVED_JOINED: Style = Style::Form {
    explode: false,
    reserved: true,
};

/// The section that a row is from, what is written, and the query that is sent. `OAS` is the table of OpenAPI 3.1.1,
/// section 4.8.12.6.
type Row = (&'static str, fn(&mut Call), &'static str);

#[rustfmt::skip]
const QUERIES: &[Row] = &[
    ("OAS form, empty", |c| c.query("color", Style::FORM, ""), "color="),
    ("OAS form, string", |c| c.query("color", Style::FORM, "blue"), "color=blue"),
    ("OAS form, array", |c| c.query("color", JOINED, &ARRAY), "color=blue,black,brown"),
    ("OAS form exploded, array", |c| c.query("color", Style::FORM, &ARRAY), "color=blue&color=black&color=brown"),
    ("OAS form, object", |c| c.query("color", JOINED, &OBJECT), "color=R,100,G,200,B,150"),
    ("OAS form exploded, object", |c| c.query("color", Style::FORM, &OBJECT), "R=100&G=200&B=150"),
    ("OAS spaceDelimited, array", |c| c.query("color", Style::SpaceDelimited, &ARRAY), "color=blue%20black%20brown"),
    ("OAS spaceDelimited, object", |c| c.query("color", Style::SpaceDelimited, &OBJECT), "color=R%20100%20G%20200%20B%20150"),
    ("OAS pipeDelimited, array", |c| c.query("color", Style::PipeDelimited, &ARRAY), "color=blue%7Cblack%7Cbrown"),
    ("OAS pipeDelimited, object", |c| c.query("color", Style::PipeDelimited, &OBJECT), "color=R%7C100%7CG%7C200%7CB%7C150"),
    ("OAS deepObject", |c| c.query("color", Style::DeepObject, &OBJECT), "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("deepObject, nested", |c| c.query("a", Style::DeepObject, &serde_json::json!({"b": {"c": 1, "d": null}})), "a%5Bb%5D%5Bc%5D=1"),
    ("deepObject, list", |c| c.query("a", Style::DeepObject, &serde_json::json!({"b": [1, 2]})), "a%5Bb%5D=1&a%5Bb%5D=2"),
    ("deepObject, list of objects", |c| c.query("a", Style::DeepObject, &serde_json::json!({"b": [{"c": 1}, {"c": 2}]})), "a%5Bb%5D%5B0%5D%5Bc%5D=1&a%5Bb%5D%5B1%5D%5Bc%5D=2"),
    ("deepObject, empty", |c| c.query("a", Style::DeepObject, &serde_json::json!({})), ""),
    ("RFC 6570, 3.2.8, {&keys}", |c| c.query("keys", JOINED, &KEYS), "keys=semi,%3B,dot,.,comma,%2C"),
    ("RFC 6570, 3.2.8, {&keys*}", |c| c.query("keys", Style::FORM, &KEYS), "semi=%3B&dot=.&comma=%2C"),
    ("RFC 6570, 3.2.8, {&x,y,empty}", |c| {
        c.query("x", Style::FORM, &1024);
        c.query("y", Style::FORM, &768);
        c.query("empty", Style::FORM, "");
    }, "x=1024&y=768&empty="),
    ("RFC 6570, 3.2.1, undef", |c| {
        c.query("undef", Style::FORM, &None::<i64>);
        c.query("x", Style::FORM, &Some(true));
    }, "x=true"),
    ("RFC 6570, 2.3, empty list", |c| c.query("list", Style::FORM, &[] as &[i64; 0]), ""),
    ("RFC 6570, 2.3, empty list, joined", |c| c.query("list", JOINED, &[] as &[i64; 0]), ""),
    ("RFC 6570, 2.3, undefined item", |c| c.query("list", JOINED, &[Some("a"), None, Some("b")]), "list=a,b"),
    ("RFC 6570, 3.2.1, empty items", |c| c.query("list", Style::FORM, &["", "a", ""]), "list=&list=a&list="),
    ("RFC 6570, 1.5, var", |c| c.query("q", Style::FORM, "Hello World!"), "q=Hello%20World%21"),
    ("RFC 6570, 1.5, half", |c| c.query("q", Style::FORM, "50%"), "q=50%25"),
    ("RFC 6570, 1.6, UTF-8", |c| c.query("q", Style::FORM, "\u{fc}\u{1f3ac}"), "q=%C3%BC%F0%9F%8E%AC"),
    ("RFC 3986, 2.3, unreserved", |c| c.query("q", Style::FORM, "aZ09-._~"), "q=aZ09-._~"),
    ("RFC 3986, 2.2, reserved", |c| c.query("q", Style::FORM, ":/?#[]@!$&'()*+,;="), "q=%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D"),
    ("control characters", |c| c.query("q", Style::FORM, "a\r\n\t\0\"\\"), "q=a%0D%0A%09%00%22%5C"),
    // The parser of URLs encodes the apostrophe in any query (URL Standard, section 1.3).
    ("RFC 6570, 3.2.3, reserved", |c| c.query("q", RESERVED, ":/?[]@!$&'()*+,;="), "q=:/?[]@!$&%27()*+,;="),
    ("RFC 6570, 3.2.3, triples stay", |c| c.query("q", RESERVED, "50% %41%4 %"), "q=50%25%20%41%254%20%25"),
    ("RFC 6570, 3.2.3, {+path}", |c| c.query("q", RESERVED, "/foo/bar"), "q=/foo/bar"),
    ("reserved, but no fragment", |c| c.query("q", RESERVED, "a#b"), "q=a%23b"),
    ("reserved, joined", |c| c.query("q", RESERVED_JOINED, &["a/b", "c d"]), "q=a/b,c%20d"),
    ("names are encoded", |c| {
        c.query("viewedAt>", Style::FORM, &1);
        c.query("viewedAt<", Style::FORM, &2);
        c.query("a[b]", RESERVED, &3);
        c.query("\u{fc} &=", Style::FORM, &4);
    }, "viewedAt%3E=1&viewedAt%3C=2&a%5Bb%5D=3&%C3%BC%20%26%3D=4"),
    ("OAS content: application/json", |c| c.query("f", Style::Json, &serde_json::json!({"a": ["b c"]})), "f=%7B%22a%22%3A%5B%22b%20c%22%5D%7D"),
    ("JSON, null", |c| c.query("f", Style::Json, &None::<i64>), ""),
    ("a list within a list is JSON", |c| c.query("a", Style::FORM, &[[1, 2]]), "a=%5B1%2C2%5D"),
    ("a list within an exploded object", |c| c.query("o", Style::FORM, &serde_json::json!({"a": [1, null, "b c"], "d": []})), "a=1&a=b%20c"),
    ("numbers", |c| c.query("n", JOINED, &(u64::MAX, i64::MIN, 0.5)), "n=18446744073709551615,-9223372036854775808,0.5"),
    ("integers for booleans", |c| c.query("n", Style::FORM, &u8::from(true)), "n=1"),
];

#[test]
fn a_query_is_serialized_by_style_and_explode() {
    for (source, write, query) in QUERIES {
        let separator = if query.is_empty() { "" } else { "?" };
        let received = sent(Get(*write));
        assert_eq!(
            received.target(),
            format!("/a{separator}{query}"),
            "{source}"
        );
    }
}

const EXPLODED: Style = Style::Simple { explode: true };

#[rustfmt::skip]
const HEADERS: &[Row] = &[
    ("OAS simple, string", |c| c.header("x-a", Style::SIMPLE, "blue"), "blue"),
    ("OAS simple, array", |c| c.header("x-a", Style::SIMPLE, &ARRAY), "blue,black,brown"),
    ("OAS simple exploded, array", |c| c.header("x-a", EXPLODED, &ARRAY), "blue,black,brown"),
    ("OAS simple, object", |c| c.header("x-a", Style::SIMPLE, &OBJECT), "R,100,G,200,B,150"),
    ("OAS simple exploded, object", |c| c.header("X-A", EXPLODED, &OBJECT), "R=100,G=200,B=150"),
    ("OAS, appendix D: not encoded", |c| c.header("x-a", Style::SIMPLE, "a b%20\u{fc}"), "a b%20\u{fc}"),
    ("OAS content: application/json", |c| c.header("x-a", Style::Json, &["a"]), "[\"a\"]"),
    ("undefined", |c| c.header("x-a", Style::SIMPLE, &None::<bool>), ""),
];

#[test]
fn a_header_is_serialized_in_the_simple_style_and_not_encoded() {
    for (source, write, value) in HEADERS {
        assert_eq!(sent(Get(*write)).header("x-a"), *value, "{source}");
    }
}

#[test]
fn an_argument_that_cannot_be_sent_is_a_misuse_that_names_it_and_not_its_value() {
    let text = misuse(Get(|call| {
        call.header("x-a", Style::SIMPLE, "s3cret\r\nx-b: c")
    }));
    assert!(text.contains("`x-a`") && !text.contains("s3cret"), "{text}");
    let text = misuse(Get(|call| {
        let map = std::collections::BTreeMap::from([((1, 2), "s3cret")]);
        call.query("q", Style::FORM, &map);
    }));
    assert!(text.contains("`q`") && !text.contains("s3cret"), "{text}");
}
