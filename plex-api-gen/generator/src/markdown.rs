//! Markdown of a spec: it becomes documentation in which rustdoc runs no code and finds no mistakes.

mod links;

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use pulldown_cmark_to_cmark::{calculate_code_block_token_count, cmark_with_options};

/// Makes a description harmless: code blocks are text, and what only looks like a link or like HTML is escaped.
pub(crate) fn harmless(text: &str) -> String {
    let clean = without_control_characters(text);
    let signs = ["[", "<", "://", "```", "~~~", "    ", "\t"];
    if !signs.iter().any(|sign| clean.contains(sign)) {
        return clean.into_owned();
    }
    links::escape(&with_text_blocks(&clean))
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

/// Writes a text as code within a line of Markdown.
pub(crate) fn code(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() && c != '`';
    if !text.is_empty() && text.chars().all(is_plain) {
        return format!("`{text}`");
    }
    let text: String = text
        .chars()
        .map(|c| {
            if c == '`' {
                "'".to_owned()
            } else if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect();
    format!("`\"{text}\"`")
}

/// Makes every code block of Markdown one of `text`.
pub(crate) fn with_text_blocks(text: &str) -> String {
    let text = dedented(text);
    if is_harmless(&text) {
        return text;
    }
    rewritten(&text)
        .filter(|rewritten| is_harmless(rewritten))
        .unwrap_or_else(|| without_blocks(&text))
}

/// Removes the indentation that all lines share, as rustdoc does.
pub(crate) fn dedented(text: &str) -> String {
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

pub(crate) fn is_harmless(text: &str) -> bool {
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
pub(crate) fn without_blocks(text: &str) -> String {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ").replace("```", "'''").replace("~~~", "'''")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn code_is_one_line_without_other_marks() {
        for (text, written) in [
            ("dateAdded:desc", "`dateAdded:desc`"),
            ("<div>", "`<div>`"),
            ("a\n\n<div>", "`\"a\\n\\n<div>\"`"),
            ("a`b", "`\"a'b\"`"),
            ("", "`\"\"`"),
        ] {
            assert_eq!(code(text), written);
        }
    }
}
