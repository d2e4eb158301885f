//! Is the token still good? `cargo run --example check_token`.
//!
//! Three outcomes, and what a program does on each. An emulator of plex.tv in this process is signed in with, is taken
//! down and comes back; then the program signs out. It needs neither an account nor a network.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::process::ExitCode;
use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PlexApi, Token, TokenStatus};
use plex_tv_emulator::Emulator;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const OUTAGE: Duration = Duration::from_secs(1);

/// What a program does next.
#[derive(Debug, PartialEq)]
enum Next {
    GoOn,
    SignInAgain,
    AskLater,
}

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
        .build()?;
    let token = sign_in(&plex, &emulator).await?;

    println!("\nAfter the sign-in:");
    expect(Next::GoOn, next(&plex, &token).await)?;

    println!("\nWhile plex.tv is down:");
    emulator.refuse_connections(OUTAGE);
    expect(Next::AskLater, next(&plex, &token).await)?;

    println!("\nWhen plex.tv is back:");
    tokio::time::sleep(OUTAGE).await;
    expect(Next::GoOn, next(&plex, &token).await)?;

    println!("\nAfter signing out:");
    plex.sign_out(&token).await?;
    expect(Next::SignInAgain, next(&plex, &token).await)
}

/// The part for your program.
async fn next(plex: &PlexApi, token: &Token) -> Next {
    match plex.check_token(token).await {
        TokenStatus::Valid(user) => {
            let name = user.title.as_deref().unwrap_or("somebody without a name");
            println!("  valid: this is {name}");
            Next::GoOn
        }
        // plex.tv itself says no: the token will never be good again. Forget it.
        TokenStatus::Rejected(why) => {
            println!("  rejected: {why}");
            Next::SignInAgain
        }
        // Nobody knows. Keep the token: to throw it away in an outage would sign out every user.
        TokenStatus::Unknown(error) => {
            println!("  unknown: {error}");
            Next::AskLater
        }
    }
}

async fn sign_in(plex: &PlexApi, emulator: &Emulator) -> Result<Token> {
    let sign_in = plex.start_sign_in().await?;
    // What the user does in a browser.
    emulator.approve(sign_in.code().as_str()).await?;
    Ok(plex.wait_for_token(&sign_in).await?)
}

/// The demonstration fails if it does not show what it says.
fn expect(expected: Next, found: Next) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(format!("expected to {expected:?}, but it is time to {found:?}").into())
}
