//! Writes a test that serves each operation every success that the spec declares, and expects the client to read it as one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use syn::visit::Visit;
use syn::{Expr, ExprCall, ImplItem, ItemImpl, ItemStatic, Lit};

/// How deep a sample response is nested.
const DEPTH: usize = 4;

/// Returns the test for the generated code, from the documents of the single operations.
///
/// Its cases are one row each: request, status, media type, body.
pub(crate) fn test(documents: &[String], code: &str) -> super::Result<String> {
    let requests = Requests::of(code)?;
    let mut cases = String::new();
    for document in documents {
        let document: Value = serde_json::from_str(document)?;
        for (method, path, operation) in operations(&document) {
            let Some(request) = requests
                .by_operation
                .get(&(method.to_uppercase(), path.clone()))
            else {
                return Err(format!("{method} {path} has no request").into());
            };
            for (status, media_type, body) in successes(&document, operation) {
                cases += &format!(
                    "    check::<requests::{request}>(&server, {status}, {media_type:?}, {body:?}).await;\n"
                );
            }
        }
    }
    Ok(include_str!("successes.txt").replace("    // CASES\n", &cases))
}

/// The request structs of generated code by method and path.
#[derive(Default)]
struct Requests {
    by_operation: BTreeMap<(String, String), String>,
    by_constant: BTreeMap<String, (String, String)>,
    /// The constant and the struct of each request.
    found: Vec<(String, String)>,
}

impl Requests {
    fn of(code: &str) -> super::Result<Self> {
        let mut requests = Self::default();
        // Generated code is the argument of one macro.
        for item in syn::parse_file(code)?.items {
            if let syn::Item::Macro(item) = item {
                requests.visit_file(&item.mac.parse_body()?);
            }
        }
        for (constant, name) in std::mem::take(&mut requests.found) {
            if let Some(operation) = requests.by_constant.get(&constant) {
                requests.by_operation.insert(operation.clone(), name);
            }
        }
        Ok(requests)
    }
}

impl<'ast> Visit<'ast> for Requests {
    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        let mut strings = Strings::default();
        strings.visit_expr(&item.expr);
        if let [_id, method, path, ..] = strings.0.as_slice() {
            let operation = (method.clone(), path.clone());
            self.by_constant.insert(item.ident.to_string(), operation);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let constant = item.items.iter().find_map(|item| match item {
            ImplItem::Const(item) if item.ident == "OPERATION" => last_name(&item.expr),
            _ => None,
        });
        if let (Some(constant), syn::Type::Path(ty)) = (constant, &*item.self_ty)
            && let Some(last) = ty.path.segments.last()
        {
            self.found.push((constant, last.ident.to_string()));
        }
    }
}

/// The string arguments of `Operation::new(..)`.
#[derive(Default)]
struct Strings(Vec<String>);

impl<'ast> Visit<'ast> for Strings {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if last_name(&call.func).as_deref() != Some("new") {
            return;
        }
        for argument in &call.args {
            if let Expr::Lit(literal) = argument
                && let Lit::Str(text) = &literal.lit
            {
                self.0.push(text.value());
            }
        }
    }
}

fn last_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Reference(reference) => last_name(&reference.expr),
        Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (String, String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        let methods = methods.filter(|(method, _)| *method != "parameters");
        methods.map(|(method, operation)| (method.clone(), path.clone(), operation))
    })
}

/// Returns status, media type and body of every success that an operation declares.
fn successes(document: &Value, operation: &Value) -> Vec<(u16, String, String)> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let mut found = Vec::new();
    for (status, response) in responses {
        let status = status.to_ascii_uppercase().replace("XX", "00");
        let Some(status) = status
            .parse()
            .ok()
            .filter(|status| (200..300).contains(status))
        else {
            continue;
        };
        let content = resolve(document, response)["content"].as_object();
        for (media_type, body) in content.into_iter().flatten() {
            found.push((
                status,
                media_type.clone(),
                body_of(document, media_type, &body["schema"]),
            ));
        }
        if content.is_none_or(Map::is_empty) {
            found.push((status, String::new(), String::new()));
        }
    }
    found
}

fn body_of(document: &Value, media_type: &str, schema: &Value) -> String {
    match media_type {
        _ if media_type.contains("json") => sample(document, schema, DEPTH).to_string(),
        "text/html" => "<!doctype html><html><body></body></html>".to_owned(),
        "image/png" => "\u{89}PNG\r\n\u{1a}\n".to_owned(),
        _ => "text".to_owned(),
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'));
    let target = reference.and_then(|pointer| document.pointer(pointer));
    target.map_or(value, |target| resolve(document, target))
}

/// Returns a value that a schema describes.
fn sample(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if depth == 0 {
        return Value::Null;
    }
    if let Some(value) = schema.get("const").or_else(|| schema["enum"].get(0)) {
        return value.clone();
    }
    let mut whole = Map::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        match sample(document, part, depth) {
            Value::Object(members) => whole.extend(members),
            other => return other,
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        whole.insert(name.clone(), sample(document, property, depth - 1));
    }
    if let Some(first) = schema["oneOf"].get(0).or_else(|| schema["anyOf"].get(0)) {
        return sample(document, first, depth);
    }
    let name = schema["type"]
        .as_str()
        .or_else(|| schema["type"][0].as_str());
    match name {
        _ if !whole.is_empty() => Value::Object(whole),
        Some("array") => json!([sample(document, &schema["items"], depth - 1)]),
        Some("integer") => json!(1),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("string") if schema["format"] == "date-time" => json!("2026-01-02T03:04:05Z"),
        Some("string") => json!("text"),
        _ => json!({}),
    }
}
