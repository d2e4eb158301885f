//! A forwarder between a client and a server, whose connections can be made to die quietly.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// Forwards every connection to a server.
pub(crate) struct Forwarder {
    port: u16,
    connections: Arc<AtomicUsize>,
    alive: Mutex<watch::Sender<()>>,
    accepting: Arc<Mutex<watch::Receiver<()>>>,
}

impl Forwarder {
    /// Starts forwarding to the server of a URL.
    pub(crate) async fn to(server: &Url) -> Self {
        let target: SocketAddr = ([127, 0, 0, 1], server.port().unwrap()).into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, receiver) = watch::channel(());
        let forwarder = Self {
            port,
            connections: Arc::default(),
            alive: Mutex::new(sender),
            accepting: Arc::new(Mutex::new(receiver)),
        };
        let connections = Arc::clone(&forwarder.connections);
        let accepting = Arc::clone(&forwarder.accepting);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let alive = accepting.lock().unwrap().clone();
                tokio::spawn(forward(client, target, alive));
            }
        });
        forwarder
    }

    /// Returns the URL of the server, through the forwarder.
    pub(crate) fn url(&self, server: &Url) -> Url {
        let mut url = server.clone();
        url.set_port(Some(self.port)).unwrap();
        url
    }

    /// Returns how many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Swallows the bytes of all existing connections from now on, and leaves them open. New ones work.
    pub(crate) fn swallow(&self) {
        let (sender, receiver) = watch::channel(());
        *self.accepting.lock().unwrap() = receiver;
        // Dropping the former sender wakes the connections.
        *self.alive.lock().unwrap() = sender;
    }
}

async fn forward(mut client: TcpStream, target: SocketAddr, mut alive: watch::Receiver<()>) {
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
        _ = alive.changed() => {}
    }
    let mut swallowed = [0; 4096];
    while let Ok(1..) = client.read(&mut swallowed).await {}
    let _ = server.shutdown().await;
}
