//! Sends the calls of request structs.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Request};
use tokio::time::timeout;
use url::Url;

use super::response::{compressed, read_body, refuse_html, request_id};
use super::send::{Outgoing, refusal};
use super::trace::Trace;
use super::{Operation, Transport};
use crate::call::{Sent, content_type};
use crate::{ByteStream, Call, Error, ResponseBody, Secret};

/// The time limit of a stream: none that matters. Each of its pieces has a limit.
const ENDLESS: Duration = Duration::from_secs(u32::MAX as u64);

impl Transport {
    /// Sends a call and reads its response.
    pub(crate) fn call<T>(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
        read: impl FnOnce(ResponseBody<'_>) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let outgoing = self.outgoing(operation, write);
        self.exchange(operation, outgoing, read)
    }

    /// Sends a call and returns the body of its response as a stream.
    pub(crate) fn stream(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
    ) -> impl Future<Output = Result<ByteStream, Error>> + Send {
        let step = operation.id;
        let limit = self.shared.response_limit;
        let pause = self.shared.timeout;
        let started = self.outgoing(operation, write).and_then(|mut outgoing| {
            *outgoing.request.timeout_mut() = Some(ENDLESS);
            self.start(operation, outgoing)
        });
        let trace = started.as_ref().ok().map(|(trace, _)| trace.clone());
        Trace::observe(trace, async move {
            let reached = timeout(pause, started?.1).await;
            let (_, mut response) = reached.map_err(|_| Error::timed_out(step, None))??;
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
                Err(refusal(step, &response, body))
            };
            outcome.map_err(|error| error.with_request_id(request_id(response.headers())))?;
            Ok(ByteStream::new(operation, response, pause))
        })
    }

    /// Returns the URL of a call, with its credentials in the query.
    pub(crate) fn url_of(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
    ) -> Result<Secret, Error> {
        let misuse = |what: &str| Err(Error::misuse(operation.id, what));
        if operation.method != "GET" {
            return misuse(
                "a URL stands for a GET, and this is another method; send the request instead",
            );
        }
        let schemes = Self::in_query(operation, self.schemes(operation)?)?;
        let mut call = self.written(operation, write)?;
        call.move_headers_to_query();
        self.add_to_query(operation, &schemes, &mut call)?;
        let (url, _, body) = call.finish()?;
        if !matches!(body, Sent::Nothing) {
            return misuse("a URL has no body, and this request has one; send it instead");
        }
        let url = parsed(operation, &url)?;
        self.check_destination(operation, &url, false)?;
        Ok(Secret::new(String::from(url)))
    }

    /// Builds the request of a call.
    fn outgoing(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
    ) -> Result<Outgoing, Error> {
        let mut call = self.written(operation, write)?;
        let schemes = self.schemes(operation)?;
        self.add_to_query(operation, schemes, &mut call)?;
        let (url, headers, body) = call.finish()?;
        let url = parsed(operation, &url)?;
        let method = Method::from_bytes(operation.method.as_bytes()).map_err(|_| {
            let what = "the spec names a method that is not one of HTTP; fix the spec";
            Error::misuse(operation.id, what)
        })?;
        let mut request = Request::new(method, url);
        *request.headers_mut() = headers;
        let parts = match body {
            Sent::Nothing => None,
            Sent::Bytes(media_type, bytes) => {
                let content_type = content_type(operation.id, media_type)?;
                request.headers_mut().insert(CONTENT_TYPE, content_type);
                *request.body_mut() = Some(bytes.into());
                None
            }
            Sent::Parts(media_type, parts) => {
                // Replaced when the files are read.
                *request.body_mut() = Some(Vec::new().into());
                Some((media_type, parts))
            }
        };
        let mut request = self.with_headers(operation, request)?;
        self.add_to_headers(operation, schemes, request.headers_mut())?;
        Ok(Outgoing { request, parts })
    }

    /// Writes the arguments of a call to the operation's server.
    fn written(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
    ) -> Result<Call, Error> {
        let base = match &self.shared.base_url {
            Some(base_url) => base_url.as_str(),
            None => fixed_server(operation)?,
        };
        let mut call = Call::new(operation, base);
        write(&mut call);
        Ok(call)
    }
}

/// Returns the server of an operation in the spec.
///
/// # Errors
/// [`Error::is_misuse`] if it has a variable without a value.
fn fixed_server(operation: &Operation) -> Result<&'static str, Error> {
    let server = operation.server;
    if let Some((_, rest)) = server.split_once('{') {
        let variable = rest.split('}').next().unwrap_or_default();
        let what = format!(
            "the spec names no fixed server for this operation: `{{{variable}}}` has no value; \
             call it with a client whose base URL is set"
        );
        return Err(Error::misuse(operation.id, what));
    }
    Ok(server.split(['?', '#']).next().unwrap_or_default())
}

fn parsed(operation: &Operation, url: &str) -> Result<Url, Error> {
    // Arguments are percent-encoded, so only the server of the spec can be wrong.
    Url::parse(url).map_err(|_| {
        let what = "the spec names no fixed server for this operation; call it with a client whose base URL is set";
        Error::misuse(operation.id, what)
    })
}

impl AsRef<Transport> for Transport {
    fn as_ref(&self) -> &Transport {
        self
    }
}
