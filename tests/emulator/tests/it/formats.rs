//! JSON, XML, and legacy XML.

use plex_tv_emulator::Emulator;

use crate::support::{App, CLIENT, code};

/// Returns the status, the content type and the body of a response.
async fn get(request: reqwest::RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let content_type = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (status, content_type, response.text().await.unwrap())
}

#[tokio::test]
async fn xml_is_the_default_format() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let post = || {
        app.anonymous("POST", "/pins")
            .header("X-Plex-Client-Identifier", CLIENT)
    };
    let (status, content_type, xml) = get(post()).await;
    assert_eq!(
        (status, content_type.as_str()),
        (201, "application/xml; charset=utf-8")
    );
    assert!(xml.contains("product=\"0\" trusted=\"0\""), "{xml}");
    assert!(xml.contains("authToken=\"\" newRegistration=\"\""), "{xml}");
    assert!(xml.contains(" expiresIn=\"900\" createdAt=\"20"), "{xml}");
    assert!(xml.contains(" UTC\""), "{xml}");
    assert!(
        xml.contains("<location code=\"NL\" european_union_member=\"1\""),
        "{xml}"
    );
    let (_, content_type, json) = get(post().header("Accept", "application/json")).await;
    assert_eq!(content_type, "application/json; charset=utf-8");
    assert!(
        json.contains("\"product\":\"0\",\"trusted\":false"),
        "{json}"
    );
}

#[tokio::test]
async fn the_suffix_json_gives_json() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let identified = |method, path: &str| {
        app.anonymous(method, path)
            .header("X-Plex-Client-Identifier", CLIENT)
    };
    let (status, _, json) = get(identified("POST", "/pins.json")).await;
    assert_eq!(status, 201);
    let pin: serde_json::Value = serde_json::from_str(&json).unwrap();
    let (status, _, json) = get(identified("GET", &format!("/pins/{}.json", pin["id"]))).await;
    assert_eq!(status, 200);
    assert!(json.starts_with('{'), "{json}");
    let link = identified("PUT", "/pins/link.json")
        .header("X-Plex-Token", emulator.demo_token())
        .query(&[("code", code(&pin))]);
    assert_eq!(link.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn identity_may_be_in_the_query_or_a_form() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let identity = [
        ("X-Plex-Client-Identifier", CLIENT),
        ("X-Plex-Product", "Ünïcode & Co"),
    ];
    let query = app.anonymous("POST", "/pins.json").query(&identity);
    let form = app.anonymous("POST", "/pins.json").form(&identity);
    for request in [query, form] {
        let pin: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(pin["product"], "Ünïcode & Co");
        assert_eq!(pin["clientIdentifier"], CLIENT);
    }
}

#[tokio::test]
async fn errors_come_in_both_formats() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let (status, _, xml) = get(app.anonymous("POST", "/pins")).await;
    assert_eq!(status, 400);
    assert!(
        xml.contains("<errors><error code=\"1000\" message=\"X-Plex-Client-Identifier is missing\" status=\"400\"/></errors>"),
        "{xml}"
    );
    let (status, _, json) = get(app.request("GET", "/pins/1")).await;
    assert_eq!(status, 404);
    assert_eq!(
        json,
        r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#
    );
}

#[tokio::test]
async fn a_sign_in_works_with_legacy_xml() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let identified = |method, path: &str| {
        app.anonymous(method, path)
            .header("X-Plex-Client-Identifier", CLIENT)
    };
    let (status, _, xml) = get(identified("POST", "//pins.xml")).await;
    assert_eq!(status, 201);
    let element = |xml: &str, name: &str| {
        let (_, rest) = xml.split_once(&format!("<{name}")).unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        rest.split_once("</").unwrap().0.to_owned()
    };
    let path = format!("//pins/{}.xml", element(&xml, "id"));
    let (status, _, pending) = get(identified("GET", &path)).await;
    assert_eq!(status, 200);
    assert!(pending.contains("<auth_token nil=\"true\"/>"), "{pending}");
    emulator.approve(&element(&xml, "code")).await.unwrap();
    let (_, _, claimed) = get(identified("GET", &path)).await;
    let token = element(&claimed, "auth_token");
    assert_eq!(token, element(&claimed, "auth-token"));
    assert_eq!(
        element(&claimed, "user-id"),
        emulator.users()[0].id.to_string()
    );
    assert_eq!(app.status("GET", "/user", &token).await, 200);
    let (status, _, error) = get(app.anonymous("GET", &path)).await;
    assert!(status == 400 && error.contains("code=\"1000\""), "{error}");
}

