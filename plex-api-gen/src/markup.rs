//! Reads the first element of an XML or HTML document. It is not a parser: it looks at start tags only.

/// The number of bytes at the start of a document that are read.
const LIMIT: usize = 8 * 1024;

/// The start tag of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    attributes: &'a str,
    /// The text after the tag; `None` if the element is empty (`<errors/>`).
    pub(crate) content: Option<&'a str>,
}

/// Returns the part of a document that is read, as text.
pub(crate) fn head(document: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(&document[..document.len().min(LIMIT)])
}

/// Reads the start tag of the first element, after a byte order mark, declarations and comments.
pub(crate) fn first_tag(text: &str) -> Option<Tag<'_>> {
    let text = after_preamble(text)?.strip_prefix('<')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
    let length = text.find(|c| !is_name(c))?;
    let (name, rest) = text.split_at(length);
    if name.is_empty() {
        return None;
    }
    let end = end_of_tag(rest)?;
    let (attributes, content) = (&rest[..end], &rest[end + 1..]);
    Some(match attributes.strip_suffix('/') {
        Some(attributes) => Tag {
            name,
            attributes,
            content: None,
        },
        None => Tag {
            name,
            attributes,
            content: Some(content),
        },
    })
}

/// Returns true if a document is an HTML page.
pub(crate) fn is_html(document: &[u8]) -> bool {
    let text = head(document);
    let Some(text) = after_preamble(&text) else {
        return false;
    };
    let starts_with = |start: &str| {
        let bytes = text.as_bytes();
        bytes.len() >= start.len() && bytes[..start.len()].eq_ignore_ascii_case(start.as_bytes())
    };
    const ELEMENTS: [&str; 12] = [
        "html", "head", "body", "title", "meta", "link", "script", "style", "center", "div", "h1",
        "p",
    ];
    starts_with("<!doctype html")
        || first_tag(text).is_some_and(|tag| {
            ELEMENTS
                .iter()
                .any(|element| tag.name.eq_ignore_ascii_case(element))
        })
}

/// Skips a byte order mark, XML declarations, comments and whitespace.
fn after_preamble(text: &str) -> Option<&str> {
    let mut text = text.trim_start_matches('\u{feff}');
    loop {
        text = text.trim_start();
        let end = match text {
            _ if text.starts_with("<?") => "?>",
            _ if text.starts_with("<!--") => "-->",
            _ => return Some(text),
        };
        text = text.split_once(end)?.1;
    }
}

/// Finds the `>` that ends a tag; one within quotes does not.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

impl Tag<'_> {
    /// Returns the value of an attribute, with the predefined entities replaced.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            let (found, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, after) = after[1..].split_once(quote)?;
            if found.trim() == name {
                return Some(unescaped(value));
            }
            rest = after;
        }
    }
}

/// Replaces the five predefined entities of XML.
pub(crate) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_tag_and_its_attributes() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<!-- > -->\n<error code = '1020' message=\"a > b &amp;lt;\"/>rest";
        let tag = first_tag(text).unwrap();
        assert_eq!((tag.name, tag.content), ("error", None));
        assert_eq!(tag.attribute("code").as_deref(), Some("1020"));
        assert_eq!(tag.attribute("message").as_deref(), Some("a > b &lt;"));
        assert_eq!(tag.attribute("status"), None);
        assert_eq!(first_tag("<a>b</a>").unwrap().content, Some("b</a>"));
        for text in [
            "", "a", "<", "<>", "<a", "<a b='>", "<!-- <a>", "</a>", "< a>",
        ] {
            assert_eq!(first_tag(text), None, "{text}");
        }
    }

    #[test]
    fn html_is_recognized_by_its_first_element() {
        for page in [
            "<!DOCTYPE html><p>",
            "\u{feff} <HTML lang=en>",
            "<!-- a --><head>",
            "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"a\">",
            "<h1>Blocked</h1>",
        ] {
            assert!(is_html(page.as_bytes()), "{page}");
        }
        for other in [
            "",
            "<MediaContainer/>",
            "{}",
            "html",
            "<errors>",
            "<!DOCTYPE",
        ] {
            assert!(!is_html(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            is_html(&bytes);
            first_tag(&head(&bytes)).and_then(|tag| tag.attribute("code"));
        }

        #[test]
        fn any_tags_are_read_without_a_panic(text in "\u{feff}?(<[?!/-]{0,3}|errors?|code|[=<>'\" \u{e9}/?-]|--?>|[a-z&;]){0,40}") {
            is_html(text.as_bytes());
            first_tag(&text).and_then(|tag| tag.attribute("code"));
        }
    }
}
