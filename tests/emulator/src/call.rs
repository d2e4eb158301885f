//! A request as the handlers read it: identity from header, query or form, and the requested format.

use bytes::Bytes;
use hyper::http::request::Parts;
use serde_json::Value;

use crate::accept;
use crate::form::{self, Form};
use crate::render::Format;
use crate::reply::ApiError;

/// A request with its complete body. It has no `Debug`, because it may hold a token.
pub(crate) struct Call<'a> {
    parts: &'a Parts,
    body: &'a [u8],
    query: Form<'a>,
    form: Form<'a>,
    json: Option<Result<Value, ()>>,
    /// The emulator's origin as the client addresses it: `http://host:port`.
    pub(crate) origin: String,
    pub(crate) format: Format,
    /// The switch of the same name.
    pub(crate) strict: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn new(parts: &'a Parts, body: &'a Bytes, origin: impl Into<String>) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let (form, json) = read_body(parts, body);
        Self {
            parts,
            body,
            query: url::form_urlencoded::parse(query.as_bytes()).collect(),
            form,
            json,
            origin: origin.into(),
            format: format(parts),
            strict: false,
        }
    }

    pub(crate) fn path(&self) -> &'a str {
        self.parts.uri.path()
    }

    /// Returns an `X-Plex-*` value from the header, else the query, else the form; `None` if it is empty.
    pub(crate) fn plex(&self, name: &str) -> Option<String> {
        let header = self.parts.headers.get(name);
        let header = header.map(|value| decode(value.as_bytes()));
        header
            .or_else(|| find(&self.query, name, true))
            .or_else(|| find(&self.form, name, true))
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn client_identifier(&self) -> Result<String, ApiError> {
        self.plex("x-plex-client-identifier")
            .ok_or_else(ApiError::missing_client_identifier)
    }

    /// Returns a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        find(&self.query, name, false)
    }

    /// Returns a parameter of the form, else of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters(name).next().map(str::to_owned)
    }

    /// Returns all values of a parameter, those of the form before those of the query.
    pub(crate) fn parameters(&self, name: &str) -> impl Iterator<Item = &str> {
        let all = self.form.iter().chain(&self.query);
        all.filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }

    /// The body as it was sent.
    pub(crate) fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Returns the object in the JSON body; `None` if the body is empty or not JSON by its content type.
    ///
    /// Unless `strict` is set, a body with any other JSON value counts as empty too: some HTTP clients send `""` or
    /// `null` when their caller sends no body.
    pub(crate) fn json(&self) -> Result<Option<&Value>, ApiError> {
        match &self.json {
            None => Ok(None),
            Some(Ok(value)) if value.is_object() => Ok(Some(value)),
            Some(Ok(_)) if !self.strict => Ok(None),
            Some(_) => Err(ApiError::bad_request("The body is not an object in JSON")),
        }
    }
}

/// Decodes UTF-8, else ISO-8859-1 (both are allowed by Plex's developer documentation).
pub(crate) fn decode(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => value.iter().map(|&b| char::from(b)).collect(),
    }
}

fn find(pairs: &Form<'_>, name: &str, any_case: bool) -> Option<String> {
    pairs
        .iter()
        .find(|(key, _)| key == name || any_case && key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.clone().into_owned())
}

/// Parses the body by its content type; without one, a body that begins with `{` is JSON.
fn read_body<'a>(parts: &Parts, body: &'a Bytes) -> (Form<'a>, Option<Result<Value, ()>>) {
    if body.is_empty() {
        return (Vec::new(), None);
    }
    let content_type = header(parts, "content-type").unwrap_or_default();
    let is_json = if content_type.is_empty() {
        body.trim_ascii_start().starts_with(b"{")
    } else {
        content_type.contains("json")
    };
    if is_json {
        (
            Vec::new(),
            Some(serde_json::from_slice(body).map_err(|_| ())),
        )
    } else {
        (form::read(content_type, body), None)
    }
}

/// Chooses the format of the response; the older endpoints always respond in XML.
fn format(parts: &Parts) -> Format {
    let path = parts.uri.path().trim_end_matches('/');
    let is_xml_only = path.ends_with(".xml")
        || path.ends_with("/users/account")
        || path.ends_with("/api/resources")
        || path.ends_with("/api/users")
        || path.contains("/api/home/users");
    if is_xml_only {
        return Format::Xml;
    }
    if path.ends_with(".json") {
        return Format::Json;
    }
    let values = parts.headers.get_all("accept").iter();
    accept::preferred(values.filter_map(|value| value.to_str().ok()))
}

/// The host that the request names, if it is safe to repeat in a response.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    header(parts, "host")
        .or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
        .filter(|host| {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
        })
}

/// Returns the method, with `GET` for `HEAD`: hyper omits the body.
pub(crate) fn method(parts: &Parts) -> &str {
    match parts.method.as_str() {
        "HEAD" => "GET",
        other => other,
    }
}

pub(crate) fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, headers: &[(&str, &[u8])]) -> Parts {
        let mut request = hyper::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn identity_comes_from_header_then_query_then_form() {
        let header = parts(
            "/?X-Plex-Product=query",
            &[("X-Plex-Product", b"header".as_slice())],
        );
        let body = Bytes::from_static(b"X-Plex-Product=form");
        let product = |parts: &Parts| Call::new(parts, &body, "h").plex("x-plex-product");
        assert_eq!(product(&header).as_deref(), Some("header"));
        let query = parts("/?X-Plex-Product=query", &[]);
        assert_eq!(product(&query).as_deref(), Some("query"));
        assert_eq!(product(&parts("/", &[])).as_deref(), Some("form"));
    }

    #[test]
    fn header_values_are_utf8_or_latin1() {
        let utf8 = parts("/", &[("X-Plex-Product", "Ü".as_bytes())]);
        let latin1 = parts("/", &[("X-Plex-Product", b"\xdc".as_slice())]);
        for parts in [utf8, latin1] {
            let call = Call::new(&parts, &Bytes::new(), "h").plex("x-plex-product");
            assert_eq!(call.as_deref(), Some("Ü"));
        }
    }

    #[test]
    fn an_empty_identifier_counts_as_missing() {
        let parts = parts("/", &[("X-Plex-Client-Identifier", b"".as_slice())]);
        let body = Bytes::new();
        let error = Call::new(&parts, &body, "h").client_identifier();
        assert_eq!(error.unwrap_err().code, 1000);
    }

    #[test]
    fn json_is_written_only_when_asked_for() {
        let of = |uri, accept: &'static str| format(&parts(uri, &[("accept", accept.as_bytes())]));
        assert_eq!(of("/api/v2/pins", "*/*"), Format::Xml);
        assert_eq!(of("/api/v2/pins", "application/xml"), Format::Xml);
        assert_eq!(of("/api/v2/pins", "application/json, */*"), Format::Json);
        assert_eq!(of("/api/v2/pins.json", "*/*"), Format::Json);
        assert_eq!(of("/devices.xml", "application/json"), Format::Xml);
        assert_eq!(of("/users/account/", "application/json"), Format::Xml);
        assert_eq!(of("//api/resources", "application/json"), Format::Xml);
        assert_eq!(
            of("/api/home/users/7/switch", "application/json"),
            Format::Xml
        );
        assert_eq!(of("/api/v2/home/users", "application/json"), Format::Json);
    }
}
