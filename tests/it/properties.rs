//! Arbitrary responses and stored sign-ins: nothing panics, nothing leaks, URLs carry exactly what was stored.
//!
//! They use proptest and not a coverage-guided fuzzer: it runs on the stable toolchain, in `cargo test`, and minimizes
//! its failures. `PROPTEST_CASES=1000000 cargo test --release -p plex-api-tests properties` runs for long.

use plex_api::generated::types;
use plex_api::{CodeSignIn, SignIn};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use url::Url;

use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::TOKEN;

/// Makes any JSON, including scalars that servers often send.
fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop_oneof![
            "0",
            "1",
            "",
            "Unknown",
            "876",
            "2024-07-16T17:03:05.2Z",
            TOKEN
        ]
        .prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map("[a-zA-Z_]{1,8}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Makes objects from the original, with some fields changed or removed.
fn changed(original: &'static str) -> impl Strategy<Value = Value> {
    let object: Map<String, Value> = serde_json::from_str(original).unwrap();
    let keys: Vec<String> = object.keys().cloned().collect();
    let change = (
        proptest::sample::select(keys),
        proptest::option::of(any_json()),
    );
    proptest::collection::vec(change, 0..6).prop_map(move |changes| {
        let mut object = object.clone();
        for (key, value) in changes {
            match value {
                Some(value) => object.insert(key, value),
                None => object.remove(&key),
            };
        }
        Value::Object(object)
    })
}

/// Reads a response. If that succeeds, neither form of `Debug` may show the token.
fn read<T: DeserializeOwned + std::fmt::Debug>(response: &Value, token: Option<&Value>) {
    if let Ok(model) = serde_json::from_slice::<T>(response.to_string().as_bytes())
        && token == Some(&json!(TOKEN))
    {
        // Another field may have been changed to the same string, which `Debug` then shows.
        let is_repeated = response.to_string().matches(TOKEN).count() > 1;
        assert!(is_repeated || !format!("{model:?}{model:#?}").contains(TOKEN));
    }
}

proptest! {
    #[test]
    fn every_model_accepts_or_rejects_any_json(response in any_json()) {
        read::<types::AccessToken>(&response, None);
        read::<types::AuthPinContainer>(&response, None);
        read::<types::ErrorItem>(&response, None);
        read::<types::ErrorList>(&response, None);
        read::<types::GeoData>(&response, None);
        read::<types::JsonWebKey>(&response, None);
        read::<types::JsonWebKeySet>(&response, None);
        read::<types::Nonce>(&response, None);
        read::<types::Pong>(&response, None);
        read::<types::Subscription>(&response, None);
        read::<types::User>(&response, None);
    }

    #[test]
    fn a_pin_accepts_or_rejects_changed_fields(response in changed(ORIGINAL_RESPONSE)) {
        read::<types::AuthPinContainer>(&response, response.get("authToken"));
    }

    #[test]
    fn a_user_accepts_or_rejects_changed_fields(response in changed(include_str!("../fixtures/user.json"))) {
        read::<types::User>(&response, response.get("authToken"));
    }

    #[test]
    fn no_location_costs_the_pin(location in any_json()) {
        let mut response: Value = serde_json::from_str(ORIGINAL_RESPONSE).unwrap();
        response["location"] = location;
        let pin: Result<types::AuthPinContainer, _> = serde_json::from_value(response.clone());
        prop_assert!(pin.is_ok(), "{response}");
    }

    #[test]
    fn any_bytes_are_accepted_or_rejected(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = serde_json::from_slice::<types::AuthPinContainer>(&bytes);
        let _ = serde_json::from_slice::<SignIn>(&bytes);
    }

    #[test]
    fn urls_carry_exactly_what_was_stored(
        code in ".{1,30}",
        client in ".{1,40}",
        product in proptest::option::of(".{0,40}"),
        path in "[a-z/?&=%#+ ]{0,20}",
    ) {
        let stored = |kind: &str| json!({
            "kind": kind, "id": 1, "code": code, "client_identifier": client, "product": product,
            "expires_at": "2024-07-16T17:18:05Z"
        });
        let sign_in: SignIn = serde_json::from_value(stored("SignIn")).unwrap();
        let forward = Url::parse(&format!("https://example.org/{path}")).unwrap();
        let url = sign_in.url_with_forward(&forward).unwrap();
        prop_assert_eq!((url.host_str(), url.path(), url.query()), (Some("app.plex.tv"), "/auth", None));
        let fragment = url.fragment().unwrap().strip_prefix('?').unwrap();
        prop_assert!(!fragment.contains('+'), "a space is %20: {}", fragment);
        let mut expected = vec![("clientID".to_owned(), client.clone()), ("code".to_owned(), code.clone())];
        expected.extend(product.clone().map(|product| ("context[device][product]".to_owned(), product)));
        expected.push(("forwardUrl".to_owned(), forward.to_string()));
        let found: Vec<(String, String)> = url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
        prop_assert_eq!(found, expected);

        let code_sign_in: CodeSignIn = serde_json::from_value(stored("CodeSignIn")).unwrap();
        let url = code_sign_in.url();
        prop_assert_eq!((url.host_str(), url.path()), (Some("plex.tv"), "/link/"));
        prop_assert_eq!(url.query_pairs().into_owned().collect::<Vec<_>>(), [("pin".to_owned(), code)]);
    }
}
