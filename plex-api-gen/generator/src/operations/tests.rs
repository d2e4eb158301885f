use serde_json::json;

use super::*;

fn spec() -> Value {
    json!({
        "servers": [{"url": "https://plex.tv/api/v2/"}],
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"in": "header", "name": "X-Plex-Token", "type": "apiKey"}}
        },
        "paths": {"/ping": {
            "get": {
                "operationId": "doPing",
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
fn error_responses_are_removed() {
    let mut spec = spec();
    prepare(&mut spec).unwrap();
    let responses = spec["paths"]["/ping"]["get"]["responses"].as_object();
    assert_eq!(responses.unwrap().keys().collect::<Vec<_>>(), ["200"]);
}

#[test]
fn x_accept_is_accepted_instead() {
    let mut spec = spec();
    spec["paths"]["/ping"]["get"]["responses"]["200"]["x-accept"] = json!("text/json");
    let ping = &prepare(&mut spec).unwrap().by_method["do_ping"];
    assert_eq!(ping.accept.as_deref(), Some("text/json"));
}

#[test]
fn an_operation_can_have_no_token_and_another_server() {
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

/// Returns the problems of the spec after a change.
fn problems_after(change: impl FnOnce(&mut Value)) -> String {
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
        problems_after(|spec| spec["paths"]["/ping"]["get"]["responses"]["204"] = json!({})),
        format!("{get}/responses: has two successes, 200 and 204; keep one")
    );
    assert_eq!(
        problems_after(|spec| spec["paths"]["/ping"]["get"]["operationId"] = Value::Null),
        format!("{get}: has no operationId; write one, such as `operationId: getPin`")
    );
    assert_eq!(
        problems_after(|spec| spec["paths"]["/pong"]["get"] = spec["paths"]["/ping"]["get"].clone()),
        "/paths/~1pong/get/operationId: is taken by GET /ping; write another one"
    );
    assert_eq!(
        problems_after(
            |spec| spec["paths"]["/ping"]["get"]["security"] = json!([{"X-Plex-Token": []}])
        ),
        format!(
            "{get}/security: names the scheme `X-Plex-Token`, which does not exist; \
             name one of components/securitySchemes"
        )
    );
}

#[test]
fn a_security_scheme_can_be_a_reference() {
    let mut spec = spec();
    spec["components"]["securitySchemes"]["other"] =
        json!({"$ref": "#/components/securitySchemes/token"});
    spec["paths"]["/ping"]["get"]["security"] = json!([{"other": []}]);
    assert!(prepare(&mut spec).unwrap().by_method["do_ping"].token);
}

#[test]
fn progenitor_sees_no_security_schemes() {
    let mut spec = spec();
    spec["components"]["securitySchemes"]["tls"] = json!({"type": "mutualTLS"});
    spec["paths"]["/ping"]["get"]["security"] = json!([{"token": []}]);
    assert!(prepare(&mut spec).unwrap().by_method["do_ping"].token);
    assert!(!spec.to_string().contains("mutualTLS"), "{spec}");
    assert_eq!(spec["paths"]["/ping"]["get"].get("security"), None);
}
