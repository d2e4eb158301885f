//! Repairs JSON that serde_json refuses, so that one malformed value does not make a whole response unreadable.

use crate::wiped::Wiped;

/// Stands for what cannot be read in a string. No token, code or number holds it.
const UNREADABLE: &str = "\u{fffd}";

/// Rewrites an object so that it can be read as JSON, if its structure is intact:
///
/// - in strings, bytes that are not UTF-8, control characters, unknown escapes and lone surrogates become U+FFFD;
/// - a number that does not fit `f64` or is not JSON becomes null;
/// - whatever follows the object is removed.
///
/// Returns `None` for anything but an object.
pub(crate) fn repaired(body: &[u8]) -> Option<Wiped> {
    let mut rest = body.trim_ascii_start();
    if !rest.starts_with(b"{") {
        return None;
    }
    // A byte becomes a character of three bytes, or a word of one byte becomes null: the buffer never grows.
    let mut out = Wiped::with_capacity(rest.len().checked_mul(4)?);
    let mut depth = 0_usize;
    while let Some(&byte) = rest.first() {
        rest = match byte {
            b'"' => string(&rest[1..], &mut out),
            b'{' | b'[' | b'}' | b']' | b':' | b',' | b' ' | b'\t' | b'\r' | b'\n' => {
                out.extend(&[byte]);
                &rest[1..]
            }
            _ => word(rest, &mut out)?,
        };
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => break,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    Some(out)
}

/// Copies a string whose opening quote was read, and returns what follows it.
fn string<'a>(mut rest: &'a [u8], out: &mut Wiped) -> &'a [u8] {
    out.extend(b"\"");
    loop {
        let plain = rest
            .iter()
            .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)
            .unwrap_or(rest.len());
        for chunk in rest[..plain].utf8_chunks() {
            out.extend(chunk.valid().as_bytes());
            if !chunk.invalid().is_empty() {
                out.extend(UNREADABLE.as_bytes());
            }
        }
        rest = &rest[plain..];
        match rest.first() {
            Some(b'"') => {
                out.extend(b"\"");
                return &rest[1..];
            }
            Some(b'\\') => {
                let length = escape_length(rest);
                if length == 0 {
                    out.extend(UNREADABLE.as_bytes());
                } else {
                    out.extend(&rest[..length]);
                }
                rest = &rest[skipped(rest, length)..];
            }
            Some(_) => {
                out.extend(UNREADABLE.as_bytes());
                rest = &rest[1..];
            }
            None => return rest,
        }
    }
}

/// Returns the length of a valid escape sequence, a surrogate pair included; zero if it is invalid.
fn escape_length(text: &[u8]) -> usize {
    match text.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
        Some(b'u') => match unit(text) {
            Some(0xd800..=0xdbff) => match text.get(6..).and_then(unit) {
                Some(0xdc00..=0xdfff) => 12,
                _ => 0,
            },
            Some(0xdc00..=0xdfff) | None => 0,
            Some(_) => 6,
        },
        _ => 0,
    }
}

/// Returns how much of the text an escape sequence takes: only the backslash, if it is unknown.
fn skipped(text: &[u8], length: usize) -> usize {
    match length {
        0 if unit(text).is_some() => 6,
        0 => 1,
        length => length,
    }
}

/// Reads `\uXXXX`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

/// Copies a literal or a number, writes null for a malformed number, and returns what follows it.
fn word<'a>(rest: &'a [u8], out: &mut Wiped) -> Option<&'a [u8]> {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"{}[]:,\"".contains(byte);
    let length = rest.iter().position(is_end).unwrap_or(rest.len()).max(1);
    let (word, rest) = rest.split_at(length);
    let is_json = serde_json::from_slice::<serde_json::Value>(word).is_ok();
    let is_number = |first: &u8| first.is_ascii_digit() || b"+-.".contains(first);
    if is_json {
        out.extend(word);
    } else if word.first().is_some_and(is_number) || matches!(word, b"NaN" | b"Infinity") {
        out.extend(b"null");
    } else {
        return None;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn read(body: &[u8]) -> String {
        String::from_utf8(repaired(body).unwrap().into_bytes()).unwrap()
    }

    #[test]
    fn a_malformed_value_becomes_null_or_a_replacement() {
        for (body, expected) in [
            (
                b" {\"a\":1e400, \"b\":[-2e308]}".as_slice(),
                "{\"a\":null, \"b\":[null]}",
            ),
            (b"{\"a\":NaN,\"b\":01}", "{\"a\":null,\"b\":null}"),
            (
                b"{\"\xff\xfe\":\"R\xe9n\"}",
                "{\"\u{fffd}\u{fffd}\":\"R\u{fffd}n\"}",
            ),
            (
                br#"{"\ud800":"\udc00\ud83d\ude00\ud800\u0041\n"}"#,
                "{\"\u{fffd}\":\"\u{fffd}\\ud83d\\ude00\u{fffd}\\u0041\\n\"}",
            ),
            (br#"{"a":"\x\u12"}"#, "{\"a\":\"\u{fffd}x\u{fffd}u12\"}"),
            (b"{\"a\":\"1\n2\"}", "{\"a\":\"1\u{fffd}2\"}"),
            (b"{\"a\":{}}<script>", "{\"a\":{}}"),
        ] {
            assert_eq!(read(body), expected);
        }
    }

    #[test]
    fn text_is_not_json() {
        for body in [
            "",
            "1e400",
            "[1e400]",
            "<html>",
            "{error}",
            "{\"a\":undefined}",
        ] {
            assert!(repaired(body.as_bytes()).is_none(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn valid_json_keeps_its_meaning(text in "[\\PC\\n\"\\\\]{0,20}", number in any::<i64>()) {
            let value = serde_json::json!({text.as_str(): [text, number, null, {}]});
            let repaired = read(value.to_string().as_bytes());
            prop_assert_eq!(serde_json::from_str::<Value>(&repaired).unwrap(), value);
        }

        #[test]
        fn any_bytes_become_utf8_within_the_capacity(body in proptest::collection::vec(any::<u8>(), 0..100)) {
            let body = [b"{".as_slice(), &body].concat();
            if let Some(out) = repaired(&body) {
                prop_assert!(std::str::from_utf8(out.as_slice()).is_ok());
                prop_assert!(out.as_slice().len() <= body.len() * 4);
            }
        }

        #[test]
        fn any_string_can_be_read(text in "([\\PC\\x00-\\x1f]|\\\\|\\\\u[d8ae0-9]{0,4}){0,20}") {
            // A backslash before the closing quote escapes it.
            let body = format!("{{\"a\":\"{} \"}}", text.replace('"', ""));
            let repaired = read(body.as_bytes());
            prop_assert!(serde_json::from_str::<Value>(&repaired).is_ok(), "{:?} {:?}", body, repaired);
        }
    }
}
