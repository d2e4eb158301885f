use super::*;

/// The parameters of an operation at this path after the lowering, and the warnings without their place.
pub(super) fn at(path: &str, of_path: Value, own: Value) -> (Value, Vec<String>) {
    let place = crate::read::pointer("/paths", path);
    let (mut root, warnings) = document(
        json!({path: {"parameters": of_path, "get": {"operationId": "a", "parameters": own}}}),
        json!({
            "parameters": {"Shared": {"in": "query", "name": "shared", "schema": {"type": "string"}}},
            "schemas": {"Kind": {"type": "string", "enum": ["a", "b"]}, "It": {"type": "object", "properties": {"a": {}}}}
        }),
    );
    assert_eq!(root["paths"][path].get("parameters"), None);
    let place = format!("{place}/get/parameters: ");
    let warnings = warnings.iter().map(|warning| warning.replace(&place, ""));
    (
        root["paths"][path]["get"]["parameters"].take(),
        warnings.collect(),
    )
}

pub(super) fn of(parameters: Value) -> (Value, Vec<String>) {
    at("/a", json!([]), parameters)
}

/// The schema of a parameter in the query after the lowering, and the warnings.
pub(super) fn query(mut parameter: Value) -> (Value, Vec<String>) {
    parameter["in"] = json!("query");
    parameter["name"] = json!("q");
    let (mut parameters, warnings) = of(json!([parameter]));
    (parameters[0]["schema"].take(), warnings)
}

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

#[test]
fn those_of_the_path_are_those_of_the_operation_unless_it_has_its_own() {
    let (parameters, warnings) = at(
        "/a",
        json!([{"$ref": "#/components/parameters/Shared"}, {"in": "query", "name": "q", "schema": {"type": "integer"}}]),
        json!([{"in": "query", "name": "q", "schema": text()}]),
    );
    assert_eq!(
        parameters,
        json!([
            {"in": "query", "name": "shared", "schema": text()},
            {"in": "query", "name": "q", "schema": text()}
        ])
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn cookies_are_left_out() {
    let (parameters, warnings) = of(json!([{"in": "cookie", "name": "c", "schema": text()}]));
    assert_eq!(parameters, json!([]));
    assert_eq!(warnings, ["`c` is left out: the client sends no cookies"]);
}

#[test]
fn parameters_are_left_out_rather_than_null() {
    let schema = json!({"type": ["string", "null"], "enum": ["a", "b", null]});
    let expected = json!({"type": "string", "enum": ["a", "b"]});
    assert_eq!(query(json!({ "schema": schema })), (expected, vec![]));
}

#[test]
fn what_stands_in_the_path() {
    let (parameters, warnings) = at(
        "/a/{one}/{two}.json",
        json!([]),
        json!([
            {"in": "query", "name": "q", "schema": text()},
            {"in": "path", "name": "two", "schema": text(), "style": "simple"},
            {"in": "path", "name": "three", "schema": text()}
        ]),
    );
    assert_eq!(
        parameters,
        json!([
            {"in": "path", "name": "two", "schema": text(), "required": true},
            {"in": "path", "name": "one", "schema": text(), "required": true},
            {"in": "query", "name": "q", "schema": text()}
        ])
    );
    assert_eq!(
        warnings,
        [
            "`three` is left out: the path has no place for it",
            "`one` stands in the path and is not declared; it is text",
        ]
    );
}

#[test]
fn one_of_a_name_stays() {
    let (parameters, warnings) = at(
        "/a/{id}",
        json!([]),
        json!([
            {"in": "query", "name": "id", "schema": text()}, {"in": "path", "name": "id", "schema": text()},
            {"in": "header", "name": "X-Max", "schema": text()}, {"in": "query", "name": "xMax", "schema": text()}
        ]),
    );
    let places: Vec<&Value> = parameters
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["in"])
        .collect();
    assert_eq!(places, ["path", "header"]);
    assert_eq!(
        warnings,
        [
            "`id` is left out: its name is taken by `id`",
            "`xMax` is left out: its name is taken by `X-Max`"
        ]
    );
}

#[test]
fn what_the_method_needs_is_taken_and_what_is_the_clients_is_not() {
    let mut root = json!({
        "openapi": "3.1.0", "security": [],
        "x-speakeasy-globals": {"parameters": [{"in": "header", "name": "X-Product"}]},
        "paths": {"/a": {"post": {
            "operationId": "a", "requestBody": {"content": {"text/plain": {}}},
            "parameters": [
                {"in": "query", "name": "body", "schema": text()},
                {"in": "header", "name": "x-product", "schema": text()},
                {"in": "query", "name": "X-Product", "schema": text()}
            ]
        }}}
    });
    let warnings = lower(&mut root).unwrap();
    let parameters = root["paths"]["/a"]["post"]["parameters"]
        .as_array()
        .unwrap();
    assert_eq!(parameters.len(), 2, "{parameters:?}");
    assert_eq!(warnings.len(), 1);
    assert_eq!(
        warnings[0].message,
        "`body` is left out: its name is taken by `requestBody`"
    );
}
