//! Plain http beyond this machine: in the local network where the caller allows it, and over the internet never.

use plex_api::{ConnectOptions, ErrorClass, Location};
use plex_tv_emulator::{Behaviour, MediaServer, ServerConnection};
use serde_json::Value;

use crate::client::{Setting, check_record};
use crate::network::{DOCKER, LOCAL, NEIGHBOUR, REMOTE, REMOTE_IPV6};
use crate::outcome::{options, remote};
use crate::rows::{at, good, relay, server, slow};

/// Starts a media server without TLS.
async fn start(connections: impl IntoIterator<Item = ServerConnection>) -> Setting {
    let server: MediaServer = server(connections);
    Setting::start(server, false).await
}

pub(crate) async fn plain_http_is_refused_by_default() {
    let setting = start([good(LOCAL)]).await;
    let error = setting.connect("app", &ConnectOptions::new()).await;
    let error = error.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unreachable);
    let uri = setting.server.connections[0].uri.as_str();
    let [attempt] = error.attempts() else {
        panic!("{error}");
    };
    assert_eq!(attempt.address, uri.trim_end_matches('/'));
    assert_eq!(attempt.error.class(), ErrorClass::NotTried);
    let advice = "`ConnectOptions::plain_http`";
    assert!(attempt.error.to_string().contains(advice), "{error}");
    assert!(error.to_string().contains(advice), "{error}");
    assert!(setting.requests_of("app").is_empty());

    // The fallback where https does not work.
    let blocked = server([at(LOCAL, Behaviour::Blocked)]);
    let setting = Setting::start(blocked, true).await;
    let error = setting.connect("app", &ConnectOptions::new()).await;
    let error = error.unwrap_err();
    assert_eq!(error.attempts().len(), 2, "{error}");
    assert!(error.to_string().contains(advice), "{error}");
    assert!(setting.requests_of("app").is_empty());
}

pub(crate) async fn plain_http_is_used_where_it_is_allowed() {
    let setting = start([good(LOCAL)]).await;
    let allowed = options().plain_http(true);
    let connected = setting.connect("app", &allowed).await.unwrap();
    assert_eq!(connected.base_url(), &setting.server.connections[0].uri);
    assert_eq!(connected.location(), Location::Local);
    let _: Value = connected.get("/library/sections").json().await.unwrap();
    let host = connected.base_url().authority();
    let asked = check_record(&setting.requests_of("app"), Some(host));
    assert_eq!(asked, [host, host]);
}

pub(crate) async fn plain_http_never_goes_to_a_public_address() {
    // plex.tv may call a public address local.
    let local = |mut connection: ServerConnection| {
        connection.local = Some(true);
        connection
    };
    let setting = start([
        good(REMOTE),
        good(REMOTE_IPV6),
        relay(),
        local(good(REMOTE)),
        local(good(REMOTE_IPV6)),
    ])
    .await;
    let allowed = options().plain_http(true);
    for options in [allowed.clone(), allowed.first(remote(&setting.server))] {
        let connected = setting.connect("app", &options);
        let error = connected.await.unwrap_err();
        assert_eq!(error.attempts().len(), 5, "{error}");
        for attempt in error.attempts() {
            assert_eq!(attempt.error.class(), ErrorClass::NotTried, "{error}");
            // No setting allows it.
            let text = attempt.error.to_string();
            assert!(!text.contains("ConnectOptions::plain_http"), "{text}");
        }
        assert!(setting.requests_of("app").is_empty());
    }
}

pub(crate) async fn plain_http_is_not_used_where_the_server_requires_https() {
    let mut server = server([good(LOCAL)]);
    server.https_required = true;
    let setting = Setting::start(server, false).await;
    let connected = setting.connect("app", &options().plain_http(true)).await;
    let error = connected.unwrap_err();
    assert!(
        error.to_string().contains("the server requires https"),
        "{error}"
    );
    assert!(setting.requests_of("app").is_empty());
}

pub(crate) async fn a_token_in_clear_goes_only_to_the_verified_address() {
    let setting = start([
        at(NEIGHBOUR, Behaviour::Another),
        at(DOCKER, Behaviour::Another),
        // The others identify themselves first.
        slow(LOCAL, 150),
    ])
    .await;
    let allowed = options().plain_http(true);
    let connected = setting.connect("app", &allowed).await.unwrap();
    assert_eq!(connected.base_url(), &setting.server.connections[2].uri);
    let _: Value = connected.get("/library/sections").json().await.unwrap();
    let host = connected.base_url().authority();
    let asked = check_record(&setting.requests_of("app"), Some(host));
    let (others, own): (Vec<&str>, Vec<&str>) = asked
        .iter()
        .map(String::as_str)
        .partition(|asked| *asked != host);
    assert_eq!(own.len(), 2, "{asked:?}");
    assert_eq!(others.len(), 2, "the others were asked, too: {asked:?}");
}
