use super::parameters::{at, of, query, string};
use super::*;

#[test]
fn a_parameter_with_a_media_type_is_a_string() {
    let (parameters, warnings) = of(
        json!([{"in": "query", "name": "q", "content": {"application/json": {"schema": {"type": "object"}}}}]),
    );
    assert_eq!(
        parameters,
        json!([{"in": "query", "name": "q", "schema": string()}])
    );
    assert_eq!(
        warnings,
        ["/0: `q` is a string: write it as application/json"]
    );
}

#[test]
fn a_parameter_without_a_schema_is_a_string() {
    assert_eq!(query(json!({})), (string(), vec![]));
    assert_eq!(query(json!({"schema": true})), (string(), vec![]));
}

#[test]
fn objects_and_alternatives_are_strings() {
    let what = "/0: `q` is a string: objects and alternatives have no common style; write it as the server reads it";
    for parameter in [
        json!({"schema": {"type": "object"}, "style": "deepObject", "explode": true}),
        json!({"schema": reference("It")}),
        json!({"schema": {"oneOf": [string(), {"type": "array"}]}}),
        json!({"schema": {"type": "array", "items": {"type": "object"}}}),
    ] {
        assert_eq!(query(parameter), (string(), vec![what.to_owned()]));
    }
}

#[test]
fn arrays_are_repeated_unless_the_spec_joins_them() {
    let array = json!({"type": "array", "items": string()});
    assert_eq!(query(json!({ "schema": array })), (array.clone(), vec![]));
    for (parameter, separator) in [
        (json!({"schema": array, "explode": false}), ","),
        (json!({"schema": array, "style": "pipeDelimited"}), "|"),
        (json!({"schema": array, "style": "spaceDelimited"}), " "),
    ] {
        let what = format!("/0: `q` is a string: join its values with `{separator}`");
        assert_eq!(query(parameter), (string(), vec![what]));
    }
    let (parameters, warnings) = at(
        "/a/{p}",
        json!([]),
        json!([{"in": "header", "name": "h", "schema": array}, {"in": "path", "name": "p", "schema": array}]),
    );
    assert_eq!(parameters[0]["schema"], string());
    assert_eq!(parameters[1]["schema"], string());
    assert_eq!(warnings.len(), 2, "{warnings:?}");
}

#[test]
fn an_enum_of_strings_is_hoisted() {
    for values in [
        json!(["asc", "ASC"]),
        json!(["+", "-"]),
        json!(["1080p", "720p"]),
    ] {
        let schema = json!({"type": ["string", "null"], "enum": values});
        let (schema, warnings) = query(json!({ "schema": schema }));
        assert_eq!(
            (schema, warnings),
            (json!({"allOf": [reference("Aq")]}), vec![])
        );
    }
    assert_eq!(
        query(json!({"schema": {"type": "integer", "enum": [0, 1]}})).0["type"],
        json!("integer")
    );
}
