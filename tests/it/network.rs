//! Failures below HTTP: what an error shows of them, and what it hides.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use plex_api::generated::{Address, Client};
use plex_api::{Error, ErrorClass, GetPinRequest, PlexApi};
use reqwest::ClientBuilder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;
use wiremock::ResponseTemplate;

use crate::child::{CHILD, run_in_child};
use crate::secrets::shown_error;
use crate::servers::{TOKEN, json, responding, roku};

#[test]
fn limits_of_zero_are_a_misuse() {
    let built = PlexApi::builder(roku()).timeout(Duration::ZERO).build();
    assert!(built.unwrap_err().is_misuse());
    let built = PlexApi::builder(roku()).response_limit(0).build();
    assert!(built.unwrap_err().is_misuse());
}

/// Returns the error of a call to this server.
async fn error_at(
    server: &str,
    settings: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
) -> Error {
    let plex = PlexApi::builder(roku())
        .base_url(Url::parse(server).unwrap())
        .timeout(Duration::from_millis(500))
        .http(settings)
        .build()
        .unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap_err()
}

#[tokio::test]
async fn an_error_distinguishes_connecting_from_waiting_and_names_the_host() {
    struct Silent;
    impl reqwest::dns::Resolve for Silent {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(std::future::pending())
        }
    }
    let no_dns = |client: ClientBuilder| client.dns_resolver(Arc::new(Silent));
    let unresolved = error_at("https://plex.example.org/api/v2", no_dns).await;
    // A server that accepts connections and sends nothing, over https and over http.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let no_roots = |client: ClientBuilder| client.tls_certs_only([]);
    let no_handshake = error_at(&format!("https://{address}/api/v2"), no_roots).await;
    let no_response = error_at(&format!("http://{address}/api/v2"), |client| client).await;
    for (error, class, host) in [
        (&unresolved, ErrorClass::Connect, "plex.example.org"),
        (&no_handshake, ErrorClass::Connect, "127.0.0.1"),
        (&no_response, ErrorClass::Timeout, "127.0.0.1"),
    ] {
        let text = error.to_string();
        assert_eq!(error.class(), class, "{text}");
        assert!(text.contains(host) && error.is_transient(), "{text}");
        assert!(
            !shown_error(error).contains("/api"),
            "{}",
            shown_error(error)
        );
    }
    assert!(unresolved.to_string().contains("name servers"));
    assert!(no_response.to_string().contains("no complete response"));
}

#[tokio::test]
async fn an_error_shows_no_text_of_a_server() {
    // HTTP/2: SETTINGS, then GOAWAY (internal error) with text.
    let goaway =
        b"\0\0\0\x04\0\0\0\0\0\0\0\x1c\x07\0\0\0\0\0\0\0\0\0\0\0\0\x022ffLuB84dqLswk9skLos";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(&goaway[..9]).await.unwrap();
        let mut request = [0; 4096];
        tokio::time::sleep(Duration::from_millis(50)).await;
        socket.write_all(&goaway[9..]).await.unwrap();
        while let Ok(1..) = socket.read(&mut request).await {}
    });
    let error = error_at(&url, ClientBuilder::http2_prior_knowledge).await;
    let text = shown_error(&error);
    assert!(text.contains("unexpected internal error"), "{text}");
    assert!(!text.contains(TOKEN), "{text}");

    // A certificate for other names.
    let emulator = plex_tv_emulator::Emulator::builder();
    let emulator = emulator
        .tls()
        .host("secret.internal")
        .start()
        .await
        .unwrap();
    let port = emulator.base_url().port().unwrap();
    let ca = emulator.ca_pem().unwrap();
    let ca = reqwest::Certificate::from_pem(ca.as_bytes()).unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let settings = move |client: ClientBuilder| {
        let client = client.tls_certs_only([ca.clone()]);
        client.resolve("plex.example.org", address).no_proxy()
    };
    let error = error_at(&format!("https://plex.example.org:{port}"), settings).await;
    let text = shown_error(&error);
    assert_eq!(error.class(), ErrorClass::Tls, "{text}");
    assert!(
        text.contains("certificate not valid for this host"),
        "{text}"
    );
    assert!(!text.contains("secret.internal"), "{text}");
}

