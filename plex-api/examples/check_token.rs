//! Checks if a token is still valid: `cargo run --example check_token`.
//!
//! Shows the three outcomes, and what a program does on each. An emulator of plex.tv runs in this process: the example signs
//! in, the emulator goes down and comes back, and the example signs out. It needs neither an account nor a network.

#![allow(clippy::print_stdout, reason = "an example prints to its user")]

use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PlexApi, Token, TokenStatus};
use plex_tv_emulator::Emulator;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The next step of a program that checked its token.
#[derive(Debug, PartialEq)]
enum Next {
    Continue,
    SignInAgain,
    CheckLater,
}

/// Checks the token and decides: this part is for your program.
async fn next(plex: &PlexApi, token: &Token) -> Next {
    match plex.check_token(token).await {
        TokenStatus::Valid(user) => {
            let name = user.title.as_deref().unwrap_or("a user without a name");
            println!("  valid: this is {name}");
            Next::Continue
        }
        // plex.tv has rejected the token: it will never be valid again. Delete it.
        TokenStatus::Rejected(error) => {
            println!("  rejected: {error}");
            Next::SignInAgain
        }
        // The token may still be valid. Keep it: a program that deletes tokens in an outage signs out every user.
        TokenStatus::Unknown(error) => {
            println!("  unknown: {error}");
            Next::CheckLater
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let emulator = Emulator::start().await?;
    let identity = Identity::new(ClientIdentifier::random()).client_name("plex-api example");
    let plex = PlexApi::builder(identity).base_url(emulator.base_url());
    let plex = plex.build()?;
    let sign_in = plex.start_sign_in().await?;
    // The user does this in a browser.
    emulator.approve(sign_in.code().as_str()).await?;
    let token = plex.wait_for_token(&sign_in).await?;

    println!("\nAfter the sign-in:");
    expect(Next::Continue, next(&plex, &token).await)?;

    println!("\nWhile plex.tv is down:");
    let outage = Duration::from_secs(1);
    emulator.refuse_connections(outage);
    expect(Next::CheckLater, next(&plex, &token).await)?;

    println!("\nWhen plex.tv is back:");
    tokio::time::sleep(outage).await;
    expect(Next::Continue, next(&plex, &token).await)?;

    println!("\nAfter signing out:");
    plex.sign_out(&token).await?;
    expect(Next::SignInAgain, next(&plex, &token).await)
}

/// Fails if the outcome is not the expected one.
fn expect(expected: Next, found: Next) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(format!("expected {expected:?}, found {found:?}").into())
}
