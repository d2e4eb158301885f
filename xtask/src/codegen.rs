//! `cargo xtask codegen`: generates plex-api-gen/src/generated.rs and its snapshots from openapi/plex.yaml.

mod snapshots;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use plex_api_codegen::cli::changes::Contents;
use plex_api_codegen::cli::files::Change;
use plex_api_codegen::cli::{generate, say};
use plex_api_codegen::{Generated, Settings};

use crate::{SPEC, cargo};

const GENERATED: &str = "plex-api-gen/src/generated.rs";

/// Generate the Rust code and the snapshots of its schemas and signatures
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Change nothing; fail with a diff if a file is out of date
    #[arg(long)]
    check: bool,
    /// Make the snapshots even if neither the code nor a snapshot has changed
    #[arg(long, conflicts_with = "spec")]
    snapshots: bool,
    /// Another spec than openapi/plex.yaml, as the program plex-api-codegen generates it (no snapshots)
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// The file to write the code of the other spec to
    #[arg(long, value_name = "FILE", requires = "spec")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    if let (Some(spec), Some(file)) = (&args.spec, &args.out) {
        let args = generate::Args {
            spec: spec.clone(),
            out: file.clone(),
            runtime: generate::RUNTIME.to_owned(),
            check: args.check,
        };
        return generate::run(&args, out);
    }
    let root = cargo::root();
    let settings = Settings {
        spec_name: SPEC,
        runtime: "crate",
        command: "cargo xtask codegen",
    };
    let generated = generate::from_file(&root.join(SPEC), &settings, "cargo xtask import", "")?;
    complete(&generated)?;
    let contents = Contents::of(&generated.code)?;
    let content = generated.code.clone().into_bytes();
    let change = Change::of_file(&root.join(GENERATED), content)?;
    if let Some(change) = &change {
        write!(out, "{}", contents.changes_since(&change.old_text()))?;
    }
    let mut outdated = generate::settle(args.check, change.as_slice(), &shown, out)?;

    if !args.check || outdated == 0 {
        let changes = snapshots::changes(&root, &generated.code, args.snapshots)?;
        outdated += generate::settle(args.check, &changes, &shown, out)?;
    } else {
        say("the snapshots are compared once the code is up to date");
    }
    writeln!(
        out,
        "{}",
        generate::summary(&contents, &generated, outdated)
    )?;
    if args.check && outdated > 0 {
        let files = if outdated == 1 {
            "file is"
        } else {
            "files are"
        };
        bail!("{outdated} {files} not what {SPEC} generates\nrun: cargo xtask codegen");
    }
    Ok(())
}

/// Fails if an operation of the spec was left out: the client of this repository has all of them.
fn complete(generated: &Generated) -> Result<()> {
    let left_out = &generated.left_out;
    if left_out.is_empty() {
        return Ok(());
    }
    bail!(
        "{SPEC} has operations that cannot be generated: {}\nfix them as the warnings say",
        left_out.join(", ")
    )
}

/// Returns a path for messages: relative to the workspace if inside it.
fn shown(path: &Path) -> String {
    path.strip_prefix(cargo::root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_of_this_repository_is_not_left_out() {
        let mut generated = Generated {
            code: String::new(),
            left_out: Vec::new(),
            warnings: Vec::new(),
        };
        assert!(complete(&generated).is_ok());
        generated.left_out.push(String::from("b"));
        let error = complete(&generated).unwrap_err().to_string();
        let expected = "openapi/plex.yaml has operations that cannot be generated: b\n";
        assert!(error.starts_with(expected), "{error}");
    }
}
