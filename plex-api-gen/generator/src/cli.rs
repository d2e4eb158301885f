//! The program `plex-api-codegen`, and what `cargo xtask` shares with it.
//!
//! These functions serve the programs of this repository: they change without notice.

pub mod changes;
pub mod files;
pub mod generate;
pub mod import;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

/// Generates Rust clients for the SDK plex-api from OpenAPI documents
#[derive(Debug, Parser)]
#[command(name = "plex-api-codegen", version, arg_required_else_help = true, after_help = EXIT_STATUS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 if all went well, 1 if something failed or a checked file is out of date, \
                           2 if the arguments are wrong.";

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Args),
    Import(import::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let mut out = io::stdout().lock();
    exit(match cli.command {
        Command::Generate(args) => generate::run(&args, &mut out),
        Command::Import(args) => import::run(&args, &mut out),
    })
}

/// Parses the arguments of this process. If they are wrong or ask for help, prints that and returns the exit status.
///
/// # Errors
/// The exit status, if the process should end.
pub fn parse<P: Parser>() -> Result<P, ExitCode> {
    P::try_parse().map_err(|error| {
        if error.kind() == ErrorKind::InvalidSubcommand {
            say(&format!("{error}\n{}", P::command().render_help()));
            return ExitCode::from(2);
        }
        // Nothing can be reported if the output is closed.
        let _closed = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// Reports a failure on standard error, and returns the exit status.
pub fn exit(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard error; a closed standard error is ignored.
pub fn say(line: &str) {
    let _closed = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
