use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::lower::{Alternative, Union};
use crate::tests::assert_snapshot;

/// Returns the finished module of these items.
fn finished(items: &[Item], facts: &Facts) -> String {
    let mut file: File = parse_quote!(
        pub mod types {
            #(#items)*
            pub mod error {}
        }
    );
    finish(&mut file, facts, &parse_quote!(plex_api::generated));
    prettyplease::unparse(&file)
}

#[test]
fn a_model_keeps_unknown_fields_and_has_a_schema() {
    let mut file: File = parse_quote!(
        pub mod types {
            /// A pin.
            #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
            pub struct Pin {
                pub id: i64,
                #[serde(
                    rename = "authToken",
                    skip_serializing_if = "::std::option::Option::is_none"
                )]
                pub auth_token: ::std::option::Option<crate::Token>,
                #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
                pub extra: ::std::vec::Vec<::std::string::String>,
            }
        }
    );
    let facts = Facts {
        extra: ["Pin".to_owned()].into(),
        ..Facts::default()
    };
    finish(&mut file, &facts, &parse_quote!(crate));
    assert_snapshot("finished_model", &prettyplease::unparse(&file));
}

#[test]
fn colliding_fields_are_numbered_and_keep_their_names_in_json() {
    let model = parse_quote!(
        pub struct It {
            #[serde(rename = "Guid")]
            pub guid: i64,
            pub guid: i64,
            pub guid2: i64,
            #[serde(rename = "TYPE")]
            pub r#type: i64,
            #[serde(rename = "type", default)]
            pub r#type: i64,
            #[serde(rename = "IPv6")]
            pub i_pv6: ::std::option::Option<bool>,
        }
    );
    assert_snapshot(
        "finished_collisions",
        &finished(&[model], &Facts::default()),
    );
}

#[test]
fn an_enum_of_strings_stands_in_place_of_its_wrapper() {
    let facts = Facts {
        enums: BTreeMap::from([
            (
                "Sort".to_owned(),
                vec!["ascending".to_owned(), "<".to_owned()],
            ),
            ("Kind".to_owned(), vec!["cat".to_owned()]),
        ]),
        ..Facts::default()
    };
    let items: [Item; 5] = [
        parse_quote!(
            /// The order.
            pub struct Sort(pub ::std::string::String);
        ),
        parse_quote!(
            impl ::std::convert::From<Sort> for ::std::string::String {
                fn from(value: Sort) -> Self {
                    value.0
                }
            }
        ),
        parse_quote!(
            impl ::std::str::FromStr for Sort {
                type Err = self::error::ConversionError;
            }
        ),
        parse_quote!(
            pub struct Kind(pub ::std::string::String);
        ),
        parse_quote!(
            #[derive(Clone)]
            pub struct Cat {
                pub kind: Kind,
                pub sort: ::std::option::Option<Sort>,
            }
        ),
    ];
    assert_snapshot("finished_enum", &finished(&items, &facts));
}

#[test]
fn a_union_stands_in_place_of_its_fields() {
    let alternative = |name: &str, tags: &[&str], shape| Alternative {
        name: name.to_owned(),
        tags: tags.iter().map(ToString::to_string).collect(),
        shape,
    };
    let object =
        json!({"Object": {"required": ["id"], "known": ["id"], "constants": {"kind": "cat"}}});
    let union = Union {
        discriminator: Some("kind".to_owned()),
        alternatives: vec![
            alternative("Cat", &["cat"], object),
            alternative("String", &[], json!("String")),
            alternative("String", &[], json!({"OneOf": ["a"]})),
            alternative("List", &[], json!({"Array": {"Union": ["Integer", "Map"]}})),
        ],
    };
    let facts = Facts {
        unions: BTreeMap::from([("Pet".to_owned(), union)]),
        ..Facts::default()
    };
    let pet = parse_quote!(
        pub struct Pet {
            pub alternative0: ::std::option::Option<::std::boxed::Box<Cat>>,
            pub alternative1: ::std::option::Option<::std::string::String>,
            pub alternative2: ::std::option::Option<Word>,
            pub alternative3: ::std::vec::Vec<i64>,
        }
    );
    assert_snapshot("finished_union", &finished(&[pet], &facts));
}

#[test]
fn a_constant_that_is_not_a_string_is_the_default() {
    let constants = BTreeMap::from([
        ("version".to_owned(), json!(2)),
        ("on".to_owned(), json!(true)),
        ("scale".to_owned(), json!(1)),
    ]);
    let facts = Facts {
        constants: BTreeMap::from([("It".to_owned(), constants)]),
        ..Facts::default()
    };
    let model = parse_quote!(
        pub struct It {
            pub version: i64,
            pub on: bool,
            pub scale: f64,
            pub name: ::std::option::Option<::std::string::String>,
        }
    );
    let code = finished(&[model], &facts);
    assert!(
        code.contains("impl ::std::default::Default for It"),
        "{code}"
    );
    assert!(
        code.contains("version: 2,\n") && code.contains("on: true,\n"),
        "{code}"
    );
    assert!(code.contains("scale: 1f64,\n"), "{code}");
}

#[test]
fn a_wrapper_is_read_as_its_value() {
    let wrapper = parse_quote!(
        #[derive(::serde::Deserialize)]
        #[serde(transparent)]
        pub struct Labels(pub ::std::collections::HashMap<::std::string::String, i64>);
    );
    let code = finished(&[wrapper], &Facts::default());
    assert!(
        code.contains("plex_api::generated::wrapper!(Labels);"),
        "{code}"
    );
    assert!(
        !code.contains("serde") && !code.contains("schemars"),
        "{code}"
    );
}
