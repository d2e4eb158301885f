use super::parameters::string;
use super::*;

/// Returns location and name of the lowered parameters of `GET /a`, given the globals, those of the path and its own.
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
    assert_eq!(warnings, [], "globals are removed without a warning");
    assert_eq!(root["components"].get("schemas"), None);
    let kept = root["paths"]["/a"]["get"]["parameters"].as_array().unwrap();
    let string = |value: &Value| value.as_str().unwrap().to_owned();
    kept.iter()
        .map(|one| format!("{} {}", string(&one["in"]), string(&one["name"])))
        .collect()
}

#[test]
fn globals_of_the_spec_are_not_arguments() {
    let product = json!({"$ref": "#/components/parameters/Product"});
    let odd = json!({"in": "query", "name": "limit", "schema": {"type": "object"}});
    let kept = kept(
        json!([product, {"in": "query", "name": "limit"}]),
        json!([{"in": "header", "name": "x-plex-product"}]),
        json!([product, odd, {"in": "query", "name": "X-Plex-Product", "schema": string()}]),
    );
    assert_eq!(kept, ["query X-Plex-Product"]);
}

#[test]
fn headers_of_the_transport_are_not_arguments() {
    let kept = kept(
        json!([]),
        json!([{"in": "header", "name": "AUTHORIZATION", "schema": string()}]),
        json!([
            {"$ref": "#/components/parameters/accepts"},
            {"in": "header", "name": "Accept", "schema": {"type": "string", "enum": ["a", "b"]}},
            {"in": "header", "name": "Content-Type", "schema": string()},
            {"in": "query", "name": "accept", "schema": string()},
            {"in": "header", "name": "X-Max", "schema": string()}
        ]),
    );
    assert_eq!(kept, ["query accept", "header X-Max"]);
}

#[test]
fn headers_of_the_identity_are_not_arguments_whatever_the_globals_are() {
    let header = |name: &str| json!({"in": "header", "name": name, "schema": string()});
    let kept = kept(
        json!([]),
        json!([header("X-PLEX-CLIENT-IDENTIFIER")]),
        json!([
            header("X-Plex-Product"),
            header("x-plex-version"),
            header("X-Plex-Device"),
            header("X-Plex-Device-Name"),
            header("X-Plex-Device-Vendor"),
            header("X-Plex-Model"),
            header("X-Plex-Platform"),
            header("X-Plex-Platform-Version"),
            header("X-Plex-Marketplace"),
            header("X-Plex-Language"),
            header("User-Agent"),
            header("X-Plex-Container-Start"),
            header("X-Plex-Client-Profile-Name")
        ]),
    );
    assert_eq!(
        kept,
        [
            "header X-Plex-Container-Start",
            "header X-Plex-Client-Profile-Name"
        ]
    );
}

#[test]
fn a_global_without_a_name_is_rejected() {
    let mut root =
        json!({"openapi": "3.1.0", "x-speakeasy-globals": {"parameters": [{"in": "query"}]}});
    assert_eq!(
        lower(&mut root).map(|_| ()).unwrap_err()[0].to_string(),
        "/x-speakeasy-globals/parameters/0: is a parameter without `in` or `name`; write both"
    );
}
