//! Proxies, plain http, and the limits of a request.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use plex_api::generated::{Operation, Transport};
use plex_api::{Error, ErrorClass, GetPinRequest, Identity, PlainHttp, PlexApi, Token};
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;
use wiremock::ResponseTemplate;

use crate::servers::{json, responding, roku};

const TOKEN: &str = "2ffLuB84dqLswk9skLos";

/// The variable that tells a test that it runs in a process of its own.
const CHILD: &str = "PLEX_API_TEST_SERVER";

/// Runs one ignored test of this binary in a process of its own, with these environment variables.
async fn run_in_child(test: &str, variables: Vec<(&'static str, String)>) {
    let test = format!("network::{test}");
    let run = move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &test, "--ignored", "--nocapture"])
            .envs(variables)
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

/// Returns an operation of a spec whose server is this one.
fn operation_at(server: &str) -> &'static Operation {
    let server = Box::leak(server.to_owned().into_boxed_str());
    let operation = Operation::new("getSections", "GET", "/sections", server);
    Box::leak(Box::new(operation.requiring_token()))
}

/// Calls an operation with the token of a transport.
async fn call(transport: &Transport, operation: &'static Operation) -> Result<(), Error> {
    let url = transport.url(operation, format_args!("/sections")).unwrap();
    let request = transport.http().get(url).build().unwrap();
    transport.empty(operation, Ok(request)).await
}

fn careful() -> ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .referer(false)
}

