//! From a sign-in to the libraries of a media server: `cargo run --example servers`.
//!
//! It also switches to another user of the Plex Home, as a television does when somebody else watches. Without arguments it
//! starts an emulator of plex.tv and of a media server in this process, and needs neither an account nor a network. With
//! `-- --live` it signs in with plex.tv, connects to your own servers, and does not switch.

#![allow(clippy::print_stdout, reason = "an example prints to its user")]

use std::time::{Duration, Instant};

use plex_api::{ClientIdentifier, ConnectedServer, Identity, PlexApi, Server, Token};
use plex_tv_emulator::{Emulator, MediaServer, User};
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Lists the servers, and connects to the first one that can be reached.
async fn choose(plex: &PlexApi, token: &Token) -> Result<ConnectedServer> {
    let mut servers = plex.servers(token).await?;
    // The user's own servers first, and among them those that plex.tv sees.
    servers.sort_by_key(|server| (!server.owned, !server.presence));
    for server in &servers {
        show(server);
    }
    // A program stores `ConnectedServer::address`, and tries it first at its next start: `ConnectOptions::first`.
    for server in &servers {
        let start = Instant::now();
        match server.connect(plex).await {
            Ok(connected) => {
                println!(
                    "Connected to {} at {} ({:?}) in {} ms.",
                    server.name,
                    connected.base_url(),
                    connected.location(),
                    start.elapsed().as_millis()
                );
                return Ok(connected);
            }
            Err(error) => println!("{}: {error}", server.name),
        }
    }
    Err("none of the servers can be reached".into())
}

fn show(server: &Server) {
    let owner = match &server.owner {
        Some(owner) if !server.owned => format!(", shared by {owner}"),
        _ => String::new(),
    };
    let presence = if server.presence { "" } else { ", not online" };
    println!("{}{owner}{presence}:", server.name);
    for connection in &server.connections {
        println!("  {}", connection.uri);
    }
}

/// Lists the libraries, and the first items of the first one.
async fn list(server: &ConnectedServer) -> Result<()> {
    let libraries: Value = server.get("/library/sections").json().await?;
    let libraries = libraries["MediaContainer"]["Directory"].as_array();
    for library in libraries.into_iter().flatten() {
        println!("  library {}: {}", library["key"], library["title"]);
    }
    let Some(first) = libraries.and_then(|libraries| libraries.first()) else {
        return Ok(());
    };
    let key = first["key"].as_str().unwrap_or_default();
    let page: Value = server
        .get(format!("/library/sections/{key}/all"))
        .query("X-Plex-Container-Start", 0)
        .query("X-Plex-Container-Size", 3)
        .json()
        .await?;
    let page = &page["MediaContainer"];
    for item in page["Metadata"].as_array().into_iter().flatten() {
        println!("    {}", item["title"]);
    }
    println!("    of {} items", page["totalSize"]);
    Ok(())
}

/// Lists the users of the Plex Home, and returns the token of the first one, other than the admin, who needs no PIN.
async fn switch(plex: &PlexApi, token: &Token) -> Result<Option<Token>> {
    let users = plex.home_users(token).await?;
    println!("The users of the home:");
    for user in &users {
        let pin = if user.protected == Some(true) {
            ", with a PIN"
        } else {
            ""
        };
        println!(
            "  {}{pin}",
            user.title.as_deref().unwrap_or("a user without a name")
        );
    }
    let next = users
        .iter()
        .find(|user| user.admin != Some(true) && user.protected != Some(true));
    let Some(user) = next else { return Ok(None) };
    let token = plex.switch_user(token, user, None).await?;
    println!("Switched to {}.", user.title.as_deref().unwrap_or_default());
    Ok(Some(token))
}

async fn sign_in(plex: &PlexApi, emulator: Option<&Emulator>) -> Result<Token> {
    let sign_in = plex.start_sign_in().await?;
    match emulator {
        // The user does this in a browser.
        Some(emulator) => emulator.approve(sign_in.code().as_str()).await?,
        None => println!("To sign in, open {}", sign_in.url()),
    }
    Ok(plex.wait_for_token(&sign_in).await?)
}

/// Starts an emulator of a home whose server has three addresses. One of them swallows everything.
async fn emulator() -> Result<Emulator> {
    let server = MediaServer::new("Living room", "living-room");
    let server = server.dead_address().good_address().relay_address();
    let mut parent = User::new("demo");
    parent.servers.push(server);
    let mut child = User::new("");
    child.title = "Robin".to_owned();
    child.restricted = true;
    let mut shared = MediaServer::new("Living room", "living-room").shared_by("demo");
    shared.home = true;
    child.servers.push(shared.good_address());
    Ok(Emulator::builder().users([parent, child]).start().await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let is_live = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--live") => true,
        Some(argument) => return Err(format!("unknown argument {argument}; use --live").into()),
    };
    let identity = Identity::new(ClientIdentifier::random()).client_name("plex-api example");
    let builder = PlexApi::builder(identity).timeout(Duration::from_secs(10));
    let emulator = if is_live {
        None
    } else {
        Some(emulator().await?)
    };
    let plex = match &emulator {
        Some(emulator) => builder.base_url(emulator.base_url()),
        None => builder,
    };
    let plex = plex.build()?;
    let token = sign_in(&plex, emulator.as_ref()).await?;
    let server = choose(&plex, &token).await?;
    list(&server).await?;
    if is_live {
        return Ok(());
    }
    if let Some(token) = switch(&plex, &token).await? {
        list(&choose(&plex, &token).await?).await?;
    }
    Ok(())
}
