//! Responses as recorded from plex.tv, and plausible variations of them, are read.

use plex_api::{AuthPinContainer, GetTokenByPinIdRequest};
use serde_json::{Value, json};

use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{client, json as response, responding};
use crate::snapshots;

/// Reads the PIN in a response body.
async fn read(body: &str) -> Result<AuthPinContainer, plex_api::Error> {
    let server = responding(response(200, body)).await;
    client(&server)
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
        .await
}

#[tokio::test]
async fn decoded_values() {
    let responses = [
        ("original", ORIGINAL_RESPONSE),
        ("netherlands", include_str!("../fixtures/netherlands.json")),
        ("claimed", include_str!("../fixtures/claimed.json")),
        ("least", include_str!("../fixtures/least.json")),
    ];
    for (name, body) in responses {
        let pin = read(body).await.unwrap();
        snapshots::accepted("recorded").bind(|| insta::assert_debug_snapshot!(name, pin));
    }
}

/// Replaces one field of the original response, or removes it if there is no value.
fn with(pointer: &str, value: Option<Value>) -> String {
    let mut body: Value = serde_json::from_str(ORIGINAL_RESPONSE).unwrap();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(field.to_owned(), value),
        None => parent.remove(field),
    };
    body.to_string()
}

#[tokio::test]
async fn every_optional_field_may_be_absent_or_null() {
    let location = json!(serde_json::from_str::<Value>(ORIGINAL_RESPONSE).unwrap()["location"]);
    let parts = location
        .as_object()
        .unwrap()
        .keys()
        .map(|part| format!("/location/{part}"));
    let fields = [
        "/product",
        "/trusted",
        "/qr",
        "/location",
        "/authToken",
        "/newRegistration",
    ];
    for pointer in parts.chain(fields.map(str::to_owned)) {
        for value in [None, Some(Value::Null)] {
            let body = with(&pointer, value);
            assert!(read(&body).await.is_ok(), "{body}");
        }
    }
}

#[tokio::test]
async fn values_of_another_type_than_the_spec_says() {
    let pin = read(&with("/location/postal_code", Some(json!("4814 AB"))))
        .await
        .unwrap();
    assert_eq!(
        pin.location.unwrap().postal_code.as_deref(),
        Some("4814 AB")
    );
    let pin = read(&with("/expiresIn", Some(json!("876")))).await.unwrap();
    assert_eq!(pin.expires_in, 876);
    let pin = read(&with("/id", Some(json!(9_007_199_254_740_991_i64))))
        .await
        .unwrap();
    assert_eq!(pin.id, 9_007_199_254_740_991);
    let pin = read(&with("/trusted", Some(json!("1")))).await.unwrap();
    assert_eq!(pin.trusted, Some(true));
    let pin = read(&with(
        "/location/in_privacy_restricted_country",
        Some(json!("Unknown")),
    ))
    .await
    .unwrap();
    assert_eq!(pin.location.unwrap().in_privacy_restricted_country, None);
    let pin = read(&with("/createdAt", Some(json!("2024-07-16T17:03:05.247Z"))))
        .await
        .unwrap();
    assert_eq!(pin.created_at.timestamp_subsec_millis(), 247);
    let pin = read(&with("/authToken", Some(json!("")))).await.unwrap();
    assert_eq!(pin.auth_token, None, "an empty token becomes `None`");
    let pin = read(&with("/brandNew", Some(json!({"a": [1]}))))
        .await
        .unwrap();
    assert_eq!(pin.id, 308_667_304, "unknown fields are ignored");
}

#[tokio::test]
async fn a_missing_field_that_the_sign_in_flow_needs_is_an_error_with_its_name() {
    for field in [
        "id",
        "code",
        "clientIdentifier",
        "expiresIn",
        "createdAt",
        "expiresAt",
    ] {
        let error = read(&with(&format!("/{field}"), None)).await.unwrap_err();
        assert!(
            error.to_string().contains(&format!("`{field}` is missing")),
            "{error}"
        );
        assert!(
            error.is_transient() && error.status() == Some(200),
            "{error}"
        );
    }
}
