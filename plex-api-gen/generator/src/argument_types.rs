//! Step 6c: the models that request structs hold.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{File, Ident, Item, ItemStruct, Meta, Path, Token, Type, parse_quote};

use crate::models;

/// Derives `PartialEq` for every model that a request struct holds: request structs are compared.
pub(crate) fn comparable(file: &mut File) {
    let held = held_by_requests(file);
    for item in models::types(file).into_iter().flatten() {
        let (Item::Struct(ItemStruct { attrs, ident, .. })
        | Item::Enum(syn::ItemEnum { attrs, ident, .. })) = item
        else {
            continue;
        };
        if held.contains(&ident.to_string()) && !derives_partial_eq(attrs) {
            attrs.push(parse_quote!(#[derive(PartialEq)]));
        }
    }
}

fn derives_partial_eq(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let paths = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        matches!(attribute.meta, Meta::List(_))
            && attribute.path().is_ident("derive")
            && paths.is_ok_and(|paths| paths.iter().any(|path| path.is_ident("PartialEq")))
    })
}

/// Returns the names of the models that request structs hold, directly or through others.
pub(crate) fn held_by_requests(file: &mut File) -> BTreeSet<String> {
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
    fn models_that_requests_hold_are_comparable() {
        let mut file: File = parse_quote!(
            pub mod requests {
                pub struct AddRequest {
                    body: ::std::option::Option<types::Held>,
                }
            }
            pub mod types {
                pub struct Held {
                    pub union: ::std::vec::Vec<Union>,
                }
                pub enum Union {
                    A(Inner),
                }
                #[derive(Clone, PartialEq)]
                pub struct Inner(pub i64);
                pub struct Response {}
            }
        );
        comparable(&mut file);
        let code = prettyplease::unparse(&file);
        assert_eq!(code.matches("PartialEq").count(), 3, "{code}");
        assert!(
            code.contains("#[derive(PartialEq)]\n    pub struct Held {"),
            "{code}"
        );
        assert!(
            code.contains("#[derive(PartialEq)]\n    pub enum Union {"),
            "{code}"
        );
    }
}
