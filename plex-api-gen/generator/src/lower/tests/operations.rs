use super::*;

/// Returns the ids of these operations after the lowering, and the warnings.
fn ids(paths: Value) -> (Vec<String>, Vec<String>) {
    let (mut root, warnings) = document(paths, json!({}));
    let id = |operation: &Value| {
        operation["operationId"]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    };
    let ids = operations_mut(&mut root).map(|(_, operation)| id(operation));
    (ids.collect(), warnings)
}

#[test]
fn an_operation_without_an_id_is_named_after_its_path() {
    let (ids, warnings) =
        ids(json!({"/pins/id": {"get": {}}, "/größe": {"put": {"operationId": "?"}}}));
    assert!(ids.contains(&"putGrE".to_owned()) && ids.contains(&"getPinsId".to_owned()));
    assert_eq!(
        warnings,
        [
            "/paths/~1größe/put: has an operationId that is not a Rust name and is called `putGrE`; write another one",
            "/paths/~1pins~1id/get: has no operationId and is named after its method and path; write one",
        ]
    );
}

#[test]
fn colliding_ids_are_numbered_and_written_ones_win() {
    let (ids, warnings) = ids(json!({
        "/a": {"get": {}},
        "/b": {"get": {"operationId": "getA"}},
        "/c": {"get": {"operationId": "get_a"}},
        "/d": {"get": {"operationId": "getA2"}}
    }));
    assert_eq!(ids, ["getA3", "getA", "get_a4", "getA2"]);
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(
        warnings[1],
        "/paths/~1c/get: has an operationId that is taken and is called `get_a4`; write another one"
    );
}

#[test]
fn the_first_of_colliding_ids_in_the_file_keeps_its_name() {
    let (ids, warnings) = ids(json!({
        "/b": {"put": {"operationId": "a"}, "get": {"operationId": "a"}},
        "/a": {"get": {"operationId": "a"}}
    }));
    // In the order of the paths and methods.
    assert_eq!(ids, ["a3", "a2", "a"]);
    assert_eq!(warnings.len(), 2, "{warnings:?}");
}

#[test]
fn ids_that_the_client_or_rust_reserves_are_changed() {
    let (ids, warnings) = ids(json!({
        "/a": {"get": {"operationId": "new"}, "put": {"operationId": "transport"}},
        "/b": {"get": {"operationId": "type"}, "put": {"operationId": "2fa"}},
        "/c": {"get": {"operationId": "list"}, "put": {"operationId": "clone"}}
    }));
    assert_eq!(
        ids,
        ["new2", "transport2", "getType", "put2fa", "list", "clone2"]
    );
    assert_eq!(warnings.len(), 5, "{warnings:?}");
}

#[test]
fn a_path_item_by_reference_is_inlined() {
    let (root, warnings) = document(
        json!({"/a": {"$ref": "#/components/pathItems/A"}}),
        json!({"pathItems": {"A": {"get": {"operationId": "a", "responses": {"204": {"description": ""}}}}}}),
    );
    assert_eq!(root["paths"]["/a"]["get"]["operationId"], "a");
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn operations_inherit_the_servers_of_their_path_item() {
    let (root, _) = document(
        json!({"/a": {
            "servers": [{"url": "https://one"}],
            "get": {"operationId": "a"},
            "put": {"operationId": "b", "servers": [{"url": "https://two"}]}
        }}),
        json!({}),
    );
    let path = &root["paths"]["/a"];
    assert_eq!(path.get("servers"), None);
    assert_eq!(path["get"]["servers"], json!([{"url": "https://one"}]));
    assert_eq!(path["put"]["servers"], json!([{"url": "https://two"}]));
}

#[test]
fn options_and_trace_are_left_out() {
    let (ids, warnings) = ids(json!({"/a": {
        "options": {}, "trace": {}, "head": {"operationId": "a"}
    }}));
    assert_eq!(ids, ["a"]);
    assert_eq!(
        warnings,
        [
            "/paths/~1a/options: is left out: the client has no such method",
            "/paths/~1a/trace: is left out: the client has no such method",
        ]
    );
}

#[test]
fn an_operation_without_security_is_warned_of() {
    let responses = json!({"204": {}});
    let operations = json!({"/a": {
        "get": {"operationId": "a", "responses": responses},
        "put": {"operationId": "b", "security": [], "responses": responses}
    }});
    let mut root = json!({"openapi": "3.1.0", "paths": operations});
    let warnings = lowered(&mut root);
    assert_eq!(
        warnings,
        [Problem::new(
            "/paths/~1a/get",
            "has no `security`, so it gets no token; write `security: [{token: []}]`, or `security: []`"
        )]
    );
    let (_, warnings) = get(json!({"operationId": "a"}));
    assert_eq!(warnings, [""; 0], "the document has one");
}

#[test]
fn a_document_without_servers_gets_a_relative_one() {
    for servers in [json!([]), json!(null)] {
        let mut root = json!({"openapi": "3.1.0", "servers": servers, "paths": {}});
        let warnings = lowered(&mut root);
        assert_eq!(root["servers"], json!([{"url": "/"}]));
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!(warnings[0].pointer, Pointer::from("/servers"));
    }
}

#[test]
fn keys_beside_the_reference_of_a_path_item_are_kept() {
    let (root, _) = document(
        json!({"/a": {"$ref": "#/components/pathItems/A", "post": {"operationId": "b"}}}),
        json!({"pathItems": {"A": {"get": {"operationId": "a", "responses": {"204": {"description": ""}}}}}}),
    );
    assert_eq!(root["paths"]["/a"]["get"]["operationId"], "a");
    assert_eq!(root["paths"]["/a"]["post"]["operationId"], "b");
}

#[test]
fn operations_that_end_in_a_websocket_are_left_out() {
    for operation in [
        json!({"x-dropshot-websocket": {}, "responses": {"default": {"description": ""}}}),
        json!({"responses": {"101": {"description": ""}}}),
    ] {
        let (root, warnings) = document(json!({"/a": {"get": operation}}), json!({}));
        assert_eq!(root["paths"]["/a"], json!({}));
        let what = "/paths/~1a/get: is left out: the client opens no WebSockets";
        assert_eq!(warnings, [what]);
    }
    let also = json!({"operationId": "a", "responses": {"101": {"description": ""}, "200": {"description": ""}}});
    assert!(get(also).0.is_object());
}
