//! The app that a user is sent back to.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use url::Url;

const PAGE: &str = "<!doctype html><link rel=icon href=\"data:,\"><h1 id=welcome>Welcome back</h1>";

/// The app's own server, which welcomes whoever returns.
pub(crate) struct App {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl App {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let app = Self {
            address: listener.local_addr().unwrap(),
            asked: Arc::clone(&asked),
        };
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let (socket, asked) = (socket.unwrap(), Arc::clone(&asked));
                // Chromium opens connections that it may never use.
                std::thread::spawn(move || welcome(socket, &asked));
            }
        });
        app
    }

    /// The `forwardUrl`, with a query of its own.
    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}/back?state=a%20b&for=7", self.address)).unwrap()
    }

    /// The request lines, without the protocol.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn welcome(mut socket: TcpStream, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(socket.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    for line in lines {
        if line.unwrap_or_default().is_empty() {
            break;
        }
    }
    let (what, _) = first.rsplit_once(' ').unwrap_or((&first, ""));
    asked.lock().unwrap().push(what.to_owned());
    let _ = write!(
        socket,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{PAGE}",
        PAGE.len()
    );
}
