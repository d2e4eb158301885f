//! The operations that have request structs: their exact requests, and the project's original call and response.

use plex_api::generated::{Request as _, requests};
use plex_api::{
    GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, Identity, LinkPinRequest, PlexApi,
    Token, WithIdentity as _,
};
use wiremock::ResponseTemplate;

use crate::servers::{as_text, builder, client, json, only_request, responding, roku};
use crate::snapshots;
use crate::wire::device_key;

/// The response to the project's original call.
pub(crate) const ORIGINAL_RESPONSE: &str = include_str!("../fixtures/original_response.json");

/// The start of every PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn picture() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(PNG, "image/png")
}

#[tokio::test]
async fn the_original_call() {
    let server = responding(json(200, ORIGINAL_RESPONSE)).await;
    let pin = client(&server)
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(408_895))
        .await
        .unwrap();
    let settings = snapshots::accepted("wire");
    let request = as_text(&only_request(&server).await);
    settings.bind(|| insta::assert_snapshot!("getTokenByPinId", request));
    assert_eq!(
        serde_json::to_value(&pin).unwrap()["location"],
        serde_json::json!({
            "code": "VI", "continent_code": "NA", "country": "United States Virgin Islands", "city": "Amsterdam",
            "european_union_member": true, "time_zone": "America/St_Thomas", "postal_code": "802",
            "in_privacy_restricted_country": true, "in_privacy_restricted_region": true,
            "subdivisions": "Saint Thomas", "coordinates": "18.3381, -64.8941"
        })
    );
    assert_eq!(
        (pin.id, pin.code.as_str(), pin.product.as_deref()),
        (308_667_304, "7RQZ", Some("0"))
    );
    assert_eq!(
        (pin.trusted, pin.client_identifier.as_str()),
        (Some(false), "string")
    );
    assert_eq!(
        pin.qr.as_ref().map(|qr| qr.expose()),
        Some("https://plex.tv/api/v2/pins/qr/7RQZ")
    );
    assert_eq!(pin.expires_in, 876);
    assert_eq!(pin.created_at.to_rfc3339(), "2024-07-16T17:03:05+00:00");
    assert_eq!(pin.expires_at.to_rfc3339(), "2024-07-16T17:18:05+00:00");
    assert_eq!((pin.auth_token, pin.new_registration), (None, None));
}

#[tokio::test]
async fn errors_of_the_original_call_are_typed() {
    let body = r#"{"errors":[{"code":1000,"message":"X-Plex-Client-Identifier is missing","status":400}]}"#;
    let server = responding(json(400, body)).await;
    let error = client(&server)
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(408_895))
        .await
        .unwrap_err();
    assert!(error.is_bad_request() && !error.is_not_found() && !error.is_transient());
    assert_eq!((error.status(), error.plex_code()), (Some(400), Some(1000)));
    assert_eq!(
        error.plex_message(),
        Some("X-Plex-Client-Identifier is missing")
    );

    let server = responding(json(
        404,
        r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#,
    ))
    .await;
    let error = client(&server)
        .get_token_by_pin_id(GetTokenByPinIdRequest::new(408_895))
        .await
        .unwrap_err();
    assert!(
        error.is_not_found()
            && error.is_expired()
            && !error.is_bad_request()
            && !error.is_transient()
    );
    assert_eq!((error.status(), error.plex_code()), (Some(404), Some(1020)));
}

#[tokio::test]
async fn get_pin_on_the_wire() {
    for (name, request) in [
        ("getPin_short", GetPinRequest::new()),
        ("getPin_strong", GetPinRequest::new().strong(true)),
    ] {
        let server = responding(json(201, ORIGINAL_RESPONSE)).await;
        client(&server).get_pin(request).await.unwrap();
        let request = as_text(&only_request(&server).await);
        assert!(
            !request.contains("content-type"),
            "no body, no content type: {request}"
        );
        snapshots::accepted("wire").bind(|| insta::assert_snapshot!(name, request));
    }
}

#[tokio::test]
async fn get_pin_with_a_device_key_on_the_wire() {
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    let request = requests::GetPinRequest::new()
        .strong(true)
        .jwk(device_key());
    client(&server).generated().get_pin(request).await.unwrap();
    let request = as_text(&only_request(&server).await);
    snapshots::accepted("wire").bind(|| insta::assert_snapshot!("getPin_jwk", request));
}

#[tokio::test]
async fn link_pin_on_the_wire() {
    let server = responding(ResponseTemplate::new(204)).await;
    let plex = client(&server).with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    plex.link_pin(LinkPinRequest::new(" 7rqz ")).await.unwrap();
    let request = as_text(&only_request(&server).await);
    snapshots::accepted("wire").bind(|| insta::assert_snapshot!("linkPin", request));
}

#[tokio::test]
async fn get_pin_qr_code_on_the_wire() {
    let server = responding(picture()).await;
    let png = client(&server)
        .get_pin_qr_code(GetPinQrCodeRequest::new("7RQZ"))
        .await
        .unwrap();
    assert_eq!(png, PNG);
    let request = as_text(&only_request(&server).await);
    snapshots::accepted("wire").bind(|| insta::assert_snapshot!("getPinQrCode", request));
}

#[tokio::test]
async fn a_code_is_escaped_in_the_url() {
    let server = responding(picture()).await;
    client(&server)
        .get_pin_qr_code(GetPinQrCodeRequest::new("../link?x=1#y"))
        .await
        .unwrap();
    assert_eq!(
        only_request(&server).await.url.path(),
        "/api/v2/pins/qr/..%2Flink%3Fx%3D1%23y"
    );
}

