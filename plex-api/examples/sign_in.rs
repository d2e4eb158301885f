//! The whole sign-in flow: `cargo run --example sign_in`.
//!
//! Without arguments it starts an emulator of plex.tv in this process and needs neither an account nor a network. With
//! `-- --live` it signs in with plex.tv, with `-- --short` by a user code instead of a link.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints to its user"
)]

use std::io::{IsTerminal, Write};
use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PendingSignIn, PlexApi, QrCode, Token};
use plex_tv_emulator::Emulator;
use url::Url;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Signs in: starts, shows the page to the user, waits.
async fn sign_in(plex: &PlexApi, by_code: bool, emulator: Option<&Emulator>) -> Result<Token> {
    if by_code {
        let sign_in = plex.start_code_sign_in().await?;
        let code = sign_in.code();
        println!("\nEnter the code {code} at https://plex.tv/link, or open:");
        show(&sign_in.url(), &sign_in.qr_code()?, emulator);
        wait(plex, &sign_in).await
    } else {
        let sign_in = plex.start_sign_in().await?;
        println!("\nTo sign in, open:");
        show(&sign_in.url(), &sign_in.qr_code()?, emulator);
        wait(plex, &sign_in).await
    }
}

/// Shows a URL, and in a terminal its QR code. The emulator has the same page on this machine.
fn show(url: &Url, qr_code: &QrCode, emulator: Option<&Emulator>) {
    if std::io::stdout().is_terminal() {
        println!("\n{qr_code}");
    }
    match emulator.and_then(|emulator| emulator.local_page(url)) {
        Some(local) => println!("  {local}\n  (the emulator's page for {url})\n"),
        None => println!("  {url}\n"),
    }
}

/// Waits for a sign-in of either kind, and shows in a terminal how much time is left.
async fn wait(plex: &PlexApi, sign_in: &impl PendingSignIn<Credential = Token>) -> Result<Token> {
    let minutes = sign_in.remaining().as_secs().div_ceil(60);
    println!("Waiting for {minutes} minutes at most.");
    let is_terminal = std::io::stdout().is_terminal();
    let wait = plex.wait_for_token_with(sign_in, |progress| {
        if let Some(error) = progress.error {
            eprintln!("\n{error}; trying again");
        } else if is_terminal {
            let seconds = progress.remaining.as_secs();
            print!("\r{:02}:{:02} left ", seconds / 60, seconds % 60);
            // A terminal that cannot be written to does not end the wait.
            let _ = std::io::stdout().flush();
        }
    });
    // To cancel, drop the future.
    let outcome = tokio::select! {
        outcome = wait => outcome,
        _ = tokio::signal::ctrl_c() => return Err("cancelled".into()),
    };
    println!();
    Ok(outcome?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (mut live, mut by_code) = (false, false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--live" => live = true,
            "--short" => by_code = true,
            _ => return Err(format!("unknown argument {argument}; use --live or --short").into()),
        }
    }
    let identity = Identity::new(client_identifier(live))
        .client_name("plex-api example")
        .client_version(env!("CARGO_PKG_VERSION"))
        .platform(std::env::consts::OS);
    let token = if live {
        sign_in(&PlexApi::new(identity)?, by_code, None).await?
    } else {
        println!("Started an emulator of plex.tv; its demo user agrees after 5 seconds.");
        let emulator = Emulator::builder().approve_after(Duration::from_secs(5));
        let emulator = emulator.start().await?;
        let plex = PlexApi::builder(identity).base_url(emulator.base_url());
        sign_in(&plex.build()?, by_code, Some(&emulator)).await?
    };
    println!(
        "Signed in. The token, which must be kept secret: {}",
        token.expose()
    );
    Ok(())
}

/// Reads the client identifier from the environment, or creates one. A real program keeps it with its settings.
fn client_identifier(live: bool) -> String {
    const VARIABLE: &str = "PLEX_CLIENT_IDENTIFIER";
    std::env::var(VARIABLE).unwrap_or_else(|_| {
        let identifier = ClientIdentifier::random().to_string();
        if live {
            println!("To be the same device next time: export {VARIABLE}={identifier}");
        }
        identifier
    })
}