#[tokio::test]
async fn the_small_operations_respond() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let token = emulator.demo_token();
    let ping = |request: reqwest::RequestBuilder| request.header("X-Plex-Token", &token);
    assert_eq!(
        get(ping(app.request("GET", "/ping"))).await.2,
        r#"{"pong":true}"#
    );
    let (_, _, xml) = get(ping(app.anonymous("GET", "/ping"))).await;
    assert!(xml.contains("<pong>true</pong>"), "{xml}");
    let (_, _, location) = get(app.request("GET", "/geoip?ip_address=192.0.2.1")).await;
    assert!(location.contains(r#""code":"NL""#), "{location}");
    assert_eq!(get(app.request("GET", "/geoip?ip_address=x")).await.0, 400);
    let (_, content_type, address) = get(app.anonymous("GET", "//:/ip")).await;
    assert_eq!(
        (content_type.as_str(), address.trim()),
        ("text/plain", "203.0.113.7")
    );
}

#[tokio::test]
async fn unknown_paths_methods_and_malformed_input_get_an_error_code() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let cases = [
        (app.request("GET", "/nothing"), 404, 1002),
        (app.request("GET", "//nothing"), 404, 1002),
        (app.request("DELETE", "/pins"), 405, 1005),
        (app.request("GET", "/pins/undefined"), 400, 1004),
        (app.request("GET", "/pins/-1"), 404, 1020),
        (app.request("GET", "/pins/99999999999999999999"), 404, 1020),
        (app.request("POST", "/pins?strong=perhaps"), 400, 1004),
        (
            app.request("POST", "/pins")
                .json(&serde_json::json!({"jwk": {}})),
            400,
            1004,
        ),
        (
            app.request("POST", "/pins")
                .header("Content-Type", "application/json")
                .body("{"),
            400,
            1004,
        ),
        (app.request("GET", "/pins/qr/AB"), 404, 1020),
        (
            app.request("POST", "/pins").body(vec![b'x'; 2 << 20]),
            413,
            1004,
        ),
    ];
    for (request, status, code) in cases {
        let response = request.send().await.unwrap();
        let url = response.url().clone();
        let (got, error) = crate::support::api_error(response).await;
        assert_eq!((got, error["code"].as_i64()), (status, Some(code)), "{url}");
    }
    let wrong_method = app.request("DELETE", "/pins").send().await.unwrap();
    assert_eq!(wrong_method.headers()["allow"], "POST, OPTIONS");
}

#[tokio::test]
async fn pages_of_every_origin_may_send_requests() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let preflight = app
        .anonymous("OPTIONS", "/pins")
        .header("Origin", "https://example.com")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "x-plex-client-identifier");
    let response = preflight.send().await.unwrap();
    assert_eq!(response.status(), 204);
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        headers["access-control-allow-headers"],
        "x-plex-client-identifier"
    );
    let refused = app.anonymous("POST", "/pins").send().await.unwrap();
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
    // Without this header, a page cannot read how long to wait.
    let exposed = &refused.headers()["access-control-expose-headers"];
    assert_eq!(exposed, "Retry-After");
}

#[tokio::test]
async fn a_head_request_gets_the_headers_of_the_response() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let response = app.request("HEAD", "/auth/keys").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "");
}
