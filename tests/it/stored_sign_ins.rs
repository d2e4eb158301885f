//! A sign-in of every kind survives every format in which programs store it.

use std::fmt::Debug;

use plex_api::{CodeSignIn, DeviceCodeSignIn, DeviceSignIn, PendingSignIn, SignIn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::devices;

/// Stores and loads a sign-in in each format; all of its data must survive.
fn survives_every_format<S>(sign_in: &S)
where
    S: PendingSignIn + Serialize + DeserializeOwned,
{
    let json = serde_json::to_vec(sign_in).unwrap();
    same("JSON", sign_in, serde_json::from_slice(&json));

    let mut cbor = Vec::new();
    ciborium::into_writer(sign_in, &mut cbor).unwrap();
    same("CBOR", sign_in, ciborium::from_reader(cbor.as_slice()));

    let compact = postcard::to_stdvec(sign_in).unwrap();
    same("postcard", sign_in, postcard::from_bytes(&compact));

    let compact = rmp_serde::to_vec(sign_in).unwrap();
    same(
        "compact MessagePack",
        sign_in,
        rmp_serde::from_slice(&compact),
    );

    let named = rmp_serde::to_vec_named(sign_in).unwrap();
    same(
        "MessagePack with names",
        sign_in,
        rmp_serde::from_slice(&named),
    );
}

/// Compares every stored field, by way of JSON.
fn same<S: Serialize, E: Debug>(format: &str, stored: &S, loaded: Result<S, E>) {
    let loaded = loaded.unwrap_or_else(|error| panic!("{format}: {error:?}"));
    let [stored, loaded] = [stored, &loaded].map(|it| serde_json::to_value(it).unwrap());
    assert_eq!(loaded, stored, "{format}");
}

#[tokio::test]
async fn every_kind_survives_every_format() {
    let emulator = devices::emulator().await;
    let device = devices::device(&emulator);
    let plex = device.plex();
    survives_every_format::<SignIn>(&plex.start_sign_in().await.unwrap());
    survives_every_format::<CodeSignIn>(&plex.start_code_sign_in().await.unwrap());
    survives_every_format::<DeviceSignIn>(&device.start_sign_in().await.unwrap());
    survives_every_format::<DeviceCodeSignIn>(&device.start_code_sign_in().await.unwrap());
}
