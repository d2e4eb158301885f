//! How the part of a method that builds its request is rewritten.

use quote::{ToTokens, format_ident};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, parse_quote};

/// Takes the address and the HTTP client from the transport, drops the headers that the transport sets itself, and sends
/// a body that may be missing only where it is there.
pub(super) struct RewriteRequest {
    pub(super) constant: syn::Ident,
    pub(super) has_headers: bool,
    pub(super) optional_body: bool,
}

impl VisitMut for RewriteRequest {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression {
            let drops_accept = call.method == "header" && argument(call).contains("ACCEPT");
            if drops_accept || (call.method == "headers" && !self.has_headers) {
                *expression = (*call.receiver).clone();
                return self.visit_expr_mut(expression);
            }
            if self.optional_body {
                optional_body(call);
            }
        }
        match expression.to_token_stream().to_string().as_str() {
            "self . baseurl" => {
                let constant = &self.constant;
                *expression = parse_quote!(self.transport.base_url(&operations::#constant));
            }
            "self . client" => *expression = parse_quote!(self.transport.http()),
            _ => syn::visit_mut::visit_expr_mut(self, expression),
        }
    }

    fn visit_macro_mut(&mut self, invocation: &mut syn::Macro) {
        // The address is built by `format!("{}/pins", self.baseurl,)`.
        type Arguments = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(mut arguments) = invocation.parse_body_with(Arguments::parse_terminated) {
            arguments
                .iter_mut()
                .for_each(|argument| self.visit_expr_mut(argument));
            invocation.tokens = arguments.to_token_stream();
        }
    }
}

/// progenitor sends a body that is always there: by `.json(&body)`, `.form_urlencoded(&body)?`, or
/// `.header(CONTENT_TYPE, ...).body(body)`.
fn optional_body(call: &mut ExprMethodCall) {
    let method = match call.method.to_string().as_str() {
        "json" => Some("optional_json"),
        "form_urlencoded" => Some("optional_form"),
        _ => None,
    };
    if let Some(method) = method
        && argument(call) == "& body"
    {
        call.method = format_ident!("{method}");
        call.args = parse_quote!(body);
    } else if call.method == "body"
        && argument(call) == "body"
        && let Expr::MethodCall(header) = &*call.receiver
        && argument(header).ends_with("CONTENT_TYPE")
        && let Some(content_type) = header.args.last()
    {
        call.method = format_ident!("optional_body");
        call.args = parse_quote!(#content_type, body);
        call.receiver = header.receiver.clone();
    }
}

fn argument(call: &ExprMethodCall) -> String {
    call.args
        .first()
        .map(|argument| argument.to_token_stream().to_string())
        .unwrap_or_default()
}
