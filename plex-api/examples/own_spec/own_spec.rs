//! A client of media servers, generated from a spec of your own: `cargo run --example own_spec`.
//!
//! build.rs generates it from media-server.yaml. It sends its requests through plex-api, with the same identity and error
//! type. The program signs in with an emulator of plex.tv, connects to the user's media server, which it emulates itself, and
//! calls it. So it needs no network.

#![allow(clippy::print_stdout, reason = "an example prints to its user")]

mod emulated_server;
mod media_server;
#[cfg(test)]
mod tests;

use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PlexApi, Token};
use plex_tv_emulator::{Emulator, MediaServer, ServerConnection, User};

use media_server::Client;
use media_server::requests::{DecidePlaybackRequest, GetMetadataRequest};
use media_server::types::TranscodeType;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let emulator = emulator().await?;
    let identity = Identity::new(ClientIdentifier::random()).client_name("plex-api example");
    let plex = PlexApi::builder(identity)
        .base_url(emulator.base_url())
        .timeout(Duration::from_secs(5))
        .build()?;
    let token = sign_in(&plex, &emulator).await?;
    let mut servers = plex.servers(&token).await?;
    let mut living_room = servers.pop().ok_or("this user has no server")?;
    let connected = living_room.connect(&plex).await?;
    let server = Client::new(&connected);

    let identity = server.get_identity().await?.media_container;
    println!(
        "The server {} runs version {}.",
        identity.machine_identifier,
        identity.version.as_deref().unwrap_or("unknown")
    );

    println!("Its libraries:");
    for section in server.get_sections().await?.media_container.directory {
        // In the second one the key is a number and the type is missing.
        println!("  {section:?}");
    }

    println!("Item 7, which is not in an array, and item 8, whose array is missing:");
    for number in [7, 8] {
        let metadata = server
            .get_metadata(GetMetadataRequest::new(number))
            .await?
            .media_container
            .metadata;
        println!("  {metadata:?}");
    }

    println!("An item that does not exist:");
    match server.get_metadata(GetMetadataRequest::new(9)).await {
        Err(error) if error.is_not_found() => println!("  {error}"),
        other => return Err(format!("expected not found, not {other:?}").into()),
    }

    println!("The film, if the player can load the file and if it cannot:");
    let request = DecidePlaybackRequest::new(TranscodeType::Video).path("/library/metadata/7");
    let converted = request.clone().direct_play(false).video_bitrate(4000);
    for request in [request, converted] {
        let decision = server.decide_playback(request).await?.media_container;
        println!("  {decision:?}");
    }

    println!("A token that the server rejects:");
    living_room.access_token = Some(Token::new("a-strangers-token"));
    let stranger = living_room.connect(&plex).await?;
    match Client::new(&stranger).get_sections().await {
        Err(error) if error.is_rejected() => println!("  {error}"),
        other => return Err(format!("expected a rejection, not {other:?}").into()),
    }
    Ok(())
}

/// Starts a media server, and an emulator of plex.tv that lists it.
async fn emulator() -> Result<Emulator> {
    const TOKEN: &str = "2ffLuB84dqLswk9skLos";
    let address = emulated_server::start(&Token::new(TOKEN)).await?;
    let mut server = MediaServer::new("Living room", "living-room");
    server.access_token = Some(TOKEN.to_owned());
    let server = server.connection(ServerConnection::new(address));
    let mut user = User::new("demo");
    user.servers.push(server);
    Ok(Emulator::builder().users([user]).start().await?)
}

async fn sign_in(plex: &PlexApi, emulator: &Emulator) -> Result<Token> {
    let sign_in = plex.start_sign_in().await?;
    // The user does this in a browser.
    emulator.approve(sign_in.code().as_str()).await?;
    Ok(plex.wait_for_token(&sign_in).await?)
}
