//! Names that collide with generated code.

plex_api::include_client!("names");

use requests::{AsRefRequest, CreatePetRequest, GetNamesRequest, GetTypesRequest};

use crate::server::{Server, block_on, sent};

#[test]
fn arguments_with_the_names_of_generated_code_are_sent() {
    let request = GetNamesRequest::new("a/b")
        .api_version("1")
        .body("2")
        .header_map("3")
        .request("4")
        .response("5")
        .result("6")
        .call("7")
        .value("8")
        .client("9")
        .new_value("10")
        .send_value("11")
        .send_as_value("12")
        .url_value("13")
        .build_value("14")
        .clone_value("15")
        .write_value("16")
        .identity_value("17")
        .self_value("18")
        .type_value("19")
        .fmt("20")
        .eq("21")
        .argument("22")
        .argument2("23");
    let names = [
        "api-version",
        "body",
        "header_map",
        "request",
        "response",
        "result",
        "call",
        "value",
        "client",
        "new",
        "send",
        "send_as",
        "url",
        "build",
        "clone",
        "write",
        "identity",
        "self",
        "type",
        "fmt",
        "eq",
        "",
        "%E2%80%A6",
    ];
    let query: Vec<String> = names
        .iter()
        .zip(1..)
        .map(|(name, number)| format!("{name}={number}"))
        .collect();
    assert_eq!(
        sent(&request).target,
        format!("/names/a%2Fb?{}", query.join("&"))
    );
    assert_eq!(sent(&request).header("api-version"), "");
}

#[test]
fn the_same_name_in_several_places_is_sent_in_each() {
    let request = CreatePetRequest::new("path")
        .name_in_query("query")
        .name_in_header("header")
        .name_in_body("body");
    let received = sent(&request);
    assert_eq!(received.target, "/pets/path?name=query");
    assert_eq!(
        (received.header("name").as_str(), received.text()),
        ("header", r#"{"name":"body"}"#)
    );
}

#[test]
fn models_with_the_names_of_generated_code_and_of_the_prelude_are_read() {
    let json = r#"{"client": {"a": "1"}, "option": {"a": ["2"]}, "vec": {"a": "3"}, "error": {"a": "4"}, "string": {"a": "5"},
        "request": {"a": "6"}, "call": {"extra": "7", "extra_": "8", "more": 9}, "result": "ok", "unknown": "later",
        "extra": {"b": "10"}, "other": {"b": "11"}, "default": true, "Some": 12, "self": 13, "new": 14}"#;
    let read = Server::json(json).read(&GetTypesRequest::new()).unwrap();
    assert_eq!(read.option.unwrap().a, ["2"]);
    assert_eq!(
        read.call
            .as_ref()
            .unwrap()
            .extra_fields
            .get("more")
            .and_then(|it| it.as_i64()),
        Some(9)
    );
    assert_eq!(read.result, Some(types::Result::from("ok")));
    assert_eq!(read.unknown, Some(types::Unknown::Unlisted("later".into())));
    assert!(
        matches!(&read.extra, Some(types::Extra::Other(other)) if other.b.as_deref() == Some("10"))
    );
    assert_eq!(
        (read.default, read.some, read.self_),
        (Some(true), Some(12), Some(13))
    );
    assert_eq!(read.extra_fields.len(), 1);
}

#[test]
fn each_value_of_an_enum_is_kept_apart() {
    for value in [
        "ok", "Ok", "", "unknown", "Unknown", "1", "-1", "<", ">", "more",
    ] {
        let read = types::Result::from(value);
        assert_eq!(read.as_str(), value);
        assert_eq!(
            matches!(read, types::Result::Unlisted(_)),
            value == "more",
            "{value:?}"
        );
    }
}

#[test]
fn operations_with_the_names_of_traits_are_methods() {
    let server = Server::new();
    let client = Client::new(server.transport.clone());
    block_on(|| client.as_ref()).unwrap();
    assert_eq!(server.received().method, "POST");
    block_on(|| client.send()).unwrap();
    assert_eq!(server.received().method, "GET");
    server.read(&AsRefRequest::new()).unwrap();
}
