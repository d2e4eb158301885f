use super::*;

fn server(url: &str, variables: Value) -> Value {
    json!([{"url": url, "variables": variables}])
}

/// Returns the URL of the only server and of `GET /a`, and the warnings.
fn urls(root: Value) -> (Value, Value, Vec<String>) {
    let mut root = root;
    root["openapi"] = json!("3.1.0");
    root["security"] = json!([]);
    let warnings = lowered(&mut root);
    let warnings = warnings.iter().map(ToString::to_string).collect();
    let own = root["paths"]["/a"]["get"]["servers"][0]["url"].clone();
    (root["servers"][0]["url"].clone(), own, warnings)
}

#[test]
fn variables_of_servers_have_their_defaults() {
    let operation = json!({"operationId": "a", "responses": {"204": {"description": ""}}});
    let (url, own, warnings) = urls(json!({
        "servers": server("https://{region}.test/{v}/{region}", json!({"region": {"default": "eu"}, "v": {"default": "v2"}})),
        "paths": {"/a": {"servers": server("https://{host}", json!({"host": {"default": "other"}})), "get": operation}}
    }));
    assert_eq!(
        (url, own),
        (json!("https://eu.test/v2/eu"), json!("https://other"))
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_variable_without_a_default_stays_with_a_warning() {
    for variables in [
        json!({"host": {}}),
        json!({"host": 1}),
        json!({}),
        json!(null),
    ] {
        let (url, _, warnings) =
            urls(json!({"servers": server("https://{host}/{v}", variables), "paths": {}}));
        assert_eq!(url, "https://{host}/{v}");
        let what =
            "/servers/0/url: has the variable `host` without a default; give the client a base URL";
        assert_eq!(warnings, [what]);
    }
}
