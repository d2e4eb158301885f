//! Step 6b: replaces progenitor's client with a thin struct over the runtime's transport. Its methods only build their
//! request; the transport sends it, classifies the status and decodes the response.

use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{File, FnArg, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Pat, Path, Type, parse_quote};

use crate::error::Problem;
use crate::operations::{Operation, Operations};
use crate::syntax::type_path;

mod request;
mod statements;

use request::RewriteRequest;
use statements::{
    appends_api_version, appends_header, declares, last_local, operation_id, success_type,
};

/// Replaces progenitor's client.
pub(crate) fn finish(
    file: &mut File,
    operations: &Operations,
    runtime: &Path,
) -> Result<(), Problem> {
    let mut methods = Vec::new();
    for item in &file.items {
        if let Item::Impl(ItemImpl {
            items,
            trait_: None,
            ..
        }) = item
        {
            methods.extend(items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method.clone()),
                _ => None,
            }));
        }
    }
    let methods = methods.into_iter();
    let methods = methods.map(|method| finish_method(method, operations, runtime));
    let methods: Vec<ImplItemFn> = methods.collect::<Result<Vec<_>, _>>()?.concat();
    file.items.retain(|item| match item {
        Item::Mod(module) => module.ident == "types",
        Item::Fn(_) => true,
        _ => false,
    });
    let ours: File = parse_quote! {
        #[allow(unused_imports)]
        use progenitor_client::{encode_path, RequestBuilderExt};
        #[allow(unused_imports)]
        use #runtime::RequestBodyExt;

        /// The generated client: one method for each operation of the spec.
        ///
        /// It adds the identity headers to every request, and the access token to exactly those operations whose `security`
        /// requires it. A clone is cheap and shares the connections.
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: #runtime::Transport,
        }

        impl Client {
            /// Creates a client over a transport, which holds the base URL, the identity and the token.
            pub fn new(transport: #runtime::Transport) -> Self {
                Self { transport }
            }

            /// Returns the transport that sends the requests.
            pub fn transport(&self) -> &#runtime::Transport {
                &self.transport
            }

            #(#methods)*
        }
    };
    let mut items = ours.items;
    items.push(operations_module(operations, runtime));
    items.append(&mut file.items);
    file.items = items;
    Ok(())
}

/// Returns `pub mod operations`: the facts of each operation besides its arguments.
fn operations_module(operations: &Operations, runtime: &Path) -> Item {
    let server = &operations.server;
    let constants = operations.by_method.iter().map(|(method, operation)| {
        let name = constant(method);
        let Operation {
            id,
            method,
            path,
            token,
            ..
        } = operation;
        let accept = operation.accept.iter();
        let token = token.then(|| quote!(.requiring_token()));
        let server = operation.server.as_deref().unwrap_or(server);
        let doc = format!("`{method} {path}`");
        quote! {
            #[doc = #doc]
            pub static #name: #runtime::Operation =
                #runtime::Operation::new(#id, #method, #path, #server) #(.accepting(#accept))* #token;
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

fn constant(method: &str) -> Ident {
    format_ident!("{}", method.to_uppercase())
}

/// Turns
/// ```text
/// async fn get_pin(&self, ..) -> Result<ResponseValue<T>, Error<()>> { build; send; classify }
/// ```
/// into
/// ```text
/// async fn get_pin(&self, ..) -> Result<T, runtime::Error> { self.get_pin_as(..).await }
/// async fn get_pin_as<Response>(&self, ..) -> Result<Response, runtime::Error> { let request = (|| build)(); self.transport.json(..) }
/// ```
fn finish_method(
    mut method: ImplItemFn,
    operations: &Operations,
    runtime: &Path,
) -> Result<Vec<ImplItemFn>, Problem> {
    let name = method.sig.ident.to_string();
    let unknown = |what: &str| {
        let advice = "build with the version of progenitor that Cargo.lock names";
        let what = format!("progenitor wrote `{name}` in an unknown form: {what}; {advice}");
        Problem::new("", what)
    };
    let body = &mut method.block.stmts;
    let end = body
        .iter()
        .position(|statement| declares(statement, "info"))
        .ok_or_else(|| unknown("it has no OperationInfo"))?;
    let key =
        operation_id(&body[end]).ok_or_else(|| unknown("its OperationInfo has no operation_id"))?;
    let operation = operations
        .by_method
        .get(&key)
        .ok_or_else(|| unknown("its operation_id is not in the spec"))?;
    body.truncate(end);
    body.retain(|statement| !appends_api_version(statement));
    let has_headers = body.iter().any(appends_header);
    if !has_headers {
        body.retain(|statement| !declares(statement, "header_map"));
    }
    let mut rewrite = RewriteRequest {
        constant: constant(&key),
        has_headers,
        optional_body: operation.optional_body,
    };
    body.iter_mut()
        .for_each(|statement| rewrite.visit_stmt_mut(statement));
    if operation.optional_body {
        optional_body(&mut method);
    }
    let success =
        success_type(&method).ok_or_else(|| unknown("it does not return a ResponseValue"))?;
    let (send, success) = match &success {
        Type::Tuple(unit) if unit.elems.is_empty() => (format_ident!("empty"), success),
        ty if type_path(ty).is_some_and(|path| path.is_ident("ByteStream")) => {
            (format_ident!("bytes"), parse_quote!(::std::vec::Vec<u8>))
        }
        _ => (format_ident!("json"), success),
    };
    let constant = constant(&key);
    let statements = &method.block.stmts;
    let built = last_local(statements).ok_or_else(|| unknown("it builds no request"))?;
    method.block = parse_quote!({
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            #(#statements)*
            Ok(#built)
        })();
        self.transport.#send(&operations::#constant, request).await
    });
    if send == "json" {
        return Ok(with_custom_response(method, &success, runtime));
    }
    method.sig.output = parse_quote!(-> Result<#success, #runtime::Error>);
    Ok(vec![method])
}

/// Returns two methods for an operation with a JSON response: one that reads it as the model of the spec, and the one that it
/// calls, which reads it as a type of the caller.
fn with_custom_response(method: ImplItemFn, model: &Type, runtime: &Path) -> Vec<ImplItemFn> {
    let mut general = method.clone();
    general.sig.ident = format_ident!("{}_as", method.sig.ident);
    general
        .sig
        .generics
        .params
        .push(parse_quote!(Response: ::serde::de::DeserializeOwned));
    general.sig.output = parse_quote!(-> Result<Response, #runtime::Error>);
    let doc = format!(
        "Like `{}`, but reads the response as a type of your own.",
        method.sig.ident
    );
    general.attrs = vec![parse_quote!(#[doc = #doc])];

    let mut usual = method;
    let arguments = usual
        .sig
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some(&argument.pat),
            FnArg::Receiver(_) => None,
        });
    let name = &general.sig.ident;
    usual.block = parse_quote!({ self.#name(#(#arguments),*).await });
    usual.sig.output = parse_quote!(-> Result<#model, #runtime::Error>);
    vec![usual, general]
}

/// Makes the body, which progenitor always requires, an `Option`.
fn optional_body(method: &mut ImplItemFn) {
    for argument in &mut method.sig.inputs {
        if let FnArg::Typed(argument) = argument
            && matches!(&*argument.pat, Pat::Ident(pattern) if pattern.ident == "body")
        {
            let ty = &argument.ty;
            argument.ty = parse_quote!(::std::option::Option<#ty>);
        }
    }
}

#[cfg(test)]
mod tests;
