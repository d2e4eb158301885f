//! Step 6b: the generated client is finished: a thin struct over the runtime's transport, and methods that only build
//! their request and leave sending, classifying and decoding to it.

use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Expr, File, FnArg, ImplItem, ImplItemFn, Item, ItemImpl, Path, Stmt, Type, parse_quote};

use crate::error::Problem;
use crate::operations::{Operation, Operations};

mod request;

use request::RewriteRequest;

/// Replaces progenitor's client by ours.
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
    let mut finished = Vec::new();
    for method in methods {
        finished.extend(finish_method(method, operations, runtime)?);
    }
    let methods = finished;
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
        /// It adds to every request what belongs to the client: the identity headers, and the access token on exactly
        /// those operations whose `security` asks for it. A clone is cheap and shares the connections.
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: #runtime::Transport,
        }

        impl Client {
            /// A client over a transport, which holds the address, the identity and the token.
            pub fn new(transport: #runtime::Transport) -> Self {
                Self { transport }
            }

            /// What the requests are sent with.
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

/// `pub mod operations`: what the spec says of each operation beside its arguments.
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
        /// What the spec says of each operation beside its arguments and its answer.
        pub mod operations {
            /// The server that the spec names first.
            pub const SERVER: &str = #server;
            /// Every operation of the spec.
            pub static ALL: &[&#runtime::Operation] = &[#(&#names),*];
            #(#constants)*
        }
    }
}

fn constant(method: &str) -> syn::Ident {
    format_ident!("{}", method.to_uppercase())
}

/// From
/// ```text
/// async fn get_pin(&self, ..) -> Result<ResponseValue<T>, Error<()>> { build; send; classify }
/// ```
/// to
/// ```text
/// async fn get_pin(&self, ..) -> Result<T, runtime::Error> { self.get_pin_as(..).await }
/// async fn get_pin_as<A>(&self, ..) -> Result<A, runtime::Error> { let request = (|| build)(); self.transport.json(..) }
/// ```
fn finish_method(
    mut method: ImplItemFn,
    operations: &Operations,
    runtime: &Path,
) -> Result<Vec<ImplItemFn>, Problem> {
    let name = method.sig.ident.to_string();
    let unknown = |what: &str| {
        Problem::new(
            "",
            format!("progenitor wrote `{name}` in an unknown form: {what}"),
        )
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
    body.retain(|statement| {
        !statement
            .to_token_stream()
            .to_string()
            .contains("\"api-version\"")
    });
    let has_headers = body.iter().any(|statement| {
        statement
            .to_token_stream()
            .to_string()
            .contains("header_map . append")
    });
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
    let (send, success) = match success.to_token_stream().to_string().as_str() {
        "()" => (format_ident!("empty"), success),
        "ByteStream" => (format_ident!("bytes"), parse_quote!(::std::vec::Vec<u8>)),
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
        return Ok(with_answer_of_ones_own(method, &success, runtime));
    }
    method.sig.output = parse_quote!(-> Result<#success, #runtime::Error>);
    Ok(vec![method])
}

/// For an operation that answers with JSON: the method that reads the answer as the caller's type, and, calling it, the
/// method that reads it as the spec's model.
fn with_answer_of_ones_own(method: ImplItemFn, model: &Type, runtime: &Path) -> Vec<ImplItemFn> {
    let mut general = method.clone();
    general.sig.ident = format_ident!("{}_as", method.sig.ident);
    general
        .sig
        .generics
        .params
        .push(parse_quote!(Answer: ::serde::de::DeserializeOwned));
    general.sig.output = parse_quote!(-> Result<Answer, #runtime::Error>);
    let doc = format!(
        "The same as `{}`, with the answer read as a type of the caller's.",
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

/// Whether a statement is `let NAME = ..`.
fn declares(statement: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = statement else {
        return false;
    };
    matches!(&local.pat, syn::Pat::Ident(pattern) if pattern.ident == name)
}

/// The name of what is declared last; `request`, or another name where a parameter is called so.
fn last_local(statements: &[Stmt]) -> Option<syn::Ident> {
    statements
        .iter()
        .rev()
        .find_map(|statement| match statement {
            Stmt::Local(local) => match &local.pat {
                syn::Pat::Ident(pattern) => Some(pattern.ident.clone()),
                _ => None,
            },
            _ => None,
        })
}

/// The text in `OperationInfo { operation_id: "text" }`.
fn operation_id(statement: &Stmt) -> Option<String> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Expr::Struct(info) = local.init.as_ref()?.expr.as_ref() else {
        return None;
    };
    match &info.fields.first()?.expr {
        Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The T in `Result<ResponseValue<T>, _>`.
fn success_type(method: &ImplItemFn) -> Option<Type> {
    let syn::ReturnType::Type(_, output) = &method.sig.output else {
        return None;
    };
    let response = first_generic(output, "Result")?;
    first_generic(&response, "ResponseValue")
}

fn first_generic(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}

/// progenitor makes every body an argument that must be given.
fn optional_body(method: &mut ImplItemFn) {
    for argument in &mut method.sig.inputs {
        if let FnArg::Typed(argument) = argument
            && argument.pat.to_token_stream().to_string() == "body"
        {
            let ty = &argument.ty;
            argument.ty = parse_quote!(::std::option::Option<#ty>);
        }
    }
}

#[cfg(test)]
mod tests;
