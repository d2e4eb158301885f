//! The output of the generator: the JSON Schema of every model and the signature of every operation.

use serde_json::Value;
use syn::{ImplItem, Item};

use crate::snapshots;

#[test]
fn schemas() {
    let schemas = plex_api::schemas();
    assert!(schemas.iter().any(|(name, _)| *name == "AuthPinContainer"));
    snapshots::generated().bind(|| {
        for (name, mut schema) in schemas {
            // Sorted, because a feature of serde_json may keep the insertion order.
            let members = schema.as_object_mut().unwrap();
            members.values_mut().for_each(Value::sort_all_objects);
            insta::assert_json_snapshot!(format!("schema_{name}"), schema);
        }
    });
}

#[test]
fn signatures() {
    let file = syn::parse_file(include_str!("../../plex-api-gen/src/generated.rs")).unwrap();
    let methods = file.items.into_iter().filter_map(|item| match item {
        Item::Impl(client) => Some(client.items),
        _ => None,
    });
    let signatures: Vec<String> = methods
        .flatten()
        .filter_map(|item| match item {
            ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(written(method.sig)),
            _ => None,
        })
        .collect();
    assert_eq!(signatures.len(), plex_api::generated::operations::ALL.len());
    snapshots::generated().bind(|| insta::assert_snapshot!("signatures", signatures.join("\n")));
}

/// Formats a signature with prettyplease.
fn written(signature: syn::Signature) -> String {
    let file: syn::File = syn::parse_quote!(#signature {});
    prettyplease::unparse(&file)
        .trim_end()
        .trim_end_matches(" {}")
        .to_owned()
}
