//! A sign-in that outlives its process: `cargo run --example resume`.
//!
//! Two functions that share only a folder stand for two processes. Without arguments it uses an emulator of plex.tv and needs
//! neither an account nor a network; with `-- --live` it signs in with plex.tv, and out again.

#![allow(clippy::print_stdout, reason = "an example prints to its user")]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PlexApi, SignIn};
use plex_tv_emulator::Emulator;
use url::Url;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Starts the sign-in, shows it to the user, stores it, and ends.
async fn first_process(folder: &Path, plex_tv: Option<Url>) -> Result<()> {
    let plex = client(folder, plex_tv)?;
    let sign_in = plex.start_sign_in().await?;
    println!("To sign in, open:\n  {}", sign_in.url());
    store(&folder.join("sign-in.json"), &sign_in)
}

/// Loads the sign-in, and waits for the rest of its lifetime.
async fn second_process(folder: &Path, plex_tv: Option<Url>) -> Result<()> {
    let plex = client(folder, plex_tv)?;
    let file = folder.join("sign-in.json");
    let sign_in: SignIn = serde_json::from_slice(&fs::read(&file)?)?;
    println!("{} seconds are left.", sign_in.remaining().as_secs());
    let outcome = plex.wait_for_token(&sign_in).await;
    // The sign-in has yielded its token, or failed for good.
    fs::remove_file(&file)?;
    let token = outcome?;
    println!("Signed in.");
    // A real program keeps the token now; this one leaves nothing behind.
    plex.sign_out(&token).await?;
    println!("Signed out again.");
    Ok(())
}

/// Creates a client with the same identity in every process: plex.tv finds a sign-in only under the client identifier
/// that started it.
fn client(folder: &Path, plex_tv: Option<Url>) -> Result<PlexApi> {
    let identifier = ClientIdentifier::load_or_create(folder.join("client-identifier"))?;
    let mut builder = PlexApi::builder(Identity::new(identifier).client_name("plex-api example"));
    if let Some(plex_tv) = plex_tv {
        builder = builder.base_url(plex_tv);
    }
    Ok(builder.build()?)
}

/// Writes a sign-in to a file that only its owner can read: whoever has it can fetch the token.
fn store(file: &Path, sign_in: &SignIn) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let json = serde_json::to_vec(sign_in)?;
    options.open(file)?.write_all(&json)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let emulator = match std::env::args().nth(1).as_deref() {
        None => {
            println!("Started an emulator of plex.tv; its demo user agrees after 3 seconds.");
            let emulator = Emulator::builder().approve_after(Duration::from_secs(3));
            Some(emulator.start().await?)
        }
        Some("--live") => None,
        Some(other) => return Err(format!("unknown argument {other}; use --live").into()),
    };
    let plex_tv = emulator.as_ref().map(Emulator::base_url);
    // Stands for the folder of a program's settings; only its owner can open it.
    let folder = tempfile::tempdir()?;
    first_process(folder.path(), plex_tv.clone()).await?;
    println!("The first process has ended; a second one continues.");
    second_process(folder.path(), plex_tv).await
}
