//! A server whose response depends on the case that a request names.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plex_api::{PlexApi, SignIn};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::servers::{TOKEN, api, roku};

const CLIENT: &str = "3381b62b-9ab7-4e37-827b-203e9809eb58";

/// A response: its status, further headers, and its body.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) status: u16,
    pub(crate) headers: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Case {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: "",
            body: body.into(),
        }
    }

    /// Adds lines to the head of the response.
    pub(crate) fn with_headers(mut self, lines: &'static str) -> Self {
        self.headers = lines;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let (status, headers, length) = (self.status, self.headers, self.body.len());
        let head = format!(
            "HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n"
        );
        [head.as_bytes(), &self.body].concat()
    }
}

/// Starts a server for these cases, and makes a client of it. A request names its case in the PIN's id, in the code, or
/// in the token: `case-7` is the case with index 7. The second poll of a case gets [`TOKEN`].
pub(crate) async fn serving(cases: Vec<Case>) -> PlexApi {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = api(&format!("http://{}", listener.local_addr().unwrap()));
    let cases = Arc::new(cases);
    let polled = Arc::new(Mutex::new(BTreeSet::new()));
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let (cases, polled) = (Arc::clone(&cases), Arc::clone(&polled));
            tokio::spawn(async move { respond(socket, &cases, &polled).await });
        }
    });
    PlexApi::builder(roku())
        .base_url(url)
        .poll_interval(Duration::from_millis(5))
        .polls_per_second(1000)
        .build()
        .unwrap()
}

async fn respond(socket: TcpStream, cases: &[Case], polled: &Mutex<BTreeSet<usize>>) {
    let mut socket = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if socket.read_line(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let head = head.to_lowercase();
    let number = |before: &str| {
        let after = head.split_once(before)?.1;
        let digits = after.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<usize>().ok()
    };
    let mut body = vec![0; number("content-length: ").unwrap_or(0)];
    socket.read_exact(&mut body).await.unwrap();
    let poll = number("get /api/v2/pins/");
    let index = poll.or_else(|| number("case-")).unwrap_or(0);
    let response = match poll {
        Some(index) if !polled.lock().unwrap().insert(index) => {
            Case::new(200, pin(index, "")).bytes()
        }
        _ => cases[index].bytes(),
    };
    let _ = socket.write_all(&response).await;
    let _ = socket.shutdown().await;
}

/// Returns the response to a poll of this case that grants the token, with further fields.
pub(crate) fn pin(case: usize, more: &str) -> String {
    format!(
        r#"{{"id":{case},"clientIdentifier":"{CLIENT}","expiresIn":600,"authToken":"{TOKEN}"{more}}}"#
    )
}

/// Returns a pending sign-in of this case.
pub(crate) fn sign_in(case: usize) -> SignIn {
    serde_json::from_value(json!({
        "kind": "SignIn", "id": case, "code": "abc", "client_identifier": CLIENT, "product": null,
        "key_id": null, "expires_at": "2100-01-01T00:00:00Z",
    }))
    .unwrap()
}
