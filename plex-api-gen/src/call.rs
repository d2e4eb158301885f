use std::borrow::Cow;
use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use crate::{Error, Operation};

mod body;
mod encode;
mod expand;
mod file;
mod finite;
mod multipart;
mod path;
mod style;
mod value;

use body::Body;
pub(crate) use body::{Sent, is_json};
use encode::Encoding;
use expand::{expand, pair};
pub use file::FilePart;
use finite::is_finite;
pub(crate) use multipart::{Parts, boundary};
pub use style::Style;

const NOT_SERIALIZABLE: &str = "it cannot be serialized; check its type";
const NOT_FINITE: &str = "it holds NaN or infinity; set a finite number";

/// The arguments of one call, as they are sent. Generated code writes them; see [`Request::write`](crate::Request::write).
///
/// Names are the names on the wire. `None` and null are left out; NaN and infinity cannot be sent. The first argument that cannot be sent is kept, and
/// becomes a misuse error that names it.
pub struct Call {
    operation: &'static Operation,
    /// The path of the base URL, and the path of the operation with the arguments that were written.
    path: String,
    /// The length of the path of the base URL.
    base: usize,
    /// An argument in the path is not a number, and may change the number of segments.
    needs_path_check: bool,
    query: String,
    headers: Vec<(&'static str, HeaderValue)>,
    /// The identity of this call, in place of the client's.
    pub(crate) identity: Option<Box<HeaderMap>>,
    body: Body,
    problem: Option<Error>,
}

impl Call {
    /// Creates a call without arguments. `base` is the path of the base URL.
    pub(crate) fn new(operation: &'static Operation, base: &str) -> Self {
        let base = base.trim_end_matches('/');
        Self {
            operation,
            path: path::template(operation, base),
            base: base.len(),
            needs_path_check: false,
            query: String::new(),
            headers: Vec::new(),
            identity: None,
            body: Body::default(),
            problem: None,
        }
    }

    /// Fills `{name}` in the path of the operation. An argument that would change the number of segments is a misuse.
    pub fn path(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| {
            let is_number = json.bytes().all(|byte| byte.is_ascii_digit());
            call.needs_path_check |= !is_number;
            let text = match style {
                // Needs no second copy: this is the path of a poll.
                Style::Simple { .. } if is_number => Cow::Borrowed(json),
                _ => {
                    let mut text = String::new();
                    unnamed(&mut text, name, style, Encoding::Unreserved, json)?;
                    text.into()
                }
            };
            while let Some(at) = call.placeholder(name) {
                call.path.replace_range(at..at + name.len() + 2, &text);
            }
            Ok(())
        });
    }

