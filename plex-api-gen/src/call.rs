use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::{Error, Operation};

mod body;
mod encode;
mod expand;
mod file;
mod multipart;
mod style;
mod value;

use body::Body;
pub(crate) use body::Sent;
use encode::{Encoding, leaves_its_place};
use expand::expand;
pub use file::FilePart;
pub(crate) use multipart::{Parts, boundary};
pub use style::Style;

/// The capacity that is reserved for the arguments in a path, such as the id of a PIN.
const ARGUMENTS: usize = 32;

/// The arguments of one call, as they are sent. Generated code writes them; see [`Request::write`](crate::Request::write).
///
/// Names are the names on the wire. `None` and null are left out. The first argument that cannot be sent is kept, and
/// becomes a misuse error that names it.
pub struct Call {
    operation: &'static Operation,
    /// The base URL, and the path with the arguments that were written.
    url: String,
    /// The length of the base URL.
    base: usize,
    query: String,
    headers: HeaderMap,
    body: Body,
    /// The JSON of the last argument.
    json: Vec<u8>,
    problem: Option<String>,
}

impl Call {
    /// Creates a call without arguments. `base` is a base URL without a query.
    pub(crate) fn new(operation: &'static Operation, base: &str) -> Self {
        let base = base.trim_end_matches('/');
        let path = operation.path;
        let mut url = String::with_capacity(base.len() + path.len() + ARGUMENTS);
        url.push_str(base);
        if !path.starts_with('/') {
            url.push('/');
        }
        if path.contains(['?', '#']) {
            url.push_str(&path.replace('?', "%3F").replace('#', "%23"));
        } else {
            url.push_str(path);
        }
        Self {
            operation,
            url,
            base: base.len(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Body::default(),
            json: Vec::new(),
            problem: None,
        }
    }

    /// Fills `{name}` in the path of the operation. An argument that would change the number of segments is a misuse.
    pub fn path(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| {
            let mut text = String::new();
            unnamed(&mut text, name, style, Encoding::Unreserved, json)?;
            while let Some(at) = call.placeholder(name) {
                call.url.replace_range(at..at + name.len() + 2, &text);
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
            match (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_maybe_shared(text),
            ) {
                (Ok(name), Ok(mut value)) => {
                    // An argument may be a secret.
                    value.set_sensitive(true);
                    call.headers.append(name, value);
                }
                _ => call.reject(name, "a header cannot carry it; remove control characters"),
            }
            Ok(())
        });
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

    /// Adds a field to the JSON object of the body.
    pub fn field(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.with_json(name, value, |call, json| call.body.field(name, json));
    }

    /// Sends a value as the JSON body. Where the body is optional, null sends none.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        self.with_json("body", value, |call, json| {
            if json != "null" || !call.operation.body_is_optional {
                call.body.json(json);
            }
            Ok(())
        });
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

    /// Adds a credential to the query.
    pub(crate) fn query_text(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        Encoding::Unreserved.push(&mut self.query, name);
        self.query.push('=');
        Encoding::Unreserved.push(&mut self.query, value);
    }

    /// Moves the headers that Plex's servers also read from the query there. Others are a problem.
    pub(crate) fn move_headers_to_query(&mut self) {
        for (name, value) in &std::mem::take(&mut self.headers) {
            let value = String::from_utf8_lossy(value.as_bytes());
            if is_plex_header(name.as_str()) {
                self.query_text(name.as_str(), &value);
            } else {
                self.reject(
                    name.as_str(),
                    "a URL has no headers; send the request instead",
                );
            }
        }
    }

    /// Returns the URL, the headers of arguments and the body.
    ///
    /// # Errors
    /// If an argument cannot be sent.
    pub(crate) fn finish(mut self) -> Result<(String, HeaderMap, Sent), Error> {
        self.check_path();
        let operation = self.operation;
        if let Some(problem) = self.problem {
            return Err(Error::misuse(operation.id, problem));
        }
        if !self.query.is_empty() {
            self.url.push('?');
            self.url.push_str(&self.query);
        }
        Ok((self.url, self.headers, self.body.finish(operation)))
    }

    /// Serializes an argument, and hands its JSON to `write`.
    fn with_json(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
        write: impl FnOnce(&mut Self, &str) -> Result<(), serde_json::Error>,
    ) {
        let mut json = std::mem::take(&mut self.json);
        json.clear();
        let written = serde_json::to_writer(&mut json, value);
        let written = written.and_then(|()| match std::str::from_utf8(&json) {
            Ok(json) => write(self, json),
            Err(_) => Ok(()),
        });
        self.json = json;
        if written.is_err() {
            self.reject(name, "it cannot be serialized; check its type");
        }
    }

    /// Keeps the first problem.
    fn reject(&mut self, name: &str, why: &str) {
        self.problem
            .get_or_insert_with(|| format!("the argument `{name}` cannot be sent: {why}"));
    }

    /// Returns the place of `{name}` in the path. Written arguments have no braces.
    fn placeholder(&self, name: &str) -> Option<usize> {
        let path = &self.url[self.base..];
        let mut found = path.match_indices(name).map(|(at, _)| at);
        let at = found
            .find(|&at| path[..at].ends_with('{') && path[at + name.len()..].starts_with('}'))?;
        Some(self.base + at - 1)
    }

    /// Rejects a path that an argument makes another path: a server resolves dot segments and may drop empty ones.
    fn check_path(&mut self) {
        let path = self.operation.path;
        let template = path.strip_prefix('/').unwrap_or(path).split('/');
        let rejected =
            template
                .zip(self.url[self.base + 1..].split('/'))
                .find(|(template, segment)| {
                    template.contains('{') && (segment.contains('{') || leaves_its_place(segment))
                });
        if let Some((template, segment)) = rejected {
            let name = template
                .split_once('{')
                .and_then(|(_, rest)| rest.split_once('}'))
                .map_or(template, |(name, _)| name);
            let why = if segment.contains('{') {
                "the path requires it; set it"
            } else {
                "it is empty or a dot segment, which would change the path"
            };
            self.reject(name, why);
        }
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
        Style::Json if json == "null" => Ok(()),
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
