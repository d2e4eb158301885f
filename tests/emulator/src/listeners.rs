//! The listening sockets: one, or two for `localhost`.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::Poll;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

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

/// The sockets of a running server.
#[derive(Debug)]
pub(crate) struct Listeners(Vec<TcpListener>);

impl Listeners {
    pub(crate) fn new(listeners: Vec<std::net::TcpListener>) -> io::Result<Self> {
        let listeners = listeners.into_iter().map(TcpListener::from_std);
        Ok(Self(listeners.collect::<io::Result<_>>()?))
    }

    pub(crate) fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        self.0.iter().map(TcpListener::local_addr).collect()
    }

    /// Accepts the next connection to any of the sockets.
    pub(crate) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|context| {
            let mut accepted = self.0.iter().map(|listener| listener.poll_accept(context));
            accepted.find(Poll::is_ready).unwrap_or(Poll::Pending)
        })
        .await
    }
}

/// Keeps the ports without listening on them, so that connections are refused.
pub(crate) struct Held(Vec<TcpSocket>);

impl Held {
    pub(crate) fn new(addresses: &[SocketAddr]) -> io::Result<Self> {
        Ok(Self(addresses.iter().map(hold).collect::<io::Result<_>>()?))
    }

    pub(crate) fn listen(self) -> io::Result<Listeners> {
        let listeners = self.0.into_iter().map(|socket| socket.listen(BACKLOG));
        Ok(Listeners(listeners.collect::<io::Result<_>>()?))
    }
}

fn hold(address: &SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(*address)?;
    Ok(socket)
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
