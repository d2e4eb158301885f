//! The body of a request.

use serde_json::Error;

use super::Style;
use super::encode::Encoding;
use super::expand::expand;
use super::multipart::Parts;
use super::value::Level;
use crate::Operation;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// The body as far as it was written. An operation uses one of the kinds.
#[derive(Default)]
pub(super) struct Body {
    /// A JSON object without its closing brace.
    object: Vec<u8>,
    form: String,
    pub(super) parts: Parts,
    /// A whole body, and its media type if the spec names none.
    whole: Option<(&'static str, Vec<u8>)>,
}

/// The body as it is sent, with its media type.
pub(crate) enum Sent {
    Nothing,
    Bytes(&'static str, Vec<u8>),
    /// The boundary is not part of the media type yet.
    Parts(&'static str, Parts),
}

impl Body {
    pub(super) fn form(&mut self, name: &str, style: Style, json: &str) -> Result<(), Error> {
        let encoding = match style {
            Style::Field | Style::Json => Encoding::Form,
            _ => Encoding::Unreserved,
        };
        expand(&mut self.form, name, style, encoding, json)
    }

    pub(super) fn part(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        json: &str,
    ) -> Result<(), Error> {
        match Level::of(json)? {
            Level::Null => {}
            Level::Scalar(text) if !media_type.is_some_and(is_json) => {
                self.parts.text(name, media_type, &text);
            }
            Level::List(items) => {
                for item in items {
                    // An array within the array is JSON.
                    match Level::of(item.get())? {
                        Level::List(_) => self.parts.text(name, Some(JSON), item.get()),
                        _ => self.part(name, media_type, item.get())?,
                    }
                }
            }
            Level::Scalar(_) | Level::Object(_) => {
                self.parts.text(name, media_type.or(Some(JSON)), json);
            }
        }
        Ok(())
    }

    pub(super) fn field(&mut self, name: &str, json: &str) -> Result<(), Error> {
        if json == "null" {
            return Ok(());
        }
        self.object
            .push(if self.object.is_empty() { b'{' } else { b',' });
        serde_json::to_writer(&mut self.object, name)?;
        self.object.push(b':');
        self.object.extend_from_slice(json.as_bytes());
        Ok(())
    }

    pub(super) fn json(&mut self, json: &str) {
        self.whole = Some((JSON, json.as_bytes().to_vec()));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.whole = Some(("text/plain", text.as_bytes().to_vec()));
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.whole = Some(("application/octet-stream", bytes.to_vec()));
    }

    /// Returns the body under the media type of the spec, unless that is a range. A required body without fields is an
    /// empty one of its kind.
    pub(super) fn finish(mut self, operation: &Operation) -> Sent {
        let media_type = operation
            .body
            .filter(|media_type| !media_type.contains('*'));
        let or = |default| media_type.unwrap_or(default);
        if let Some((default, bytes)) = self.whole {
            Sent::Bytes(or(default), bytes)
        } else if !self.object.is_empty() {
            self.object.push(b'}');
            Sent::Bytes(or(JSON), self.object)
        } else if !self.form.is_empty() {
            Sent::Bytes(or(FORM), self.form.into_bytes())
        } else if !self.parts.is_empty() {
            Sent::Parts(or(MULTIPART), self.parts)
        } else {
            match media_type {
                _ if operation.body_is_optional => Sent::Nothing,
                Some(json) if is_json(json) => Sent::Bytes(json, b"{}".to_vec()),
                Some(multipart) if multipart.starts_with("multipart/") => {
                    Sent::Parts(multipart, self.parts)
                }
                Some(other) => Sent::Bytes(other, Vec::new()),
                None => Sent::Nothing,
            }
        }
    }
}

/// Returns true for JSON and for media types with the suffix `+json` (RFC 6839, section 3.1).
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(JSON) || essence.to_ascii_lowercase().ends_with("+json")
}
