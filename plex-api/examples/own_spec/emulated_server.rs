//! A media server on this machine: one user, two libraries, one film, and the habits of real servers.

use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use plex_api::Token;
use tokio::net::TcpListener;
use url::Url;

use crate::Result;

/// Starts it for the user who has this token. It runs as long as the program does.
pub(crate) async fn start(user: &Token) -> Result<Url> {
    serve(Router::new().fallback(answer).with_state(user.clone())).await
}

/// Serves on a free port and says at which address.
pub(crate) async fn serve(router: Router) -> Result<Url> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn answer(
    State(user): State<Token>,
    address: Uri,
    headers: HeaderMap,
) -> (StatusCode, &'static str) {
    let is_user = headers
        .get("x-plex-token")
        .is_some_and(|token| token == user.expose());
    match address.path() {
        "/identity" => (StatusCode::OK, IDENTITY),
        _ if !is_user => (StatusCode::UNAUTHORIZED, ""),
        "/library/sections" => (StatusCode::OK, SECTIONS),
        "/library/metadata/7" => (StatusCode::OK, FILM),
        "/library/metadata/8" => (StatusCode::OK, NOTHING),
        _ => (StatusCode::NOT_FOUND, ""),
    }
}

const IDENTITY: &str = r#"{"MediaContainer": {"machineIdentifier": "living-room", "version": "1.43", "claimed": true}}"#;
/// The second library has a number where the first has text, and no type.
const SECTIONS: &str = r#"{"MediaContainer": {"Directory": [
    {"key": "1", "title": "Films", "type": "movie"},
    {"key": 2, "title": "Series"}]}}"#;
/// Text where a number is promised, and one film where a list is.
const FILM: &str = r#"{"MediaContainer": {"Metadata": {"title": "Metropolis", "year": "1927"}}}"#;
/// No list at all.
const NOTHING: &str = r#"{"MediaContainer": {"size": 0}}"#;
