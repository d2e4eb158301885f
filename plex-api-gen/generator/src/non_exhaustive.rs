//! Step 7, for our own crate: response models are marked `#[non_exhaustive]`, so that a new field is not a breaking change.
//!
//! Code for another crate is not marked: its tests may construct every model.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Fields, File, Ident, Item, ItemStruct, Type, parse_quote};

use crate::models;

/// Marks every struct with named fields that no request holds. Requests stay constructible.
pub(crate) fn mark(file: &mut File) {
    let held = held_by_requests(file);
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

/// Returns the names of the models that request structs hold, directly or through others.
fn held_by_requests(file: &mut File) -> BTreeSet<String> {
    let mut held = BTreeSet::new();
    for item in requests(file) {
        if let Item::Struct(request) = item {
            held.extend(request.fields.iter().flat_map(|field| names(&field.ty)));
        }
    }
    let Some(items) = models::types(file) else {
        return held;
    };
    loop {
        let count = held.len();
        for item in items.iter() {
            match item {
                Item::Struct(model) if held.contains(&model.ident.to_string()) => {
                    held.extend(model.fields.iter().flat_map(|field| names(&field.ty)));
                }
                Item::Enum(model) if held.contains(&model.ident.to_string()) => {
                    let fields = model.variants.iter().flat_map(|variant| &variant.fields);
                    held.extend(fields.flat_map(|field| names(&field.ty)));
                }
                _ => {}
            }
        }
        if held.len() == count {
            return held;
        }
    }
}

/// Returns the items of `pub mod requests`.
fn requests(file: &File) -> &[Item] {
    let content = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "requests" => module.content.as_ref(),
        _ => None,
    });
    content.map_or(&[], |(_, items)| items.as_slice())
}

/// Returns every identifier in a type.
fn names(ty: &Type) -> Vec<String> {
    struct Names(Vec<String>);

    impl<'ast> Visit<'ast> for Names {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0.push(ident.to_string());
        }
    }

    let mut names = Names(Vec::new());
    names.visit_type(ty);
    names.0
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
