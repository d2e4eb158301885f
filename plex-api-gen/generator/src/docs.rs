//! Step 8: makes the documentation of generated code harmless. Its text comes from the spec.
//!
//! Characters that rustc rejects in comments are removed. Every code block becomes a block of `text`: rustdoc would compile
//! the others as Rust and run them as tests.

use std::borrow::Cow;

use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, File, Item, Lit, Meta, parse_quote};

use crate::markdown::{with_text_blocks, without_control_characters};

/// Finishes the documentation of every item.
pub(crate) fn finish(file: &mut File) {
    Docs.visit_file_mut(file);
}

/// Lets a crate that denies missing documentation accept what the spec does not describe.
pub(crate) fn allow_missing(file: &mut File) {
    for item in &mut file.items {
        let attributes = match item {
            Item::Enum(item) => &mut item.attrs,
            Item::Impl(item) => &mut item.attrs,
            Item::Mod(item) => &mut item.attrs,
            Item::Struct(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.push(parse_quote!(#[allow(missing_docs)]));
    }
}

struct Docs;

impl VisitMut for Docs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let lines: Vec<String> = attributes.iter().filter_map(doc).collect();
        let text = lines.join("\n");
        let clean = without_control_characters(&text);
        if matches!(clean, Cow::Borrowed(_)) && !must_be_finished(&text) {
            return;
        }
        let at = attributes.iter().position(|it| doc(it).is_some());
        let style = at.map(|at| attributes[at].style);
        attributes.retain(|attribute| doc(attribute).is_none());
        let docs = with_text_blocks(&clean);
        // One attribute for each line: rustdoc removes a column of asterisks from a block comment.
        for (offset, line) in docs.lines().enumerate() {
            let line = format!(" {line}");
            let mut attribute: Attribute = parse_quote!(#[doc = #line]);
            if let Some((at, style)) = at.zip(style) {
                attribute.style = style;
                attributes.insert(at + offset, attribute);
            }
        }
    }
}

/// Returns the text of a doc attribute.
fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns true if Markdown may have a code block, or lines that begin with an asterisk, which rustdoc removes from a block
/// comment.
fn must_be_finished(text: &str) -> bool {
    let signs = ["```", "~~~", "    ", "\t"];
    signs.iter().any(|sign| text.contains(sign))
        || text.lines().any(|line| line.trim_start().starts_with('*'))
}

#[cfg(test)]
mod tests;
