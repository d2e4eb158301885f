//! Writes the facts of each operation besides its arguments.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, Path, parse_quote};

use crate::operations::{Body, Operation, Operations, Scheme};

/// Returns `pub mod operations`: the facts of each operation besides its arguments.
pub(super) fn module(operations: &Operations, runtime: &Path) -> Item {
    let server = &operations.server;
    let constants = operations.by_method.iter().map(|(method, operation)| {
        let name = constant(method);
        let Operation {
            id,
            method,
            path,
            accept,
            body,
            security,
            ..
        } = operation;
        let accept = accept.iter();
        let body = body.iter().map(|Body { media_type, is_required, .. }| {
            if *is_required {
                quote!(.sending(#media_type))
            } else {
                quote!(.sending_optional(#media_type))
            }
        });
        let security = (!security.is_empty()).then(|| {
            let alternatives = security.iter().map(|schemes| {
                let schemes = schemes.iter().map(|one| scheme(one, runtime));
                quote!(&[#(#schemes),*])
            });
            quote!(.secured_by(&[#(#alternatives),*]))
        });
        let server = operation.server.as_deref().unwrap_or(server);
        let doc = format!(" `{method} {path}`");
        quote! {
            #[doc = #doc]
            pub static #name: #runtime::Operation =
                #runtime::Operation::new(#id, #method, #path, #server) #(.accepting(#accept))* #(#body)* #security;
        }
    });
    let names = operations.by_method.keys().map(|method| constant(method));
    parse_quote! {
        /// The facts of each operation besides its arguments and its response.
        pub mod operations {
            /// The server that the spec names first.
            pub const SERVER: &str = #server;
            /// Every operation of the spec.
            pub static ALL: &[&#runtime::Operation] = &[#(&#names),*];
            #(#constants)*
        }
    }
}

fn scheme(scheme: &Scheme, runtime: &Path) -> TokenStream {
    let call = match scheme {
        Scheme::PlexTokenInHeader => quote!(plex_token_in_header()),
        Scheme::PlexTokenInQuery => quote!(plex_token_in_query()),
        Scheme::Header { scheme, header } => quote!(header(#scheme, #header)),
        Scheme::Query { scheme, parameter } => quote!(query(#scheme, #parameter)),
        Scheme::Bearer { scheme } => quote!(bearer(#scheme)),
        Scheme::Basic { scheme } => quote!(basic(#scheme)),
    };
    quote!(#runtime::Scheme::#call)
}

/// Returns the name of the constant of an operation.
pub(super) fn constant(method: &str) -> Ident {
    format_ident!("{}", method.to_uppercase())
}
