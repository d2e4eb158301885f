//! Accepts connections and runs a task for each.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::connection::{self, Cutter, Stream};
use crate::listeners::{Accepted, Behind, Held, Listeners};
use crate::media_server::Behaviour;
use crate::network::Network;
use crate::served::{Served, Sockets};
use crate::service;
use crate::state::State;

/// The time limit of a TLS handshake.
#[cfg(feature = "tls")]
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(30);

/// The state that the emulator's handle and all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) network: Network,
    /// The listeners of media servers.
    pub(crate) served: Vec<Arc<Served>>,
    refusals: mpsc::UnboundedSender<Refusal>,
    /// Changes when all connections must be closed.
    cuts: watch::Sender<()>,
}

/// A request to refuse connections for a while.
#[derive(Debug)]
pub(crate) struct Refusal {
    duration: Duration,
    /// Dropped when the port is closed.
    closed: Option<std::sync::mpsc::Sender<()>>,
}

impl Shared {
    pub(crate) fn new(
        state: State,
        network: Network,
        served: Vec<Arc<Served>>,
    ) -> (Self, mpsc::UnboundedReceiver<Refusal>) {
        let (refusals, receiver) = mpsc::unbounded_channel();
        let shared = Self {
            state: Mutex::new(state),
            network,
            served,
            refusals,
            cuts: watch::Sender::default(),
        };
        (shared, receiver)
    }

    /// Locks the state; a handler that panicked does not leave it inconsistent.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the server to close all connections and to refuse new ones for this long.
    pub(crate) fn refuse(&self, duration: Duration) {
        let closed = None;
        // After the server has stopped, connections are refused anyway.
        let _ = self.refusals.send(Refusal { duration, closed });
    }

    /// Like [`refuse`](Self::refuse), but waits until the port is closed; would deadlock on the server's thread.
    pub(crate) fn refuse_now(&self, duration: Duration) {
        let (closed, wait) = std::sync::mpsc::channel();
        let closed = Some(closed);
        let _ = self.refusals.send(Refusal { duration, closed });
        let _ = wait.recv();
    }
}

/// Serves until `stop` is sent (requests in flight may then finish) or dropped (all connections are closed).
pub(crate) async fn serve(
    listeners: Vec<std::net::TcpListener>,
    media_servers: Sockets,
    shared: Arc<Shared>,
    mut refusals: mpsc::UnboundedReceiver<Refusal>,
    mut stop: oneshot::Receiver<Duration>,
) -> std::io::Result<()> {
    let media_servers_refuse = media_servers.refusing;
    let listeners = listeners.into_iter().map(|listener| (listener, None));
    let media_servers = media_servers.listening.into_iter();
    let media_servers = media_servers.map(|(listener, served)| (listener, Some(served)));
    let mut listeners = Listeners::new(listeners.chain(media_servers).collect())?;
    let addresses = listeners.addresses()?;
    let graceful = GracefulShutdown::new();
    let mut sweep = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            accepted = listeners.accept() => match accepted {
                Ok(accepted) => accept(accepted, &shared, graceful.watcher()),
                // Out of file descriptors, or the peer has gone: try again later.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _ = sweep.tick() => shared.state().sweep(),
            Some(refusal) = refusals.recv() => {
                drop(listeners);
                let held = Held::new(&addresses)?;
                shared.cuts.send_replace(());
                drop(refusal.closed);
                let mut until = after(refusal.duration);
                loop {
                    tokio::select! {
                        () = tokio::time::sleep_until(until) => break,
                        // The port is closed already: only the deadline may move.
                        Some(again) = refusals.recv() => until = until.max(after(again.duration)),
                        _ = &mut stop => return Ok(()),
                    }
                }
                listeners = held.listen()?;
            }
            patience = &mut stop => {
                drop((listeners, media_servers_refuse));
                if let Ok(patience) = patience {
                    // Connections that are still busy then are cut off.
                    let _ = tokio::time::timeout(patience, graceful.shutdown()).await;
                }
                return Ok(());
            }
        }
    }
}

/// The instant after a duration, which is capped at a year to avoid an overflow.
fn after(duration: Duration) -> Instant {
    Instant::now() + duration.min(Duration::from_secs(365 * 24 * 60 * 60))
}

/// Runs a task for a connection, which ends early if a fault demands it.
fn accept(accepted: Accepted, shared: &Arc<Shared>, watcher: Watcher) {
    let Accepted {
        stream,
        peer,
        behind,
    } = accepted;
    // Responses are small: waiting to fill a packet would only cost time.
    let _ = stream.set_nodelay(true);
    let cutter = Arc::new(Cutter::default());
    let mut cuts = shared.cuts.subscribe();
    let stream = Stream::new(stream, Arc::clone(&cutter));
    let open = behind.as_ref().map(Served::open);
    let shared = Arc::clone(shared);
    let caller = Caller {
        peer: peer.ip(),
        behind,
        cutter: Arc::clone(&cutter),
        shared,
    };
    tokio::spawn(async move {
        let _open = open;
        tokio::select! {
            () = connection(stream, caller, watcher) => {}
            () = cutter.cut() => {}
            _ = cuts.changed() => return,
        }
        tokio::select! {
            () = connection::swallow(&cutter) => {}
            _ = cuts.changed() => {}
        }
    });
}

/// The two ends of a connection, for the handler of its requests.
pub(crate) struct Caller {
    pub(crate) peer: IpAddr,
    pub(crate) behind: Behind,
    pub(crate) cutter: Arc<Cutter>,
    pub(crate) shared: Arc<Shared>,
}

/// Serves a connection, over TLS if the emulator has a certificate.
async fn connection(stream: Stream, caller: Caller, watcher: Watcher) {
    if let Some(served) = &caller.behind
        && served.behaviour == Behaviour::Dead
    {
        connection::read_on(stream).await;
        return;
    }
    #[cfg(feature = "tls")]
    if let Some(tls) = &caller.shared.network.tls {
        let acceptor = match &caller.behind {
            None => Some(&tls.plex_tv),
            Some(served) => {
                let begins = tokio::time::timeout(HANDSHAKE_LIMIT, stream.begins_with_handshake());
                match begins.await {
                    Ok(Ok(true)) => tls.media_servers.get(&served.client_identifier),
                    // As media servers do, this one speaks http on the same port.
                    Ok(Ok(false)) if !served.https_required => None,
                    _ => return,
                }
            }
        };
        if let Some(acceptor) = acceptor {
            // A client that does not trust the certificate ends the handshake; one that stays silent is dropped.
            let handshake = tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream));
            if let Ok(Ok(stream)) = handshake.await {
                serve_http(stream, caller, watcher).await;
            }
            return;
        }
    }
    serve_http(stream, caller, watcher).await;
}

/// Serves HTTP/1.1 or HTTP/2, whichever the client speaks.
async fn serve_http<S>(stream: S, caller: Caller, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let caller = Arc::new(caller);
    let service = service_fn(move |request| service::respond(request, Arc::clone(&caller)));
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // A broken connection is the client's concern.
    let _ = watcher.watch(connection.into_owned()).await;
}
