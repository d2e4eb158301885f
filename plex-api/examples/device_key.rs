//! A device key: `cargo run --example device_key`.
//!
//! Signs in once, and always has a valid token afterwards. A month passes by the emulator's clock, plex.tv fails once, and in
//! the end the user removes the device. It needs neither an account nor a network.

#![allow(clippy::print_stdout, reason = "an example prints to its user")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use plex_api::{ClientIdentifier, Credentials, CredentialsEvent, DeviceKey, Identity, PlexApi};
use plex_tv_emulator::{Emulator, Fault, Operation};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Loads the stored credentials, or signs in: this part is for your program.
async fn credentials(plex: &PlexApi, folder: &Path, emulator: &Emulator) -> Result<Credentials> {
    let file = folder.join("credentials.json");
    let credentials = match Credentials::load(plex, &file)? {
        Some(credentials) => credentials,
        None => {
            // Store the key before it signs anything: it cannot be replaced.
            let key = DeviceKey::load_or_create(folder.join("device-key.pem"))?;
            let device = plex.with_device_key(&key);
            let sign_in = device.start_sign_in().await?;
            println!("To sign in, open:\n  {}", sign_in.url());
            // The user does this in a browser.
            emulator.approve(sign_in.code().as_str()).await?;
            let token = device.wait_for_token(&sign_in).await?;
            let user = &token.claims().user;
            let name = user.username.as_deref().unwrap_or("a user without a name");
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
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
    println!("plex.tv failed; the stored token is still valid for half a day.");

    // The user does this at plex.tv, in the list of authorized devices.
    emulator.advance(DAY / 24);
    plex.sign_out(&credentials.token().await?).await?;
    emulator.advance(7 * DAY);
    match credentials.token().await {
        Err(error) if error.is_device_removed() => println!("The user removed the device: {error}"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("a removed device got a token".into()),
    }
    Ok(())
}

/// Creates a client that uses the emulator's clock.
fn client(folder: &Path, emulator: &Arc<Emulator>) -> Result<PlexApi> {
    let identifier = ClientIdentifier::load_or_create(folder.join("client-identifier"))?;
    let clock = Arc::clone(emulator);
    let plex = PlexApi::builder(Identity::new(identifier).client_name("plex-api example"))
        .base_url(emulator.base_url())
        .clock(move || clock.now())
        .build()?;
    Ok(plex)
}
