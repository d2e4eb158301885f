//! A record of what the emulator was asked.

use std::collections::VecDeque;
use std::fmt;
use std::io::Write;
use std::time::SystemTime;

use hyper::http::request::Parts;

use crate::call::decode;
use crate::clock::Timestamp;
use crate::operation::Operation;

/// A request that the emulator got. Its `Debug` shows neither query nor headers nor body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// When it came, by the emulator's clock.
    pub at: SystemTime,
    /// The operation that it means; none for a page, or a path that plex.tv does not have.
    pub operation: Option<Operation>,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The names and values of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The names (in lower case) and values of the headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// The status of the answer; none if a fault kept it from being sent.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, |key| key.eq_ignore_ascii_case(name))
    }

    /// The value of a parameter of the query.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        first(&self.query, |key| key == name)
    }
}

fn first(pairs: &[(String, String)], is_it: impl Fn(&str) -> bool) -> Option<&str> {
    let (_, value) = pairs.iter().find(|(key, _)| is_it(key))?;
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

/// The last requests, the oldest first; they are taken apart when somebody asks.
pub(crate) struct Recorder {
    requests: VecDeque<Raw>,
    most: usize,
    log: Option<Box<dyn Write + Send>>,
}

/// A request in few bytes: what hyper hands out keeps the whole buffer of its connection alive.
struct Raw {
    at: Timestamp,
    operation: Option<Operation>,
    /// Lines with the method, path and query, and name and value of each header in turn.
    head: Box<[u8]>,
    body: Box<[u8]>,
    status: Option<u16>,
}

impl Recorder {
    /// Keeps at most this many requests, and writes a line for each to the log, if there is one.
    pub(crate) fn new(most: usize, log: Option<Box<dyn Write + Send>>) -> Self {
        Self {
            requests: VecDeque::new(),
            most,
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
            // A log that cannot be written to must not stop the emulator.
            let _ = writeln!(log, "{}", line(at, operation, parts, status));
        }
        if self.most == 0 {
            return;
        }
        while self.requests.len() >= self.most {
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
        self.requests.iter().map(take_apart).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.requests = VecDeque::new();
    }
}

/// A line without codes, ids and tokens: of an unknown path only plain words are shown.
fn line(at: Timestamp, operation: Option<Operation>, parts: &Parts, status: Option<u16>) -> String {
    let what = match operation {
        Some(operation) => operation.to_string(),
        None => {
            let word = |part: &str| part.len() <= 8 && part.bytes().all(|b| b.is_ascii_lowercase());
            let path = parts.uri.path().split('/');
            let shown: Vec<_> = path
                .map(|part| if word(part) { part } else { "*" })
                .collect();
            shown.join("/")
        }
    };
    let status = status.map_or("no answer".to_owned(), |status| status.to_string());
    format!("{} {} {what} {status}", at.rfc3339(), parts.method)
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
    for (name, value) in &parts.headers {
        // Neither can hold a line feed.
        for line in [name.as_str().as_bytes(), value.as_bytes()] {
            head.extend_from_slice(line);
            head.push(b'\n');
        }
    }
    head.into()
}

fn take_apart(raw: &Raw) -> RecordedRequest {
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
    fn keeps_the_last_requests() {
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
        assert!(line.ends_with("GET /api/*/pins/qr/* no answer"), "{line}");
        recorder.record(now, None, &parts(uri), b"", None);
        let debug = format!("{:?} {:?}", recorder, recorder.requests());
        for text in [debug, line] {
            assert!(!text.contains("SECRET") && !text.contains("7RQZ"), "{text}");
        }
    }
}
