//! A media server on this machine: one user, two libraries, one film, and JSON that is as inconsistent as on real servers.

use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use plex_api::Token;
use tokio::net::TcpListener;
use url::Url;

use crate::Result;

/// Starts the server for the user of this token. It runs until the program ends.
pub(crate) async fn start(user: &Token) -> Result<Url> {
    serve(Router::new().fallback(respond).with_state(user.clone())).await
}

/// Serves on a free port and returns the address.
pub(crate) async fn serve(router: Router) -> Result<Url> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn respond(
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
        "/library/metadata/8" => (StatusCode::OK, NO_FILM),
        "/video/:/transcode/universal/decision" => match address.query() {
            Some(query) if query.contains("directPlay=0") => (StatusCode::OK, CONVERTED),
            _ => (StatusCode::OK, AS_IT_IS),
        },
        _ => (StatusCode::NOT_FOUND, ""),
    }
}

const IDENTITY: &str = r#"{"MediaContainer": {"machineIdentifier": "living-room", "version": "1.43", "claimed": true}}"#;
/// The key of the second library is a number instead of a string, and its type is missing.
const SECTIONS: &str = r#"{"MediaContainer": {"Directory": [
    {"key": "1", "title": "Films", "type": "movie"},
    {"key": 2, "title": "Series"}]}}"#;
/// The year is a string instead of a number, and the film is an object instead of an array.
const FILM: &str = r#"{"MediaContainer": {"Metadata": {"title": "Metropolis", "year": "1927"}}}"#;
/// The array is missing.
const NO_FILM: &str = r#"{"MediaContainer": {"size": 0}}"#;
const AS_IT_IS: &str = r#"{"MediaContainer": {"generalDecisionCode": 1000, "generalDecisionText": "Direct play OK."}}"#;
/// The code is a string instead of a number.
const CONVERTED: &str = r#"{"MediaContainer": {"generalDecisionCode": "1001", "generalDecisionText": "Conversion OK."}}"#;
