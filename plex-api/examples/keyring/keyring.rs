//! Keeps the token in the platform's keyring: `cargo run --example keyring`.
//!
//! Without arguments it plays two runs of a program against an emulator of plex.tv: the first signs in and keeps the
//! token, the second finds it; then it signs out and deletes the token. `-- --in-memory` does the same with a keyring that is
//! only in memory, for machines without one. `-- --live` is one run with plex.tv: start it twice, then `-- --forget`.

#![allow(clippy::print_stdout, reason = "an example prints to its user")]

use std::time::Duration;

use keyring_core::{Entry, set_default_store};
use plex_api::{ClientIdentifier, Identity, PlexApi, Token, TokenStatus};
use plex_tv_emulator::Emulator;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SERVICE: &str = "plex-api example";

/// Signs in only if the keyring has no valid token.
async fn program(plex: &PlexApi, entry: &Entry) -> Result<()> {
    // The keyring may ask the user to unlock it, and blocks until then: if your program has other tasks, use
    // `spawn_blocking`.
    let token = match entry.get_password() {
        Ok(token) => {
            println!("  found a token in the keyring");
            Token::new(token)
        }
        Err(keyring_core::Error::NoEntry) => sign_in(plex, entry).await?,
        Err(error) => return Err(error.into()),
    };
    match plex.check_token(&token).await {
        TokenStatus::Valid(user) => {
            println!(
                "  signed in as {}",
                user.title.as_deref().unwrap_or("a user without a name")
            );
            Ok(())
        }
        TokenStatus::Rejected(error) => {
            entry.delete_credential()?;
            Err(format!("deleted the token, which is no longer valid: {error}").into())
        }
        TokenStatus::Unknown(error) => Err(error.into()),
    }
}

async fn sign_in(plex: &PlexApi, entry: &Entry) -> Result<Token> {
    let sign_in = plex.start_sign_in().await?;
    println!("  to sign in, open {}", sign_in.url());
    let token = plex.wait_for_token(&sign_in).await?;
    entry.set_password(token.expose())?;
    println!("  kept the token in the keyring");
    Ok(token)
}

/// Signs out and deletes the token, in this order: if signing out fails, it can be tried again.
async fn forget(plex: &PlexApi, entry: &Entry) -> Result<()> {
    let token = Token::new(entry.get_password()?);
    plex.sign_out(&token).await?;
    entry.delete_credential()?;
    println!("Signed out; deleted the token from the keyring.");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let argument = std::env::args().nth(1).unwrap_or_default();
    match argument.as_str() {
        "--in-memory" => set_default_store(keyring_core::mock::Store::new()?),
        "" | "--live" | "--forget" => {
            open_keyring().map_err(|error| format!("cannot open the keyring: {error}"))?;
        }
        _ => return Err("use --in-memory, --live or --forget".into()),
    }
    if let "--live" | "--forget" = argument.as_str() {
        let plex = PlexApi::new(Identity::new(client_identifier()?).client_name(SERVICE))?;
        let entry = Entry::new(SERVICE, "token")?;
        return match argument.as_str() {
            "--forget" => forget(&plex, &entry).await,
            _ => program(&plex, &entry).await,
        };
    }
    let emulator = Emulator::builder().approve_after(Duration::from_secs(1));
    let emulator = emulator.start().await?;
    let identity = Identity::new(ClientIdentifier::random()).client_name(SERVICE);
    let plex = PlexApi::builder(identity).base_url(emulator.base_url());
    let plex = plex.build()?;
    let entry = Entry::new(SERVICE, "token of the emulator")?;
    println!("The first run:");
    program(&plex, &entry).await?;
    println!("The second run:");
    program(&plex, &entry).await?;
    forget(&plex, &entry).await
}

/// Loads or creates the client identifier. It need not be secret, but the keyring outlives the program.
fn client_identifier() -> Result<String> {
    let entry = Entry::new(SERVICE, "client identifier")?;
    match entry.get_password() {
        Err(keyring_core::Error::NoEntry) => {
            let identifier = ClientIdentifier::random().to_string();
            entry.set_password(&identifier)?;
            Ok(identifier)
        }
        found => Ok(found?),
    }
}

/// Opens the keyring of the platform.
fn open_keyring() -> keyring_core::Result<()> {
    #[cfg(target_os = "macos")]
    set_default_store(apple_native_keyring_store::keychain::Store::new()?);
    #[cfg(windows)]
    set_default_store(windows_native_keyring_store::Store::new()?);
    // The Secret Service of GNOME, KDE and others.
    #[cfg(all(unix, not(target_os = "macos")))]
    set_default_store(dbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}
