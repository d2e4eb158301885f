//! Sends a request, and reads or classifies its response.

use progenitor_client::Error as BuildError;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use tokio::runtime::Handle;
use url::Url;

use super::response::{compressed, read_body, request_id, retry_after};
use super::trace::Trace;
use super::{Operation, TokenHeader, Transport, builder};
use crate::Error;
use crate::wiped::Wiped;

impl Transport {
    /// Sends a request and reads the body of a success. Every other status is an error.
    ///
    /// This is not an `async fn`, whose future would hold the whole request until it ends.
    pub(super) fn send<T>(
        &self,
        operation: &'static Operation,
        request: Result<Request, BuildError<()>>,
        read: impl FnOnce(StatusCode, Wiped) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let step = operation.id;
        let clients = &self.shared.clients;
        let limit = self.shared.response_limit;
        let sent = self.complete(operation, request).and_then(|request| {
            Self::check_runtime(step)?;
            let client = clients.for_url(step, request.url())?;
            let url = clients.is_custom().then(|| request.url().clone());
            let trace = Trace::new(operation, request.url());
            let response = client.http.execute(request);
            Ok((client, url, trace, response))
        });
        let trace = sent.as_ref().ok().map(|(_, _, trace, _)| trace.clone());
        Trace::observe(trace, async move {
            let (client, url, trace, response) = sent?;
            let failed = |host: Option<&str>, error: &reqwest::Error| {
                if error.is_timeout() && !error.is_connect() {
                    // The path may be broken, or another runtime, which does not run, holds the connection.
                    client.retire();
                }
                Error::network(step, host, error)
            };
            let mut response = response
                .await
                .map_err(|error| failed(error.url().and_then(Url::host_str), &error))?;
            if url.is_some_and(|url| &url != response.url()) {
                let what = "the custom HTTP client followed a redirect; build it with redirect(Policy::none())";
                return Err(Error::mismatch(step, what));
            }
            let status = response.status();
            trace.status(status);
            if status == StatusCode::MISDIRECTED_REQUEST {
                // RFC 9110, section 15.5.20: the request may succeed over another connection.
                client.retire();
            }
            let body = read_body(&mut response, limit).await;
            let headers = response.headers();
            let outcome = if status.is_success() {
                body.map_err(|error| failed(response.url().host_str(), &error))
                    .and_then(|body| body.ok_or_else(|| Error::too_large(step, status, limit)))
                    .and_then(|body| {
                        // A compressed body is unreadable, but not empty.
                        let is_empty = body.as_slice().is_empty();
                        let why = || compressed(operation, status, headers).filter(|_| !is_empty);
                        read(status, body).map_err(|error| why().unwrap_or(error))
                    })
            } else {
                // The status suffices, even without the body.
                let body = body.ok().flatten().unwrap_or_default();
                Err(Error::from_status(
                    step,
                    status,
                    body.as_slice(),
                    retry_after(headers),
                ))
            };
            outcome.map_err(|error| error.with_request_id(request_id(headers)))
        })
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

    /// Adds the headers of the client to the request of a call.
    pub(super) fn complete(
        &self,
        operation: &Operation,
        request: Result<Request, BuildError<()>>,
    ) -> Result<Request, Error> {
        let mut request = request.map_err(|_| {
            let server = self.base_url(operation);
            let what = if server.contains('{') || Url::parse(server).is_err() {
                "the spec names no fixed server for this operation; call it with a client whose base URL is set"
            } else {
                "an argument cannot be sent in a request; check the arguments"
            };
            Error::misuse(operation.id, what)
        })?;
        let is_custom = self.shared.clients.is_custom();
        if is_custom {
            *request.timeout_mut() = Some(self.shared.timeout);
        }
        let expects_body = matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
        let has_body = request.body().is_some();
        self.check_destination(operation, request.url(), is_custom)?;
        // Copying the whole map is cheaper than adding each header.
        let call_headers =
            std::mem::replace(request.headers_mut(), HeaderMap::clone(&self.headers));
        let headers = request.headers_mut();
        for (name, value) in &call_headers {
            if !self.headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        if let Some(accept) = operation.accept.filter(|accept| *accept != builder::JSON) {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        if expects_body && !has_body {
            // RFC 9110, section 8.6: servers may reject such a request without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        match &self.token {
            Some(TokenHeader::Value(token)) if operation.token => {
                headers.insert("x-plex-token", token.clone());
            }
            Some(TokenHeader::Unsendable) if operation.token => {
                let what = "the token holds characters that a header cannot carry; check how it was stored";
                return Err(Error::misuse(operation.id, what));
            }
            _ => {}
        }
        Ok(request)
    }

    /// Checks that a request may be sent to its URL.
    fn check_destination(
        &self,
        operation: &Operation,
        url: &Url,
        is_custom: bool,
    ) -> Result<(), Error> {
        let what = if !self.shared.destinations.allow(url) {
            "plain http to this server is not allowed; use an https server, or allow its host with `plain_http`"
        } else if is_custom && url.scheme() != "https" && !self.shared.destinations.is_listed(url) {
            "a custom HTTP client may send codes and tokens over plain http to a proxy; set the client up with `http` instead of \
             `http_client`, or allow the host with `PlainHttp::Hosts`"
        } else {
            return Ok(());
        };
        Err(Error::misuse(operation.id, what))
    }
}
