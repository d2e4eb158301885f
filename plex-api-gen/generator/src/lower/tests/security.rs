use super::*;

/// Returns the schemes of `GET /a`, and the warnings.
fn schemes(security: Value, parameters: Value) -> (Value, Vec<String>) {
    let (mut root, warnings) = document(
        json!({"/a": {"get": {"operationId": "a", "security": security, "parameters": parameters}}}),
        json!({"securitySchemes": {
            "token": {"type": "apiKey", "in": "header", "name": "X-Plex-Token"},
            "inQuery": {"type": "apiKey", "in": "query", "name": "x-plex-token"},
            "same": {"$ref": "#/components/securitySchemes/token"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            "queryKey": {"type": "apiKey", "in": "query", "name": "k"},
            "bearer": {"type": "http", "scheme": "Bearer"},
            "basic": {"type": "http", "scheme": "basic"},
            "oauth": {"type": "oauth2"},
            "openId": {"type": "openIdConnect"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "c"},
            "digest": {"type": "http", "scheme": "digest"},
            "tls": {"type": "mutualTLS"}
        }}),
    );
    assert_eq!(root.get("security"), None);
    assert_eq!(root["components"].get("securitySchemes"), None);
    let operation = &mut root["paths"]["/a"]["get"];
    assert_eq!(operation.get("security"), None);
    assert_eq!(operation["parameters"], json!([]));
    (operation["x-schemes"].take(), warnings)
}

/// Returns the kinds of the schemes: alternatives are separated by a bar.
fn kinds(schemes: &Value) -> String {
    let alternatives = schemes.as_array().into_iter().flatten();
    let kinds = alternatives.map(|alternative| {
        let kinds = alternative.as_array().unwrap().iter();
        let kinds: Vec<&str> = kinds.map(|one| one["kind"].as_str().unwrap()).collect();
        kinds.join("+")
    });
    kinds.collect::<Vec<_>>().join("|")
}

#[test]
fn each_scheme_has_its_kind() {
    for (name, kind) in [
        ("token", "plexHeader"),
        ("same", "plexHeader"),
        ("inQuery", "plexQuery"),
        ("key", "header"),
        ("queryKey", "query"),
        ("bearer", "bearer"),
        ("basic", "basic"),
        ("oauth", "bearer"),
        ("openId", "bearer"),
    ] {
        let (found, warnings) = schemes(json!([{name: []}]), json!([]));
        assert_eq!(kinds(&found), kind, "{name}");
        assert_eq!(found[0][0]["scheme"], name);
        assert_eq!(warnings, [""; 0]);
    }
    let (found, _) = schemes(json!([{"key": []}]), json!([]));
    assert_eq!(found[0][0]["name"], "X-Api-Key");
    let (found, _) = schemes(
        json!([{"basic": [], "key": []}, {"token": []}, {}]),
        json!([]),
    );
    assert_eq!(kinds(&found), "basic+header|plexHeader|");
    assert_eq!(kinds(&schemes(json!([]), json!([])).0), "");
}

#[test]
fn schemes_that_are_not_supported_are_not_needed() {
    for name in ["cookie", "digest", "tls"] {
        let (found, warnings) = schemes(json!([{name: [], "key": []}]), json!([]));
        assert_eq!(kinds(&found), "header");
        assert_eq!(
            warnings,
            [format!(
                "/components/securitySchemes/{name}: `{name}` is not supported; operations that need it are sent without it"
            )]
        );
    }
    let (found, warnings) = schemes(json!([{"gone": []}]), json!([]));
    assert_eq!(kinds(&found), "");
    assert_eq!(
        warnings,
        ["/paths/~1a/get/security: names the scheme `gone`, which does not exist; it is ignored"]
    );
    let (found, _) = schemes(json!([{"cookie": []}, {"key": []}]), json!([]));
    assert_eq!(kinds(&found), "header", "the other alternative remains");
}

#[test]
fn a_token_among_the_parameters_is_security() {
    let token = |location: &str, required: bool| json!([{"in": location, "name": "X-Plex-Token", "required": required, "schema": {"type": "string"}}]);
    for (security, parameters, wanted) in [
        (json!([]), token("header", true), "plexHeader"),
        (json!([]), token("query", true), "plexQuery"),
        (json!([]), token("header", false), "plexHeader|"),
        (
            json!([{"key": []}]),
            token("header", true),
            "header+plexHeader",
        ),
        (json!([{"inQuery": []}]), token("header", true), "plexQuery"),
    ] {
        let (found, warnings) = schemes(security, parameters);
        assert_eq!(kinds(&found), wanted);
        assert_eq!(warnings, [""; 0]);
    }
}
