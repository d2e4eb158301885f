//! Sends a response: immediately, slowly, in part, or not at all.

#![deny(clippy::wildcard_enum_match_arm)]

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
use crate::faults::{Delivery, Ending};
use crate::server::Shared;

pub(crate) type BoxBody = UnsyncBoxBody<Bytes, Infallible>;

/// The time for the first half of a response to leave before the connection is reset.
const FLUSH_TIME: Duration = Duration::from_millis(20);

/// Sends a response as its plan says, or ends the connection without one.
pub(crate) async fn deliver(
    response: Response<Bytes>,
    delivery: Delivery,
    cutter: &Arc<Cutter>,
    shared: &Shared,
) -> Response<BoxBody> {
    match delivery {
        Delivery::Immediate => response.map(whole),
        Delivery::Delayed(delay) => {
            sleep(delay).await;
            response.map(whole)
        }
        Delivery::Trickled(pause) => response.map(|body| {
            let bytes = (0..body.len()).map(|i| body.slice(i..=i)).collect();
            Slow::new(body.len() as u64, bytes, pause).boxed_unsync()
        }),
        Delivery::HalfThenReset => response.map(|body| {
            let half = body.slice(..body.len() / 2);
            let mut slow = Slow::new(body.len() as u64, VecDeque::from([half]), FLUSH_TIME);
            slow.then_reset = Some(Arc::clone(cutter));
            slow.boxed_unsync()
        }),
        Delivery::LastOfConnection => {
            cutter.close_on_input();
            response.map(whole)
        }
        Delivery::Padding(bytes) => response.map(|_| padding(bytes).boxed_unsync()),
        Delivery::Nothing(ending) => {
            end(ending, cutter, shared);
            pending().await
        }
    }
}

/// Closes the connection as the fault demands; its response stays pending.
fn end(ending: Ending, cutter: &Cutter, shared: &Shared) {
    match ending {
        Ending::Hang => {}
        Ending::Stall => cutter.stall(),
        Ending::Reset => cutter.reset(),
        Ending::Refuse(duration) => {
            // The server closes this connection with all others, after it has stopped listening.
            cutter.reset_on_close();
            shared.refuse(duration);
        }
    }
}

fn whole(body: Bytes) -> BoxBody {
    Full::new(body).boxed_unsync()
}

/// JSON with one long string, in chunks that share their memory.
fn padding(size: u64) -> Slow {
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

/// A body in pieces with pauses between them; it may end with a reset.
struct Slow {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    sleeping: Option<Pin<Box<Sleep>>>,
    then_reset: Option<Arc<Cutter>>,
    /// The value of `Content-Length`; `None` sends the body chunked.
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
