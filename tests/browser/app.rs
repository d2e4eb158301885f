//! The app to which a user returns.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use url::Url;

const POPUP_APP: &str = include_str!("popup.html");
const PAGE: &str = "<!doctype html><link rel=icon href=\"data:,\"><h1 id=welcome>Welcome back</h1>";

/// The web server of the app, which shows a welcome page and, at `/popup`, a page that signs in with a popup.
pub(crate) struct App {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl App {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let app = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::clone(&requests),
        };
        // The thread ends with the test process.
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let (socket, requests) = (socket.unwrap(), Arc::clone(&requests));
                // Chromium also opens connections that it never uses.
                std::thread::spawn(move || welcome(socket, &requests));
            }
        });
        app
    }

    /// The `forwardUrl`, with a query of its own.
    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}/back?state=a%20b&for=7", self.address)).unwrap()
    }

    /// The method and target of each request.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn welcome(mut socket: TcpStream, requests: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(socket.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    for line in lines {
        if line.unwrap_or_default().is_empty() {
            break;
        }
    }
    let (request, _) = first.rsplit_once(' ').unwrap_or((&first, ""));
    requests.lock().unwrap().push(request.to_owned());
    let page = if request.starts_with("GET /popup?") {
        POPUP_APP
    } else {
        PAGE
    };
    let _ = write!(
        socket,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
}
