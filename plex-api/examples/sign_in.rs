//! The whole job: `cargo run --example sign_in`.
//!
//! Without arguments it starts an emulator of plex.tv in this process and needs neither an account nor a network. With
//! `-- --live` it signs in with plex.tv, with `-- --short` by a four-letter code instead of a link.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use plex_api::{ClientIdentifier, CodeSignIn, Identity, PlexApi, QrCode, SignIn, Token};
use plex_tv_emulator::Emulator;
use url::Url;

/// The emulator's demo user takes this long to agree.
const DEMO_USER_AGREES_AFTER: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = tokio::select! {
        outcome = run() => outcome,
        _ = tokio::signal::ctrl_c() => Err("cancelled".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            clear_line();
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::from_arguments(std::env::args().skip(1))?;
    let identity = Identity::new(client_identifier(options.live))
        .client_name("plex-api example")
        .client_version(env!("CARGO_PKG_VERSION"))
        .platform(std::env::consts::OS);
    let (plex, emulator) = if options.live {
        (PlexApi::new(identity)?, None)
    } else {
        let emulator = Emulator::builder()
            .approve_after(DEMO_USER_AGREES_AFTER)
            .start()
            .await?;
        println!(
            "Started an emulator of plex.tv on this machine; its demo user agrees after 5 seconds."
        );
        (
            PlexApi::builder(identity)
                .base_url(emulator.base_url())
                .build()?,
            Some(emulator),
        )
    };
    let token = if options.short {
        let link: CodeSignIn = plex.start_code_sign_in().await?;
        println!(
            "\nEnter the code {} at https://plex.tv/link, or open:",
            link.code()
        );
        show(&link.url(), &link.qr_code()?, emulator.as_ref())?;
        counting_down(link.remaining(), plex.wait_for_token(&link)).await?
    } else {
        let sign_in: SignIn = plex.start_sign_in().await?;
        println!("\nTo sign in, open:");
        show(&sign_in.url(), &sign_in.qr_code()?, emulator.as_ref())?;
        counting_down(sign_in.remaining(), plex.wait_for_token(&sign_in)).await?
    };
    println!(
        "Signed in. The token, to be kept secret: {}",
        token.expose()
    );
    Ok(())
}

struct Options {
    live: bool,
    short: bool,
}

impl Options {
    fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            live: false,
            short: false,
        };
        for argument in arguments {
            match argument.as_str() {
                "--live" => options.live = true,
                "--short" => options.short = true,
                _ => {
                    return Err(format!(
                        "unknown argument {argument}; there are --live and --short"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// A program keeps its client identifier with its settings; this one asks its user to.
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

/// Shows a link, and in a terminal its QR code; the emulator has the same page on this machine.
fn show(link: &str, qr_code: &QrCode, emulator: Option<&Emulator>) -> Result<(), url::ParseError> {
    let local = match emulator {
        Some(emulator) => emulator.local_page(&Url::parse(link)?),
        None => None,
    };
    if std::io::stdout().is_terminal() {
        println!("\n{qr_code}");
    }
    match local {
        Some(local) => println!("  {local}\n  (the emulator's page for {link})\n"),
        None => println!("  {link}\n"),
    }
    Ok(())
}

/// Waits, and shows in a terminal how much time is left.
async fn counting_down<E>(
    left: Duration,
    wait: impl Future<Output = Result<Token, E>>,
) -> Result<Token, E> {
    let end = Instant::now() + left;
    println!(
        "Waiting for {} minutes at most.",
        left.as_secs().div_ceil(60)
    );
    let mut second = tokio::time::interval(Duration::from_secs(1));
    let mut wait = std::pin::pin!(wait);
    loop {
        tokio::select! {
            outcome = &mut wait => {
                clear_line();
                return outcome;
            }
            _ = second.tick() => {
                if std::io::stdout().is_terminal() {
                    let left = end.saturating_duration_since(Instant::now()).as_secs();
                    print!("\r{:02}:{:02} left ", left / 60, left % 60);
                    // That the terminal is gone is no reason to stop waiting.
                    let _ = std::io::stdout().flush();
                }
            }
        }
    }
}

/// Takes the countdown off the screen.
fn clear_line() {
    if std::io::stdout().is_terminal() {
        print!("\r\x1b[2K");
        let _ = std::io::stdout().flush();
    }
}
