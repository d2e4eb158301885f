//! Escapes what rustdoc would read as a link to an item, or as HTML, and makes links of URLs.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd};

use super::EXTENSIONS;

/// Escaped text can be read as Markdown that was HTML before, so this takes several passes.
const PASSES: usize = 8;

/// Escapes brackets without a link behind them, links that rustdoc would look for among items, and HTML. Puts bare URLs into
/// angle brackets.
pub(super) fn escape(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..PASSES {
        let insertions = insertions(&text);
        if insertions.is_empty() {
            return text;
        }
        for (at, what) in insertions.into_iter().rev() {
            text.insert_str(at, what);
        }
    }
    // No link is left.
    text.replace('[', "(")
        .replace(']', ")")
        .replace('<', "&lt;")
}

/// Returns what is to be inserted, by its place in the text.
fn insertions(text: &str) -> BTreeMap<usize, &'static str> {
    let mut found = BTreeMap::new();
    let mut broken: Vec<Range<usize>> = Vec::new();
    let note = |link: pulldown_cmark::BrokenLink<'_>| {
        broken.push(link.span);
        None::<(CowStr<'_>, CowStr<'_>)>
    };
    // Within a link or a code block nothing is a URL of its own.
    let mut within = 0;
    let parser = Parser::new_with_broken_link_callback(text, EXTENSIONS, Some(note));
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) if !is_void_tag(&text[range.clone()]) => {
                let signs = text[range.clone()].match_indices('<');
                found.extend(signs.map(|(at, _)| (range.start + at, "\\")));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => {
                within += 1;
                let is_written = !matches!(link_type, LinkType::Autolink | LinkType::Email);
                if is_written && is_path(&dest_url) {
                    found.insert(range.start, "\\");
                }
            }
            Event::Start(Tag::CodeBlock(_)) => within += 1,
            Event::End(TagEnd::Link | TagEnd::CodeBlock) => within -= 1,
            Event::Text(_) if within == 0 => urls(text, range, &mut found),
            _ => {}
        }
    }
    found.extend(broken.into_iter().map(|span| (span.start, "\\")));
    found
}

/// Returns whether this is a tag that has no end, such as `<br>`.
fn is_void_tag(html: &str) -> bool {
    let name = html.trim().trim_start_matches('<').trim_end_matches('>');
    ["br", "hr"].contains(&name.trim_end_matches('/').trim_end())
}

/// Returns whether rustdoc would look for an item at the destination of a link.
fn is_path(destination: &str) -> bool {
    let path = destination.split('#').next().unwrap_or_default();
    let is_of_path = |c: char| c.is_alphanumeric() || ":_<>, !*&;@()`".contains(c);
    !path.trim().is_empty() && path.chars().all(is_of_path)
}

/// Puts each URL within a range into angle brackets.
fn urls(text: &str, range: Range<usize>, found: &mut BTreeMap<usize, &'static str>) {
    let mut from = range.start;
    while from < range.end {
        let schemes = ["https://", "http://"];
        let next = schemes.iter().filter_map(|scheme| {
            let at = text[from..range.end].find(scheme)?;
            Some((from + at, scheme.len()))
        });
        let Some((start, scheme)) = next.min() else {
            return;
        };
        let is_of_url = |c: char| c.is_ascii_alphanumeric() || "-@:%_+.~#?&/=".contains(c);
        let rest = &text[start + scheme..];
        let length = rest.find(|c| !is_of_url(c)).unwrap_or(rest.len());
        let url = rest[..length].trim_end_matches(['.', ':', '?', '_', '~']);
        let end = start + scheme + url.len();
        if !url.is_empty() {
            found.insert(start, "<");
            found.insert(end, ">");
        }
        from = end.max(start + scheme);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_a_link_is_escaped() {
        for (text, expected) in [
            ("at [HH:MM:SS] or [a][b]", "at \\[HH:MM:SS] or \\[a]\\[b]"),
            ("[a](b::c), [a](b#c)", "\\[a](b::c), \\[a](b#c)"),
            (
                "[a](#b), [a](b/c), [a](https://b.c)",
                "[a](#b), [a](b/c), [a](https://b.c)",
            ),
            ("[a]\n\n[a]: https://b.c", "[a]\n\n[a]: https://b.c"),
            ("a `[b]` <br/>", "a `[b]` <br/>"),
            ("- [ ] a", "- [ ] a"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn html_is_escaped() {
        for (text, expected) in [
            ("or <token> and a < b", "or \\<token> and a < b"),
            ("<b>a</b>", "\\<b>a\\</b>"),
            ("<div>\n<p>\n</div>", "\\<div>\n\\<p>\n\\</div>"),
            ("<!-- a", "\\<!-- a"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn urls_are_links() {
        for (text, expected) in [
            ("See https://a.b/c_d?e=f.", "See <https://a.b/c_d?e=f>."),
            ("(http://a.b) https://", "(<http://a.b>) https://"),
            ("<https://a.b> `https://a.b`", "<https://a.b> `https://a.b`"),
            ("[https://a.b](https://a.b)", "[https://a.b](https://a.b)"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_escape(text in "([<>\\[\\]()!`*\n\\\\ -]{0,4}(a|b:|div|https://a\\.b|/|&)?){0,12}") {
            let escaped = escape(&text);
            prop_assert!(insertions(&escaped).is_empty(), "{text:?} {escaped:?}");
        }
    }
}
