//! A proxy for HTTP/2 over TLS: the emulator has neither a certificate nor a limit of streams.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, client, server};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use url::Url;

const ALPN: &[u8] = b"h2";

/// The address of the proxy, and the certificate to trust.
pub(crate) struct Front {
    pub(crate) base_url: Url,
    /// In DER.
    pub(crate) certificate: Vec<u8>,
}

/// The settings of a connection.
struct Rules {
    /// The limit of concurrent streams, if any.
    streams: Option<u32>,
    /// The response time of polls.
    response_time: Duration,
}

impl Front {
    /// Forwards all requests to the emulator over one connection, in a separate thread.
    pub(crate) fn start(emulator: &Url, streams: Option<u32>, response_time: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([address.ip().to_string()]).unwrap();
        let certificate = cert.der().to_vec();
        // The emulator brings a second provider, so that none is the default.
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.into()], signing_key.into())
            .unwrap();
        config.alpn_protocols = vec![ALPN.to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let emulator_address = emulator.socket_addrs(|| None).unwrap();
        let upstream = TcpStream::connect(&*emulator_address).unwrap();
        let rules = Rules {
            streams,
            response_time,
        };
        thread::spawn(|| serve(listener, acceptor, upstream, rules));

        let base_url = format!("https://{address}{}", emulator.path());
        Self {
            base_url: base_url.parse().unwrap(),
            certificate,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve(listener: TcpListener, acceptor: TlsAcceptor, upstream: TcpStream, rules: Rules) {
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    upstream.set_nodelay(true).unwrap();
    upstream.set_nonblocking(true).unwrap();
    let upstream = TokioIo::new(tokio::net::TcpStream::from_std(upstream).unwrap());
    let (emulator, connection) = client::conn::http2::handshake(TokioExecutor::new(), upstream)
        .await
        .unwrap();
    tokio::spawn(connection);

    let mut http2 = server::conn::http2::Builder::new(TokioExecutor::new());
    http2.max_concurrent_streams(rules.streams);
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (acceptor, http2, emulator) = (acceptor.clone(), http2.clone(), emulator.clone());
        tokio::spawn(async move {
            let stream = acceptor.accept(stream).await.unwrap();
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(ALPN));
            let service =
                service_fn(|request| forward(request, emulator.clone(), rules.response_time));
            // The program handles a broken connection.
            let _ = http2.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn forward(
    request: Request<Incoming>,
    mut emulator: SendRequest<Incoming>,
    response_time: Duration,
) -> hyper::Result<Response<Incoming>> {
    let is_poll = request.method() == Method::GET;
    let response = emulator.send_request(request).await;
    if is_poll && !response_time.is_zero() {
        // Here and not in the emulator, so that a stream to the emulator is short.
        sleep(response_time).await;
    }
    response
}
