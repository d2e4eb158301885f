use super::parameters::{at, of, query, string};
use super::*;

#[test]
fn a_parameter_with_json_is_written_as_json() {
    let schema = json!({"type": "object", "additionalProperties": string()});
    let (parameters, warnings) = of(
        json!([{"in": "query", "name": "q", "content": {"application/json": {"schema": schema}}}]),
    );
    assert_eq!(
        parameters,
        json!([{"in": "query", "name": "q", "style": "x-json", "schema": schema}])
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_parameter_with_another_media_type_is_a_string() {
    for (media_type, warnings) in [
        ("text/xml", vec![]),
        (
            "application/xml",
            vec!["/0: `q` is a string: write it as application/xml"],
        ),
    ] {
        let content = json!([{"in": "query", "name": "q", "content": {media_type: {}}}]);
        let (parameters, found) = of(content);
        assert_eq!(
            parameters,
            json!([{"in": "query", "name": "q", "schema": string()}])
        );
        assert_eq!(found, warnings);
    }
}

#[test]
fn a_parameter_without_a_schema_is_a_string() {
    assert_eq!(query(json!({})), (string(), vec![]));
    assert_eq!(query(json!({"schema": true})), (string(), vec![]));
}

#[test]
fn arrays_and_objects_keep_their_types_and_styles() {
    let array = json!({"type": "array", "items": string()});
    for (schema, style, explode) in [
        (array.clone(), "form", false),
        (array.clone(), "pipeDelimited", false),
        (array, "spaceDelimited", true),
        (reference("It"), "deepObject", true),
        (reference("It"), "form", true),
    ] {
        let parameter = json!({"in": "query", "name": "q", "style": style, "explode": explode, "schema": schema});
        let (parameters, warnings) = of(json!([parameter]));
        assert_eq!(parameters, json!([parameter]));
        assert_eq!(warnings, [""; 0]);
    }
}

#[test]
fn a_style_without_a_meaning_is_replaced() {
    for (location, style, usual) in [
        ("query", "matrix", "form"),
        ("header", "form", "simple"),
        ("path", "deepObject", "simple"),
        ("path", "json", "simple"),
    ] {
        let parameter = json!({"in": location, "name": "q", "style": style, "schema": string()});
        let (parameters, warnings) = at("/a/{q}", json!([]), json!([parameter]));
        assert_eq!(parameters[0].get("style"), None);
        let what =
            format!("/0: `q` has the style `{style}`, which has no meaning here; it is `{usual}`");
        assert!(warnings.contains(&what), "{warnings:?}");
    }
}

#[test]
fn objects_within_a_flat_style_are_a_warning() {
    let what = "/0: `q` holds objects within objects or arrays, which its style does not define; they are sent as JSON";
    let nested = json!({"type": "array", "items": reference("It")});
    assert_eq!(
        query(json!({ "schema": nested })),
        (nested.clone(), vec![what.to_owned()])
    );
    let deep = json!({"type": "object", "properties": {"a": reference("It")}});
    for (style, warnings) in [("form", vec![what.to_owned()]), ("deepObject", vec![])] {
        let (_, found) = query(json!({"schema": deep, "style": style}));
        assert_eq!(found, warnings);
    }
    let flat = json!({"type": "object", "properties": {"a": string(), "b": {"type": "array", "items": string()}}});
    assert_eq!(query(json!({ "schema": flat })).1, [""; 0]);
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
        assert_eq!((schema, warnings), (reference("Q"), vec![]));
    }
}
