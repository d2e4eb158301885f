//! The exact request of every operation of the generated client.

use std::path::Path;

use plex_api::Token;
use plex_api::generated::types::JsonWebKey;
use plex_api::generated::{Client, Error, Extra, operations, requests};
use wiremock::ResponseTemplate;

use crate::servers::{as_text, client, json, only_request, responding};
use crate::snapshots;

/// The public key of RFC 8037, appendix A.
pub(crate) fn device_key() -> JsonWebKey {
    JsonWebKey {
        kty: "OKP".into(),
        crv: Some("Ed25519".into()),
        x: Some("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into()),
        kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".into(),
        use_: Some("sig".into()),
        alg: Some("EdDSA".into()),
        e: None,
        n: None,
        extra: Extra::default(),
    }
}

/// Makes a call with a token and compares the request with the snapshot of this name.
async fn on_the_wire<T>(
    name: &str,
    response: ResponseTemplate,
    call: impl AsyncFnOnce(&Client) -> Result<T, Error>,
) -> T {
    let server = responding(response).await;
    let plex = client(&server).with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    let value = call(plex.generated()).await.unwrap();
    let request = as_text(&only_request(&server).await);
    snapshots::accepted("wire").bind(|| insta::assert_snapshot!(name, request));
    value
}

#[tokio::test]
async fn account() {
    let user = include_str!("../fixtures/user.json");
    let user = on_the_wire("getTokenDetails", json(200, user), async |plex| {
        plex.get_token_details().await
    })
    .await;
    snapshots::accepted("recorded").bind(|| insta::assert_debug_snapshot!("user", user));
    let guest = include_str!("../fixtures/guest.json");
    let guest = on_the_wire("getTokenDetails", json(200, guest), async |plex| {
        plex.get_token_details().await
    })
    .await;
    assert_eq!(
        (guest.restricted, guest.email.as_deref()),
        (Some(true), None)
    );
    on_the_wire("signOut", ResponseTemplate::new(204), async |plex| {
        plex.sign_out().await
    })
    .await;
    let pong = on_the_wire("ping", json(200, "{\"pong\":true}"), async |plex| {
        plex.ping().await
    })
    .await;
    assert_eq!(pong.pong, Some(true));
    let resources = include_str!("../fixtures/resources.json");
    let resources = on_the_wire("getResources", json(200, resources), async |plex| {
        let request = requests::GetResourcesRequest::new()
            .include_https(true)
            .include_ipv6(true)
            .include_relay(false);
        plex.get_resources(request).await
    })
    .await;
    snapshots::accepted("recorded").bind(|| insta::assert_debug_snapshot!("resources", resources));
    let location = json(200, "{\"code\":\"NL\",\"postal_code\":4814}");
    let location = on_the_wire("getGeoData", location, async |plex| {
        let request = requests::GetGeoDataRequest::new().ip_address("203.0.113.7");
        plex.get_geo_data(request).await
    })
    .await;
    assert_eq!(location.postal_code.as_deref(), Some("4814"));
}

#[tokio::test]
async fn plex_home() {
    let users = json(200, r#"{"users":[{"uuid":"212acf24b07315e5"}]}"#);
    on_the_wire("getHomeUsers", users, async |plex| {
        plex.get_home_users().await
    })
    .await;
    let request = requests::SwitchHomeUserRequest::new("212acf24b07315e5");
    for (name, request) in [
        ("switchHomeUser", request.clone()),
        ("switchHomeUser_pin", request.pin("0417")),
    ] {
        let user = json(201, r#"{"authToken":"yes"}"#);
        let user = on_the_wire(name, user, async |plex| {
            plex.switch_home_user(request.clone()).await
        })
        .await;
        assert_eq!(user.auth_token.expose(), "yes");
    }
}

#[tokio::test]
async fn device_keys() {
    let nonce = json(200, "{\"nonce\":\"7c415b56-8f48-488a-98ab-847ef4460442\"}");
    on_the_wire("getNonce", nonce, async |plex| plex.get_nonce().await).await;
    let created = ResponseTemplate::new(201);
    on_the_wire("registerDeviceKey", created, async |plex| {
        plex.register_device_key(requests::RegisterDeviceKeyRequest::new(device_key()))
            .await
    })
    .await;
    let token = json(200, "{\"auth_token\":\"d.e.f\"}");
    let token = on_the_wire("exchangeDeviceJwt", token, async |plex| {
        plex.exchange_device_jwt(requests::ExchangeDeviceJwtRequest::new("a.b.c"))
            .await
    })
    .await;
    assert_eq!(token.auth_token.expose(), "d.e.f");
    let keys = serde_json::json!({ "keys": [device_key(), {"kty": "RSA", "kid": "k", "n": "AQ", "e": "AQAB"}] });
    let keys = on_the_wire("getKeys", json(200, &keys.to_string()), async |plex| {
        plex.get_keys().await
    })
    .await;
    assert_eq!(keys.keys.len(), 2);
    let request = requests::GetTokenByPinIdRequest::new(408_895).device_jwt("a.b.c");
    let pin = json(200, crate::operations::ORIGINAL_RESPONSE);
    let poll = async |plex: &Client| plex.get_token_by_pin_id(request.clone()).await;
    on_the_wire("getTokenByPinId_deviceJWT", pin, poll).await;
}

#[test]
fn every_operation_has_its_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/wire");
    let files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for operation in operations::ALL {
        assert!(
            files.iter().any(|file| file.starts_with(operation.id)),
            "{} has no snapshot",
            operation.id
        );
    }
}

#[test]
fn device_keys_and_resources_are_at_clients_plex_tv() {
    for operation in operations::ALL {
        let host = if operation.path.starts_with("/auth/") || operation.path == "/resources" {
            "clients.plex.tv"
        } else {
            "plex.tv"
        };
        assert_eq!(
            operation.server,
            format!("https://{host}/api/v2"),
            "{}",
            operation.id
        );
    }
}
