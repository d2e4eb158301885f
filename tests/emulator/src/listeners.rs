//! The listening sockets: one for plex.tv, or two for `localhost`, and those of the media servers.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::served::Served;

/// The length of the queue of connections to accept.
const BACKLOG: u32 = 4096;
/// The number of random ports to try for `localhost`.
const ATTEMPTS: u32 = 100;

/// Listens on 127.0.0.1 and, unless this machine has no IPv6, on the same port of `::1`.
///
/// # Errors
///
/// The address on which the emulator cannot listen, and the reason.
pub(crate) fn bind_localhost(
    port: u16,
) -> Result<Vec<std::net::TcpListener>, (SocketAddr, io::Error)> {
    let bind = |address: SocketAddr| {
        std::net::TcpListener::bind(address).map_err(|error| (address, error))
    };
    let mut attempt = 1;
    loop {
        let first = bind((Ipv4Addr::LOCALHOST, port).into())?;
        let address = first
            .local_addr()
            .map_err(|error| ((Ipv4Addr::LOCALHOST, port).into(), error))?;
        match bind((Ipv6Addr::LOCALHOST, address.port()).into()) {
            Ok(second) => return Ok(vec![first, second]),
            Err((_, error)) if error.kind() != ErrorKind::AddrInUse => return Ok(vec![first]),
            Err(_) if port == 0 && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

/// The server behind a socket: plex.tv, or a media server.
pub(crate) type Behind = Option<Arc<Served>>;

/// The sockets of a running server.
#[derive(Debug)]
pub(crate) struct Listeners(Vec<(TcpListener, Behind)>);

/// A connection that was accepted.
pub(crate) struct Accepted {
    pub(crate) stream: TcpStream,
    pub(crate) peer: SocketAddr,
    pub(crate) behind: Behind,
}

impl Listeners {
    pub(crate) fn new(listeners: Vec<(std::net::TcpListener, Behind)>) -> io::Result<Self> {
        let listeners = listeners.into_iter().map(|(listener, behind)| {
            let listener = TcpListener::from_std(listener)?;
            Ok((listener, behind))
        });
        Ok(Self(listeners.collect::<io::Result<_>>()?))
    }

    pub(crate) fn addresses(&self) -> io::Result<Vec<(SocketAddr, Behind)>> {
        let addresses = self.0.iter().map(|(listener, behind)| {
            let address = listener.local_addr()?;
            Ok((address, behind.clone()))
        });
        addresses.collect()
    }

    /// Accepts the next connection to any of the sockets.
    pub(crate) async fn accept(&self) -> io::Result<Accepted> {
        poll_fn(|context| {
            for (listener, behind) in &self.0 {
                if let Poll::Ready(accepted) = listener.poll_accept(context) {
                    return Poll::Ready(accepted.map(|(stream, peer)| Accepted {
                        stream,
                        peer,
                        behind: behind.clone(),
                    }));
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// Keeps the ports without listening on them, so that connections are refused.
pub(crate) struct Held(Vec<(TcpSocket, Behind)>);

impl Held {
    pub(crate) fn new(addresses: &[(SocketAddr, Behind)]) -> io::Result<Self> {
        let sockets = addresses.iter().map(|(address, behind)| {
            let socket = unbound(*address)?;
            socket.set_reuseaddr(true)?;
            socket.bind(*address)?;
            Ok((socket, behind.clone()))
        });
        Ok(Self(sockets.collect::<io::Result<_>>()?))
    }

    pub(crate) fn listen(self) -> io::Result<Listeners> {
        let sockets = self.0.into_iter();
        let listeners = sockets.map(|(socket, behind)| Ok((socket.listen(BACKLOG)?, behind)));
        Ok(Listeners(listeners.collect::<io::Result<_>>()?))
    }
}

/// Keeps a port that nobody has, so that connections to it are refused.
pub(crate) fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = unbound(address)?;
    socket.bind(address)?;
    Ok(socket)
}

fn unbound(address: SocketAddr) -> io::Result<TcpSocket> {
    if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }
}

/// Returns the address at which this machine reaches a listener, also if it listens on every address.
pub(crate) fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_needs_its_port_on_both_addresses() {
        // Without IPv6, 127.0.0.1 is all of localhost.
        let Ok(taken) = std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
            assert_eq!(bind_localhost(0).unwrap().len(), 1);
            return;
        };
        let address = taken.local_addr().unwrap();
        let (failed, error) = bind_localhost(address.port()).unwrap_err();
        assert_eq!((failed, error.kind()), (address, ErrorKind::AddrInUse));
        let ports = bind_localhost(0).unwrap().into_iter();
        let ports: Vec<_> = ports
            .map(|socket| socket.local_addr().unwrap().port())
            .collect();
        assert_eq!(ports.len(), 2);
        assert_eq!(ports[0], ports[1]);
    }
}
