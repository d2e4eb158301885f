//! Names that are looked up, and addresses that nobody has.

use std::time::Instant;

use plex_api::{ErrorClass, Location};

use crate::client::{Setting, address_in, check_record};
use crate::network::{LOCAL, LOCAL_IPV6, NOBODY, NOBODY_IPV6, NOBODY_RELAY, NOBODY_REMOTE, REMOTE};
use crate::outcome::{LIMIT, options};
use crate::rows::{good, nobody, server};

pub(crate) async fn names_of_private_addresses_are_never_looked_up() {
    for local in [LOCAL, LOCAL_IPV6] {
        let setting = Setting::start(server([good(local)]), true).await;
        let connected = setting.connect("lan", &options()).await;
        assert_eq!(connected.unwrap().location(), Location::Local);
        assert_eq!(setting.names.asked(), [""; 0]);
    }
    let connections = [nobody(NOBODY), nobody(NOBODY_IPV6), good(REMOTE)];
    let setting = Setting::start(server(connections), true).await;
    let connected = setting.connect("away", &options()).await;
    assert_eq!(connected.unwrap().location(), Location::Remote);
    let asked = setting.names.asked();
    let addresses: Vec<_> = asked.iter().filter_map(|name| address_in(name)).collect();
    assert_eq!(addresses, [REMOTE], "{asked:?}");
}

pub(crate) async fn an_error_lists_every_dead_address() {
    let connections = [
        nobody(NOBODY),
        nobody(NOBODY_IPV6),
        nobody(NOBODY_REMOTE),
        nobody(NOBODY_RELAY).relay(),
    ];
    let setting = Setting::start(server(connections), true).await;
    let begin = Instant::now();
    let options = options().plain_http(true);
    let connected = setting.connect("away", &options);
    let error = connected.await.unwrap_err();
    assert!(begin.elapsed() >= LIMIT && begin.elapsed() < 2 * LIMIT);
    assert_eq!(error.class(), ErrorClass::Unreachable);
    assert!(error.is_transient());
    let listed = setting.server.connections.iter();
    let mut listed: Vec<String> = listed
        .map(|connection| connection.uri.as_str().trim_end_matches('/').to_owned())
        .collect();
    listed.push(format!("http://{NOBODY}:32400"));
    listed.push(format!("http://[{NOBODY_IPV6}]:32400"));
    let mut tried: Vec<String> = Vec::new();
    for attempt in error.attempts() {
        assert_eq!(attempt.error.class(), ErrorClass::Timeout, "{error}");
        tried.push(attempt.address.clone());
    }
    listed.sort();
    tried.sort();
    assert_eq!(tried, listed);
    assert_eq!(check_record(&setting.requests_of("away"), None), [""; 0]);
}
