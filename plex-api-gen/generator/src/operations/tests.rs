use serde_json::json;

use super::*;

fn spec() -> Value {
    json!({
        "servers": [{"url": "https://plex.tv/api/v2/"}],
        "security": [{"token": []}],
        "x-speakeasy-globals": {"parameters": [{"$ref": "#/components/parameters/Product"}]},
        "components": {
            "parameters": {"Product": {"in": "header", "name": "X-Plex-Product"}},
            "securitySchemes": {"token": {"in": "header", "name": "X-Plex-Token", "type": "apiKey"}}
        },
        "paths": {"/ping": {
            "parameters": [{"in": "header", "name": "x-plex-product"}],
            "get": {
                "operationId": "doPing",
                "parameters": [
                    {"$ref": "#/components/parameters/Product"},
                    {"in": "query", "name": "X-Plex-Product"},
                    {"in": "query", "name": "q"}
                ],
                "responses": {
                    "200": {"content": {"text/xml": {}, "application/json": {}}},
                    "404": {"content": {"text/html": {}}}
                }
            }
        }}
    })
}

#[test]
fn facts_of_an_operation() {
    let operations = prepare(&mut spec()).unwrap();
    assert_eq!(operations.server, "https://plex.tv/api/v2");
    assert_eq!(
        operations.by_method["do_ping"],
        Operation {
            id: "doPing".into(),
            method: "GET".into(),
            path: "/ping".into(),
            token: true,
            accept: Some("application/json".into()),
            server: None,
            optional_body: false,
        }
    );
}

#[test]
fn identity_and_failures_are_taken_out() {
    let mut spec = spec();
    prepare(&mut spec).unwrap();
    let path = &spec["paths"]["/ping"];
    assert_eq!(path["parameters"], json!([]));
    assert_eq!(
        path["get"]["parameters"],
        json!([{"in": "query", "name": "X-Plex-Product"}, {"in": "query", "name": "q"}])
    );
    assert_eq!(
        path["get"]["responses"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["200"]
    );
}

#[test]
fn an_operation_may_go_without_the_token_and_to_another_server() {
    let mut spec = spec();
    spec["paths"]["/ping"]["get"]["security"] = json!([]);
    spec["paths"]["/ping"]["get"]["servers"] = json!([{"url": "https://clients.plex.tv/api/v2"}]);
    let operations = prepare(&mut spec).unwrap();
    let ping = &operations.by_method["do_ping"];
    assert!(!ping.token);
    assert_eq!(
        ping.server.as_deref(),
        Some("https://clients.plex.tv/api/v2")
    );
}

#[test]
fn a_body_is_optional_unless_required() {
    for (required, optional) in [(json!({"required": true}), false), (json!({}), true)] {
        let mut spec = spec();
        spec["paths"]["/ping"]["get"]["requestBody"] = required;
        assert_eq!(
            prepare(&mut spec).unwrap().by_method["do_ping"].optional_body,
            optional
        );
    }
}

/// What is said of a spec after a change to it.
fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut spec = spec();
    change(&mut spec);
    prepare(&mut spec)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn problems_name_the_operation_and_the_place() {
    let get = "/paths/~1ping/get";
    assert_eq!(
        refused(|spec| spec["paths"]["/ping"]["get"]["responses"] = json!({"404": {}})),
        format!("{get}/responses: has no success; write the answer under a status 2xx")
    );
    assert_eq!(
        refused(|spec| spec["paths"]["/ping"]["get"]["responses"]["204"] = json!({})),
        format!("{get}/responses: has two successes, 200 and 204; keep one")
    );
    assert_eq!(
        refused(|spec| spec["paths"]["/ping"]["get"]["operationId"] = Value::Null),
        format!("{get}: has no operationId; write one, such as `operationId: getPin`")
    );
    assert_eq!(
        refused(|spec| spec["paths"]["/pong"]["get"] = spec["paths"]["/ping"]["get"].clone()),
        "/paths/~1pong/get/operationId: is taken by GET /ping"
    );
    assert_eq!(
        refused(|spec| spec["paths"]["/ping"]["get"]["parameters"][0] =
            json!({"$ref": "#/components/parameters/No"})),
        format!(
            "{get}/parameters/0: refers to \"#/components/parameters/No\", which is not in this file"
        )
    );
    assert_eq!(
        refused(|spec| spec["paths"]["/ping"]["get"]["security"] = json!([{"X-Plex-Token": []}])),
        format!(
            "{get}/security: names the scheme `X-Plex-Token`, which does not exist; \
             name one of components/securitySchemes"
        )
    );
    assert_eq!(
        refused(|spec| spec["servers"] = json!([])),
        "/servers: names no server; write `servers: [{url: https://plex.tv/api/v2}]`"
    );
}
