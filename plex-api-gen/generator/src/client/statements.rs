//! Reads the statements of the methods that progenitor writes.

use syn::visit::Visit;
use syn::{Expr, ExprLit, ExprMethodCall, Ident, ImplItemFn, Lit, Pat, Stmt, Type};

use crate::syntax::argument_of;

/// Returns the name in `let NAME = ..`.
fn declared(statement: &Stmt) -> Option<&Ident> {
    match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(pattern) => Some(&pattern.ident),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn declares(statement: &Stmt, name: &str) -> bool {
    declared(statement).is_some_and(|declared| declared == name)
}

/// Returns the name that is declared last: `request`, or another one where a parameter has that name.
pub(super) fn last_local(statements: &[Stmt]) -> Option<Ident> {
    statements.iter().rev().find_map(declared).cloned()
}

/// Returns whether a statement is `header_map.append(HeaderName::from_static("api-version"), ..)`.
pub(super) fn appends_api_version(statement: &Stmt) -> bool {
    let Stmt::Expr(Expr::MethodCall(append), _) = statement else {
        return false;
    };
    let Some(Expr::Call(name)) = append.args.first() else {
        return false;
    };
    append.method == "append"
        && name.args.first().and_then(string).as_deref() == Some("api-version")
}

/// Returns whether a statement contains `header_map.append(..)`.
pub(super) fn appends_header(statement: &Stmt) -> bool {
    struct Appends(bool);
    impl Visit<'_> for Appends {
        fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
            let is_header_map =
                matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("header_map"));
            self.0 |= is_header_map && call.method == "append";
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut appends = Appends(false);
    appends.visit_stmt(statement);
    appends.0
}

/// Returns the value of a string literal.
fn string(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(string),
            ..
        }) => Some(string.value()),
        _ => None,
    }
}

/// Returns the string in `OperationInfo { operation_id: "..." }`.
pub(super) fn operation_id(statement: &Stmt) -> Option<String> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Expr::Struct(info) = local.init.as_ref()?.expr.as_ref() else {
        return None;
    };
    string(&info.fields.first()?.expr)
}

/// Returns the T in `Result<ResponseValue<T>, _>`.
pub(super) fn success_type(method: &ImplItemFn) -> Option<Type> {
    let syn::ReturnType::Type(_, output) = &method.sig.output else {
        return None;
    };
    let response = argument_of(output, &["Result"])?;
    argument_of(response, &["ResponseValue"]).cloned()
}
