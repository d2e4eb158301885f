use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::transport::Client;
use crate::{Error, Operation};

use super::Headers;

/// The body of a response, piece by piece; see [`Request::send_as_stream`](crate::Request::send_as_stream).
pub struct ByteStream {
    operation: &'static Operation,
    client: Arc<Client>,
    response: reqwest::Response,
    pause: Duration,
}

impl ByteStream {
    pub(crate) fn new(
        operation: &'static Operation,
        client: Arc<Client>,
        response: reqwest::Response,
        pause: Duration,
    ) -> Self {
        Self {
            operation,
            client,
            response,
            pause,
        }
    }

    /// Returns the HTTP status, such as 200.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Returns the headers.
    pub fn headers(&self) -> Headers {
        Headers::new(self.response.headers().clone())
    }

    /// Returns the next piece of the body, or `None` at its end.
    ///
    /// # Errors
    /// If the connection breaks, or no piece arrives within the time limit.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let step = self.operation.id;
        let chunk = timeout(self.pause, self.response.chunk()).await;
        let host = self.response.url().host_str();
        let chunk = chunk
            .map_err(|_| self.client.timed_out(step, host))?
            .map_err(|error| self.client.failed(step, host, &error))?;
        Ok(chunk.map(Vec::from))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation", &self.operation.id)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
