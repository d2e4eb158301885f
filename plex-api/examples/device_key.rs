//! A device key: `cargo run --example device_key`.
//!
//! Signs in once, and has a valid token ever after: a month passes by the emulator's clock, plex.tv is down in between, and at
//! last the user removes the device. It needs neither an account nor a network.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use plex_api::{ClientIdentifier, Credentials, CredentialsEvent, DeviceKey, Identity, PlexApi};
use plex_tv_emulator::{Emulator, Fault, Operation};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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
    let emulator = Arc::new(Emulator::start().await?);
    // Stands for the folder of a program's settings.
    let folder = tempfile::tempdir()?;
    let plex = client(folder.path(), &emulator)?;
    let credentials = credentials(&plex, folder.path(), &emulator).await?;

    for day in (5..=30).step_by(5) {
        emulator.advance(5 * DAY);
        plex.ping(&credentials.token().await?).await?;
        println!("Day {day}: the token is valid.");
    }

    emulator.fail_next(Operation::GetNonce, Fault::Status { status: 503 });
    emulator.advance(6 * DAY + DAY / 2);
    plex.ping(&credentials.token().await?).await?;
    println!("plex.tv was in trouble; the token that is there is valid for half a day yet.");

    // What a user does at plex.tv, in the list of authorised devices.
    emulator.advance(DAY / 24);
    plex.sign_out(&credentials.token().await?).await?;
    emulator.advance(7 * DAY);
    match credentials.token().await {
        Err(error) if error.is_device_removed() => println!("The user removed the device: {error}"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("a device that was removed got a token".into()),
    }
    Ok(())
}

/// The part for your program: the credentials that are stored, or those of a new sign-in.
async fn credentials(plex: &PlexApi, folder: &Path, emulator: &Emulator) -> Result<Credentials> {
    let file = folder.join("credentials.json");
    let credentials = match Credentials::load(plex, &file)? {
        Some(credentials) => credentials,
        None => {
            // The key is stored before anything is signed with it: it cannot be replaced.
            let key = DeviceKey::load_or_create(folder.join("device-key.pem"))?;
            let device = plex.with_device_key(&key);
            let sign_in = device.start_sign_in().await?;
            println!("To sign in, open:\n  {}", sign_in.url());
            // What the user does in a browser.
            emulator.approve(sign_in.code().as_str()).await?;
            let token = device.wait_for_token(&sign_in).await?;
            let user = &token.claims().user;
            let name = user.username.as_deref().unwrap_or("somebody");
            println!("Signed in as {name}.");
            Credentials::new(&device, &token)?.keep_in(&file)?
        }
    };
    Ok(credentials.on_event(|event| match event {
        CredentialsEvent::Changed(_) => println!("  There is a new token."),
        CredentialsEvent::Failed(error) => println!("  {error}"),
        _ => {}
    }))
}

/// A client whose days are the emulator's.
fn client(folder: &Path, emulator: &Arc<Emulator>) -> Result<PlexApi> {
    let identifier = ClientIdentifier::load_or_create(folder.join("client-identifier"))?;
    let clock = Arc::clone(emulator);
    let plex = PlexApi::builder(Identity::new(identifier).client_name("plex-api example"))
        .base_url(emulator.base_url())
        .clock(move || clock.now())
        .build()?;
    Ok(plex)
}
