//! Step 7, for our own crate: response models are marked `#[non_exhaustive]`, so that a new field is not a breaking change.
//!
//! Code for another crate is not marked: its tests may construct every model.

use syn::{Fields, File, Item, ItemStruct, parse_quote};

use crate::{argument_types, models};

/// Marks every struct with named fields that no request holds. Requests stay constructible.
pub(crate) fn mark(file: &mut File) {
    let held = argument_types::held_by_requests(file);
    let items = models::types(file).into_iter().flatten();
    for model in items.filter_map(model) {
        if !held.contains(&model.ident.to_string()) {
            model.attrs.push(parse_quote!(#[non_exhaustive]));
        }
    }
}

fn model(item: &mut Item) -> Option<&mut ItemStruct> {
    match item {
        Item::Struct(model) if matches!(model.fields, Fields::Named(_)) => Some(model),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_models_in_responses_are_marked() {
        let mut file: File = parse_quote!(
            pub mod requests {
                pub struct LinkRequest {
                    body: ::std::option::Option<types::Request>,
                }
            }
            pub mod types {
                pub struct Request {
                    pub key: ::std::option::Option<Key>,
                    /// Not a Response.
                    pub name: ::std::string::String,
                }
                pub struct Key {
                    pub id: i64,
                }
                pub struct Response {
                    pub key: Key,
                }
                pub struct Wrapper(pub i64);
            }
        );
        mark(&mut file);
        let code = prettyplease::unparse(&file);
        assert_eq!(code.matches("non_exhaustive").count(), 1, "{code}");
        let marked = "#[non_exhaustive]\n    pub struct Response {";
        assert!(code.contains(marked), "{code}");
    }
}