    /// Adds an argument to the query.
    pub fn query(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| {
            expand(&mut call.query, name, style, Encoding::Unreserved, json)
        });
    }

    /// Adds a header.
    pub fn header(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| {
            let mut text = String::new();
            unnamed(&mut text, name, style, Encoding::Plain, json)?;
            if text.is_empty() && json != "\"\"" {
                return Ok(());
            }
            match HeaderValue::from_maybe_shared(text) {
                Ok(mut value) if HeaderName::from_bytes(name.as_bytes()).is_ok() => {
                    // An argument may be a secret.
                    value.set_sensitive(true);
                    call.headers.push((name, value));
                }
                _ => call.reject(name, "a header cannot carry it; remove control characters"),
            }
            Ok(())
        });
    }

    /// Sends this call under another identity than the client's. A failure to build its headers is the error of the call.
    pub fn identity(&mut self, headers: Result<HeaderMap, Error>) {
        match headers {
            Ok(headers) => self.identity = Some(Box::new(headers)),
            Err(error) => _ = self.problem.get_or_insert(error),
        }
    }

    /// Adds a field to a body of the type `application/x-www-form-urlencoded`.
    pub fn form(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| call.body.form(name, style, json));
    }

    /// Adds a part to a multipart body: a scalar as text, an object as JSON, and a list as one part for each item.
    pub fn part(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        value: &(impl Serialize + ?Sized),
    ) {
        self.with_json(name, value, |call, json| {
            call.body.part(name, media_type, json)
        });
    }

    /// Adds a file to a multipart body.
    pub fn file(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        value: Option<&FilePart>,
    ) {
        let Some(file) = value else { return };
        if !self.body.parts.file(name, media_type, file) {
            self.reject(
                name,
                "its media type is not one; use a type such as `image/jpeg`",
            );
        }
    }

    /// Adds a field to the JSON object of the body, and leaves it out if it is null.
    pub fn field(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| call.body.field(name, json));
    }

    /// Adds a field to the JSON object of the body, also if it is null: where the spec requires the field, or where null has a
    /// meaning of its own, as in a merge patch (RFC 7396).
    pub fn field_or_null(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        match serde_json::to_string(value) {
            Ok(json) if !is_finite(value, &json) => self.reject(name, NOT_FINITE),
            Ok(json) if self.body.field(name, &json).is_ok() => {}
            _ => self.reject(name, NOT_SERIALIZABLE),
        }
    }

    /// Sends a value as the JSON body. Where the body is optional, null sends none.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        match serde_json::to_string(value) {
            Ok(json) if !is_finite(value, &json) => self.reject("body", NOT_FINITE),
            Ok(json) if json == "null" && self.operation.body_is_optional => {}
            Ok(json) => self.body.json(json.into_bytes()),
            Err(_) => self.reject("body", NOT_SERIALIZABLE),
        }
    }

    /// Sends text as the body.
    pub fn text(&mut self, value: Option<&str>) {
        if let Some(text) = value {
            self.body.text(text);
        }
    }

    /// Sends bytes as the body.
    pub fn bytes(&mut self, value: Option<&[u8]>) {
        if let Some(bytes) = value {
            self.body.bytes(bytes);
        }
    }

    /// Adds a pair of texts to the query; not part of the public API.
    #[doc(hidden)]
    pub fn query_pair(&mut self, name: &str, value: &str) {
        pair(&mut self.query, name, Encoding::Unreserved, value);
    }

    /// Moves the headers that Plex's servers also read from the query there. Others are a problem.
    pub(crate) fn move_headers_to_query(&mut self) {
        for (name, value) in std::mem::take(&mut self.headers) {
            if is_plex_header(name) {
                self.query_pair(name, &String::from_utf8_lossy(value.as_bytes()));
            } else {
                self.reject(name, "a URL has no headers; send the request instead");
            }
        }
    }

    /// Completes a base URL, and returns the headers of arguments and the body.
    ///
    /// # Errors
    /// If an argument cannot be sent.
    pub(crate) fn finish(mut self, url: &mut Url) -> Result<(HeaderMap, Sent), Error> {
        self.check_path();
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        url.set_path(&self.path);
        url.set_query(Some(self.query.as_str()).filter(|query| !query.is_empty()));
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in self.headers {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                headers.append(name, value);
            }
        }
        Ok((headers, self.body.finish(self.operation)))
    }

    /// Serializes an argument, and hands its JSON to `write` unless it is null.
    fn with_json(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
        write: impl FnOnce(&mut Self, &str) -> Result<(), serde_json::Error>,
    ) {
        // Most arguments are short: they cost no allocation.
        let mut short = [0; 64];
        let mut unused = &mut short[..];
        let written = match serde_json::to_writer(&mut unused, value) {
            Ok(()) => {
                let length = 64 - unused.len();
                Ok(str::from_utf8(&short[..length]).unwrap_or_default().into())
            }
            Err(error) if error.is_io() => serde_json::to_string(value).map(Cow::Owned),
            Err(error) => Err(error),
        };
        let written = written.and_then(|json: Cow<'_, str>| match &*json {
            json if !is_finite(value, json) => {
                self.reject(name, NOT_FINITE);
                Ok(())
            }
            "null" => Ok(()),
            json => write(self, json),
        });
        if written.is_err() {
            self.reject(name, NOT_SERIALIZABLE);
        }
    }

    /// Keeps the first problem.
    fn reject(&mut self, name: &str, why: &str) {
        let step = self.operation.id;
        self.problem.get_or_insert_with(|| {
            Error::misuse(step, format!("the argument `{name}` cannot be sent: {why}"))
        });
    }
}

/// Returns a media type as a header value.
///
/// # Errors
/// [`Error::is_misuse`] if the spec names one that a header cannot carry.
pub(crate) fn content_type(step: &'static str, media_type: &str) -> Result<HeaderValue, Error> {
    let what = "the spec names a media type that a header cannot carry; fix the spec";
    HeaderValue::from_str(media_type).map_err(|_| Error::misuse(step, what))
}

/// Returns true for the headers that Plex's servers also read from the query.
pub(crate) fn is_plex_header(name: &str) -> bool {
    const START: &[u8] = b"x-plex-";
    let start = name.as_bytes().get(..START.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(START))
}

/// Appends an argument of a path or a header, where JSON has no name.
fn unnamed(
    out: &mut String,
    name: &str,
    style: Style,
    encoding: Encoding,
    json: &str,
) -> Result<(), serde_json::Error> {
    match style {
        Style::Json => {
            encoding.push(out, json);
            Ok(())
        }
        _ => expand(out, name, style, encoding, json),
    }
}

/// Shows the operation only: arguments may be secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
