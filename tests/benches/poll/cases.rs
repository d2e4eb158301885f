//! The cases that are counted: a poll of a pending PIN in five ways, and the decoding of its response in two.

use std::hint::black_box;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use plex_api::generated::types::AuthPinContainer;
use plex_api::{GetTokenByPinIdRequest, Identity, PlexApi, SignIn};
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use url::Url;

use crate::by_hand::Pin;
use crate::server::BODY;

pub(crate) const ID: i64 = 308_667_304;
const CLIENT: &str = "3381b62b-9ab7-4e37-827b-203e9809eb58";
const USER_AGENT: &str = concat!("plex-api/", env!("CARGO_PKG_VERSION"), " (Rust)");

/// The pause between the polls of a wait.
const PAUSE: Duration = Duration::from_millis(1);

/// The headers of every request except User-Agent and Host.
const HEADERS: [(&str, &str); 7] = [
    ("accept", "application/json"),
    ("accept-encoding", "identity"),
    ("x-plex-client-identifier", CLIENT),
    ("x-plex-product", "Plex for Roku"),
    ("x-plex-device", "Roku 3"),
    ("x-plex-version", "2.4.1"),
    ("x-plex-platform", "Roku"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// `get_token_by_pin_id`.
    Operation,
    /// `wait_for_token`.
    Wait,
    /// The code that a careful person writes with reqwest and serde.
    ByHand,
    /// The same, with the pause of the wait between the polls.
    ByHandWaiting,
    /// hyper alone; the response is not decoded.
    Hyper,
    /// Decoding alone: the response into the generated model.
    DecodeModel,
    /// The same, into a model written by hand.
    DecodeByHand,
}

impl Case {
    pub(crate) const ALL: [(Self, &'static str); 7] = [
        (Self::Operation, "get_token_by_pin_id"),
        (Self::Wait, "wait_for_token"),
        (Self::ByHand, "reqwest and serde by hand"),
        (Self::ByHandWaiting, "the same with pauses"),
        (Self::Hyper, "bare hyper"),
        (Self::DecodeModel, "decode: generated model"),
        (Self::DecodeByHand, "decode: serde by hand"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(case, _)| *case == self).unwrap().1
    }

    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.iter().find(|(_, its)| *its == name).unwrap().0
    }

    /// Runs the case this many times over one connection.
    pub(crate) async fn run(self, address: &str, times: usize) {
        match self {
            Self::Operation => operation(address, times).await,
            Self::Wait => wait(address, times).await,
            Self::ByHand => by_hand(address, times, None).await,
            Self::ByHandWaiting => by_hand(address, times, Some(PAUSE)).await,
            Self::Hyper => hyper(address, times).await,
            // As the transport reads it: as a string that is known to be UTF-8.
            Self::DecodeModel => decode(times, |response| {
                let text = std::str::from_utf8(response).unwrap();
                serde_json::from_str::<AuthPinContainer>(text)
            }),
            Self::DecodeByHand => decode(times, serde_json::from_slice::<Pin>),
        }
    }
}

fn plex(address: &str) -> PlexApi {
    let identity = Identity::new(CLIENT)
        .client_name("Plex for Roku")
        .device_nickname("Roku 3")
        .client_version("2.4.1")
        .platform("Roku");
    PlexApi::builder(identity)
        .base_url(Url::parse(&format!("http://{address}/api/v2")).unwrap())
        .poll_interval(PAUSE)
        .polls_per_second(1000)
        .build()
        .unwrap()
}

async fn operation(address: &str, times: usize) {
    let plex = plex(address);
    for _ in 0..times {
        let request = GetTokenByPinIdRequest::new(ID);
        let pin = plex.get_token_by_pin_id(request).await.unwrap();
        assert!(black_box(pin).auth_token.is_none());
    }
}

async fn wait(address: &str, times: usize) {
    let plex = plex(address);
    let sign_in: SignIn = serde_json::from_value(serde_json::json!({
        "kind": "SignIn",
        "id": ID,
        "code": "7RQZ",
        "client_identifier": CLIENT,
        "product": "Plex for Roku",
        "expires_at": "2100-01-01T00:00:00Z",
    }))
    .unwrap();
    let enough = Notify::new();
    let mut polls = 0;
    let token = plex.wait_for_token_with(&sign_in, |progress| {
        assert!(progress.error.is_none(), "{progress:?}");
        polls += 1;
        if polls == times {
            enough.notify_one();
        }
    });
    tokio::select! {
        token = token => panic!("the wait ended: {token:?}"),
        () = enough.notified() => {}
    }
}

async fn by_hand(address: &str, times: usize, pause: Option<Duration>) {
    let mut headers = HeaderMap::new();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let http = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(15))
        .no_proxy()
        .build()
        .unwrap();
    for _ in 0..times {
        let url = format!("http://{address}/api/v2/pins/{ID}");
        let response = http.get(url).send().await.unwrap();
        let pin: Pin = response.error_for_status().unwrap().json().await.unwrap();
        assert!(black_box(pin).auth_token.is_none());
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
    }
}

async fn hyper(address: &str, times: usize) {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let io = TokioIo::new(stream);
    let (mut http, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..times {
        let mut request = Request::get(format!("/api/v2/pins/{ID}"))
            .header("host", address)
            .header("user-agent", USER_AGENT);
        for (name, value) in HEADERS {
            request = request.header(name, HeaderValue::from_static(value));
        }
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        http.ready().await.unwrap();
        let response = http.send_request(request).await.unwrap();
        assert!(response.status().is_success());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(black_box(body).len(), BODY.len());
    }
}

fn decode<T>(times: usize, read: impl Fn(&'static [u8]) -> serde_json::Result<T>) {
    for _ in 0..times {
        black_box(read(black_box(BODY.as_bytes())).unwrap());
    }
}
