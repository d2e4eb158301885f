//! Rewrites the part of a method that builds its request.

use proc_macro2::Span;
use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprLit, ExprMethodCall, Lit, LitStr, Macro, Member, Token, parse_quote};

/// Takes the URL and the HTTP client from the transport, drops the headers that the transport sets itself, and sends an
/// optional body only if there is one.
pub(super) struct RewriteRequest {
    pub(super) constant: syn::Ident,
    pub(super) has_headers: bool,
    pub(super) optional_body: bool,
}

impl VisitMut for RewriteRequest {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::MethodCall(call) if self.is_dropped(call) => {
                *expression = (*call.receiver).clone();
                return self.visit_expr_mut(expression);
            }
            Expr::MethodCall(call) if self.optional_body => optional_body(call),
            Expr::Macro(invocation) => {
                if let Some(url) = self.url(&invocation.mac) {
                    *expression = url;
                }
            }
            _ if is_field_of_self(expression, "client") => {
                *expression = parse_quote!(self.transport.http());
            }
            _ => {}
        }
        syn::visit_mut::visit_expr_mut(self, expression);
    }
}

impl RewriteRequest {
    /// Returns whether a call sets a header that the transport sets.
    fn is_dropped(&self, call: &ExprMethodCall) -> bool {
        let sets_accept = call.method == "header"
            && call
                .args
                .first()
                .is_some_and(|name| ends_with(name, "ACCEPT"));
        sets_accept || (call.method == "headers" && !self.has_headers)
    }

    /// Returns the transport's URL for `format!("{}/pins/{}", self.baseurl, id)`.
    fn url(&self, invocation: &Macro) -> Option<Expr> {
        let mut arguments = invocation
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
            .ok()?
            .into_iter();
        let Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) = arguments.next()?
        else {
            return None;
        };
        if !is_field_of_self(&arguments.next()?, "baseurl") {
            return None;
        }
        let path = LitStr::new(text.value().strip_prefix("{}")?, Span::call_site());
        let constant = &self.constant;
        Some(parse_quote!(
            self.transport.url(&operations::#constant, format_args!(#path #(, #arguments)*))?
        ))
    }
}

/// progenitor sends a required body by `.json(&body)`, `.form_urlencoded(&body)?`, or
/// `.header(CONTENT_TYPE, ...).body(body)`.
fn optional_body(call: &mut ExprMethodCall) {
    let argument = call.args.first();
    let is_reference = matches!(argument, Some(Expr::Reference(it)) if ends_with(&it.expr, "body"));
    let is_value = argument.is_some_and(|argument| ends_with(argument, "body"));
    if is_reference && call.method == "json" {
        call.method = format_ident!("optional_json");
        call.args = parse_quote!(body);
    } else if is_reference && call.method == "form_urlencoded" {
        call.method = format_ident!("optional_form");
        call.args = parse_quote!(body);
    } else if is_value
        && call.method == "body"
        && let Expr::MethodCall(header) = &*call.receiver
        && let (Some(name), Some(content_type)) = (header.args.first(), header.args.last())
        && ends_with(name, "CONTENT_TYPE")
    {
        call.method = format_ident!("optional_body");
        call.args = parse_quote!(#content_type, body);
        call.receiver = header.receiver.clone();
    }
}

/// Returns whether an expression is a path whose last segment has this name.
fn ends_with(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(it) if it.path.segments.last().is_some_and(|last| last.ident == name))
}

/// Returns whether an expression is `self.name`.
fn is_field_of_self(expression: &Expr, name: &str) -> bool {
    let Expr::Field(field) = expression else {
        return false;
    };
    let is_named = matches!(&field.member, Member::Named(member) if member == name);
    is_named && matches!(&*field.base, Expr::Path(it) if it.path.is_ident("self"))
}
