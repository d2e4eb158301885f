//! `cargo xtask import`: copies operations from another OpenAPI document into openapi/plex.yaml, as the program
//! plex-api-codegen does.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use plex_api_codegen::cli::{import, say};

use crate::{SPEC, cargo};

/// Copy operations, with every component that they refer to, from another OpenAPI document into openapi/plex.yaml
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    operations: import::Operations,
    /// The spec to copy into, instead of openapi/plex.yaml
    #[arg(long, value_name = "SPEC")]
    into: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    if let Some(other) = &args.into {
        let name = other.display().to_string();
        return import::into(&args.operations, other, &name, out).map(|_| ());
    }
    if import::into(&args.operations, &cargo::root().join(SPEC), SPEC, out)? {
        say("run: cargo xtask codegen");
    }
    Ok(())
}
