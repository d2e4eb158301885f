//! Starting the thread of an emulator.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::sync::oneshot;
use url::Url;

use super::Emulator;
use crate::error::{Error, Kind};
use crate::listeners::reachable;
use crate::network::Network;
use crate::served::Sockets;
use crate::server::{self, Shared};
use crate::state::State;

impl Emulator {
    /// Listens, and serves on a thread of its own.
    pub(crate) fn spawn(
        listeners: Vec<TcpListener>,
        media_servers: Sockets,
        is_localhost: bool,
        state: State,
        mut network: Network,
    ) -> Result<Self, Error> {
        let mut addresses = Vec::new();
        for listener in &listeners {
            listener.set_nonblocking(true).map_err(Kind::Start)?;
            addresses.push(listener.local_addr().map_err(Kind::Start)?);
        }
        let address = addresses[0];
        let origin = origin(address, is_localhost, network.is_tls).map_err(Kind::Start)?;
        network.complete(address);
        #[cfg(feature = "tls")]
        network.certify(address, &media_servers)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Kind::Start)?;
        let served = media_servers.listening.iter();
        let served = served.map(|(_, served)| Arc::clone(served)).collect();
        let (shared, refusals) = Shared::new(state, network, served);
        let shared = Arc::new(shared);
        let (stop, stopped) = oneshot::channel();
        let serving = server::serve(
            listeners,
            media_servers,
            Arc::clone(&shared),
            refusals,
            stopped,
        );
        let thread = std::thread::Builder::new()
            .name("plex-tv-emulator".to_owned())
            .spawn(move || {
                // This fails only if tokio cannot take over the listeners; every request then fails.
                let _ = runtime.block_on(serving);
            })
            .map_err(Kind::Start)?;
        Ok(Self {
            shared,
            origin,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// Returns the origin at which this machine reaches the listener, also if it listens on every address.
fn origin(mut address: SocketAddr, is_localhost: bool, is_tls: bool) -> io::Result<Url> {
    let scheme = if is_tls { "https" } else { "http" };
    if is_localhost {
        let origin = format!("{scheme}://localhost:{}", address.port());
        return Url::parse(&origin).map_err(io::Error::other);
    }
    address.set_ip(reachable(address.ip()));
    Url::parse(&format!("{scheme}://{address}")).map_err(io::Error::other)
}
