//! From the events of the YAML parser to the tree.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::Value;

use super::{Data, Entry, Node, Place};

/// The lines with anchors, aliases and merge keys, and which of them it is.
pub(in crate::import) type Shared = BTreeMap<usize, &'static str>;

/// Reads one YAML document; an error is a line and a text.
pub(in crate::import) fn parse(text: &str) -> Result<(Node, Shared), (usize, String)> {
    let lines: Vec<_> = text.lines().collect();
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        lines: &lines,
        shared: Shared::new(),
    };
    let (mut root, mut documents) = (None, 0);
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            Event::DocumentStart(_) => documents += 1,
            event => root = Some(reader.node(event, span)?),
        }
    }
    match (root, documents) {
        (Some(root), 1) => Ok((root, reader.shared)),
        (_, count) => Err((
            1,
            format!("holds {count} YAML documents; write exactly one"),
        )),
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    lines: &'a [&'a str],
    shared: Shared,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), (usize, String)> {
        let end = || (self.lines.len(), String::from("ends too early"));
        self.parser.next_event().ok_or_else(end)?.map_err(not_yaml)
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, (usize, String)> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.note(anchor, span);
                Ok(self.scalar(text.into_owned(), style, tag.as_deref(), span))
            }
            Event::SequenceStart(anchor, _) => {
                self.note(anchor, span);
                let mut items = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::SequenceEnd, span) => break span,
                        (event, span) => items.push(self.node(event, span)?),
                    }
                };
                let last = items.last().map(|item| item.last);
                let flow = !end.is_empty();
                Ok(collection(span, end, last, Data::List { flow, items }))
            }
            Event::MappingStart(anchor, _) => {
                self.note(anchor, span);
                let (end, entries) = self.entries()?;
                let last = entries.last().map(|entry| entry.value.last);
                let flow = !end.is_empty();
                Ok(collection(span, end, last, Data::Map { flow, entries }))
            }
            _ => {
                self.shared.insert(span.start.line(), "an alias");
                Ok(self.scalar(String::new(), ScalarStyle::Plain, None, span))
            }
        }
    }

    /// The entries of a map up to its end.
    fn entries(&mut self) -> Result<(Span, Vec<Entry>), (usize, String)> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok((span, entries));
            }
            let key = self.node(event, span)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            let line = key.start.line;
            let Some(name) = key.text() else {
                return Err((line, String::from("a key is not plain text")));
            };
            if name == "<<" {
                self.shared.insert(line, "a merge key");
            }
            if entries.iter().any(|entry| entry.name() == name) {
                return Err((line, format!("the key `{name}` is there twice")));
            }
            entries.push(Entry { key, value });
        }
    }

    fn note(&mut self, anchor: usize, span: Span) {
        if anchor > 0 {
            self.shared.insert(span.start.line(), "an anchor");
        }
    }

    fn scalar(&self, text: String, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let (start, end) = (place(span.start), place(span.end));
        let last = if block {
            self.last_of_block(&text, start, end)
        } else {
            end.line
        };
        let value = meaning(&text, style, tag);
        let data = Data::Scalar { text, value, block };
        Node {
            start,
            end,
            last,
            data,
        }
    }

    /// The last line of a block scalar. The parser's end is where the next thing begins; empty lines before it belong to
    /// the scalar only where `|+` or `>+` keeps them.
    fn last_of_block(&self, text: &str, start: Place, end: Place) -> usize {
        let is_empty = |line: usize| {
            self.lines
                .get(line - 1)
                .is_none_or(|line| line.trim().is_empty())
        };
        let next_begins = self
            .lines
            .get(end.line - 1)
            .is_none_or(|line| line.chars().take(end.column).all(char::is_whitespace));
        let mut last = if next_begins { end.line - 1 } else { end.line };
        let limit = last;
        while last > start.line && is_empty(last) {
            last -= 1;
        }
        let kept = text.len() - text.trim_end_matches('\n').len();
        (last + kept.saturating_sub(1)).min(limit.max(last))
    }
}

fn collection(start: Span, end: Span, last: Option<usize>, data: Data) -> Node {
    let end_of_flow = (!end.is_empty()).then(|| end.end.line());
    let (start, end) = (place(start.start), place(end.end));
    let last = end_of_flow.or(last).unwrap_or(start.line);
    Node {
        start,
        end,
        last,
        data,
    }
}

fn meaning(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let tag = tag.map(Cow::Borrowed);
    match saphyr::Scalar::parse_from_cow_and_metadata(text.into(), style, tag.as_ref()) {
        Some(saphyr::Scalar::Null) => Value::Null,
        Some(saphyr::Scalar::Boolean(value)) => Value::Bool(value),
        Some(saphyr::Scalar::Integer(value)) => Value::from(value),
        Some(saphyr::Scalar::FloatingPoint(value)) => {
            serde_json::Number::from_f64(value.into_inner())
                .map_or_else(|| Value::from(text), Value::Number)
        }
        Some(saphyr::Scalar::String(_)) | None => Value::from(text),
    }
}

fn place(marker: Marker) -> Place {
    Place {
        line: marker.line(),
        column: marker.col(),
    }
}

fn not_yaml(error: ScanError) -> (usize, String) {
    (
        error.marker().line(),
        format!("is not YAML: {}", error.info()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(text: &str, name: &str) -> usize {
        parse(text).unwrap().0.get(name).unwrap().last
    }

    #[test]
    fn values_end_on_their_last_line() {
        let text =
            "a: |\n  x\n\n  # y\n\n# c\nb: |+\n  x\n\nc: {d: [\n  1]}\nd: x\n  y\ne:\nf: >-\n  x";
        assert_eq!(last(text, "a"), 4);
        assert_eq!(last(text, "b"), 9);
        assert_eq!(last(text, "c"), 11);
        assert_eq!(last(text, "d"), 13);
        assert_eq!(last(text, "e"), 14);
        assert_eq!(last(text, "f"), 16);
    }

    #[test]
    fn what_is_shared_is_noted() {
        let (_, shared) = parse("a: &x 1\nb: *x\nc:\n  <<: {d: 1}\n").unwrap();
        let expected = [(1, "an anchor"), (2, "an alias"), (4, "a merge key")];
        assert_eq!(shared.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(parse("a: 1\nb: 2\na: 3\n").unwrap_err().0, 3);
        assert_eq!(parse("a: 1\n? [b]\n: 3\n").unwrap_err().0, 2);
        assert!(parse("a: 1\n---\na: 1\n").is_err());
        assert!(parse("a: [1\n").unwrap_err().1.contains("not YAML"));
    }
}