#[tokio::test]
async fn a_proxy_of_the_environment_reads_no_request_in_plain_http() {
    let server = responding(ResponseTemplate::new(200)).await;
    let proxy = responding(ResponseTemplate::new(200)).await;
    let variables =
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, proxy.uri()));
    let mut variables = Vec::from(variables);
    variables.push((CHILD, server.uri()));
    run_in_child("child_behind_a_proxy", variables).await;
    let at_proxy = proxy.received_requests().await.unwrap();
    assert!(at_proxy.is_empty(), "{at_proxy:?}");
    // By the server of a spec, by the base URL, by another server; each as an address and as `localhost`.
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn child_behind_a_proxy() {
    let Ok(server) = std::env::var(CHILD) else {
        return;
    };
    let token = Token::new(TOKEN);
    for server in [server.clone(), server.replace("127.0.0.1", "localhost")] {
        let operation = operation_at(&server);
        let url = Url::parse(&server).unwrap();
        let plex = PlexApi::new(roku()).unwrap().with_token(&token);
        call(plex.generated().transport(), operation).await.unwrap();
        let another = plex.at(&url, &token).unwrap();
        call(another.transport(), operation).await.unwrap();
        let based = PlexApi::builder(roku()).base_url(url.clone()).build();
        let based = based.unwrap().with_token(&token);
        call(based.generated().transport(), operation)
            .await
            .unwrap();

        // A client of the program's own uses the proxy, so it gets no token.
        let own = PlexApi::builder(roku()).http_client(careful().build().unwrap());
        let own = own.build().unwrap().with_token(&token);
        let error = call(own.generated().transport(), operation).await;
        assert!(error.unwrap_err().is_misuse());
        let another = own.at(&url, &token).unwrap();
        let error = call(another.transport(), operation).await.unwrap_err();
        assert!(error.to_string().contains("PlainHttp::Hosts"), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_from_the_settings_gets_https_only() {
    let server = responding(ResponseTemplate::new(200)).await;
    let proxy = responding(ResponseTemplate::new(502)).await;
    let address = proxy.uri();
    let plex = PlexApi::builder(roku())
        .http(move |client| client.proxy(reqwest::Proxy::all(&address).unwrap()))
        .build()
        .unwrap()
        .with_token(&Token::new(TOKEN));
    let operation = operation_at(&server.uri());
    call(plex.generated().transport(), operation).await.unwrap();
    assert!(proxy.received_requests().await.unwrap().is_empty());

    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    let requests = proxy.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method.as_str(), "CONNECT");
    assert!(!requests[0].headers.contains_key("x-plex-token"));
}

#[tokio::test]
async fn a_custom_client_sends_a_token_over_plain_http_once_the_host_is_named() {
    let server = responding(ResponseTemplate::new(200)).await;
    let operation = operation_at(&server.uri());
    let client = |allowed: PlainHttp| {
        let http = careful().no_proxy().build().unwrap();
        let builder = PlexApi::builder(roku()).http_client(http);
        let plex = builder.plain_http(allowed).build().unwrap();
        plex.with_token(&Token::new(TOKEN))
    };
    let refused = client(PlainHttp::PrivateNetworks);
    let error = call(refused.generated().transport(), operation).await;
    assert!(error.unwrap_err().is_misuse());
    let allowed = client(PlainHttp::hosts(["127.0.0.1"]));
    call(allowed.generated().transport(), operation)
        .await
        .unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn localhost_is_this_machine_whatever_the_resolver_says() {
    struct Elsewhere;
    impl reqwest::dns::Resolve for Elsewhere {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async {
                let elsewhere = SocketAddr::from(([127, 0, 0, 2], 0));
                Ok(Box::new(std::iter::once(elsewhere)) as reqwest::dns::Addrs)
            })
        }
    }
    let server = responding(json(201, crate::operations::ORIGINAL_RESPONSE)).await;
    let url = server.uri().replace("127.0.0.1", "localhost");
    let plex = PlexApi::builder(roku())
        .base_url(crate::servers::api(&url))
        .http(|client| client.dns_resolver(Arc::new(Elsewhere)))
        .build()
        .unwrap();
    plex.get_pin(GetPinRequest::new()).await.unwrap();
}

#[test]
fn plain_http_goes_only_where_it_was_allowed() {
    let builder = || PlexApi::builder(Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58"));
    let default = || builder();
    let private = || builder().plain_http(PlainHttp::PrivateNetworks);
    let named = || {
        builder().plain_http(PlainHttp::hosts([
            "NAS.local",
            "203.0.113.9",
            "2001:db8::1",
        ]))
    };
    for (url, by_default, in_private, when_named) in [
        ("http://127.8.9.1:1", true, true, true),
        ("http://localhost:1", true, true, true),
        ("http://10.1.2.3:32400", false, true, false),
        ("http://172.31.255.255", false, true, false),
        ("http://172.32.0.1", false, false, false),
        ("http://192.168.1.20", false, true, false),
        ("http://169.254.3.4", false, true, false),
        ("http://100.64.0.1", false, true, false),
        ("http://100.127.255.255", false, true, false),
        ("http://100.128.0.1", false, false, false),
        ("http://[fd12::1]:32400", false, true, false),
        ("http://[fe80::1]", false, true, false),
        ("http://nas.local:32400", false, false, true),
        ("http://a.nas.local", false, false, false),
        ("http://203.0.113.9", false, false, true),
        ("http://[2001:db8::1]", false, false, true),
        ("http://[2001:db8::2]", false, false, false),
        ("http://plex.tv", false, false, false),
        ("ftp://nas.local", false, false, false),
    ] {
        let url = Url::parse(url).unwrap();
        for (builder, allowed) in [
            (default(), by_default),
            (private(), in_private),
            (named(), when_named),
        ] {
            let plex = builder.build().unwrap();
            assert_eq!(plex.at(&url, &Token::new(TOKEN)).is_ok(), allowed, "{url}");
        }
        assert_eq!(
            private().base_url(url.clone()).build().is_ok(),
            in_private,
            "{url}"
        );
    }
    for host in [
        "plex.tv",
        "Clients.PLEX.tv",
        "plex.tv.",
        "http://nas",
        "nas:32400",
        "",
    ] {
        let built = builder().plain_http(PlainHttp::hosts([host])).build();
        assert!(built.is_err_and(|error| error.is_misuse()), "{host}");
    }
    assert!(
        builder()
            .plain_http(PlainHttp::hosts(["notplex.tv"]))
            .build()
            .is_ok()
    );
}

#[tokio::test]
async fn the_server_of_a_spec_follows_the_same_rule() {
    let transport = |allowed: Option<PlainHttp>| {
        let builder = PlexApi::builder(roku()).timeout(Duration::from_millis(50));
        let builder = match allowed {
            Some(allowed) => builder.plain_http(allowed),
            None => builder,
        };
        builder.build().unwrap().with_token(&Token::new(TOKEN))
    };
    // Nothing listens there; the resolver of `.invalid` names is not asked before the check.
    let operation = operation_at("http://nas.invalid:9");
    let error = call(transport(None).generated().transport(), operation).await;
    let error = error.unwrap_err();
    assert!(
        error.is_misuse() && error.to_string().contains("plain_http"),
        "{error}"
    );
    let operation = operation_at("http://127.0.0.1:9");
    let error = call(transport(None).generated().transport(), operation).await;
    assert!(error.unwrap_err().is_transient());
}

#[test]
fn limits_of_zero_are_a_misuse() {
    let built = PlexApi::builder(roku()).timeout(Duration::ZERO).build();
    assert!(built.unwrap_err().is_misuse());
    let built = PlexApi::builder(roku()).response_limit(0).build();
    assert!(built.unwrap_err().is_misuse());
}

/// Returns `Display` and `Debug` of an error and of all its sources.
fn shown(error: &Error) -> String {
    use std::error::Error as _;
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{cause:?}\n{cause:#?}"));
        source = cause.source();
    }
    text
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
async fn an_error_tells_connecting_from_waiting_and_names_the_host() {
    struct Silent;
    impl reqwest::dns::Resolve for Silent {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(std::future::pending())
        }
    }
    let no_dns = |client: ClientBuilder| client.dns_resolver(Arc::new(Silent));
    let unresolved = error_at("https://plex.example.org/api/v2", no_dns).await;
    // A server that never answers a TLS handshake, and one that never responds.
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
        assert!(!shown(error).contains("/api"), "{}", shown(error));
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
    let text = shown(&error);
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
    let text = shown(&error);
    assert_eq!(error.class(), ErrorClass::Tls, "{text}");
    assert!(
        text.contains("certificate not valid for this host"),
        "{text}"
    );
    assert!(!text.contains("secret.internal"), "{text}");
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
    assert!(!shown(&error).contains(&url.port().unwrap().to_string()));

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
    run_in_child("child_without_certificates", variables).await;
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
    let plex = PlexApi::new(roku()).unwrap();
    let call = std::pin::pin!(plex.get_pin(GetPinRequest::new()));
    let Poll::Ready(Err(error)) = call.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing can be sent");
    };
    assert!(
        error.is_misuse() && error.to_string().contains("tokio"),
        "{error}"
    );
}

#[tokio::test]
async fn settings_that_forbid_a_request_are_a_misuse() {
    let error = error_at("http://127.0.0.1:9", |client| client.https_only(true)).await;
    assert!(error.is_misuse(), "{error}");
}
