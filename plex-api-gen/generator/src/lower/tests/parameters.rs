use super::*;

/// Returns the lowered parameters of an operation at this path, and the warnings with their places within the array.
pub(super) fn at(path: &str, of_path: Value, own: Value) -> (Value, Vec<String>) {
    let place = Pointer::of(&["paths", path]);
    let (mut root, warnings) = document(
        json!({path: {"parameters": of_path, "get": {"operationId": "a", "parameters": own}}}),
        json!({
            "parameters": {"Shared": {"in": "query", "name": "shared", "schema": {"type": "string"}}},
            "schemas": {"Kind": {"type": "string", "enum": ["a", "b"]}, "It": {"type": "object", "properties": {"a": {}}}}
        }),
    );
    assert_eq!(root["paths"][path].get("parameters"), None);
    let place = format!("{place}/get/parameters");
    let warnings = warnings.iter().map(|warning| warning.replace(&place, ""));
    (
        root["paths"][path]["get"]["parameters"].take(),
        warnings.collect(),
    )
}

pub(super) fn of(parameters: Value) -> (Value, Vec<String>) {
    at("/a", json!([]), parameters)
}

/// Returns the lowered schema of a query parameter, and the warnings.
pub(super) fn query(mut parameter: Value) -> (Value, Vec<String>) {
    parameter["in"] = json!("query");
    parameter["name"] = json!("q");
    let (mut parameters, warnings) = of(json!([parameter]));
    (parameters[0]["schema"].take(), warnings)
}

pub(super) fn string() -> Value {
    json!({"type": "string"})
}

#[test]
fn operations_inherit_the_parameters_of_their_path_item() {
    let (parameters, warnings) = at(
        "/a",
        json!([{"$ref": "#/components/parameters/Shared"}, {"in": "query", "name": "q", "schema": {"type": "integer"}}]),
        json!([{"in": "query", "name": "q", "schema": string()}]),
    );
    assert_eq!(
        parameters,
        json!([
            {"in": "query", "name": "shared", "schema": string()},
            {"in": "query", "name": "q", "schema": string()}
        ])
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn cookies_are_left_out() {
    let (parameters, warnings) = of(json!([{"in": "cookie", "name": "c", "schema": string()}]));
    assert_eq!(parameters, json!([]));
    assert_eq!(
        warnings,
        ["/0: `c` is left out: the client sends no cookies"]
    );
}

#[test]
fn parameters_are_left_out_rather_than_null() {
    let schema = json!({"type": ["string", "null"]});
    assert_eq!(query(json!({ "schema": schema })), (string(), vec![]));
}

#[test]
fn path_parameters_match_the_path() {
    let (parameters, warnings) = at(
        "/a/{one}/{two}.json",
        json!([]),
        json!([
            {"in": "query", "name": "q", "schema": string()},
            {"in": "path", "name": "two", "schema": string(), "style": "simple"},
            {"in": "path", "name": "three", "schema": string()}
        ]),
    );
    assert_eq!(
        parameters,
        json!([
            {"in": "query", "name": "q", "schema": string()},
            {"in": "path", "name": "two", "schema": string(), "style": "simple", "required": true},
            {"in": "path", "name": "one", "schema": string(), "required": true}
        ])
    );
    assert_eq!(
        warnings,
        [
            ": `one` is in the path but not declared; it is a string",
            "/2: `three` is left out: the path does not contain it",
        ]
    );
}

#[test]
fn parameters_that_are_one_on_the_wire_are_one_and_others_are_kept() {
    let one =
        |location: &str, name: &str| json!({"in": location, "name": name, "schema": string()});
    let (parameters, warnings) = at(
        "/a",
        json!([]),
        json!([
            one("query", "a"),
            one("query", "A"),
            one("header", "a"),
            one("query", "a>"),
            one("header", "A")
        ]),
    );
    assert_eq!(
        parameters,
        json!([
            one("query", "a"),
            one("query", "A"),
            one("header", "a"),
            one("query", "a>")
        ])
    );
    assert_eq!(warnings, ["/4: `A` is left out: it is listed twice"]);
}

#[test]
fn a_warning_of_a_parameter_has_its_place_in_the_file() {
    let strange = json!({"type": "object", "not": {}});
    let (_, warnings) = at(
        "/a/{id}",
        json!([{"in": "query", "name": "r", "schema": {"type": "file"}}]),
        json!([
            {"in": "query", "name": "p", "content": {"application/xml": {}}},
            {"in": "cookie", "name": "c"},
            {"$ref": "#/components/parameters/Shared"},
            {"in": "query", "name": "Shared", "schema": strange},
            {"in": "query", "name": "q", "schema": {"type": "string", "not": {}}},
            {"in": "path", "name": "id", "schema": {"type": "string", "not": {}}}
        ]),
    );
    assert_eq!(
        warnings,
        [
            "/0: `p` is a string: write it as application/xml",
            "/1: `c` is left out: the client sends no cookies",
            "/3/schema/not: is left out: no Rust type can express it",
            "/4/schema/not: is left out: no Rust type can express it",
            "/5/schema/not: is left out: no Rust type can express it",
            "/paths/~1a~1{id}/parameters/0/schema/type: is `file`, which is not a JSON type; it is any JSON",
        ]
    );
}

#[test]
fn a_warning_of_a_shared_parameter_has_the_place_of_its_reference() {
    let (_, warnings) = document(
        json!({"/a": {"get": {"operationId": "a", "parameters": [
            {"in": "query", "name": "q", "schema": string()}, {"$ref": "#/components/parameters/Filter"}
        ]}}}),
        json!({"parameters": {"Filter": {"in": "query", "name": "filter", "style": "simple", "schema": {"type": "string"}}}}),
    );
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].starts_with("/paths/~1a/get/parameters/1: `filter` has the style `simple`"),
        "{warnings:?}"
    );
}

#[test]
fn names_of_headers_ignore_case() {
    let (parameters, _) = at(
        "/a",
        json!([{"in": "header", "name": "X-Max", "schema": {"type": "integer"}}]),
        json!([{"in": "header", "name": "x-max", "schema": string()}]),
    );
    assert_eq!(
        parameters,
        json!([{"in": "header", "name": "x-max", "schema": string()}])
    );
}

#[test]
fn headers_of_the_connection_are_left_out() {
    for name in [
        "Content-Length",
        "host",
        "TRANSFER-ENCODING",
        "Connection",
        "Accept-Encoding",
        "Expect",
        "TE",
        "Trailer",
        "Upgrade",
        "Keep-Alive",
        "Proxy-Authorization",
        "proxy-connection",
    ] {
        let header = json!({"in": "header", "name": name, "required": true, "schema": string()});
        let in_query = json!({"in": "query", "name": name, "schema": string()});
        let (parameters, warnings) = of(json!([header, in_query]));
        assert_eq!(parameters, json!([in_query]), "{name}");
        let what = format!("/0: `{name}` is left out: the HTTP client writes this header");
        assert_eq!(warnings, [what]);
    }
    let range = json!([{"in": "header", "name": "Range", "schema": string()}]);
    assert_eq!(of(range.clone()), (range, Vec::new()));
}
