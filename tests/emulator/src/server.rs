//! Listening, and one task for each connection.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};

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
    refusals: watch::Sender<Duration>,
}

impl Shared {
    pub(crate) fn new(state: State, address: SocketAddr) -> Self {
        Self {
            state: Mutex::new(state),
            local: address.to_string(),
            refusals: watch::Sender::default(),
        }
    }

    /// The state. A handler that panicked has left nothing half done that later ones rely on.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all connections and refuses new ones for this long.
    pub(crate) fn refuse(&self, duration: Duration) {
        self.refusals.send_replace(duration);
    }
}

/// Serves until `stop` is sent (what is under way may then finish) or its sender is dropped (all ends at once).
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stop: oneshot::Receiver<Duration>,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let mut listener = TcpListener::from_std(listener)?;
    let graceful = GracefulShutdown::new();
    let mut sweep = tokio::time::interval(Duration::from_secs(1));
    let mut refusals = shared.refusals.subscribe();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connection(stream, peer, &shared, &graceful),
                // Out of file descriptors, or the peer is gone already: try again a little later.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _ = sweep.tick() => shared.state().sweep(),
            _ = refusals.changed() => {
                let duration = *refusals.borrow_and_update();
                drop(listener);
                listener = tokio::select! {
                    listener = listen_again(address, duration) => listener?,
                    _ = &mut stop => return Ok(()),
                };
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

/// Holds the port without listening, so that connections are refused, and listens again after a while.
async fn listen_again(address: SocketAddr, after: Duration) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    tokio::time::sleep(after).await;
    socket.listen(BACKLOG)
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
    let mut refusals = shared.refusals.subscribe();
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
            _ = refusals.changed() => {}
        }
    });
}
