//! Chooses how the response of an operation is read.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Type, parse_quote};

use crate::operations::{Response, ResponseKind};
use crate::syntax::argument_of;

/// The type of a response, and the expression that reads it from `body`.
pub(super) struct Reader {
    pub(super) ty: Type,
    pub(super) read: TokenStream,
}

impl Reader {
    /// Returns the reader of a response, whose model has the type `ty`.
    pub(super) fn of(response: Response, ty: &Type) -> Self {
        let reader = match response.kind {
            ResponseKind::Nothing => {
                return Self {
                    ty: parse_quote!(()),
                    read: quote!(body.nothing()),
                };
            }
            ResponseKind::Bytes => Self {
                ty: parse_quote!(::std::vec::Vec<u8>),
                read: quote!(body.bytes()),
            },
            ResponseKind::Json => Self {
                ty: ty.clone(),
                read: quote!(body.json()),
            },
        };
        if !response.is_optional {
            return reader;
        }
        let Self { ty, read } = reader;
        let read = quote!(body.optional(|body| #read));
        if argument_of(&ty, &["std", "option", "Option"]).is_some() {
            return Self {
                ty,
                read: quote!(#read.map(::std::option::Option::flatten)),
            };
        }
        Self {
            ty: parse_quote!(::std::option::Option<#ty>),
            read,
        }
    }
}
