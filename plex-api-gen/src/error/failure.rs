//! The cause of a failure below HTTP, without text that a server sent.

use std::error::Error as StdError;
use std::{fmt, io};

/// Describes a failure in words of this list, of the HTTP library and of the operating system.
///
/// The errors of the libraries hold text from servers: the reason of an HTTP/2 GOAWAY frame, the names in a certificate.
pub(super) struct Failure {
    text: String,
    io: Option<io::Error>,
}

const PROXY_AUTHENTICATION: &str = "the proxy requires authentication";

const NO_CERTIFICATES: &str = "No CA certificates were loaded from the system";

/// Pairs of the start of a library's message and the words for it.
const STARTS: [(&str, &str); 30] = [
    ("operation timed out", "timed out"),
    ("keep-alive timed out", "no response to an HTTP/2 ping"),
    ("dns error", "name lookup failed"),
    ("tcp ", "TCP connection failed"),
    ("tunnel error: proxy authorization", PROXY_AUTHENTICATION),
    ("tunnel error", "the proxy made no connection"),
    (
        "connection closed before message completed",
        "connection closed",
    ),
    ("channel closed", "connection closed"),
    ("dispatch task is gone", "connection closed"),
    ("operation was canceled", "request canceled"),
    ("invalid HTTP ", "the response is not HTTP"),
    (
        "invalid content-length parsed",
        "invalid length of the response",
    ),
    (
        "unexpected transfer-encoding parsed",
        "invalid length of the response",
    ),
    (
        "message head is too large",
        "the head of the response is too large",
    ),
    ("error reading a body", "the response broke off"),
    ("http2 error", "HTTP/2 error"),
    (
        "invalid peer certificate: certificate expired",
        "certificate expired",
    ),
    (
        "invalid peer certificate: certificate not valid yet",
        "certificate not valid yet",
    ),
    (
        "invalid peer certificate: certificate not valid for name",
        "certificate not valid for this host",
    ),
    (
        "invalid peer certificate: UnknownIssuer",
        "certificate from an unknown issuer",
    ),
    (
        "invalid peer certificate: Revoked",
        "certificate was revoked",
    ),
    ("invalid peer certificate", "invalid certificate"),
    ("received corrupt message", "the peer does not speak TLS"),
    ("received fatal alert", "the peer refused the TLS handshake"),
    ("peer is incompatible", "no common version of TLS"),
    ("peer misbehaved", "the peer violated the rules of TLS"),
    ("invalid URL, scheme is not http", "no TLS feature is on"),
    ("unexpected EOF during handshake", "connection closed"),
    ("tls handshake eof", "connection closed"),
    (
        "peer closed connection",
        "connection closed without TLS close_notify",
    ),
];

/// Pairs of a part of a message of OpenSSL and the words for it.
const PARTS: [(&str, &str); 6] = [
    ("certificate has expired", "certificate expired"),
    (
        "self-signed certificate",
        "certificate from an unknown issuer",
    ),
    (
        "self signed certificate",
        "certificate from an unknown issuer",
    ),
    (
        "local issuer certificate",
        "certificate from an unknown issuer",
    ),
    ("ostname mismatch", "certificate not valid for this host"),
    ("wrong version number", "the peer does not speak TLS"),
];

/// The starts of HTTP/2 errors; the rest is the description of a code, followed by text from the server in parentheses.
const HTTP2: [&str; 4] = [
    "connection error ",
    "stream error ",
    "protocol error: ",
    "user error: ",
];

impl Failure {
    pub(super) fn of_network(error: &reqwest::Error) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut io = None;
        let mut cause: Option<&(dyn StdError + 'static)> = error.source();
        while let Some(error) = cause {
            if let Some(known) = known(&error.to_string())
                && words.last() != Some(&known)
            {
                words.push(known);
            }
            if let Some(error) = error.downcast_ref::<io::Error>() {
                io = io.or_else(|| without_text(error));
            }
            cause = error.source();
        }
        if words.is_empty() {
            words.push(match &io {
                Some(error) => error.to_string(),
                None => "the connection failed".to_owned(),
            });
        }
        let text = words.join(": ");
        Self { text, io }
    }

    /// Keeps the whole text: no server was involved yet.
    pub(super) fn of_build(error: &reqwest::Error) -> Self {
        let mut text = String::from("builder error");
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self { text, io: None }
    }

    pub(super) fn is_proxy_authentication(&self) -> bool {
        self.text.contains(PROXY_AUTHENTICATION)
    }

    pub(super) fn is_without_certificates(&self) -> bool {
        self.text.contains(NO_CERTIFICATES)
    }
}

/// Returns an error of the same kind, without the text of a library.
fn without_text(error: &io::Error) -> Option<io::Error> {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, TimedOut, UnexpectedEof,
    };
    match (error.raw_os_error(), error.kind()) {
        (Some(code), _) => Some(io::Error::from_raw_os_error(code)),
        (
            None,
            kind @ (BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | TimedOut
            | UnexpectedEof),
        ) => Some(kind.into()),
        _ => None,
    }
}

/// Returns the words for a message of a library, if they are known.
fn known(message: &str) -> Option<String> {
    let start = STARTS.iter().find(|(start, _)| message.starts_with(start));
    let part = || PARTS.iter().find(|(part, _)| message.contains(part));
    if let Some((_, words)) = start.or_else(part) {
        return Some((*words).to_owned());
    }
    if HTTP2.iter().any(|start| message.starts_with(start)) {
        let end = message.find(" (").unwrap_or(message.len());
        return message.get(..end).map(str::to_owned);
    }
    None
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)?;
        match &self.io {
            Some(io) => write!(f, ", {:?}", io.kind()),
            None => Ok(()),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.io.as_ref().map(|io| io as _)
    }
}
