//! Stored secrets that a program reads by hand: no error quotes them.

use plex_api::{
    CodeSignIn, Credentials, CredentialsState, DeviceCodeSignIn, DeviceKey, PinCode, Secret,
    SignIn, Token,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::devices;
use crate::secrets::assert_hidden;
use crate::servers::TOKEN;

/// Replaces each value in JSON, in turn, and the whole, by a secret of another type and by structures that hold it.
fn planted(json: &Value) -> Vec<Value> {
    let wrong = [
        json!(TOKEN),
        json!(SECRET_NUMBER),
        json!([TOKEN]),
        json!({TOKEN: SECRET_NUMBER}),
        json!(-1.5),
    ];
    let mut all = wrong.to_vec();
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                for wrong in planted(value) {
                    let mut changed = json.clone();
                    changed[name] = wrong;
                    all.push(changed);
                }
                let mut without = members.clone();
                without.remove(name);
                all.push(Value::Object(without));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for wrong in planted(item) {
                    let mut changed = json.clone();
                    changed[index] = wrong;
                    all.push(changed);
                }
            }
        }
        _ => {}
    }
    all
}

/// A secret that is a number, such as a code of digits.
const SECRET_NUMBER: u64 = 8_675_309_867_530_986;

/// Reads JSON and CBOR by hand; no error may quote a secret. Returns the number of errors.
fn errors_of_reading<T: DeserializeOwned>(values: &[Value]) -> usize {
    let number = SECRET_NUMBER.to_string();
    let secrets = [TOKEN, number.as_str(), "-1.5"];
    let mut count = 0;
    for value in values {
        let text = value.to_string();
        let mut cbor = Vec::new();
        ciborium::into_writer(value, &mut cbor).unwrap();
        let read: [Option<String>; 4] = [
            serde_json::from_str::<T>(&text)
                .err()
                .map(|error| format!("{error} {error:?}")),
            serde_json::from_str::<T>(&text[1..])
                .err()
                .map(|error| format!("{error} {error:?}")),
            serde_json::from_value::<T>(value.clone())
                .err()
                .map(|error| format!("{error} {error:?}")),
            ciborium::from_reader::<T, _>(cbor.as_slice())
                .err()
                .map(|error| format!("{error} {error:?}")),
        ];
        for error in read.into_iter().flatten() {
            assert_hidden(&error, &secrets);
            count += 1;
        }
    }
    count
}

#[tokio::test]
async fn errors_show_no_value_that_cannot_be_read() {
    let emulator = devices::emulator().await;
    let device = devices::device(&emulator);
    let (code_sign_in, token) = devices::sign_in_by_code(&emulator, &device).await;
    let state = Credentials::new(&device, &token).unwrap().state();
    let plex = device.plex();
    let sign_in = serde_json::to_value(plex.start_sign_in().await.unwrap()).unwrap();
    let device_sign_in = serde_json::to_value(&code_sign_in).unwrap();
    let state = serde_json::to_value(&state).unwrap();
    let key = serde_json::to_value(device.key()).unwrap();
    let text = json!("text");
    for count in [
        errors_of_reading::<Token>(&planted(&text)),
        errors_of_reading::<PinCode>(&planted(&text)),
        errors_of_reading::<Secret>(&planted(&text)),
        errors_of_reading::<SignIn>(&planted(&sign_in)),
        errors_of_reading::<CodeSignIn>(&planted(&sign_in)),
        errors_of_reading::<DeviceCodeSignIn>(&planted(&device_sign_in)),
        errors_of_reading::<DeviceKey>(&planted(&key)),
        errors_of_reading::<CredentialsState>(&planted(&state)),
    ] {
        assert!(count > 10, "{count}");
    }
    let error = serde_json::from_str::<SignIn>("{\"kind\":\"SignIn\"}").unwrap_err();
    assert!(error.to_string().contains("`id` is missing"), "{error}");
}
