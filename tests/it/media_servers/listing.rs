//! The list of servers.

use plex_api::{ErrorClass, Server, Token};
use plex_tv_emulator::{Emulator, MediaServer, User};
use url::Url;

use super::{ID, emulator, listed, living_room, uri};
use crate::servers::{TOKEN, client, json, responding};
use crate::sign_in_flow::plex;

#[tokio::test]
async fn servers_are_listed_with_their_own_tokens() {
    let mut ada = User::new("ada");
    let mut shared = MediaServer::new("Attic", "attic").shared_by("grace");
    shared.access_token = Some("a-token-of-the-attic".to_owned());
    shared.presence = false;
    ada.servers = vec![living_room().good_address().relay_address(), shared];
    let emulator = Emulator::builder().users([ada]).start().await.unwrap();
    let plex = plex(&emulator);
    let token = Token::new(emulator.demo_token());
    // The list also has the demo browser, which is not a media server.
    let servers = plex.servers(&token).await.unwrap();
    let [own, shared] = servers.as_slice() else {
        panic!("{servers:?}");
    };
    assert_eq!((own.name.as_str(), own.id.as_str()), ("Living room", ID));
    assert!(own.owned && own.presence && !own.home);
    let version = own.version.as_deref();
    assert_eq!(version, Some("1.42.1.10060-4e8b05daf"));
    assert_eq!(own.access_token.as_ref(), Some(&token));
    let [local, relay] = own.connections.as_slice() else {
        panic!("{own:?}");
    };
    assert!(local.local && !local.relay && !local.ipv6);
    assert!(!relay.local && relay.relay);
    assert_eq!(local.uri, Url::parse(&uri(&emulator, 0)).unwrap());

    assert!(!shared.owned && !shared.presence);
    assert_eq!(shared.owner.as_deref(), Some("grace"));
    let token = shared.access_token.as_ref().map(Token::expose);
    assert_eq!(token, Some("a-token-of-the-attic"));
}

#[tokio::test]
async fn a_rejected_token_lists_nothing() {
    let emulator = emulator(living_room()).await;
    let error = plex(&emulator).servers(&Token::new("unknown")).await;
    assert!(error.unwrap_err().is_rejected());
}

#[tokio::test]
async fn a_stored_server_connects_without_plex_tv() {
    let emulator = emulator(living_room().good_address()).await;
    let (plex, _, server) = listed(&emulator).await;
    let stored = serde_json::to_string(&server).unwrap();
    let restored: Server = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, server);
    emulator.clear_requests();
    restored.connect(&plex).await.unwrap();
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn a_response_that_is_no_list_is_not_an_empty_list() {
    for body in [
        "null",
        "5",
        "\"x\"",
        "{\"error\":\"maintenance\"}",
        "<html>",
    ] {
        let server = responding(json(200, body)).await;
        let error = client(&server).servers(&Token::new(TOKEN)).await;
        assert_eq!(error.unwrap_err().class(), ErrorClass::Unreadable, "{body}");
    }
    let server = responding(json(200, "[null, {}, {\"provides\":\"server\"}]")).await;
    let servers = client(&server).servers(&Token::new(TOKEN)).await;
    assert!(servers.unwrap().is_empty());
}

#[test]
fn a_server_that_was_stored_without_newer_fields_can_be_read() {
    let stored = serde_json::json!({"name": "Attic", "id": "attic", "connections": []});
    let server: Server = serde_json::from_value(stored).unwrap();
    assert!(!server.owned && server.access_token.is_none());
}
