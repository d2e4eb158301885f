//! A server on this machine that records each request and sends one response.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use plex_api::generated::{Error, Request, Transport};
use plex_api::url::Url;
use plex_api::{Identity, PlexApi, Token};

/// A request as it was sent.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// The path and the query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns the values of a header, joined by `|`.
    pub(crate) fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(its, _)| its == name);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        values.join("|")
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) struct Server {
    pub(crate) transport: Transport,
    received: Receiver<Received>,
}

impl Server {
    /// Responds with 204.
    pub(crate) fn new() -> Self {
        Self::responding("204 No Content", "", "")
    }

    /// Responds with JSON.
    pub(crate) fn json(body: &str) -> Self {
        Self::responding("200 OK", "Content-Type: application/json\r\n", body)
    }

    /// Sends this response to every request. Each header ends with a line break.
    pub(crate) fn responding(status: &str, headers: &str, body: &str) -> Self {
        let length = match status {
            "204 No Content" => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        let response =
            format!("HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n{body}");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, received) = channel();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let request = read(&stream);
                if sender.send(request).is_err() {
                    return;
                }
                // The client may have given up.
                let _ = stream.write_all(response.as_bytes());
            }
        });
        let transport = without_server().with_base_url(&Url::parse(&url).unwrap());
        Self {
            transport: transport.unwrap(),
            received,
        }
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.transport = self.transport.with_token(&Token::new(token));
        self
    }

    pub(crate) fn with_credential(mut self, scheme: &str, credential: &str) -> Self {
        self.transport = self.transport.with_credential(scheme, credential);
        self
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

    /// Sends a request, and returns what was read of the response.
    pub(crate) fn read<R: Request>(&self, request: &R) -> Result<R::Response, Error> {
        block_on(|| request.send(&self.transport))
    }
}

/// Returns the transport of a client that knows no server but those of its spec.
pub(crate) fn without_server() -> Transport {
    let identity = Identity::new("test").client_name("Test");
    let plex = PlexApi::builder(identity).build().unwrap();
    plex.generated().transport().clone()
}

fn read(stream: &TcpStream) -> Received {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
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
        method,
        target,
        headers,
        body,
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

/// Sends a request whose response does not matter, and returns it as the server received it.
pub(crate) fn sent<R: Request>(request: &R) -> Received {
    let server = Server::new().with_token("a-token");
    // The response has no body: a request that expects one fails after it was sent.
    let _ = server.read(request);
    server.received()
}

/// Sends a request that must be a misuse, and returns the text of the error.
pub(crate) fn misuse<R: Request>(request: &R) -> String {
    let server = Server::new().with_token("a-token");
    let error = server.read(request).err().unwrap();
    assert!(error.is_misuse(), "{error}");
    server.assert_untouched();
    error.to_string()
}
