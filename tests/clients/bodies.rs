//! Bodies of requests.

plex_api::include_client!("bodies");

use std::io::Write;

use plex_api::generated::FilePart;
use requests::{
    MergeRequest, PatchOptionalRequest, PostBytesRequest, PostNullableRequest, PutListRequest,
    PutNullableRequest, PutPosterRequest, PutTextRequest, SendFormRequest, SendJsonRequest,
    StopRequest, UpdateRequest, UploadRequest,
};
use types::{About, Address, Deep, NullableInput, Stop};

use crate::server::{Received, sent};

/// A call, and the media type and the body that it sends.
type Row = (fn() -> Received, &'static str, &'static str);

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (|| sent(&SendFormRequest::new("a b").tags(["a", "b"])), FORM, "name=a+b&tags=a&tags=b&grant=device"),
    (|| sent(&SendFormRequest::new("n").joined(["a", "b"])), FORM, "name=n&joined=a,b&grant=device"),
    (|| sent(&SendFormRequest::new("n").address(Address { city: Some("c".into()) })), FORM, "name=n&address=%7B%22city%22%3A%22c%22%7D&grant=device"),
    (|| sent(&SendFormRequest::new("n").deep(Deep { city: Some("c".into()) })), FORM, "name=n&deep%5Bcity%5D=c&grant=device"),
    (|| sent(&SendJsonRequest::new("t")), JSON, r#"{"title":"t","kind":"film"}"#),
    (|| sent(&SendJsonRequest::new("t").count(1).items(["a"])), JSON, r#"{"title":"t","count":1,"items":["a"],"kind":"film"}"#),
    (|| sent(&PutListRequest::new(["a", "b"])), JSON, r#"["a","b"]"#),
    (|| sent(&PatchOptionalRequest::new()), "", ""),
    (|| sent(&PatchOptionalRequest::new().a("b")), JSON, r#"{"a":"b"}"#),
    (|| sent(&MergeRequest::new()), "application/merge-patch+json", "{}"),
    (|| sent(&MergeRequest::new().a("x").b(1)), "application/merge-patch+json", r#"{"a":"x","b":1}"#),
    (|| sent(&PutPosterRequest::new("bytes")), "image/jpeg", "bytes"),
    (|| sent(&PutTextRequest::new("a,b")), "text/csv", "a,b"),
    (|| sent(&PostBytesRequest::new()), "", ""),
    (|| sent(&PostBytesRequest::new().body("ab")), "application/octet-stream", "ab"),
    (|| sent(&UpdateRequest::new().name("n").email("e")), JSON, r#"{"name":"n","email":"e"}"#),
    // A field that is required and may be null is null.
    (|| sent(&PutNullableRequest::new()), JSON, r#"{"a":null}"#),
    (|| sent(&PutNullableRequest::new().a("x").b("y")), JSON, r#"{"a":"x","b":"y"}"#),
    (|| sent(&PostNullableRequest::new(NullableInput::default())), JSON, r#"{"a":null}"#),
    (|| sent(&StopRequest::new()), JSON, "{}"),
    (|| sent(&StopRequest::new().stop(Stop::String("a".into()))), JSON, r#"{"stop":"a"}"#),
    (|| sent(&StopRequest::new().stop(Stop::List(vec!["a".into()]))), JSON, r#"{"stop":["a"]}"#),
];

#[test]
fn a_body_has_the_media_type_and_the_bytes_of_the_spec() {
    for (send, media_type, body) in ROWS {
        let received = send();
        assert_eq!(
            (received.header("content-type").as_str(), received.text()),
            (*media_type, *body)
        );
    }
}

#[test]
fn bytes_are_sent_as_they_are() {
    assert_eq!(
        sent(&PutPosterRequest::new([0, 255, 13, 10])).body,
        [0, 255, 13, 10]
    );
}

#[test]
fn a_multipart_body_has_its_parts_and_files() {
    let mut file = tempfile::NamedTempFile::with_suffix(".srt").unwrap();
    file.write_all(b"1\r\n").unwrap();
    let request = UploadRequest::new(FilePart::bytes("PNG").file_name("a \"b\".png"))
        .title("t\u{fc}")
        .more([
            FilePart::path(file.path()).file_name("en.srt"),
            FilePart::bytes("x").media_type("text/plain"),
        ])
        .about(About { a: Some(1) })
        .tags(["a", "b"]);
    assert_eq!(request, request.clone());
    assert!(!format!("{request:?}").contains("PNG"));
    let received = sent(&request);
    let content_type = received.header("content-type");
    let boundary: &str = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let text = received.text();
    assert!(text.ends_with(&format!("--{boundary}--\r\n")), "{text}");
    let text = text.replace("\r\n", "\n");
    let parts = text
        .split("--")
        .map(|part| part.trim_start_matches(boundary).trim());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let expected = [
        "Content-Disposition: form-data; name=\"title\"\n\nt\u{fc}",
        "Content-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.png\"\nContent-Type: image/png\n\nPNG",
        "Content-Disposition: form-data; name=\"more\"; filename=\"en.srt\"\nContent-Type: application/octet-stream\n\n1",
        "Content-Disposition: form-data; name=\"more\"; filename=\"more\"\nContent-Type: text/plain\n\nx",
        "Content-Disposition: form-data; name=\"about\"\nContent-Type: application/json\n\n{\"a\":1}",
        "Content-Disposition: form-data; name=\"tags\"\n\na",
        "Content-Disposition: form-data; name=\"tags\"\n\nb",
        "Content-Disposition: form-data; name=\"kind\"\n\nposter",
    ];
    assert_eq!(parts, expected);
}

#[test]
fn a_file_that_does_not_exist_is_an_error() {
    let server = crate::server::Server::new();
    let request = UploadRequest::new(FilePart::path("/does/not/exist.png"));
    assert!(server.read(&request).is_err());
    server.assert_untouched();
}
