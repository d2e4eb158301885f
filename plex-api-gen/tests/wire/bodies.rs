use plex_api_gen::{Call, FilePart, Operation, Style};
use serde_json::json;

use crate::server::{Received, misuse, request, sent};

const fn post() -> Operation {
    Operation::new("postA", "POST", "/a", "https://example.test")
}

const FORM: &str = "application/x-www-form-urlencoded";

request!(Json, post().sending("application/json"));
request!(OptionalJson, post().sending_optional("application/json"));
request!(MergePatch, post().sending("application/merge-patch+json"));
request!(Form, post().sending(FORM));
request!(OptionalForm, post().sending_optional(FORM));
request!(Text, post().sending("text/csv"));
request!(Picture, post().sending("image/jpeg"));
request!(AnyPicture, post().sending_optional("image/*"));
request!(Multipart, post().sending("multipart/form-data"));
request!(Nothing, post());

/// The source of a row, the request, its media type, and its body.
type Row = (&'static str, fn() -> Received, &'static str, &'static str);

#[rustfmt::skip]
const BODIES: &[Row] = &[
    ("JSON, fields in order", || sent(Json(|c| {
        c.field("b", "\"");
        c.field("a", &[1, 2]);
        c.field("left \"out\"", &None::<bool>);
        c.field("c", &json!({"d": null}));
    })), "application/json", r#"{"b":"\"","a":[1,2],"c":{"d":null}}"#),
    ("JSON, a required body without fields", || sent(Json(|_| {})), "application/json", "{}"),
    ("JSON, an optional body without fields", || sent(OptionalJson(|c| c.field("a", &None::<bool>))), "", ""),
    ("JSON, whole", || sent(Json(|c| c.json(&["a"]))), "application/json", r#"["a"]"#),
    ("JSON, an optional body that is missing", || sent(OptionalJson(|c| c.json(&None::<Vec<i64>>))), "", ""),
    ("OAS 4.8.14, the media type of the spec", || sent(MergePatch(|c| c.field("a", "b"))), "application/merge-patch+json", r#"{"a":"b"}"#),
    ("RFC 7396, null removes a member", || sent(MergePatch(|c| c.field_or_null("a", &None::<bool>))), "application/merge-patch+json", r#"{"a":null}"#),
    ("OAS 4.8.14, a suffix of JSON", || sent(MergePatch(|_| {})), "application/merge-patch+json", "{}"),
    ("OAS 4.8.14.4, a list", || sent(Form(|c| c.form("tags", Style::FIELD, &["a", "b"]))), FORM, "tags=a&tags=b"),
    ("OAS 4.8.14.4, an object is JSON", || sent(Form(|c| {
        c.form("id", Style::FIELD, &1);
        c.form("address", Style::FIELD, &json!({"city": "A B"}));
    })), FORM, "id=1&address=%7B%22city%22%3A%22A+B%22%7D"),
    ("OAS 4.8.14.4, a list of objects", || sent(Form(|c| c.form("a", Style::FIELD, &[json!({"b": 1})]))), FORM, "a=%7B%22b%22%3A1%7D"),
    ("OAS 4.8.15, style form", || sent(Form(|c| c.form("a", Style::FORM, &json!({"b": "c d"})))), FORM, "b=c%20d"),
    ("OAS 4.8.15, style deepObject", || sent(Form(|c| c.form("a", Style::DeepObject, &json!({"b": 1})))), FORM, "a%5Bb%5D=1"),
    ("URL Standard, section 5.2", || sent(Form(|c| c.form("a b", Style::FIELD, "c+d e&\u{fc}"))), FORM, "a+b=c%2Bd+e%26%C3%BC"),
    ("form, required and empty", || sent(Form(|c| c.form("a", Style::FIELD, &None::<bool>))), FORM, ""),
    ("form, optional and empty", || sent(OptionalForm(|_| {})), "", ""),
    ("text", || sent(Text(|c| c.text(Some("a,\u{fc}")))), "text/csv", "a,\u{fc}"),
    ("bytes", || sent(Picture(|c| c.bytes(Some(b"abc")))), "image/jpeg", "abc"),
    ("bytes of a range of media types", || sent(AnyPicture(|c| c.bytes(Some(b"abc")))), "application/octet-stream", "abc"),
    ("bytes, missing", || sent(AnyPicture(|c| c.bytes(None))), "", ""),
    ("RFC 9110, 8.6, no body", || sent(Nothing(|_| {})), "", ""),
];

#[test]
fn a_body_is_sent_under_the_media_type_of_the_spec() {
    for (source, send, media_type, body) in BODIES {
        let received = send();
        assert_eq!(received.header("content-type"), *media_type, "{source}");
        assert_eq!(received.body, *body, "{source}");
        assert_eq!(
            received.header("content-length"),
            body.len().to_string(),
            "{source}"
        );
    }
}

/// Returns the boundary of a multipart body, and the body with `B` in its place.
fn parts(received: &Received) -> String {
    let media_type = received.header("content-type");
    let boundary = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert!(boundary.len() <= 70, "RFC 2046, section 5.1.1");
    received.body.replace(boundary, "B")
}

#[test]
fn a_multipart_body_has_text_json_and_files() {
    let path = std::env::temp_dir().join(format!("plex-api-gen-{}.srt", std::process::id()));
    std::fs::write(&path, "from a file").unwrap();
    let received = sent(Multipart(|c| {
        let path = std::env::temp_dir().join(format!("plex-api-gen-{}.srt", std::process::id()));
        c.part("a", None, "text");
        c.part("b", None, &[1, 2]);
        c.part("c", None, &json!({"d": "\u{fc}"}));
        c.part("e", Some("application/json"), "text");
        c.part("left out", None, &None::<bool>);
        c.file(
            "f",
            Some("image/png, image/jpeg"),
            Some(&FilePart::bytes("bytes")),
        );
        c.file(
            "g\"",
            Some("image/png"),
            Some(&FilePart::path(path).file_name("x\"\r\n.srt")),
        );
        let picture = FilePart::bytes("p").media_type("image/gif");
        c.file("h", Some("image/png"), Some(&picture));
        c.file("i", None, None);
    }));
    std::fs::remove_file(path).unwrap();
    let expected = [
        "--B\nContent-Disposition: form-data; name=\"a\"\n\ntext\n",
        "--B\nContent-Disposition: form-data; name=\"b\"\n\n1\n",
        "--B\nContent-Disposition: form-data; name=\"b\"\n\n2\n",
        "--B\nContent-Disposition: form-data; name=\"c\"\nContent-Type: application/json\n\n{\"d\":\"\u{fc}\"}\n",
        "--B\nContent-Disposition: form-data; name=\"e\"\nContent-Type: application/json\n\n\"text\"\n",
        "--B\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\nContent-Type: application/octet-stream\n\nbytes\n",
        "--B\nContent-Disposition: form-data; name=\"g%22\"; filename=\"x%22%0D%0A.srt\"\nContent-Type: image/png\n\nfrom a file\n",
        "--B\nContent-Disposition: form-data; name=\"h\"; filename=\"h\"\nContent-Type: image/gif\n\np\n",
        "--B--\n",
    ];
    assert_eq!(parts(&received), expected.concat().replace('\n', "\r\n"));
}

#[test]
fn two_multipart_bodies_have_different_boundaries() {
    let media_type = || sent(Multipart(|_| {})).header("content-type");
    assert_ne!(media_type(), media_type());
}

#[test]
fn a_file_that_cannot_be_sent_is_a_misuse_that_names_its_argument() {
    let text = misuse(Multipart(|c: &mut Call| {
        c.file(
            "poster",
            None,
            Some(&FilePart::path("/nonexistent/s3cret.jpg")),
        );
    }));
    assert!(
        text.contains("`poster`") && !text.contains("s3cret"),
        "{text}"
    );
    let text = misuse(Multipart(|c| {
        let file = FilePart::bytes("a").media_type("a\r\nb: c");
        c.file("poster", None, Some(&file));
    }));
    assert!(text.contains("`poster`"), "{text}");
}

#[test]
fn the_debug_output_of_a_file_shows_no_content() {
    let file = FilePart::bytes("s3cret").file_name("s3cret");
    assert_eq!(
        format!("{file:?}"),
        "FilePart { bytes: 6, media_type: None, .. }"
    );
    let file = FilePart::path("/s3cret.jpg");
    assert!(!format!("{file:?}").contains("s3cret"));
}

#[test]
fn nan_and_infinity_are_a_misuse_that_names_the_argument() {
    #[derive(serde::Serialize)]
    struct Point {
        x: Option<f64>,
        y: (f32,),
    }
    const BAD: f64 = f64::NAN;
    type Row = (&'static str, fn(&mut Call));
    let rows: &[Row] = &[
        ("`a`", |c| c.query("a", Style::FORM, &BAD)),
        ("`a`", |c| {
            c.query("a", Style::FORM, &Some(f64::NEG_INFINITY))
        }),
        ("`a`", |c| {
            c.query("a", Style::FORM, &[Some(1.0), None, Some(BAD)])
        }),
        ("`a`", |c| c.header("a", Style::SIMPLE, &f32::INFINITY)),
        ("`a`", |c| {
            c.field(
                "a",
                &Point {
                    x: Some(BAD),
                    y: (1.0,),
                },
            )
        }),
        ("`a`", |c| c.field_or_null("a", &BAD)),
        ("`body`", |c| {
            c.json(&[Point {
                x: None,
                y: (f32::NAN,),
            }])
        }),
        ("`body`", |c| {
            c.json(&std::collections::BTreeMap::from([("null", BAD)]))
        }),
    ];
    for (row, (name, write)) in rows.iter().enumerate() {
        let text = misuse(Json(*write));
        assert!(
            text.contains(name) && text.contains("NaN"),
            "row {row}: {text}"
        );
    }
    let received = sent(Json(|c| c.json(&[Point { x: None, y: (1.5,) }])));
    assert_eq!(received.body, r#"[{"x":null,"y":[1.5]}]"#);
}

#[cfg(unix)]
#[test]
fn a_path_of_a_special_file_is_a_misuse_that_names_the_argument() {
    let text = misuse(Multipart(|c| {
        c.file("poster", None, Some(&FilePart::path("/dev/null")));
    }));
    assert!(text.contains("`poster`"), "{text}");
}
