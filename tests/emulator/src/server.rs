//! Listening, and one task for each connection.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::connection::{Cutter, Stream};
use crate::service;
use crate::state::State;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 4096;

/// What the emulator's handle and its connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// `host:port`, for requests that name no host.
    pub(crate) local: String,
    refusals: mpsc::UnboundedSender<Refusal>,
    /// Changes when all connections are to end.
    cuts: watch::Sender<()>,
}

/// A wish that connections be refused for a while.
#[derive(Debug)]
pub(crate) struct Refusal {
    duration: Duration,
    /// Is told when the port is closed.
    closed: Option<std::sync::mpsc::Sender<()>>,
}

impl Shared {
    pub(crate) fn new(
        state: State,
        address: SocketAddr,
    ) -> (Self, mpsc::UnboundedReceiver<Refusal>) {
        let (refusals, asked) = mpsc::unbounded_channel();
        let shared = Self {
            state: Mutex::new(state),
            local: address.to_string(),
            refusals,
            cuts: watch::Sender::default(),
        };
        (shared, asked)
    }

    /// The state. A handler that panicked has left nothing half done that later ones rely on.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses connections for this long from soon on, and then ends those that are open.
    pub(crate) fn refuse(&self, duration: Duration) {
        let closed = None;
        // When nobody serves any more, connections are refused anyway.
        let _ = self.refusals.send(Refusal { duration, closed });
    }

    /// The same, and waits until the port is closed; not for the thread that serves.
    pub(crate) fn refuse_now(&self, duration: Duration) {
        let (closed, wait) = std::sync::mpsc::channel();
        let closed = Some(closed);
        let _ = self.refusals.send(Refusal { duration, closed });
        let _ = wait.recv();
    }
}

/// Serves until `stop` is sent (what is under way may then finish) or its sender is dropped (all ends at once).
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut refusals: mpsc::UnboundedReceiver<Refusal>,
    mut stop: oneshot::Receiver<Duration>,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let mut listener = TcpListener::from_std(listener)?;
    let graceful = GracefulShutdown::new();
    let mut sweep = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connection(stream, peer, &shared, &graceful),
                // Out of file descriptors, or the peer is gone already: try again a little later.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _ = sweep.tick() => shared.state().sweep(),
            Some(refusal) = refusals.recv() => {
                drop(listener);
                let port = hold(address)?;
                shared.cuts.send_replace(());
                drop(refusal.closed);
                let mut until = after(refusal.duration);
                loop {
                    tokio::select! {
                        () = tokio::time::sleep_until(until) => break,
                        // It is closed already: only the end may move.
                        Some(again) = refusals.recv() => until = until.max(after(again.duration)),
                        _ = &mut stop => return Ok(()),
                    }
                }
                listener = port.listen(BACKLOG)?;
            }
            patience = &mut stop => {
                drop(listener);
                if let Ok(patience) = patience {
                    // Whoever is not done by then is cut off.
                    let _ = tokio::time::timeout(patience, graceful.shutdown()).await;
                }
                return Ok(());
            }
        }
    }
}

/// The moment after a duration; a year stands for one that has no end.
fn after(duration: Duration) -> Instant {
    Instant::now() + duration.min(Duration::from_secs(365 * 24 * 60 * 60))
}

/// Keeps the port without listening on it, so that connections are refused.
fn hold(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    shared: &Arc<Shared>,
    graceful: &GracefulShutdown,
) {
    // Answers are small: waiting to fill a packet would only cost time.
    let _ = stream.set_nodelay(true);
    let cutter = Arc::new(Cutter::default());
    let mut cuts = shared.cuts.subscribe();
    let service = {
        let (shared, cutter) = (Arc::clone(shared), Arc::clone(&cutter));
        service_fn(move |request| {
            service::respond(request, peer.ip(), Arc::clone(&cutter), Arc::clone(&shared))
        })
    };
    let stream = TokioIo::new(Stream::new(stream, Arc::clone(&cutter)));
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(stream, service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            // A connection that breaks is its client's affair.
            _ = connection => {}
            () = cutter.cut() => {}
            _ = cuts.changed() => {}
        }
    });
}
