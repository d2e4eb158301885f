//! Listening, and one task for each connection.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::service;
use crate::state::State;

/// What the emulator's handle and its connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// `host:port`, for requests that name no host.
    pub(crate) local: String,
}

impl Shared {
    pub(crate) fn new(state: State, address: SocketAddr) -> Self {
        Self {
            state: Mutex::new(state),
            local: address.to_string(),
        }
    }

    /// The state. A handler that panicked has left nothing half done that later ones rely on.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until `stop` is sent (what is under way may then finish) or its sender is dropped (all ends at once).
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stop: oneshot::Receiver<Duration>,
) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let graceful = GracefulShutdown::new();
    let mut sweep = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connection(stream, peer, Arc::clone(&shared), &graceful),
                // Out of file descriptors, or the peer is gone already: try again a little later.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _ = sweep.tick() => shared.state().sweep(),
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

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
    graceful: &GracefulShutdown,
) {
    // Answers are small: waiting to fill a packet would only cost time.
    let _ = stream.set_nodelay(true);
    let service =
        service_fn(move |request| service::respond(request, peer.ip(), Arc::clone(&shared)));
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection.into_owned());
    tokio::spawn(async move {
        // A connection that breaks is its client's affair.
        let _ = connection.await;
    });
}
