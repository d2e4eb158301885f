use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use progenitor_client::Error as BuildError;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use url::Url;

use crate::{Error, Token};

mod builder;

pub use builder::TransportBuilder;
use builder::{ANSWER_LIMIT, TIMEOUT};

/// What the generated client sends its requests with: the address, the connections, the identity and the token.
///
/// A clone is cheap and shares the connections. `Debug` shows the address and whether there is a token.
#[derive(Clone)]
pub struct Transport {
    shared: Arc<Shared>,
    identity: Arc<HeaderMap>,
    token: Option<TokenHeader>,
}

#[derive(Clone)]
struct Shared {
    http: reqwest::Client,
    base_url: Option<String>,
    user_agent: Option<HeaderValue>,
    timeout: Duration,
    answer_limit: usize,
    /// Whether the HTTP client was handed in: it may follow redirects, and has no time limit or one of its own.
    is_handed_in: bool,
    local: bool,
}

/// The token as it is sent; or the knowledge that it cannot be.
#[derive(Clone)]
enum TokenHeader {
    Value(HeaderValue),
    Unsendable,
}

/// What the spec says of an operation beside its arguments and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`; it is also the step that an error names.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// The server that the spec sends it to.
    pub server: &'static str,
    /// The media type of its success.
    pub accept: Option<&'static str>,
    /// Whether it takes the access token.
    pub token: bool,
}

impl Transport {
    /// Begins a transport that identifies itself with these headers.
    pub fn builder(identity: HeaderMap) -> TransportBuilder {
        TransportBuilder {
            identity,
            base_url: None,
            http: None,
            user_agent: None,
            timeout: TIMEOUT,
            answer_limit: ANSWER_LIMIT,
        }
    }

