//! The command line.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use plex_tv_emulator::{Emulator, EmulatorBuilder, Error};

/// A plex.tv to build and test against.
///
/// Point your app at the address it prints instead of https://plex.tv. The page at that address explains the
/// rest.
#[derive(Debug, Parser)]
#[command(name = "plex-tv-emulator", version)]
pub(crate) struct Cli {
    /// The port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Let the demo user agree to every PIN once it is this many seconds old
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    approve_after: Option<Duration>,
}

/// Runs the emulator until it is told to stop.
pub(crate) async fn run(cli: Cli) -> ExitCode {
    let emulator = match cli.builder().start().await {
        Ok(emulator) => emulator,
        Err(error) => return fail(&error),
    };
    if announce(&emulator).is_err() {
        // Nobody reads what we print; serve all the same.
    }
    stop_signal().await;
    emulator.stop(Duration::from_secs(2)).await;
    ExitCode::SUCCESS
}

impl Cli {
    fn builder(self) -> EmulatorBuilder {
        let mut builder = Emulator::builder().port(self.port);
        if let Some(age) = self.approve_after {
            builder = builder.approve_after(age);
        }
        builder
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn announce(emulator: &Emulator) -> std::io::Result<()> {
    let mut origin = emulator.base_url();
    origin.set_path("");
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "listening on {}",
        origin.as_str().trim_end_matches('/')
    )?;
    writeln!(out, "demo user's token: {}", emulator.demo_token())?;
    out.flush()
}

fn fail(error: &Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "plex-tv-emulator: {error}");
    ExitCode::FAILURE
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
