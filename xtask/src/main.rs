//! The maintenance commands of this repository: `cargo xtask <COMMAND>`.
//!
//! Each module is one command. The only package of this workspace that xtask depends on is plex-api-codegen, so that it
//! can repair a broken generated.rs: plex-api and plex-api-gen may fail to compile while it runs.

mod cargo;
mod codegen;
mod features;
mod import;
mod tree;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plex_api_codegen::cli;

/// The spec of plex.tv, relative to the folder of the workspace.
const SPEC: &str = "openapi/plex.yaml";

/// Maintenance commands of this repository
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Codegen(codegen::Args),
    Features(features::Args),
    Import(import::Args),
    Tree(tree::Args),
}

fn main() -> ExitCode {
    let xtask = match cli::parse::<Cli>() {
        Ok(xtask) => xtask,
        Err(exit) => return exit,
    };
    let mut out = io::stdout().lock();
    cli::exit(match xtask.command {
        Command::Codegen(args) => codegen::run(&args, &mut out),
        Command::Features(args) => features::run(&args, &mut out),
        Command::Import(args) => import::run(&args, &mut out),
        Command::Tree(args) => tree::run(&args, &mut out),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn spec_and_out_require_each_other() {
        let parse = |args: &[&str]| Cli::try_parse_from(["xtask", "codegen"].iter().chain(args));
        assert!(parse(&["--check"]).is_ok());
        assert!(parse(&["--spec", "a", "--out", "b", "--check"]).is_ok());
        assert!(parse(&["--spec", "a"]).is_err());
        assert!(parse(&["--out", "b"]).is_err());
    }
}
