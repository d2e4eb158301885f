//! Chooses how the response of an operation is read.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Fields, File, Ident, Item, ItemImpl, Path, Type, parse_quote};

use crate::models::{self, is_scalar};
use crate::operations::{Response, ResponseKind};
use crate::syntax::{argument_of, is_path, type_path};

/// What the generated types are.
pub(super) struct Types<'a> {
    /// Structs with named fields.
    models: BTreeSet<String>,
    /// Types that the runtime reads like scalars, such as enums.
    scalars: BTreeSet<String>,
    runtime: &'a Path,
}

/// The type of a response, and the expression that reads it from `body`.
pub(super) struct Reader {
    pub(super) ty: Type,
    pub(super) read: TokenStream,
}

impl<'a> Types<'a> {
    pub(super) fn of(file: &mut File, runtime: &'a Path) -> Self {
        let mut types = Self {
            models: BTreeSet::new(),
            scalars: BTreeSet::new(),
            runtime,
        };
        for item in models::types(file).into_iter().flatten() {
            match item {
                Item::Struct(model) if matches!(model.fields, Fields::Named(_)) => {
                    types.models.insert(model.ident.to_string());
                }
                Item::Impl(ItemImpl {
                    trait_: Some((path, _)),
                    self_ty,
                    ..
                }) if path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "Lenient") =>
                {
                    let name = type_path(self_ty).and_then(Path::get_ident);
                    types.scalars.extend(name.map(Ident::to_string));
                }
                _ => {}
            }
        }
        types
    }

    /// Returns the reader of a response, whose model has the type `ty`.
    pub(super) fn response(&self, response: Response, ty: &Type) -> Reader {
        let reader = match response.kind {
            ResponseKind::Nothing => {
                return Reader {
                    ty: parse_quote!(()),
                    read: quote!(body.nothing()),
                };
            }
            ResponseKind::Bytes => Reader {
                ty: parse_quote!(::std::vec::Vec<u8>),
                read: quote!(body.bytes()),
            },
            ResponseKind::Json => {
                let name = format_ident!("{}", self.json(ty));
                Reader {
                    ty: ty.clone(),
                    read: quote!(body.#name()),
                }
            }
        };
        if !response.is_optional {
            return reader;
        }
        let Reader { ty, read } = reader;
        let read = quote!(body.optional(|body| #read));
        if argument_of(&ty, &["std", "option", "Option"]).is_some() {
            return Reader {
                ty,
                read: quote!(#read.map(::std::option::Option::flatten)),
            };
        }
        Reader {
            ty: parse_quote!(::std::option::Option<#ty>),
            read,
        }
    }

    /// Returns the method of the runtime that reads JSON as this type.
    fn json(&self, ty: &Type) -> &'static str {
        let item = argument_of(ty, &["std", "vec", "Vec"]);
        match item {
            Some(item) if self.is_scalar(item) => "list",
            Some(item) if is_in(&self.models, item) => "models",
            None if self.is_scalar(ty) => "scalar",
            _ => "json",
        }
    }

    fn is_scalar(&self, ty: &Type) -> bool {
        is_scalar(ty, self.runtime) || is_in(&self.scalars, ty)
    }
}

/// Returns whether a type is `types::NAME` with one of the names.
fn is_in(names: &BTreeSet<String>, ty: &Type) -> bool {
    let last = type_path(ty).and_then(|path| path.segments.last().map(|last| (path, &last.ident)));
    last.is_some_and(|(path, name)| {
        let name = name.to_string();
        names.contains(&name) && is_path(path, &["types", &name])
    })
}
