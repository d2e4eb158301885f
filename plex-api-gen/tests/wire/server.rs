//! A server on this machine that records each request and sends a fixed response.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use plex_api_gen::{Request, Transport};
use reqwest::header::HeaderMap;
use url::Url;

/// A request as it was sent.
pub(crate) struct Received {
    /// Such as `GET /a?b=c HTTP/1.1`.
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    /// Returns the path and the query.
    pub(crate) fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }

    /// Returns the values of a header, joined by `|`.
    pub(crate) fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(its, _)| its == name);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        values.join("|")
    }
}

pub(crate) struct Server {
    pub(crate) transport: Transport,
    received: Receiver<Received>,
}

/// The head of a response without a body.
pub(crate) const NO_CONTENT: &[&str] = &["HTTP/1.1 204 No Content\r\n\r\n"];

impl Server {
    pub(crate) fn new() -> Self {
        Self::responding(NO_CONTENT)
    }

    /// Sends these pieces in response to every request, with a pause between them.
    pub(crate) fn responding(pieces: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let request = read(&stream);
                if sender.send(request).is_err() {
                    return;
                }
                respond(stream, pieces);
            }
        });
        let transport = Transport::builder(HeaderMap::new())
            .base_url(Url::parse(&format!("http://{address}")).unwrap())
            .timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        Self {
            transport,
            received,
        }
    }

    /// Returns the request that was received.
    ///
    /// # Panics
    /// If there was none.
    pub(crate) fn received(&self) -> Received {
        self.received.recv_timeout(Duration::from_secs(5)).unwrap()
    }

    /// Checks that no request was received.
    pub(crate) fn assert_untouched(&self) {
        assert!(self.received.try_recv().is_err(), "a request was sent");
    }
}

fn read(stream: &TcpStream) -> Received {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = Vec::new();
    loop {
        let mut header = Vec::new();
        reader.read_until(b'\n', &mut header).unwrap();
        let header = String::from_utf8(header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Received {
        line: line.trim_end().to_owned(),
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}

fn respond(mut stream: TcpStream, pieces: &[&str]) {
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            std::thread::sleep(Duration::from_millis(400));
        }
        // The client may have given up.
        if stream.write_all(piece.as_bytes()).is_err() {
            return;
        }
    }
}

/// Runs a future as a program does. It is created within the runtime.
pub(crate) fn block_on<F: Future>(future: impl FnOnce() -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async { future().await })
}

/// Defines requests of one operation, whose arguments a function writes.
macro_rules! request {
    ($name:ident, $operation:expr) => {
        #[derive(Clone, Copy)]
        pub(crate) struct $name(pub(crate) fn(&mut ::plex_api_gen::Call));

        impl ::plex_api_gen::Request for $name {
            type Response = ();
            const OPERATION: &'static ::plex_api_gen::Operation = &$operation;

            fn write(&self, call: &mut ::plex_api_gen::Call) {
                (self.0)(call);
            }

            fn read(body: ::plex_api_gen::ResponseBody<'_>) -> Result<(), ::plex_api_gen::Error> {
                body.nothing()
            }
        }
    };
}
pub(crate) use request;

/// Sends a request and returns it as the server received it.
pub(crate) fn sent<R: Request<Response = ()>>(request: R) -> Received {
    let server = Server::new();
    block_on(|| request.send(&server.transport)).unwrap();
    server.received()
}

/// Sends a request that must be a misuse, and returns the text of the error.
pub(crate) fn misuse<R: Request<Response = ()>>(request: R) -> String {
    let server = Server::new();
    let error = block_on(|| request.send(&server.transport)).unwrap_err();
    assert!(error.is_misuse(), "{error}");
    server.assert_untouched();
    error.to_string()
}
