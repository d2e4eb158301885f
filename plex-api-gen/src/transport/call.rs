//! Sends the calls of request structs.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::Url;

use super::builder::JSON;
use super::response::{compressed, read_body, refuse_html, request_id};
use super::send::{Outgoing, refusal};
use super::trace::Trace;
use super::{Operation, Transport};
use crate::call::{Sent, content_type, is_json};
use crate::{ByteStream, Call, Error, Request, ResponseBody, Secret};

/// The time limit of a stream: none that matters. Each of its pieces has a limit.
const ENDLESS: Duration = Duration::from_secs(u32::MAX as u64);

/// The header of the identity that media servers tell transcode sessions apart by.
const CLIENT_IDENTIFIER: &str = "X-Plex-Client-Identifier";

impl Transport {
    /// Sends a call and reads its response.
    pub(crate) fn call<R, T, F>(
        &self,
        request: &R,
        read: F,
    ) -> impl Future<Output = Result<T, Error>> + Send + use<R, T, F>
    where
        R: Request,
        F: FnOnce(ResponseBody<'_>) -> Result<T, Error> + Send,
    {
        self.exchange(R::OPERATION, self.outgoing(request), read)
    }

    /// Sends a call and reads the JSON of its response, also where the spec declares another media type.
    pub(crate) fn call_as<R: Request, T: DeserializeOwned>(
        &self,
        request: &R,
    ) -> impl Future<Output = Result<T, Error>> + Send + use<R, T> {
        let outgoing = self.outgoing(request).map(|mut outgoing| {
            if !R::OPERATION.accept.is_some_and(is_json) {
                let headers = outgoing.request.headers_mut();
                headers.insert(ACCEPT, HeaderValue::from_static(JSON));
            }
            outgoing
        });
        self.exchange(R::OPERATION, outgoing, |body| body.json_as())
    }

    /// Sends a call and returns the body of its response as a stream.
    pub(crate) fn stream<R: Request>(
        &self,
        request: &R,
    ) -> impl Future<Output = Result<ByteStream, Error>> + Send + use<R> {
        let operation = R::OPERATION;
        let step = operation.id;
        let limit = self.shared.response_limit;
        let pause = self.shared.timeout;
        let sends_jwt = self.sends_jwt(operation);
        let started = self.outgoing(request).and_then(|mut outgoing| {
            *outgoing.request.timeout_mut() = Some(ENDLESS);
            if operation.accept.is_none() {
                let headers = outgoing.request.headers_mut();
                headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
            }
            let url = outgoing.request.url();
            let host = url.host_str().map(str::to_owned);
            let client = self.shared.clients.for_url(step, url)?;
            let (trace, reached) = self.start(operation, outgoing)?;
            Ok((trace, reached, client, host))
        });
        let trace = started.as_ref().ok().map(|(trace, ..)| trace.clone());
        Trace::observe(trace, async move {
            let (_, reached, client, host) = started?;
            let reached = timeout(pause, reached).await;
            let (client, mut response) =
                reached.map_err(|_| client.timed_out(step, host.as_deref()))??;
            let status = response.status();
            let outcome = if status.is_success() {
                let headers = response.headers();
                match compressed(operation, status, headers) {
                    Some(error) => Err(error),
                    None => refuse_html(operation, status, headers),
                }
            } else {
                let body = timeout(pause, read_body(&mut response, limit)).await;
                let body = body.ok().and_then(Result::ok).flatten();
                Err(refusal(step, &response, body).with_sent_jwt(sends_jwt))
            };
            outcome.map_err(|error| error.with_request_id(request_id(response.headers())))?;
            Ok(ByteStream::new(operation, client, response, pause))
        })
    }

    /// Returns the URL of a call, with the client identifier and its credentials in the query.
    pub(crate) fn url_of<R: Request>(&self, request: &R) -> Result<Secret, Error> {
        let operation = R::OPERATION;
        let misuse = |what: &str| Err(Error::misuse(operation.id, what));
        if operation.method != "GET" {
            return misuse(
                "a URL stands for a GET, and this is another method; send the request instead",
            );
        }
        let schemes = self.schemes_in_query(operation)?;
        let (mut url, mut call) = self.written(request)?;
        call.move_headers_to_query();
        let identity = call.identity.as_deref().unwrap_or(&self.headers);
        if let Some(identifier) = identity.get(CLIENT_IDENTIFIER).cloned() {
            let identifier = String::from_utf8_lossy(identifier.as_bytes());
            call.query_pair(CLIENT_IDENTIFIER, &identifier);
        }
        self.add_to_query(operation, &schemes, &mut call)?;
        let (_, body) = call.finish(&mut url)?;
        if !matches!(body, Sent::Nothing) {
            return misuse("a URL has no body, and this request has one; send it instead");
        }
        self.check_destination(operation.id, &url, false)?;
        Ok(Secret::new(String::from(url)))
    }

    /// Builds the request of a call.
    pub(super) fn outgoing<R: Request>(&self, request: &R) -> Result<Outgoing, Error> {
        let operation = R::OPERATION;
        let (mut url, mut call) = self.written(request)?;
        let schemes = self.schemes(operation)?;
        self.add_to_query(operation, schemes, &mut call)?;
        let identity = call.identity.take();
        let (headers, body) = call.finish(&mut url)?;
        let method = Method::from_bytes(operation.method.as_bytes()).map_err(|_| {
            let what = "the spec names a method that is not one of HTTP; fix the spec";
            Error::misuse(operation.id, what)
        })?;
        let mut sent = reqwest::Request::new(method, url);
        *sent.headers_mut() = headers;
        let parts = match body {
            Sent::Nothing => None,
            Sent::Bytes(media_type, bytes) => {
                let content_type = content_type(operation.id, media_type)?;
                sent.headers_mut().insert(CONTENT_TYPE, content_type);
                *sent.body_mut() = Some(bytes.into());
                None
            }
            Sent::Parts(media_type, parts) => Some((media_type, parts)),
        };
        let mut sent = self.with_headers(operation, identity, sent)?;
        self.add_to_headers(operation, schemes, sent.headers_mut())?;
        Ok(Outgoing {
            request: sent,
            parts,
        })
    }

    /// Returns the base URL, and the arguments of a call.
    fn written<R: Request>(&self, request: &R) -> Result<(Url, Call), Error> {
        let url = match &self.shared.base_url {
            Some(base_url) => base_url.clone(),
            None => self.server(R::OPERATION)?,
        };
        let mut call = Call::new(R::OPERATION, url.path());
        request.write(&mut call);
        Ok((url, call))
    }

    /// Returns the server of an operation in the spec.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if it is not a URL, or has a variable without a value.
    fn server(&self, operation: &Operation) -> Result<Url, Error> {
        let server = operation.server;
        let unset = match server.split_once('{') {
            Some((_, rest)) => format!(
                " (`{{{}}}` has no value)",
                rest.split('}').next().unwrap_or_default()
            ),
            None => match self.shared.servers.parsed(server) {
                Ok(url) => return Ok(url),
                Err(_) => String::new(),
            },
        };
        let what = format!(
            "the spec names no fixed server for this operation{unset}; call it with a client whose base URL is set"
        );
        Err(Error::misuse(operation.id, what))
    }
}

impl AsRef<Transport> for Transport {
    fn as_ref(&self) -> &Transport {
        self
    }
}
