//! Percent-encoding: everything but the unreserved characters of RFC 3986.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::form_urlencoded;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The reserved characters too, except `#`, which would end the query.
const RESERVED: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// How the text of an argument is encoded.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    /// RFC 6570, section 1.6: only unreserved characters stay.
    Unreserved,
    /// RFC 6570, section 3.2.3: reserved characters and percent-encoded triples stay.
    Reserved,
    /// `application/x-www-form-urlencoded`: a space is `+`.
    Form,
    /// Headers are not percent-encoded.
    Plain,
}

impl Encoding {
    /// Returns the encoding of the names beside values of this encoding.
    pub(super) fn of_names(self) -> Self {
        match self {
            Self::Reserved => Self::Unreserved,
            other => other,
        }
    }

    /// Appends encoded text.
    pub(super) fn push(self, out: &mut String, text: &str) {
        match self {
            Self::Unreserved => out.extend(utf8_percent_encode(text, UNRESERVED)),
            Self::Reserved => push_reserved(out, text),
            Self::Form => out.extend(form_urlencoded::byte_serialize(text.as_bytes())),
            Self::Plain => out.push_str(text),
        }
    }
}

fn push_reserved(out: &mut String, text: &str) {
    let mut pieces = text.split('%');
    let first = pieces.next().unwrap_or_default();
    out.extend(utf8_percent_encode(first, RESERVED));
    for piece in pieces {
        let hex = piece.as_bytes().get(..2);
        let is_triple = hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        out.push_str(if is_triple { "%" } else { "%25" });
        out.extend(utf8_percent_encode(piece, RESERVED));
    }
}

/// How often a segment of a path is decoded before it is rejected: no server decodes so often.
const ROUNDS: usize = 16;

/// Returns true if a server may resolve a percent-encoded segment of a path away: an empty or a dot segment (RFC 3986,
/// section 3.3), however often it was encoded.
pub(super) fn leaves_its_place(segment: &str) -> bool {
    let mut segment = std::borrow::Cow::Borrowed(segment);
    for _ in 0..ROUNDS {
        if matches!(&*segment, "" | "." | "..") {
            return true;
        }
        let decoded = percent_decode_str(&segment).decode_utf8_lossy();
        if decoded == segment {
            return false;
        }
        segment = decoded.into_owned().into();
    }
    true
}
