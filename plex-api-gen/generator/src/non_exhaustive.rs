//! Step 7, for our own crate: response models are marked `#[non_exhaustive]`, so that a new field is not a breaking change.
//!
//! Code for another crate is not marked: its tests may construct every model.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Fields, File, FnArg, Ident, ImplItem, Item, ItemStruct, Type, parse_quote};

use crate::models;

/// Marks every struct with named fields that no argument of a method contains. Requests stay constructible.
pub(crate) fn mark(file: &mut File) {
    let mut requests = names_in_arguments(file);
    let Some(items) = models::types(file) else {
        return;
    };
    let mut models: Vec<&mut ItemStruct> = items.iter_mut().filter_map(model).collect();
    loop {
        let count = requests.len();
        for model in &models {
            if requests.contains(&model.ident.to_string()) {
                let types = model.fields.iter().map(|field| &field.ty);
                requests.extend(types.flat_map(names));
            }
        }
        if requests.len() == count {
            break;
        }
    }
    for model in &mut models {
        if !requests.contains(&model.ident.to_string()) {
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

/// Returns the names in the argument types of the client's methods.
fn names_in_arguments(file: &File) -> BTreeSet<String> {
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    let methods = blocks
        .flat_map(|block| &block.items)
        .filter_map(|item| match item {
            ImplItem::Fn(method) => Some(method),
            _ => None,
        });
    methods
        .flat_map(|method| &method.sig.inputs)
        .filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some(&*argument.ty),
            FnArg::Receiver(_) => None,
        })
        .flat_map(names)
        .collect()
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
            impl Client {
                pub async fn link(&self, body: Option<&types::Request>) -> types::Response {}
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
