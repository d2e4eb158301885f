//! One connection, which a fault can reset or silence.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Closes or silences a connection from inside the handler of one of its requests.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    resets: AtomicBool,
    stalled: AtomicBool,
    /// The socket of a stalled connection after everything above it has been dropped.
    parked: Mutex<Option<TcpStream>>,
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
        self.cut.notify_one();
    }

    pub(crate) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    fn take_parked(&self) -> Option<TcpStream> {
        self.parked.lock().ok()?.take()
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

/// Reads what the client of a stalled connection sends, until it closes the connection. Others end immediately.
pub(crate) async fn swallow(cutter: &Cutter) {
    if let Some(mut tcp) = cutter.take_parked() {
        // An error ends the connection too.
        let _ = tokio::io::copy(&mut tcp, &mut tokio::io::sink()).await;
    }
}

/// Reads what a client sends, until it closes the connection.
pub(crate) async fn read_on(mut stream: Stream) {
    // An error ends the connection too.
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

/// A TCP stream that is closed with a reset, or parked, if its cutter demands it.
#[derive(Debug)]
pub(crate) struct Stream {
    /// `None` only while the stream is dropped.
    tcp: Option<TcpStream>,
    cutter: Arc<Cutter>,
}

impl Stream {
    pub(crate) fn new(tcp: TcpStream, cutter: Arc<Cutter>) -> Self {
        let tcp = Some(tcp);
        Self { tcp, cutter }
    }

    /// Waits for the first byte, and returns true if a TLS handshake begins with it.
    #[cfg(feature = "tls")]
    pub(crate) async fn begins_with_handshake(&self) -> io::Result<bool> {
        /// The type of a TLS record with a message of a handshake.
        const HANDSHAKE: u8 = 22;
        let mut first = [0];
        let tcp = self.tcp.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        tcp.peek(&mut first).await?;
        Ok(first == [HANDSHAKE])
    }

    fn tcp(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let tcp = self.tcp.as_mut().map(Pin::new);
        tcp.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let Some(tcp) = self.tcp.take() else {
            return;
        };
        if self.cutter.resets.load(Ordering::Relaxed) {
            // With SO_LINGER at zero, closing discards unsent data and sends a reset.
            let _ = tcp.set_zero_linger();
        } else if self.cutter.is_stalled()
            && let Ok(mut parked) = self.cutter.parked.lock()
        {
            *parked = Some(tcp);
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
        ready!(self.tcp()?.poll_read(cx, buf))?;
        let is_input = buf.filled().len() > filled;
        if is_input && self.cutter.closes_on_input.load(Ordering::Relaxed) {
            buf.set_filled(filled);
            self.cutter.cut.notify_one();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
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
        self.tcp()?.poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tcp()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.cutter.is_stalled() {
            return Poll::Ready(Ok(()));
        }
        self.tcp()?.poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.cutter.is_stalled() {
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        self.tcp()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.as_ref().is_some_and(TcpStream::is_write_vectored)
    }
}