    /// The same transport, sending this token on the operations that take one.
    #[must_use]
    pub fn with_token(&self, token: &Token) -> Self {
        let header = match HeaderValue::from_str(token.expose()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                TokenHeader::Value(value)
            }
            Err(_) => TokenHeader::Unsendable,
        };
        Self {
            token: Some(header),
            ..self.clone()
        }
    }

    /// The same transport under another identity.
    #[must_use]
    pub fn with_identity(&self, identity: HeaderMap) -> Self {
        Self {
            identity: Arc::new(identity),
            ..self.clone()
        }
    }

    /// The same transport, sending every operation to another server: a user's media server, say. It holds no token: that
    /// of one server is no business of another's.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the address is neither https nor on this machine, since tokens go there; any other when no
    /// HTTP client can be made for it.
    pub fn with_base_url(&self, server: &Url) -> Result<Self, Error> {
        const STEP: &str = "choose a server";
        builder::check_base_url(STEP, server)?;
        let local = builder::is_loopback(server);
        let mut shared = Shared {
            base_url: Some(builder::base_url(server)),
            local,
            ..Shared::clone(&self.shared)
        };
        if local != self.shared.local && !self.shared.is_handed_in {
            // One of the two goes through the proxies of the environment, and the other must not.
            shared.http = builder::http_client(STEP, shared.timeout, local)?;
        }
        Ok(Self {
            shared: Arc::new(shared),
            identity: Arc::clone(&self.identity),
            token: None,
        })
    }

    /// Where an operation goes: to the base URL if one was set, else to the operation's server in the spec.
    pub fn base_url<'a>(&'a self, operation: &'a Operation) -> &'a str {
        self.shared.base_url.as_deref().unwrap_or(operation.server)
    }

    /// Whether everything goes to this very machine.
    pub fn is_local(&self) -> bool {
        self.shared.local
    }

    /// Whether it holds a token.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The HTTP client that requests are built with.
    pub fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// Sends the request of an operation that answers with JSON.
    ///
    /// # Errors
    /// Whatever keeps it from a success that reads as `T`.
    pub async fn json<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<T, Error> {
        let (status, body) = self.send(operation, request).await?;
        read_json(operation, status, &body)
    }

    /// Sends the request of an operation that answers with bytes.
    ///
    /// # Errors
    /// Whatever keeps it from a success.
    pub async fn bytes(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<Vec<u8>, Error> {
        self.not_html(operation, request).await
    }

    /// Sends the request of an operation that answers with nothing.
    ///
    /// # Errors
    /// Whatever keeps it from a success.
    pub async fn empty(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<(), Error> {
        self.not_html(operation, request).await.map(drop)
    }

    /// A success whose body is not a page of HTML: that would be an answer from something in between.
    async fn not_html(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<Vec<u8>, Error> {
        let (status, body) = self.send(operation, request).await?;
        if crate::plex_code::is_html(&body) {
            let why = "it is a page of HTML".to_owned();
            return Err(Error::unreadable(operation.id, status, why));
        }
        Ok(body)
    }

    /// Sends a request and reads its answer; every status but success is an error.
    async fn send(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        let step = operation.id;
        let mut request = request.map_err(|_| {
            let server = self.base_url(operation);
            let what = if server.contains('{') || Url::parse(server).is_err() {
                "the spec leaves open which server this goes to; say it with `PlexApi::at`, or, for a client of your own spec, \
                 with `Transport::with_base_url`"
            } else {
                "an argument cannot be sent in a request"
            };
            Error::misuse(step, what)
        })?;
        self.complete(operation, &mut request)?;
        let asked = self.shared.is_handed_in.then(|| request.url().clone());
        let failed = |error| Error::from_reqwest(step, error);
        let mut response = self.http().execute(request).await.map_err(failed)?;
        if asked.is_some_and(|asked| &asked != response.url()) {
            let advice = "the HTTP client that was handed in followed a redirect; build it with redirect(Policy::none())";
            return Err(Error::wrong_answer(step, advice));
        }
        let status = response.status();
        let retry_after = retry_after(&response);
        let body = read_body(&mut response, self.shared.answer_limit).await;
        if !status.is_success() {
            // Whatever became of the body, the status says enough.
            let body = body.ok().flatten().unwrap_or_default();
            return Err(Error::from_status(step, status, &body, retry_after));
        }
        let limit = self.shared.answer_limit;
        let body = body
            .map_err(failed)?
            .ok_or_else(|| Error::too_large(step, status, limit))?;
        Ok((status, body))
    }

    /// Adds what belongs to the client rather than to the call.
    fn complete(&self, operation: &Operation, request: &mut Request) -> Result<(), Error> {
        if self.shared.is_handed_in {
            *request.timeout_mut() = Some(self.shared.timeout);
        }
        let expects_body = matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
        let has_body = request.body().is_some();
        let is_safe = request.url().scheme() == "https" || builder::is_loopback(request.url());
        let headers = request.headers_mut();
        // Content-Length, Accept, User-Agent and the token.
        headers.reserve(self.identity.len() + 4);
        if expects_body && !has_body {
            // RFC 9110, section 8.6: servers may refuse such a request without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        headers.insert(
            ACCEPT,
            HeaderValue::from_static(operation.accept.unwrap_or("application/json")),
        );
        if let Some(user_agent) = &self.shared.user_agent {
            headers.insert(USER_AGENT, user_agent.clone());
        }
        for (name, value) in self.identity.iter() {
            headers.insert(name, value.clone());
        }
        match &self.token {
            Some(_) if operation.token && !is_safe => {
                let advice = "the spec sends this operation to a server without https, where a token must not go";
                return Err(Error::misuse(operation.id, advice));
            }
            Some(TokenHeader::Value(token)) if operation.token => {
                headers.insert("x-plex-token", token.clone());
            }
            Some(TokenHeader::Unsendable) if operation.token => {
                let advice = "the token holds characters that no header can carry; it was damaged in storage";
                return Err(Error::misuse(operation.id, advice));
            }
            _ => {}
        }
        Ok(())
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.shared.base_url)
            .field("timeout", &self.shared.timeout)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    crate::retry_after::parse(value, SystemTime::now())
}

/// The whole body, or nothing if it is larger than the limit, in which case the rest is left unread.
async fn read_body(
    response: &mut Response,
    limit: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0);
    if announced > limit {
        return Ok(None);
    }
    let mut body = Vec::with_capacity(announced.min(64 * 1024));
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Reads the body of a success.
fn read_json<T: DeserializeOwned>(
    operation: &Operation,
    status: StatusCode,
    body: &[u8],
) -> Result<T, Error> {
    // To check all of it once is cheaper than to check each text. Where it is not UTF-8 that may be in a field that nobody
    // reads.
    let read = match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    read.map_err(|_| Error::unreadable(operation.id, status, why_unreadable::<T>(body)))
}

/// Why a body does not read as `T`, without a word of what it holds. Only called where reading failed.
fn why_unreadable<T: DeserializeOwned>(body: &[u8]) -> String {
    match body.trim_ascii_start().first() {
        None => return "it is empty".to_owned(),
        Some(b'<') => return "it is HTML or XML instead of JSON".to_owned(),
        Some(_) => {}
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) if error.inner().is_data() => {
            let text = error.inner().to_string();
            // The name of a missing field is the model's own; any other text may quote the answer.
            match text
                .strip_prefix("missing field ")
                .and_then(|text| text.split('`').nth(1))
            {
                Some(field) => format!("`{field}` is missing in `{}`", shown(error.path())),
                None => format!("`{}` is not what it should be", shown(error.path())),
            }
        }
        Err(error) if error.inner().is_eof() => "it breaks off".to_owned(),
        _ => "it is not JSON".to_owned(),
    }
}

/// A path within an answer. Names of fields are words; what is none may be a key that the answer brought with it.
fn shown(path: &serde_path_to_error::Path) -> String {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => shown += &format!("[{index}]"),
            Segment::Map { key } if key.chars().all(|c| c.is_ascii_alphabetic() || c == '_') => {
                shown += &format!(".{key}");
            }
            _ => shown += ".*",
        }
    }
    match shown.strip_prefix('.') {
        Some(path) => path.to_owned(),
        None if shown.is_empty() => ".".to_owned(),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn another_server_does_not_get_the_token() {
        let transport = Transport::builder(HeaderMap::new()).build().unwrap();
        let transport = transport.with_token(&Token::new("2ffLuB84dqLswk9skLos"));
        let server = Url::parse("http://127.0.0.1:32400").unwrap();
        assert!(transport.has_token());
        assert!(!transport.with_base_url(&server).unwrap().has_token());
    }

    #[test]
    fn an_error_names_fields_and_no_keys_of_the_answer() {
        type Answer = HashMap<String, Vec<HashMap<String, i64>>>;
        let why = why_unreadable::<Answer>(br#"{"members": [{}, {"a@example.org": "x"}]}"#);
        assert_eq!(why, "`members[1].*` is not what it should be");
        assert_eq!(
            why_unreadable::<i64>(b"true"),
            "`.` is not what it should be"
        );
    }

    #[test]
    fn a_server_that_is_left_open_is_a_misuse_that_tells_how_to_name_it() {
        const fn sent_to(server: &'static str) -> Operation {
            Operation {
                id: "getSections",
                method: "GET",
                path: "/library/sections",
                server,
                accept: None,
                token: false,
            }
        }
        static OPERATIONS: [Operation; 3] = [
            sent_to("https://{address}:{port}"),
            sent_to("/v2"),
            sent_to(""),
        ];
        let transport = Transport::builder(HeaderMap::new()).build().unwrap();
        for operation in &OPERATIONS {
            let request = Err(BuildError::InvalidRequest("relative URL".to_owned()));
            let sent = pin!(transport.empty(operation, request));
            let Poll::Ready(Err(error)) = sent.poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("it is known before anything is sent");
            };
            assert!(error.is_misuse());
            let text = error.to_string();
            assert!(text.contains("`PlexApi::at`"), "{text}");
            assert!(text.contains("`Transport::with_base_url`"), "{text}");
        }
    }
}
