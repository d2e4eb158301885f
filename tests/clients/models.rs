//! Models.

plex_api::include_client!("models");

use requests::{
    GetNumberRequest, GetTreeRequest, GetValuesRequest, ListNumbersRequest, ListValuesRequest,
    PutCatRequest, PutOpenRequest, SortByRequest,
};
use serde_json::{Value, json};
use types::{Cat, CatInput, CatKind, Open, Sort, Values};

use crate::server::{Server, sent};

fn values(json: &Value) -> Values {
    Server::json(&json.to_string())
        .read(&GetValuesRequest::new())
        .unwrap()
}

#[test]
fn values_that_differ_from_the_spec_are_read() {
    // What is sent, and what is written back.
    for (sent, read) in [
        (
            json!({"created": "2026-01-02T03:04:05Z"}),
            json!({"created": "2026-01-02T03:04:05Z"}),
        ),
        (
            json!({"created": "2026-01-02T03:04:05"}),
            json!({"created": "2026-01-02T03:04:05Z"}),
        ),
        (
            json!({"created": "2026-01-02 03:04:05"}),
            json!({"created": "2026-01-02T03:04:05Z"}),
        ),
        (
            json!({"created": "2026-01-02"}),
            json!({"created": "2026-01-02T00:00:00Z"}),
        ),
        (
            json!({"created": "2026-01-02T05:04:05+02:00"}),
            json!({"created": "2026-01-02T03:04:05Z"}),
        ),
        (
            json!({"created": 1_767_323_045}),
            json!({"created": "2026-01-02T03:04:05Z"}),
        ),
        (json!({"day": "2026-01-02"}), json!({"day": "2026-01-02"})),
        (json!({"count": 3.7}), json!({"count": 3})),
        (json!({"count": -3.7}), json!({"count": -3})),
        (json!({"count": "12"}), json!({"count": 12})),
        (json!({"count": null}), json!({})),
        (json!({"count": {}}), json!({})),
        (json!({"big": u64::MAX}), json!({"big": u64::MAX})),
        (json!({"small": 5}), json!({"small": 5})),
        // A 32-bit number would be 1.7799999713897705.
        (json!({"ratio": 1.78}), json!({"ratio": 1.78})),
        (json!({"text": 7}), json!({"text": "7"})),
        (json!({"text": true}), json!({"text": "true"})),
        (json!({"flag": 1}), json!({"flag": true})),
        (json!({"flag": "0"}), json!({"flag": false})),
        (
            json!({"labels": {"a": "x", "b": 7, "c": null}}),
            json!({"labels": {"a": "x", "b": "7"}}),
        ),
        (
            json!({"counts": {"a": "7", "b": null}}),
            json!({"counts": {"a": 7}}),
        ),
        (
            json!({"grid": [[1, "2"], null, [3.5, null]]}),
            json!({"grid": [[1, 2], [], [3]]}),
        ),
        (json!({"grid": []}), json!({})),
        (json!({"maps": [{"a": "1"}]}), json!({"maps": [{"a": 1}]})),
        (json!({"more": {"a": [1]}}), json!({"more": {"a": [1]}})),
    ] {
        assert_eq!(serde_json::to_value(values(&sent)).unwrap(), read, "{sent}");
    }
}

#[test]
fn a_list_of_models_and_of_scalars_is_lenient() {
    let server = Server::json(r#"[{"text": 1}, null, {"count": "2"}]"#);
    let list = server.read(&ListValuesRequest::new()).unwrap();
    assert_eq!(
        serde_json::to_value(&list).unwrap(),
        json!([{"text": "1"}, {"count": 2}])
    );
    assert_eq!(
        Server::json(r#"["1", 2.5, null]"#)
            .read(&ListNumbersRequest::new())
            .unwrap(),
        [1, 2]
    );
    assert_eq!(
        Server::json("[]").read(&ListNumbersRequest::new()).unwrap(),
        [0_i64; 0]
    );
    assert_eq!(
        Server::json("\"7\"")
            .read(&GetNumberRequest::new())
            .unwrap(),
        7
    );
}

#[test]
fn a_request_form_has_required_fields_and_constants_and_a_response_form_is_lenient() {
    let cat = CatInput {
        name: "Tom".into(),
        meow: Some(true),
        kind: CatKind::Cat,
        secret: None,
    };
    let request = PutCatRequest::new(cat);
    let body: Value = serde_json::from_slice(&sent(&request).body).unwrap();
    assert_eq!(body, json!({"kind": "cat", "name": "Tom", "meow": true}));

    let read = |json: &str| Server::json(json).read(&request).unwrap();
    assert_eq!(read("{}"), Cat::default());
    let cat = read(r#"{"id": "7", "kind": "lion", "more": 1}"#);
    assert_eq!(
        (cat.id, cat.kind),
        (Some(7), Some(CatKind::Unknown("lion".into())))
    );
    assert_eq!(cat.extra.get("more"), Some(&json!(1)));
}

#[test]
fn additional_properties_are_sent_and_read() {
    let mut open = Open {
        a: Some("b".into()),
        ..Open::default()
    };
    open.extra.insert("n", 1);
    let request = PutOpenRequest::new(open.clone());
    assert_eq!(sent(&request).text(), r#"{"a":"b","n":1}"#);
    let read = Server::json(r#"{"a": "b", "n": 1}"#)
        .read(&request)
        .unwrap();
    assert_eq!(read, open);
}

#[test]
fn an_enum_is_one_type_both_ways_and_keeps_unknown_values() {
    let request = SortByRequest::new().sort(Sort::Descending).by("random");
    let received = sent(&request);
    assert_eq!(
        (received.target.as_str(), received.text()),
        ("/sorted?sort=descending", r#"{"by":"random"}"#)
    );
    let read = |json| Server::json(json).read(&request).unwrap().sort;
    assert_eq!(read(r#"{"sort": "ascending"}"#), Some(Sort::Ascending));
    assert_eq!(
        read(r#"{"sort": "random"}"#),
        Some(Sort::Unknown("random".into()))
    );
    assert_eq!(read(r#"{"sort": null}"#), None);
}

#[test]
fn unknown_values_are_never_shown() {
    let read =
        values(&json!({"token": "a-secret", "count": {"a-secret": 1}, "text": {"a": "a-secret"}}));
    let shown = format!("{read:?}");
    assert!(
        shown.contains("token") && !shown.contains("a-secret"),
        "{shown}"
    );
    let error = Server::json(r#"{"grid": "a-secret"#)
        .read(&GetValuesRequest::new())
        .unwrap_err();
    assert!(
        !format!("{error:?} {error}").contains("a-secret"),
        "{error:?}"
    );
}

#[test]
fn definitions_within_a_schema_are_models() {
    let json = r#"{"root": {"name": "a", "children": [{"name": "b", "children": []}]}}"#;
    let tree = Server::json(json).read(&GetTreeRequest::new()).unwrap();
    assert_eq!(tree.root.unwrap().children[0].name.as_deref(), Some("b"));
}
