//! A span for each request, with the feature `tracing`. Without the feature this costs nothing.
//!
//! A span never holds a path or a query, which may contain a code, and never a header.

use reqwest::StatusCode;
use url::Url;

use super::Operation;
#[cfg(feature = "tracing")]
use crate::Error;

/// The span of one request.
#[derive(Clone)]
pub(super) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(super) fn new(operation: &Operation, url: &Url) -> Self {
        let span = tracing::debug_span!(
            target: "plex_api",
            "request",
            operation = operation.id,
            host = url.host_str(),
            status = tracing::field::Empty,
            class = tracing::field::Empty,
            milliseconds = tracing::field::Empty,
        );
        Self { span }
    }

    pub(super) fn status(&self, status: StatusCode) {
        self.span.record("status", status.as_u16());
    }

    /// Runs a request within its span, and records how it ended.
    pub(super) async fn observe<T>(
        trace: Option<Self>,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        use tracing::Instrument as _;
        let Some(Self { span }) = trace else {
            return request.await;
        };
        let started = std::time::Instant::now();
        let result = request.instrument(span.clone()).await;
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        span.record("milliseconds", milliseconds);
        if let Err(error) = &result {
            span.record("class", tracing::field::display(error.class()));
        }
        result
    }
}

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(super) fn new(_: &Operation, _: &Url) -> Self {
        Self {}
    }

    #[expect(clippy::unused_self, reason = "the same signature for all features")]
    pub(super) fn status(&self, _: StatusCode) {}

    pub(super) fn observe<F>(_: Option<Self>, request: F) -> F {
        request
    }
}
