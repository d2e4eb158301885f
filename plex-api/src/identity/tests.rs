use serde_json::json;

use super::*;

fn rejected(identity: &Identity) -> String {
    let error = identity.to_headers().unwrap_err();
    assert!(error.is_misuse(), "{error}");
    error.to_string()
}

#[test]
fn values_that_cannot_be_sent_are_rejected() {
    let identity = Identity::new("id");
    let line_break =
        "identity: x-plex-product holds a line break or another control character; remove it";
    assert_eq!(
        rejected(&identity.clone().client_name("a\r\nX-Evil: 1")),
        line_break
    );
    assert_eq!(rejected(&identity.clone().client_name("a\0b")), line_break);
    assert_eq!(
        rejected(&identity.model("m".repeat(1025))),
        "identity: x-plex-model is longer than 1024 bytes; shorten it"
    );
    assert!(rejected(&Identity::new(" id")).contains("whitespace"));
    for empty in ["", " "] {
        assert!(rejected(&Identity::new(empty)).contains("the client identifier is empty"));
    }
}

#[test]
fn non_ascii_text_is_sent_as_utf8() {
    let headers = Identity::new("id")
        .device_name("Küche 📺")
        .to_headers()
        .unwrap();
    assert_eq!(
        headers["x-plex-device-name"].as_bytes(),
        "Küche 📺".as_bytes()
    );
}

#[test]
fn another_x_plex_header_is_sent_and_returned() {
    let identity = Identity::new("id")
        .header("X-Plex-Provides", "player")
        .header("X-PLEX-PRODUCT", "Roku");
    assert_eq!(identity.get_header("x-Plex-provides"), Some("player"));
    assert_eq!(identity.get_client_name(), Some("Roku"));
    assert_eq!(identity, identity.clone().client_name("Roku"));
    let headers = identity.to_headers().unwrap();
    assert_eq!(headers["x-plex-provides"], "player");
    assert_eq!(headers.len(), 3);
}

#[test]
fn headers_that_are_not_allowed_are_rejected_and_their_values_are_not_kept() {
    for (name, text) in [
        ("X-Plex-Token", "PlexApi::with_token"),
        ("x-plex-client-identifier", "Identity::new"),
        ("Authorization", "send only X-Plex headers"),
        ("", "send only X-Plex headers"),
        ("X-Plex-Bad Name", "letters, digits and hyphens"),
        ("X-Plex-\r\n", "letters, digits and hyphens"),
    ] {
        let identity = Identity::new("id").header(name, "secret-value");
        assert!(rejected(&identity).contains(text), "{name}");
        assert!(!format!("{identity:?}").contains("secret-value"), "{name}");
        let stored = json!({"client_identifier": "id", "headers": {name: "secret-value"}});
        let restored: Identity = serde_json::from_value(stored).unwrap();
        assert_eq!(restored, identity);
    }
}

#[test]
fn an_identity_survives_serialization() {
    let identity = Identity::new("id")
        .client_name("Plex for Roku")
        .language("en");
    let stored = serde_json::to_value(&identity).unwrap();
    let expected = json!({
        "client_identifier": "id",
        "headers": {"x-plex-language": "en", "x-plex-product": "Plex for Roku"},
    });
    assert_eq!(stored, expected);
    assert_eq!(
        serde_json::from_value::<Identity>(stored).unwrap(),
        identity
    );
    let minimal = json!({"client_identifier": "id"});
    let minimal: Identity = serde_json::from_value(minimal).unwrap();
    assert_eq!(minimal, Identity::new("id"));
    let by_hand = json!({"client_identifier": "id", "headers": {"X-Plex-Product": "Mine"}});
    let by_hand: Identity = serde_json::from_value(by_hand).unwrap();
    assert_eq!(by_hand.get_client_name(), Some("Mine"));
}

#[test]
fn getters_return_what_setters_set() {
    let identity = Identity::new("id")
        .client_name("1")
        .client_version("2")
        .device_nickname("3")
        .device_name("4")
        .device_vendor("5")
        .model("6")
        .platform("7")
        .platform_version("8")
        .marketplace("9")
        .language("10");
    let values = [
        identity.get_client_name(),
        identity.get_client_version(),
        identity.get_device_nickname(),
        identity.get_device_name(),
        identity.get_device_vendor(),
        identity.get_model(),
        identity.get_platform(),
        identity.get_platform_version(),
        identity.get_marketplace(),
        identity.get_language(),
    ];
    let expected: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
    assert_eq!(values.map(Option::unwrap).as_slice(), expected);
    assert_eq!(Identity::new("id").get_client_name(), None);
}

#[test]
fn a_client_identifier_alone_makes_an_identity() {
    let identifier = crate::ClientIdentifier::random();
    let identity = Identity::new(&identifier);
    assert_eq!(Identity::from(&identifier), identity);
    assert_eq!(Identity::from(identifier.as_str()), identity);
    assert_eq!(Identity::from(identifier.to_string()), identity);
    assert_eq!(identifier.as_str().parse(), Ok(identity));
}
