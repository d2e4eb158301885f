//! The record of requests, and the log.

use std::collections::VecDeque;
use std::fmt;
use std::io::Write;
use std::time::SystemTime;

use hyper::http::request::Parts;

use crate::call::decode;
use crate::clock::Timestamp;
use crate::network::TOKEN_HEADER;
use crate::operation::Operation;

/// A request that the emulator received. `Debug` shows neither its query nor its headers nor its body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The time of arrival by the emulator's clock.
    pub at: SystemTime,
    /// The operation; `None` for a page or an unknown path.
    pub operation: Option<Operation>,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The names and values of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The names (in lower case) and values of the headers, in order, without the control token.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// The status of the response; `None` if a fault suppressed it.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// Returns the value of a header; the case of `name` does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, |key| key.eq_ignore_ascii_case(name))
    }

    /// Returns the client identifier of the app: from the header, else the query, else the form.
    #[must_use]
    pub fn client_identifier(&self) -> Option<String> {
        const NAME: &str = "x-plex-client-identifier";
        let is_name = |key: &str| key.eq_ignore_ascii_case(NAME);
        let known = self.header(NAME).or_else(|| first(&self.query, is_name));
        let found = known.map(str::to_owned).or_else(|| {
            let is_json = |value: &str| value.contains("json");
            if self.header("content-type").is_some_and(is_json) {
                return None;
            }
            let mut form = url::form_urlencoded::parse(&self.body);
            form.find_map(|(key, value)| is_name(&key).then(|| value.into_owned()))
        });
        found.filter(|client| !client.is_empty())
    }

    /// Returns the first value of a query parameter.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        first(&self.query, |key| key == name)
    }
}

fn is_of(request: &RecordedRequest, client: &str) -> bool {
    request.client_identifier().as_deref() == Some(client)
}

fn first(pairs: &[(String, String)], matches: impl Fn(&str) -> bool) -> Option<&str> {
    let (_, value) = pairs.iter().find(|(key, _)| matches(key))?;
    Some(value)
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The last requests, oldest first; they are parsed when they are read.
pub(crate) struct Recorder {
    requests: VecDeque<Raw>,
    limit: usize,
    log: Option<Box<dyn Write + Send>>,
}

/// A request in few bytes; hyper's own types would keep the whole buffer of its connection alive.
struct Raw {
    at: Timestamp,
    operation: Option<Operation>,
    /// Lines: the method, the path with its query, then the name and the value of each header.
    head: Box<[u8]>,
    body: Box<[u8]>,
    status: Option<u16>,
}

impl Recorder {
    /// Keeps at most `limit` requests and writes a line for each to the log.
    pub(crate) fn new(limit: usize, log: Option<Box<dyn Write + Send>>) -> Self {
        Self {
            requests: VecDeque::new(),
            limit,
            log,
        }
    }

    pub(crate) fn record(
        &mut self,
        at: Timestamp,
        operation: Option<Operation>,
        parts: &Parts,
        body: &[u8],
        status: Option<u16>,
    ) {
        if let Some(log) = &mut self.log {
            // A failing log must not stop the emulator.
            let _ = writeln!(log, "{}", line(at, operation, parts, status));
        }
        if self.limit == 0 {
            return;
        }
        while self.requests.len() >= self.limit {
            self.requests.pop_front();
        }
        self.requests.push_back(Raw {
            at,
            operation,
            head: head(parts),
            body: body.into(),
            status,
        });
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.iter().map(parse).collect()
    }

    /// Returns the requests of a client identifier.
    pub(crate) fn requests_of(&self, client: &str) -> Vec<RecordedRequest> {
        let requests = self.requests.iter().map(parse);
        requests.filter(|request| is_of(request, client)).collect()
    }

    /// Removes the requests of a client identifier; `None` removes all.
    pub(crate) fn clear(&mut self, client: Option<&str>) {
        match client {
            None => self.requests = VecDeque::new(),
            Some(client) => self.requests.retain(|raw| !is_of(&parse(raw), client)),
        }
    }
}

/// A log line without codes, ids and tokens: an unknown path is shown without segments that may hold one.
fn line(at: Timestamp, operation: Option<Operation>, parts: &Parts, status: Option<u16>) -> String {
    let target = match operation {
        Some(operation) => operation.to_string(),
        None => {
            let is_word =
                |part: &str| part.len() <= 8 && part.bytes().all(|b| b.is_ascii_lowercase());
            let path = parts.uri.path().split('/');
            let shown: Vec<_> = path
                .map(|part| if is_word(part) { part } else { "*" })
                .collect();
            shown.join("/")
        }
    };
    let status = status.map_or("no response".to_owned(), |status| status.to_string());
    format!("{} {} {target} {status}", at.rfc3339(), parts.method)
}

fn head(parts: &Parts) -> Box<[u8]> {
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let mut head = Vec::with_capacity(1024);
    for line in [parts.method.as_str(), target] {
        head.extend_from_slice(line.as_bytes());
        head.push(b'\n');
    }
    let headers = parts.headers.iter();
    for (name, value) in headers.filter(|(name, _)| *name != TOKEN_HEADER) {
        // Names and values cannot contain a line feed.
        for line in [name.as_str().as_bytes(), value.as_bytes()] {
            head.extend_from_slice(line);
            head.push(b'\n');
        }
    }
    head.into()
}

fn parse(raw: &Raw) -> RecordedRequest {
    let mut lines = raw.head.split(|byte| *byte == b'\n').map(decode);
    let mut line = || lines.next().unwrap_or_default();
    let (method, target) = (line(), line());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers = Vec::new();
    loop {
        match line() {
            name if name.is_empty() => break,
            name => headers.push((name, line())),
        }
    }
    RecordedRequest {
        at: raw.at.to_system_time(),
        operation: raw.operation,
        method,
        path: path.to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers,
        body: raw.body.to_vec(),
        status: raw.status,
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorder({} requests)", self.requests.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn parts(uri: &str) -> Parts {
        let request = hyper::Request::builder()
            .uri(uri)
            .header("X-Plex-Token", "SECRETTOKEN")
            .body(());
        request.unwrap().into_parts().0
    }

    #[test]
    fn the_last_requests_are_kept() {
        let mut recorder = Recorder::new(2, None);
        for uri in ["/a", "/b?x=1&x=2", "/c"] {
            let now = Clock::new().now();
            recorder.record(now, None, &parts(uri), b"body", Some(200));
        }
        let requests = recorder.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].path, "/b");
        assert_eq!(requests[0].query_value("x"), Some("1"));
        assert_eq!(requests[0].header("x-plex-TOKEN"), Some("SECRETTOKEN"));
        assert_eq!(requests[1].body, b"body");
    }

    #[test]
    fn neither_debug_nor_the_log_shows_a_secret() {
        let mut recorder = Recorder::new(9, None);
        let uri = "/api/v2/pins/qr/7RQZ?X-Plex-Token=SECRETTOKEN";
        let now = Clock::new().now();
        let line = line(now, None, &parts(uri), None);
        assert!(line.ends_with("GET /api/*/pins/qr/* no response"), "{line}");
        recorder.record(now, None, &parts(uri), b"", None);
        let debug = format!("{:?} {:?}", recorder, recorder.requests());
        for text in [debug, line] {
            assert!(!text.contains("SECRET") && !text.contains("7RQZ"), "{text}");
        }
    }
}
