//! The binary; `plex-tv-emulator --help` lists its options.

use std::process::ExitCode;

use clap::Parser;

mod cli;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    cli::run(cli::Cli::parse()).await
}
