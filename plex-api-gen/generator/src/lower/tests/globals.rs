use super::parameters::text;
use super::*;

/// Places and names of the parameters of `GET /a` after the lowering, where these are global, of the path, and of the operation.
fn kept(globals: Value, of_path: Value, own: Value) -> Vec<String> {
    let mut root = json!({
        "openapi": "3.1.0", "security": [], "x-speakeasy-globals": {"parameters": globals},
        "components": {"parameters": {
            "Product": {"in": "header", "name": "X-Plex-Product"},
            "accepts": {"in": "header", "name": "accepts", "schema": {"type": "object"}}
        }},
        "paths": {"/a": {
            "parameters": of_path,
            "get": {"operationId": "a", "parameters": own, "responses": {"204": {"description": ""}}}
        }}
    });
    let warnings = lowered(&mut root);
    assert_eq!(warnings, [], "what is no argument is not warned of");
    assert_eq!(root["components"].get("schemas"), None);
    let kept = root["paths"]["/a"]["get"]["parameters"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    kept.iter()
        .map(|one| format!("{} {}", word(&one["in"]), word(&one["name"])))
        .collect()
}

#[test]
fn what_the_spec_lists_is_no_argument() {
    let product = json!({"$ref": "#/components/parameters/Product"});
    let odd = json!({"in": "query", "name": "limit", "schema": {"type": "object"}});
    let kept = kept(
        json!([product, {"in": "query", "name": "limit"}]),
        json!([{"in": "header", "name": "x-plex-product"}]),
        json!([product, odd, {"in": "query", "name": "X-Plex-Product", "schema": text()}]),
    );
    assert_eq!(kept, ["query X-Plex-Product"]);
}

#[test]
fn headers_that_the_client_decides_are_no_arguments() {
    let kept = kept(
        json!([]),
        json!([{"in": "header", "name": "AUTHORIZATION", "schema": text()}]),
        json!([
            {"$ref": "#/components/parameters/accepts"},
            {"in": "header", "name": "Accept", "schema": {"type": "string", "enum": ["a", "b"]}},
            {"in": "header", "name": "Content-Type", "schema": text()},
            {"in": "query", "name": "accept", "schema": text()},
            {"in": "header", "name": "X-Max", "schema": text()}
        ]),
    );
    assert_eq!(kept, ["query accept", "header X-Max"]);
}

#[test]
fn a_global_that_is_no_parameter_is_refused() {
    let mut root =
        json!({"openapi": "3.1.0", "x-speakeasy-globals": {"parameters": [{"in": "query"}]}});
    assert_eq!(
        lower(&mut root).map(|_| ()).unwrap_err().to_string(),
        "/x-speakeasy-globals/parameters/0: is a parameter without `in` or `name`"
    );
}
