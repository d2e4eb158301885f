//! One connection, which a fault can reset or silence.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Closes or silences a connection from inside the handler of one of its requests.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    resets: AtomicBool,
    stalled: AtomicBool,
    closes_on_input: AtomicBool,
    cut: Notify,
}

impl Cutter {
    /// Closes the connection with a reset.
    pub(crate) fn reset(&self) {
        self.reset_on_close();
        self.cut.notify_one();
    }

    /// Makes the connection end with a reset whenever it is closed.
    pub(crate) fn reset_on_close(&self) {
        self.resets.store(true, Ordering::Relaxed);
    }

    /// Drops all bytes of both directions from now on, without closing the connection.
    pub(crate) fn stall(&self) {
        self.stalled.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    /// Closes the connection as soon as its client sends something again, which is not handled.
    pub(crate) fn close_on_input(&self) {
        self.closes_on_input.store(true, Ordering::Relaxed);
    }

    /// Waits until the connection must be dropped.
    pub(crate) async fn cut(&self) {
        self.cut.notified().await;
    }
}

/// A TCP stream that is closed with a reset, or drops all bytes, if its cutter demands it.
#[derive(Debug)]
pub(crate) struct Stream {
    tcp: TcpStream,
    cutter: Arc<Cutter>,
}

impl Stream {
    pub(crate) fn new(tcp: TcpStream, cutter: Arc<Cutter>) -> Self {
        Self { tcp, cutter }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.cutter.resets.load(Ordering::Relaxed) {
            // With SO_LINGER at zero, closing discards unsent data and sends a reset.
            let _ = self.tcp.set_zero_linger();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let filled = buf.filled().len();
        loop {
            ready!(Pin::new(&mut self.tcp).poll_read(cx, buf))?;
            let is_end = buf.filled().len() == filled;
            let closes = self.cutter.closes_on_input.load(Ordering::Relaxed);
            if is_end || !(closes || self.cutter.is_stalled()) {
                return Poll::Ready(Ok(()));
            }
            buf.set_filled(filled);
            if closes {
                self.cutter.cut.notify_one();
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.cutter.is_stalled() {
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.cutter.is_stalled() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.cutter.is_stalled() {
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }
}