#[tokio::test]
async fn only_operations_that_require_the_token_receive_it() {
    let server = responding(json(200, ORIGINAL_RESPONSE)).await;
    let plex = client(&server).with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    plex.get_pin(GetPinRequest::new()).await.unwrap();
    plex.get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
        .await
        .unwrap();
    // The server sends JSON here, too.
    let picture = GetPinQrCodeRequest::new("7RQZ");
    plex.get_pin_qr_code(picture).await.unwrap_err();
    for request in server.received_requests().await.unwrap() {
        assert!(
            !as_text(&request).contains("2ffLuB84dqLswk9skLos"),
            "{}",
            as_text(&request)
        );
    }
}

#[tokio::test]
async fn an_identity_for_a_single_call() {
    let server = responding(json(200, ORIGINAL_RESPONSE)).await;
    let plex = client(&server);
    let other = Identity::new("another").client_name("Other");
    plex.get_token_by_pin_id(GetTokenByPinIdRequest::new(1).identity(other))
        .await
        .unwrap();
    plex.get_token_by_pin_id(GetTokenByPinIdRequest::new(1))
        .await
        .unwrap();
    let requests = server.received_requests().await.unwrap();
    let sent: Vec<_> = requests
        .iter()
        .map(|request| {
            let header = |name: &str| {
                request
                    .headers
                    .get(name)
                    .map(|value| value.to_str().unwrap())
            };
            (
                header("x-plex-client-identifier"),
                header("x-plex-product"),
                header("x-plex-device"),
            )
        })
        .collect();
    assert_eq!(
        sent,
        [
            (Some("another"), Some("Other"), None),
            (
                Some("3381b62b-9ab7-4e37-827b-203e9809eb58"),
                Some("Plex for Roku"),
                Some("Roku 3")
            )
        ]
    );
    for request in &requests {
        assert_eq!(request.headers["user-agent"], "plex-api/0.1.0 (Rust)");
    }
    let empty = GetTokenByPinIdRequest::new(1).identity(Identity::new(""));
    let error = plex.get_token_by_pin_id(empty).await.unwrap_err();
    assert!(error.is_misuse(), "{error}");
    assert!(error.to_string().contains("client identifier"), "{error}");
}

#[tokio::test]
async fn any_request_is_sent_under_the_identity_of_the_client_or_its_own() {
    let server =
        responding(json(200, "[]").insert_header("x-plex-container-total-size", "7")).await;
    let plex = client(&server).with_token(&Token::new("2ffLuB84dqLswk9skLos"));
    let request = requests::GetResourcesRequest::new().include_https(true);
    assert_eq!(plex.send(request.clone()).await.unwrap(), []);
    let other = request.clone().identity(Identity::new("another"));
    assert_eq!(plex.send(other.clone()).await.unwrap(), []);
    let response = other.send_with_headers(&plex).await.unwrap();
    let total = response.headers.get("X-Plex-Container-Total-Size");
    assert_eq!((response.status, total), (200, Some("7")));
    let sent = server.received_requests().await.unwrap();
    let identifiers: Vec<_> = sent
        .iter()
        .map(|request| {
            request.headers["x-plex-client-identifier"]
                .to_str()
                .unwrap()
        })
        .collect();
    let own = "3381b62b-9ab7-4e37-827b-203e9809eb58";
    assert_eq!(identifiers, [own, "another", "another"]);

    let query = |url: plex_api::Secret| url.expose().split_once('?').unwrap().1.to_owned();
    let rest = "X-Plex-Token=2ffLuB84dqLswk9skLos";
    assert_eq!(
        query(request.url(&plex).unwrap()),
        format!("includeHttps=1&X-Plex-Client-Identifier={own}&{rest}")
    );
    assert_eq!(
        query(other.url(&plex).unwrap()),
        format!("includeHttps=1&X-Plex-Client-Identifier=another&{rest}")
    );
    assert_eq!(sent.len(), server.received_requests().await.unwrap().len());
}

#[tokio::test]
async fn an_invalid_call_is_a_misuse_and_sends_no_request() {
    let server = responding(ResponseTemplate::new(204)).await;
    let plex = client(&server);
    let token = Token::new("2ffLuB84dqLswk9skLos");
    let link = async |plex: PlexApi, code: &str| plex.link_pin(LinkPinRequest::new(code)).await;
    let draw = async |code: &str| {
        let picture = plex.get_pin_qr_code(GetPinQrCodeRequest::new(code)).await;
        picture.map(drop)
    };
    let unsendable = plex.with_token(&Token::new("a\nb"));
    for (outcome, advice) in [
        (link(plex.clone(), "7RQZ").await, "with_token"),
        (link(plex.with_token(&token), " ").await, "`code`"),
        (link(unsendable, "7RQZ").await, "a header cannot carry"),
        (draw("").await, "`code`"),
        (draw("..").await, "`code`"),
        (draw(" . ").await, "`code`"),
    ] {
        let error = outcome.unwrap_err();
        assert!(error.is_misuse(), "{error}");
        assert!(error.to_string().contains(advice), "{error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_custom_user_agent() {
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    builder(&server)
        .user_agent("mine/1")
        .build()
        .unwrap()
        .get_pin(GetPinRequest::new())
        .await
        .unwrap();
    assert!(as_text(&only_request(&server).await).contains("user-agent: mine/1\n"));
    assert!(
        plex_api::PlexApi::builder(roku())
            .user_agent("a\nb")
            .build()
            .unwrap_err()
            .is_misuse()
    );
}
