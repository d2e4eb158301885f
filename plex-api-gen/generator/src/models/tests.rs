use super::*;
use crate::tests::assert_snapshot;

fn finished(item: Item) -> String {
    let mut file: File = parse_quote!(
        pub mod types {
            #item
            pub mod error {}
        }
    );
    finish(&mut file, &parse_quote!(crate));
    prettyplease::unparse(&file)
}

#[test]
fn a_model_is_lenient_and_has_a_schema() {
    assert_snapshot(
        "finished_model",
        &finished(parse_quote!(
            /// A pin.
            ///
            /// <details><summary>JSON schema</summary></details>
            #[derive(Debug)]
            pub struct Pin {
                pub id: i64,
                #[serde(
                    rename = "authToken",
                    skip_serializing_if = "::std::option::Option::is_none"
                )]
                pub auth_token: ::std::option::Option<crate::Token>,
                #[serde(
                    rename = "nickName",
                    deserialize_with = "::std::option::Option::deserialize"
                )]
                pub nickname: ::std::option::Option<::std::string::String>,
                pub location: ::std::option::Option<GeoData>,
            }
        )),
    );
}

#[test]
fn arrays_maps_and_boxed_models_are_lenient() {
    assert_snapshot(
        "finished_arrays_and_maps",
        &finished(parse_quote!(
            pub struct It {
                #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
                pub texts: ::std::vec::Vec<::std::string::String>,
                pub tokens: ::std::vec::Vec<crate::Token>,
                pub models: ::std::vec::Vec<Other>,
                pub any: ::std::vec::Vec<::serde_json::Value>,
                pub map: ::std::collections::HashMap<::std::string::String, i64>,
                pub object: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                pub itself: ::std::option::Option<::std::boxed::Box<It>>,
                pub value: ::serde_json::Value,
            }
        )),
    );
}

#[test]
fn wrappers_are_read_as_they_are() {
    let mut file: File = parse_quote!(
        pub mod types {
            pub struct Kind(pub i32);
            #[serde(transparent)]
            pub struct Maybe(pub ::std::option::Option<Other>);
            pub struct It {
                pub kind: ::std::option::Option<Kind>,
                pub kinds: ::std::vec::Vec<Kind>,
                pub other: ::std::option::Option<Other>,
            }
        }
    );
    finish(&mut file, &parse_quote!(crate));
    assert_snapshot("finished_wrappers", &prettyplease::unparse(&file));
}

#[test]
fn colliding_fields_are_numbered_and_keep_their_names_in_json() {
    assert_snapshot(
        "finished_collisions",
        &finished(parse_quote!(
            pub struct It {
                #[serde(rename = "Guid")]
                pub guid: i64,
                pub guid: i64,
                pub guid2: i64,
                #[serde(rename = "TYPE")]
                pub r#type: i64,
                #[serde(rename = "type", default)]
                pub r#type: i64,
            }
        )),
    );
}

#[test]
fn an_enum_has_a_schema() {
    assert_snapshot(
        "finished_enum",
        &finished(parse_quote!(
            pub enum Kind {
                A,
                B,
            }
        )),
    );
}

#[test]
fn models_of_an_external_crate_have_no_schemas() {
    let mut file: File = parse_quote!(
        pub mod types {
            pub struct It {
                pub a: i64,
            }
        }
    );
    finish(&mut file, &parse_quote!(plex_api::generated));
    let code = prettyplease::unparse(&file);
    assert!(!code.contains("schemars"), "{code}");
    assert!(
        code.contains("plex_api::generated::lenient::read"),
        "{code}"
    );
}
