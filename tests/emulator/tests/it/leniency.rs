//! Requests that Plex's documentation does not describe, but whose meaning is clear.

use plex_tv_emulator::Emulator;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{App, api_error};

/// Returns the length of the code of a new PIN, or the status of the error.
async fn code_length(request: RequestBuilder) -> Result<usize, u16> {
    let response = request.send().await.unwrap();
    if response.status() != 201 {
        return Err(response.status().as_u16());
    }
    let pin: Value = response.json().await.unwrap();
    Ok(pin["code"].as_str().unwrap().len())
}

fn json_text(app: &App, text: &'static str) -> RequestBuilder {
    app.request("POST", "/pins")
        .header("Content-Type", "application/json")
        .body(text)
}

#[tokio::test]
async fn strong_is_understood_in_many_spellings() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for (text, length) in [
        ("true", 25),
        ("1", 25),
        ("yes", 25),
        ("ON", 25),
        ("", 4),
        ("false", 4),
        ("0", 4),
        ("no", 4),
        ("off", 4),
        ("null", 4),
    ] {
        let query = app.request("POST", &format!("/pins?strong={text}"));
        let form = app.request("POST", "/pins").form(&[("strong", text)]);
        let json = app.request("POST", "/pins").json(&json!({"strong": text}));
        for request in [query, form, json] {
            assert_eq!(code_length(request).await, Ok(length), "{text:?}");
        }
    }
    for (value, length) in [
        (json!(true), 25),
        (json!(1), 25),
        (json!(false), 4),
        (json!(0), 4),
        (json!(null), 4),
    ] {
        let request = app.request("POST", "/pins").json(&json!({"strong": value}));
        assert_eq!(code_length(request).await, Ok(length), "{value}");
    }
}

#[tokio::test]
async fn a_multipart_form_is_read() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    let body = "--x\r\nContent-Disposition: form-data; name=\"strong\"\r\n\r\ntrue\r\n\
                --x\r\ncontent-disposition: form-data; name=\"X-Plex-Product\"\r\n\
                Content-Type: text/plain\r\n\r\nA\r\nB\r\n--x--\r\n";
    let request = app
        .anonymous("POST", "/pins.json")
        .header("X-Plex-Client-Identifier", "multipart")
        .header("Content-Type", "multipart/form-data; boundary=x")
        .body(body);
    let pin: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(pin["code"].as_str().unwrap().len(), 25);
    assert_eq!(pin["product"], "A\r\nB");
}

#[tokio::test]
async fn a_json_body_that_is_not_an_object_is_ignored() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for text in ["\"\"", "[]", "null", "0", "true", "{\"jwk\": null}"] {
        assert_eq!(code_length(json_text(&app, text)).await, Ok(4), "{text}");
    }
    let strong = app.request("POST", "/pins?strong=true").json(&json!(""));
    assert_eq!(code_length(strong).await, Ok(25));
    for text in ["{", "strong", "{\"strong\": [true]}", "{\"jwk\": {}}"] {
        assert_eq!(code_length(json_text(&app, text)).await, Err(400), "{text}");
    }
    // The body is needed here.
    let exchange = app.request("POST", "/auth/token").json(&json!(""));
    assert_eq!(exchange.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_switch_strict_rejects_them() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_switches(|switches| switches.strict = true);
    let app = App::new(&emulator);
    for text in ["", "yes", "null", "perhaps"] {
        let query = app.request("POST", &format!("/pins?strong={text}"));
        assert_eq!(code_length(query).await, Err(400), "{text:?}");
    }
    for body in [
        json!({"strong": "true"}),
        json!({"strong": 1}),
        json!({"strong": null}),
        json!({"jwk": null}),
        json!([]),
        json!(""),
    ] {
        let request = app.request("POST", "/pins").json(&body);
        let (status, error) = api_error(request.send().await.unwrap()).await;
        assert_eq!((status, &error["code"]), (400, &json!(1004)), "{body}");
    }
    // A valid value in the body does not hide an invalid one in the query.
    let request = app.request("POST", "/pins?strong=null");
    let both = request.json(&json!({"strong": true}));
    assert_eq!(code_length(both).await, Err(400));
    for (text, length) in [("true", 25), ("1", 25), ("FALSE", 4), ("0", 4)] {
        let query = app.request("POST", &format!("/pins?strong={text}"));
        assert_eq!(code_length(query).await, Ok(length), "{text}");
    }
    let token = emulator.demo_token();
    let path = "/resources?includeHttps=true";
    assert_eq!(app.status("GET", path, &token).await, 400);
    emulator.set_switches(|switches| switches.strict = false);
    assert_eq!(app.status("GET", path, &token).await, 200);
}

#[tokio::test]
async fn accept_is_read_with_its_weights() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for (accept, format) in [
        ("application/json;q=0", "xml"),
        ("application/xml, application/json;q=0.5", "xml"),
        ("text/xml;q=0.4, application/json; q=0.5", "json"),
        ("application/json, text/plain, */*", "json"),
        ("application/json;q=0.8, */*;q=0.1", "json"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "xml"),
    ] {
        let request = app.anonymous("GET", "/auth/keys").header("Accept", accept);
        let response = request.send().await.unwrap();
        let content_type = response.headers()["content-type"].to_str().unwrap();
        assert!(content_type.contains(format), "{accept}: {content_type}");
    }
}

#[tokio::test]
async fn repeated_slashes_count_as_one() {
    let emulator = Emulator::start().await.unwrap();
    let app = App::new(&emulator);
    for path in ["///api/v2/pins", "//api//v2/pins.json"] {
        assert_eq!(
            code_length(app.request("POST", path)).await,
            Ok(4),
            "{path}"
        );
    }
    let page = app.anonymous("GET", "///link").send().await.unwrap();
    assert_eq!(page.status(), 200);
}
