use super::parameters::{at, of, query, text};
use super::*;

#[test]
fn what_has_a_media_type_is_text() {
    let (parameters, warnings) = of(
        json!([{"in": "query", "name": "q", "content": {"application/json": {"schema": {"type": "object"}}}}]),
    );
    assert_eq!(
        parameters,
        json!([{"in": "query", "name": "q", "schema": text()}])
    );
    assert_eq!(warnings, ["/0: `q` is text: write it as application/json"]);
}

#[test]
fn what_nothing_is_said_of_is_text() {
    assert_eq!(query(json!({})), (text(), vec![]));
    assert_eq!(query(json!({"schema": true})), (text(), vec![]));
}

#[test]
fn objects_and_alternatives_are_text() {
    let what = "/0: `q` is text: objects and alternatives have no one form in an address; write it as the server reads it";
    for parameter in [
        json!({"schema": {"type": "object"}, "style": "deepObject", "explode": true}),
        json!({"schema": reference("It")}),
        json!({"schema": {"oneOf": [text(), {"type": "array"}]}}),
        json!({"schema": {"type": "array", "items": {"type": "object"}}}),
    ] {
        assert_eq!(query(parameter), (text(), vec![what.to_owned()]));
    }
}

#[test]
fn lists_are_repeated_unless_the_spec_wants_one_value() {
    let list = json!({"type": "array", "items": text()});
    assert_eq!(query(json!({ "schema": list })), (list.clone(), vec![]));
    for (parameter, separator) in [
        (json!({"schema": list, "explode": false}), ","),
        (json!({"schema": list, "style": "pipeDelimited"}), "|"),
        (json!({"schema": list, "style": "spaceDelimited"}), " "),
    ] {
        let what = format!("/0: `q` is text: write its values in one, separated by `{separator}`");
        assert_eq!(query(parameter), (text(), vec![what]));
    }
    let (parameters, warnings) = at(
        "/a/{p}",
        json!([]),
        json!([{"in": "header", "name": "h", "schema": list}, {"in": "path", "name": "p", "schema": list}]),
    );
    assert_eq!(parameters[0]["schema"], text());
    assert_eq!(parameters[1]["schema"], text());
    assert_eq!(warnings.len(), 2, "{warnings:?}");
}

#[test]
fn values_that_make_no_names_are_text() {
    let collide = "/0: `q` is text: its values do not make names for an enum".to_owned();
    let good = json!({"type": "string", "enum": ["asc", "desc"]});
    assert_eq!(query(json!({ "schema": good })), (reference("AQ"), vec![]));
    assert_eq!(
        query(json!({"schema": reference("Kind")})),
        (reference("Kind"), vec![])
    );
    for values in [
        json!(["asc", "ASC"]),
        json!(["+", "-"]),
        json!(["1080p", "720p"]),
    ] {
        let schema = json!({"type": ["string", "null"], "enum": values});
        assert_eq!(
            query(json!({ "schema": schema })),
            (text(), vec![collide.clone()])
        );
        let list = json!({"type": "array", "items": {"type": "string", "enum": values}});
        assert_eq!(
            query(json!({ "schema": list })),
            (
                json!({"type": "array", "items": text()}),
                vec![collide.clone()]
            )
        );
    }
    assert_eq!(
        query(json!({"schema": {"type": "integer", "enum": [0, 1]}})),
        (json!({"type": "integer"}), vec![])
    );
}
