//! How an answer reaches its client: at once, or with what a fault does to it on the way.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::connection::Cutter;
use crate::faults::Fault;

pub(crate) type BoxBody = UnsyncBoxBody<Bytes, Infallible>;

/// How long the first half of an answer has to leave before the connection is reset.
const TO_LEAVE: Duration = Duration::from_millis(20);

/// Sends an answer as the fault says; faults that change the answer itself have done so before.
pub(crate) async fn deliver(
    response: Response<Bytes>,
    fault: &Fault,
    cutter: &Arc<Cutter>,
) -> Response<BoxBody> {
    match fault {
        Fault::Reset | Fault::LoseAnswer => {
            cutter.reset();
            pending().await
        }
        // The server ends this connection with all others, once it listens no more.
        Fault::Refuse { .. } => {
            cutter.reset_at_end();
            pending().await
        }
        Fault::Hang => pending().await,
        Fault::Delay { duration } => {
            sleep(*duration).await;
            response.map(whole)
        }
        Fault::ResetMidway => response.map(|body| {
            let half = body.slice(..body.len() / 2);
            let mut slow = Slow::new(body.len() as u64, VecDeque::from([half]), TO_LEAVE);
            slow.then_reset = Some(Arc::clone(cutter));
            slow.boxed_unsync()
        }),
        Fault::Trickle { duration } => response.map(|body| {
            let bytes = (0..body.len()).map(|i| body.slice(i..=i)).collect();
            Slow::new(body.len() as u64, bytes, *duration).boxed_unsync()
        }),
        Fault::Huge { bytes } => response.map(|_| huge(*bytes).boxed_unsync()),
        _ => response.map(whole),
    }
}

fn whole(body: Bytes) -> BoxBody {
    Full::new(body).boxed_unsync()
}

/// JSON with one long string, in chunks that share their memory.
fn huge(size: u64) -> Slow {
    const CHUNK: usize = 64 << 10;
    let (start, end) = (
        Bytes::from_static(b"{\"padding\":\""),
        Bytes::from_static(b"\"}"),
    );
    let chunk = Bytes::from(vec![b'x'; CHUNK]);
    let mut left = size.saturating_sub((start.len() + end.len()) as u64);
    let mut chunks = VecDeque::from([start]);
    while left >= CHUNK as u64 {
        chunks.push_back(chunk.clone());
        left -= CHUNK as u64;
    }
    chunks.push_back(chunk.slice(..usize::try_from(left).unwrap_or(0)));
    chunks.push_back(end);
    let mut slow = Slow::new(0, chunks, Duration::ZERO);
    slow.size = None;
    slow
}

/// A body in pieces with pauses between them, and perhaps a reset in the place of its rest.
struct Slow {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    sleeping: Option<Pin<Box<Sleep>>>,
    then_reset: Option<Arc<Cutter>>,
    /// What `Content-Length` says; none for an answer that does not say how long it is.
    size: Option<u64>,
}

impl Slow {
    fn new(size: u64, pieces: VecDeque<Bytes>, pause: Duration) -> Self {
        Self {
            pieces,
            pause,
            sleeping: None,
            then_reset: None,
            size: Some(size),
        }
    }
}

impl Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(sleeping) = &mut self.sleeping {
            if sleeping.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.sleeping = None;
        }
        if let Some(piece) = self.pieces.pop_front() {
            if !self.pause.is_zero() {
                self.sleeping = Some(Box::pin(sleep(self.pause)));
            }
            if let Some(size) = &mut self.size {
                *size -= piece.len() as u64;
            }
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if let Some(cutter) = &self.then_reset {
            cutter.reset();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        self.size.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}
