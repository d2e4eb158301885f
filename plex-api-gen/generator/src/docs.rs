//! Step 8: makes the documentation of generated code harmless. Its text comes from the spec.
//!
//! Characters that rustc rejects in comments are removed. Every code block becomes a block of `text`: rustdoc would compile
//! the others as Rust and run them as tests.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use pulldown_cmark_to_cmark::{calculate_code_block_token_count, cmark_with_options};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, File, Lit, Meta, parse_quote};

/// Finishes the documentation of every item.
pub(crate) fn finish(file: &mut File) {
    Docs.visit_file_mut(file);
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

/// Removes control characters and those that change the direction of text; a carriage return becomes a line break.
pub(crate) fn without_control_characters(text: &str) -> Cow<'_, str> {
    let is_direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_bad = |c: char| c.is_control() && c != '\n' && c != '\t' || is_direction(c);
    if !text.contains(is_bad) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.replace(is_bad, ""))
}

/// Returns true if Markdown may have a code block, or lines that begin with an asterisk, which rustdoc removes from a block
/// comment.
fn must_be_finished(text: &str) -> bool {
    let signs = ["```", "~~~", "    ", "\t"];
    signs.iter().any(|sign| text.contains(sign))
        || text.lines().any(|line| line.trim_start().starts_with('*'))
}

/// Makes every code block of Markdown one of `text`.
fn with_text_blocks(text: &str) -> String {
    let text = dedented(text);
    if is_harmless(&text) {
        return text;
    }
    rewritten(&text)
        .filter(|rewritten| is_harmless(rewritten))
        .unwrap_or_else(|| without_blocks(&text))
}

/// Removes the indentation that all lines share, as rustdoc does.
fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_blank = |line: &&str| line.trim().is_empty();
    let lines = || text.lines();
    let shared = lines()
        .filter(|line| !is_blank(line))
        .map(indent)
        .min()
        .unwrap_or(0);
    let dedent = |line| if is_blank(&line) { "" } else { &line[shared..] };
    lines().map(dedent).collect::<Vec<_>>().join("\n")
}

/// The extensions of Markdown with which rustdoc shows documentation. It looks for tests without extensions.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

const TEXT: &str = "text";

fn is_harmless(text: &str) -> bool {
    let code_is_text = |options| {
        Parser::new_ext(text, options).all(|event| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => &*info == TEXT,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => false,
            _ => true,
        })
    };
    code_is_text(Options::empty()) && code_is_text(EXTENSIONS)
}

/// Writes Markdown anew, with fences of `text` around each code block.
fn rewritten(text: &str) -> Option<String> {
    let fenced = |event| match event {
        Event::Start(Tag::CodeBlock(_)) => {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(TEXT.into())))
        }
        event => event,
    };
    // Without a line break at the end, the last fence would be missing.
    let text = format!("{text}\n");
    let events: Vec<_> = Parser::new_ext(&text, EXTENSIONS).map(fenced).collect();
    let options = pulldown_cmark_to_cmark::Options {
        code_block_token_count: calculate_code_block_token_count(&events).unwrap_or(3),
        ..Default::default()
    };
    let mut rewritten = String::new();
    cmark_with_options(events.iter(), &mut rewritten, EXTENSIONS, options).ok()?;
    Some(rewritten.trim_matches('\n').to_owned())
}

/// Removes what starts a code block: fences and the spaces of an indentation.
fn without_blocks(text: &str) -> String {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ").replace("```", "'''").replace("~~~", "'''")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