#[tokio::test]
async fn a_known_ip_address_replaces_the_lookup_and_the_proxy_but_not_the_name_in_the_certificate()
{
    let emulator = plex_tv_emulator::Emulator::builder().tls();
    let emulator = emulator.host("media.plex.direct").start().await.unwrap();
    let port = emulator.base_url().port().unwrap();
    let ca = emulator.ca_pem().unwrap();
    let ca = reqwest::Certificate::from_pem(ca.as_bytes()).unwrap();
    let elsewhere = SocketAddr::from(([192, 0, 2, 1], 9));
    let settings = move |client: ClientBuilder| {
        let client = client.tls_certs_only([ca.clone()]);
        let client = client.proxy(reqwest::Proxy::all("http://127.0.0.1:9").unwrap());
        client.resolve("media.plex.direct", elsewhere)
    };
    let plex = PlexApi::builder(roku()).http(settings).build().unwrap();
    let nonce = async |host: &str| {
        let address = Address {
            url: Url::parse(&format!("https://{host}:{port}/api/v2")).unwrap(),
            ip: Some([127, 0, 0, 1].into()),
            is_local: true,
            allows_plain_http: false,
            timeout: Duration::from_secs(5),
            response_limit: 1024,
        };
        let transport = plex.generated().transport();
        let server = Client::new(transport.to_media_server(address).unwrap());
        server.get_nonce().await
    };
    nonce("media.plex.direct").await.unwrap();
    let error = nonce("another.plex.direct").await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Tls, "{error}");
}

#[tokio::test]
async fn the_sources_of_an_error_have_the_kind_of_the_operating_system() {
    use std::error::Error as _;
    let url = crate::servers::no_server().await;
    let error = error_at(url.as_str(), |client| client).await;
    let failure = error.source().unwrap();
    assert_eq!(failure.to_string(), "TCP connection failed");
    let cause = failure.source().unwrap();
    let cause = cause.downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(!shown_error(&error).contains(&url.port().unwrap().to_string()));

    let no_roots = |client: ClientBuilder| client.tls_certs_only([]);
    let emulator = plex_tv_emulator::Emulator::builder().tls();
    let emulator = emulator.start().await.unwrap();
    let error = error_at(emulator.base_url().as_str(), no_roots).await;
    let failure = error.source().unwrap();
    assert_eq!(failure.to_string(), "certificate from an unknown issuer");
}

#[tokio::test]
async fn a_proxy_that_requires_a_password_has_its_own_words() {
    let proxy = responding(ResponseTemplate::new(407)).await;
    let address = proxy.uri();
    let through = move |client: ClientBuilder| {
        let proxy = reqwest::Proxy::all(&address).unwrap();
        client.proxy(proxy)
    };
    let error = error_at("https://plex.example.org", through).await;
    assert_eq!(error.class(), ErrorClass::Connect);
    assert!(
        error.to_string().contains("requires a user name"),
        "{error}"
    );
    // Of a custom client, over plain http.
    let server = responding(ResponseTemplate::new(407)).await;
    let plex = crate::servers::client(&server);
    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert!(
        error.to_string().contains("requires a user name"),
        "{error}"
    );
}

#[tokio::test]
async fn without_ca_certificates_only_https_fails() {
    let server = responding(json(201, crate::operations::ORIGINAL_RESPONSE)).await;
    let variables = vec![
        ("SSL_CERT_FILE", "/nonexistent/certificates.pem".to_owned()),
        ("SSL_CERT_DIR", "/nonexistent".to_owned()),
        (CHILD, server.uri()),
    ];
    run_in_child("network::child_without_certificates", variables).await;
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn child_without_certificates() {
    let Ok(server) = std::env::var(CHILD) else {
        return;
    };
    let plex = PlexApi::new(roku()).unwrap();
    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::NoCertificates, "{error}");
    assert!(!error.is_transient() && !error.is_misuse());
    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
    let url = crate::servers::api(&server);
    let plex = PlexApi::builder(roku()).base_url(url).build().unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
}

#[test]
fn a_call_outside_of_a_runtime_is_a_misuse() {
    use std::task::{Context, Poll, Waker};
    fn assert_misuse<T>(call: impl Future<Output = Result<T, Error>>) {
        let call = std::pin::pin!(call);
        let Poll::Ready(Err(error)) = call.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("nothing can be sent");
        };
        let text = error.to_string();
        assert!(error.is_misuse() && text.contains("tokio"), "{text}");
    }
    let plex = PlexApi::new(roku()).unwrap();
    let sign_in = crate::cases::sign_in(0);
    assert_misuse(plex.get_pin(GetPinRequest::new()));
    assert_misuse(plex.wait_for_token(&sign_in));
    assert_misuse(plex.check(&sign_in));
}

#[tokio::test]
async fn settings_that_forbid_a_request_are_a_misuse() {
    let error = error_at("http://127.0.0.1:9", |client| client.https_only(true)).await;
    assert!(error.is_misuse(), "{error}");
}
