//! Proxies and plain http: who may read a token.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use plex_api::generated::{Call, Operation, Request, ResponseBody, Scheme};
use plex_api::{Error, GetPinRequest, GetTokenByPinIdRequest, Identity, PlainHttp, PlexApi, Token};
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use url::Url;
use wiremock::ResponseTemplate;

use crate::child::{CHILD, run_in_child};
use crate::servers::{TOKEN, at, json, responding, roku};

/// Defines the request of an operation of a media server that takes a token, by the server of its spec.
macro_rules! request {
    ($name:ident, $server:literal) => {
        struct $name;

        impl Request for $name {
            type Response = ();
            const OPERATION: &'static Operation =
                &Operation::new("getSections", "GET", "/sections", $server)
                    .secured_by(&[&[Scheme::plex_token_in_header()]]);

            fn write(&self, _: &mut Call) {}

            fn read(body: ResponseBody<'_>) -> Result<(), Error> {
                body.nothing()
            }
        }
    };
}

// Nothing listens there; the resolver of `.invalid` names is not asked before the check.
request!(OnThisMachine, "http://127.0.0.1:9");
request!(InTheNetwork, "http://nas.invalid:9");

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
    run_in_child("plain_http::child_behind_a_proxy", variables).await;
    let at_proxy = proxy.received_requests().await.unwrap();
    assert!(at_proxy.is_empty(), "{at_proxy:?}");
    // By the base URL and by another server; each as an address and as `localhost`.
    assert_eq!(server.received_requests().await.unwrap().len(), 4);
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn child_behind_a_proxy() {
    let Ok(server) = std::env::var(CHILD) else {
        return;
    };
    let token = Token::new(TOKEN);
    for server in [server.clone(), server.replace("127.0.0.1", "localhost")] {
        let url = Url::parse(&server).unwrap();
        let another = at(&PlexApi::new(roku()).unwrap(), &url, &token).unwrap();
        OnThisMachine.send(&another).await.unwrap();
        let based = PlexApi::builder(roku()).base_url(url.clone()).build();
        let based = based.unwrap().with_token(&token);
        OnThisMachine.send(&based).await.unwrap();

        // A client of the program's own uses the proxy, so it gets no token.
        let own = PlexApi::builder(roku()).http_client(careful().build().unwrap());
        let own = own.build().unwrap().with_token(&token);
        let error = OnThisMachine.send(&own).await;
        assert!(error.unwrap_err().is_misuse());
        let another = at(&own, &url, &token).unwrap();
        let error = OnThisMachine.send(&another).await.unwrap_err();
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
        .unwrap();
    let url = Url::parse(&server.uri()).unwrap();
    let another = at(&plex, &url, &Token::new(TOKEN)).unwrap();
    OnThisMachine.send(&another).await.unwrap();
    assert!(proxy.received_requests().await.unwrap().is_empty());

    let error = plex.get_pin(GetPinRequest::new()).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    let requests = proxy.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method.as_str(), "CONNECT");
    assert!(!requests[0].headers.contains_key("x-plex-token"));
}

#[tokio::test]
async fn a_custom_client_uses_plain_http_once_the_host_is_named() {
    let server = responding(ResponseTemplate::new(200)).await;
    let client = |allowed: PlainHttp| {
        let http = careful().no_proxy().build().unwrap();
        let builder = PlexApi::builder(roku()).http_client(http);
        let builder = builder.base_url(Url::parse(&server.uri()).unwrap());
        let plex = builder.plain_http(allowed).build().unwrap();
        plex.with_token(&Token::new(TOKEN))
    };
    let refused = client(PlainHttp::PrivateNetworks);
    let error = OnThisMachine.send(&refused).await;
    assert!(error.unwrap_err().is_misuse());
    // The response to a poll has the token, although the request has none.
    let operation_without_token = GetTokenByPinIdRequest::new(1);
    let http = careful().no_proxy().build().unwrap();
    let refused = PlexApi::builder(roku()).http_client(http);
    let refused = refused.base_url(crate::servers::api(&server.uri()));
    let refused = refused.build().unwrap();
    let error = refused.get_token_by_pin_id(operation_without_token).await;
    assert!(error.unwrap_err().is_misuse());
    let allowed = client(PlainHttp::hosts(["127.0.0.1"]));
    OnThisMachine.send(&allowed).await.unwrap();
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
            assert_eq!(
                at(&plex, &url, &Token::new(TOKEN)).is_ok(),
                allowed,
                "{url}"
            );
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
    let error = InTheNetwork.send(&transport(None)).await.unwrap_err();
    assert!(
        error.is_misuse() && error.to_string().contains("plain_http"),
        "{error}"
    );
    let error = OnThisMachine.send(&transport(None)).await;
    assert!(error.unwrap_err().is_transient());
}
