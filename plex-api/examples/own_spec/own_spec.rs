//! A client of media servers, made of a spec of this program's own: `cargo run --example own_spec`.
//!
//! build.rs makes it of media-server.yaml, and it goes through plex-api: with the same identity, token, limits and error.
//! The program signs in with an emulator of plex.tv and then asks a media server that it plays itself. Needs no network.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

mod emulated_server;
mod media_server;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PlexApi, Token};
use plex_tv_emulator::Emulator;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let emulator = Emulator::start().await?;
    let identity = Identity::new(ClientIdentifier::random()).client_name("plex-api example");
    let plex = PlexApi::builder(identity)
        .base_url(emulator.base_url())
        .timeout(Duration::from_secs(5))
        .build()?;
    let token = sign_in(&plex, &emulator).await?;
    let address = emulated_server::start(&token).await?;
    let server = media_server::at(&plex, &address, &token)?;

    let identity = server.get_identity().await?.media_container;
    println!(
        "The server {} runs version {}.",
        identity.machine_identifier,
        identity.version.as_deref().unwrap_or("unknown")
    );

    println!("Its libraries:");
    for section in server.get_sections().await?.media_container.directory {
        // The second has a number for its key, and no type.
        println!("  {section:?}");
    }

    println!(
        "What it knows of 7, which comes without a list around it, and of 8, which is a list left out:"
    );
    for number in [7, 8] {
        let known = server.get_metadata(number).await?.media_container.metadata;
        println!("  {known:?}");
    }

    println!("Something that is not there:");
    match server.get_metadata(9).await {
        Err(error) if error.is_not_found() => println!("  {error}"),
        other => return Err(format!("expected not found, not {other:?}").into()),
    }

    println!("A token that this server does not take:");
    let stranger = media_server::at(&plex, &address, &Token::new("a-strangers-token"))?;
    match stranger.get_sections().await {
        Err(error) if error.is_rejected() => println!("  {error}"),
        other => return Err(format!("expected a refusal, not {other:?}").into()),
    }
    Ok(())
}

async fn sign_in(plex: &PlexApi, emulator: &Emulator) -> Result<Token> {
    let sign_in = plex.start_sign_in().await?;
    // What the user does in a browser.
    emulator.approve(sign_in.code().as_str()).await?;
    Ok(plex.wait_for_token(&sign_in).await?)
}
