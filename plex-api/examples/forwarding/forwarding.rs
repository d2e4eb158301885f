//! A web back end with a "Sign in with Plex" button: `cargo run --example forwarding`, then open the address it prints.
//!
//! Without arguments it uses an emulator of plex.tv and keeps nothing. `-- --live FOLDER` signs in with plex.tv and keeps the
//! client identifier and the sessions in that folder. `-- --self-test` plays the browser, and ends.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints to its user"
)]

mod flow;
mod pages;
mod self_test;

use std::fs::OpenOptions;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use axum::{Router, routing};
use flow::App;
use plex_api::{ClientIdentifier, Identity, PlexApi};
use plex_tv_emulator::Emulator;
use tokio::net::TcpListener;
use tokio_rusqlite::Connection;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{ExpiredDeletion, Expiry, SessionManagerLayer};
use tower_sessions_rusqlite_store::RusqliteStore;
use url::Url;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (live, self_test) = match arguments[..] {
        [] => (None, false),
        ["--self-test"] => (None, true),
        ["--live", folder] => (Some(folder), false),
        _ => return Err("use --live FOLDER or --self-test".into()),
    };
    let temporary = tempfile::tempdir()?;
    let folder = live.map_or(temporary.path(), Path::new);
    let emulator = match live {
        Some(_) => None,
        None => Some(Arc::new(Emulator::start().await?)),
    };

    let identifier = ClientIdentifier::load_or_create(folder.join("client-identifier"))?;
    let mut plex = PlexApi::builder(Identity::new(identifier).client_name("plex-api example"));
    if let Some(emulator) = &emulator {
        plex = plex.base_url(emulator.base_url());
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let app = App {
        plex: plex.build()?,
        origin: Url::parse(&format!("http://{}", listener.local_addr()?))?,
        emulator,
    };
    let store = open_store(&folder.join("sessions.sqlite")).await?;
    let server = axum::serve(listener, router(app.clone(), store.clone()));
    if self_test {
        return tokio::select! {
            outcome = self_test::run(&app, &store) => outcome,
            outcome = server => Ok(outcome?),
        };
    }
    println!("Open {} in a browser; Ctrl-C ends it.", app.origin);
    tokio::select! {
        outcome = server => Ok(outcome?),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

fn router(app: App, store: RusqliteStore) -> Router {
    // The cookie is HttpOnly by default and holds only a random number; the rest stays in the store.
    let sessions = SessionManagerLayer::new(store)
        .with_name("plex_api_example")
        // With Strict the browser sends no cookie when the user comes from Plex's page.
        .with_same_site(SameSite::Lax)
        // For http on this machine. Remove this line if your server uses https.
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(Duration::days(30)));
    Router::new()
        .route("/", routing::get(flow::home))
        .route("/sign-in", routing::post(flow::sign_in))
        .route("/status", routing::get(flow::status))
        .route("/back", routing::get(flow::back))
        .layer(sessions)
        .with_state(app)
}

/// Opens the session store, a file that only its owner can read: it contains tokens.
async fn open_store(file: &Path) -> Result<RusqliteStore> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?;
    let store = RusqliteStore::new(Connection::open(file).await?);
    store.migrate().await?;
    let hourly = std::time::Duration::from_secs(60 * 60);
    tokio::spawn(store.clone().continuously_delete_expired(hourly));
    Ok(store)
}
