//! Sends a request, and reads or classifies its response.

use std::sync::Arc;

use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Body, Method, Request, Response, StatusCode};
use tokio::runtime::Handle;
use tokio::time::timeout;
use url::Url;

use super::clients::Client;
use super::response::{compressed, read_body, request_id, retry_after};
use super::trace::Trace;
use super::{Operation, Transport, builder};
use crate::call::{Parts, boundary, content_type};
use crate::wiped::Wiped;
use crate::{Error, ResponseBody};

/// A request that is ready to be sent.
pub(super) struct Outgoing {
    pub(super) request: Request,
    /// The multipart body, whose files are read when the request is sent.
    pub(super) parts: Option<(&'static str, Parts)>,
}

impl Transport {
    /// Sends a request and reads the body of a success. Every other status is an error.
    ///
    /// This is not an `async fn`, whose future would hold the whole request until it ends.
    pub(super) fn exchange<T, F>(
        &self,
        operation: &'static Operation,
        outgoing: Result<Outgoing, Error>,
        read: F,
    ) -> impl Future<Output = Result<T, Error>> + Send + use<T, F>
    where
        F: FnOnce(ResponseBody<'_>) -> Result<T, Error> + Send,
    {
        let step = operation.id;
        let limit = self.shared.response_limit;
        let started = outgoing.and_then(|outgoing| self.start(operation, outgoing));
        let sends_jwt = self.sends_jwt(operation);
        let trace = started.as_ref().ok().map(|(trace, _)| trace.clone());
        Trace::observe(trace, async move {
            let (client, mut response) = started?.1.await?;
            let status = response.status();
            let body = read_body(&mut response, limit).await;
            let headers = response.headers();
            let outcome = if status.is_success() {
                body.map_err(|error| client.failed(step, response.url().host_str(), &error))
                    .and_then(|body| body.ok_or_else(|| Error::too_large(step, status, limit)))
                    .and_then(|body| {
                        // A compressed body is unreadable, but not empty.
                        let is_empty = body.as_slice().is_empty();
                        let why = || compressed(operation, status, headers).filter(|_| !is_empty);
                        let body = ResponseBody {
                            operation,
                            status,
                            headers,
                            body,
                        };
                        read(body).map_err(|error| why().unwrap_or(error))
                    })
            } else {
                // The status suffices, even without the body.
                Err(refusal(step, &response, body.ok().flatten()).with_sent_jwt(sends_jwt))
            };
            outcome.map_err(|error| error.with_request_id(request_id(headers)))
        })
    }

    /// Starts to send a request. The time limit counts from this call.
    pub(super) fn start(
        &self,
        operation: &'static Operation,
        outgoing: Outgoing,
    ) -> Result<
        (
            Trace,
            impl Future<Output = Result<Reached, Error>> + Send + use<>,
        ),
        Error,
    > {
        let step = operation.id;
        let clients = &self.shared.clients;
        let Outgoing { request, parts } = outgoing;
        Self::check_runtime(step)?;
        let client = clients.for_url(step, request.url())?;
        let url = clients.is_custom().then(|| request.url().clone());
        let trace = Trace::new(operation, request.url());
        let sent = match parts {
            None => Started::Sent(client.http.execute(request)),
            Some((media_type, parts)) => {
                let http = client.http.clone();
                let host = request.url().host_str().map(str::to_owned);
                let client = Arc::clone(&client);
                let limit = self.shared.timeout;
                Started::Loading(Box::pin(async move {
                    let loaded = timeout(limit, with_parts(step, request, media_type, parts));
                    let request = loaded.await.unwrap_or_else(|_| {
                        let what = "the files of the request could not be read in time; check where they are stored";
                        Err(Error::misuse(step, what))
                    })?;
                    let sent = http.execute(request).await;
                    sent.map_err(|error| client.failed(step, host.as_deref(), &error))
                }))
            }
        };
        let span = trace.clone();
        let reached = async move {
            let response = match sent {
                Started::Sent(response) => response.await.map_err(|error| {
                    client.failed(step, error.url().and_then(Url::host_str), &error)
                })?,
                Started::Loading(response) => response.await?,
            };
            if url.is_some_and(|url| &url != response.url()) {
                let what = "the custom HTTP client followed a redirect; build it with redirect(Policy::none())";
                return Err(Error::mismatch(step, what));
            }
            let status = response.status();
            span.status(status);
            if status == StatusCode::MISDIRECTED_REQUEST {
                // RFC 9110, section 15.5.20: the request may succeed over another connection.
                client.retire();
            }
            Ok((client, response))
        };
        Ok((trace, reached))
    }

    /// Rejects a call outside of a tokio runtime, where a timer would panic; not part of the public API.
    ///
    /// # Errors
    /// [`Error::is_misuse`].
    #[doc(hidden)]
    pub fn check_runtime(step: &'static str) -> Result<(), Error> {
        let what = "this was called outside of a tokio runtime; call it within one";
        Handle::try_current()
            .map(drop)
            .map_err(|_| Error::misuse(step, what))
    }

    /// Adds the headers of the client, or those of another identity, to the request of a call, and checks its URL. They
    /// override the headers of the call.
    pub(super) fn with_headers(
        &self,
        operation: &Operation,
        identity: Option<Box<HeaderMap>>,
        mut request: Request,
    ) -> Result<Request, Error> {
        let is_custom = self.shared.clients.is_custom();
        if is_custom {
            *request.timeout_mut() = Some(self.shared.timeout);
        }
        let expects_body = matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
        let bytes = request.body().and_then(Body::as_bytes);
        let is_empty = bytes.unwrap_or_default().is_empty();
        self.check_destination(operation.id, request.url(), is_custom)?;
        let user_agent = self.shared.user_agent.as_ref();
        // Copying the whole map is cheaper than adding each header.
        let client_headers = identity.map_or_else(
            || HeaderMap::clone(&self.headers),
            |identity| builder::headers(*identity, user_agent),
        );
        let call_headers = std::mem::replace(request.headers_mut(), client_headers);
        let headers = request.headers_mut();
        let mut name = None;
        let mut is_free = true;
        // Only the first value of a header comes with its name.
        for (next, value) in call_headers {
            if let Some(next) = next {
                is_free = !headers.contains_key(&next);
                name = Some(next);
            }
            if let Some(name) = name.as_ref().filter(|_| is_free) {
                headers.append(name, value);
            }
        }
        if let Some(accept) = operation.accept.filter(|accept| *accept != builder::JSON) {
            headers.insert(ACCEPT, content_type(operation.id, accept)?);
        }
        if expects_body && is_empty {
            // RFC 9110, section 8.6: servers may reject such a request without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(request)
    }

    /// Checks that a request may be sent to its URL.
    pub(super) fn check_destination(
        &self,
        step: &'static str,
        url: &Url,
        is_custom: bool,
    ) -> Result<(), Error> {
        match self.why_refused(url, is_custom) {
            Some(what) => Err(Error::misuse(step, what)),
            None => Ok(()),
        }
    }

    /// Explains why no request may be sent to a URL.
    pub(super) fn why_refused(&self, url: &Url, is_custom: bool) -> Option<&'static str> {
        let destinations = &self.shared.destinations;
        if !destinations.allow(url) {
            return Some(
                "plain http to this server is not allowed; use an https server, or allow its host with `plain_http`",
            );
        }
        let is_proxied = is_custom && url.scheme() != "https" && !destinations.is_listed(url);
        is_proxied.then_some(
            "a custom HTTP client may send codes and tokens over plain http to a proxy; set the client up with `http` instead of \
             `http_client`, or allow the host with `PlainHttp::Hosts`",
        )
    }
}

/// The client that a request was sent with, and the head of the response.
type Reached = (Arc<Client>, Response);

/// A request on its way.
enum Started<S, L> {
    Sent(S),
    /// Reads files first.
    Loading(L),
}

impl Client {
    /// Reports that the next piece of a response from this host did not arrive in time.
    pub(crate) fn timed_out(&self, step: &'static str, host: Option<&str>) -> Error {
        // As for a time limit of the HTTP client.
        self.retire();
        Error::timed_out_at(step, host)
    }

    /// Reports a failure below HTTP, of a request to this host.
    pub(crate) fn failed(
        &self,
        step: &'static str,
        host: Option<&str>,
        error: &reqwest::Error,
    ) -> Error {
        if error.is_timeout() && !error.is_connect() {
            // The path may be broken, or another runtime, which does not run, holds the connection.
            self.retire();
        }
        Error::network(step, host, error)
    }
}

/// Reports a status other than success.
pub(super) fn refusal(step: &'static str, response: &Response, body: Option<Wiped>) -> Error {
    let body = body.unwrap_or_default();
    let retry_after = retry_after(response.headers());
    Error::from_status(step, response.status(), body.as_slice(), retry_after)
}

/// Sets the multipart body of a request.
async fn with_parts(
    step: &'static str,
    mut request: Request,
    media_type: &'static str,
    parts: Parts,
) -> Result<Request, Error> {
    let boundary = boundary();
    let content_type = content_type(step, &format!("{media_type}; boundary={boundary}"))?;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.remove(CONTENT_LENGTH);
    *request.body_mut() = Some(parts.encoded(step, &boundary).await?.into());
    Ok(request)
}
