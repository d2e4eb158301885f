//! `cargo xtask codegen`: makes plex-api-gen/src/generated.rs and its snapshots from openapi/plex.yaml.

mod compare;
mod docs;
mod files;
mod generate;
mod missing;
mod progress;
mod snapshots;
mod summary;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{cargo, say};
use files::Change;

const SPEC: &str = "openapi/plex.yaml";
const GENERATED: &str = "plex-api-gen/src/generated.rs";
const SNAPSHOTS: &str = "tests/snapshots/generated";

/// Generate the Rust code and the snapshots of its schemas and signatures
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Change nothing; fail with a diff when a file is not what the spec makes
    #[arg(long)]
    check: bool,
    /// Another spec than openapi/plex.yaml, for code in a crate that depends on plex-api (no snapshots)
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// Where the code of the other spec goes
    #[arg(long, value_name = "FILE", requires = "spec")]
    out: Option<PathBuf>,
}

/// What to do with files that are not what the spec makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    Check,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let root = cargo::root();
    let mode = if args.check { Mode::Check } else { Mode::Write };
    let other = args.spec.as_deref().zip(args.out.as_deref());
    let (spec, file) = match other {
        Some((spec, file)) => (absolute(spec)?, absolute(file)?),
        None => (root.join(SPEC), root.join(GENERATED)),
    };

    say(&format!("generating from {}", shown(&spec)));
    let made = generate::run(&spec, other.is_some())?;
    let change = Change::of_file(&file, made.code.clone().into_bytes())?;
    let report = match &change {
        Some(change) => compare::report(&change.old_text(), &change.new_text())?,
        None => compare::report(&made.code, &made.code)?,
    };
    if change.is_some() {
        write!(out, "{report}")?;
    }
    let mut settled = settle(mode, change.as_slice(), out)?;

    if other.is_none() && (mode == Mode::Write || settled == 0) {
        let made = snapshots::make(&root)?;
        let changes = Change::of_folder(&root.join(SNAPSHOTS), made.path())?;
        settled += settle(mode, &changes, out)?;
    } else if other.is_none() {
        say("the snapshots are compared when the code is up to date");
    }
    let summary = summary::summary(&report, made.warnings.len(), change.is_some(), settled);
    writeln!(out, "{summary}")?;
    if mode == Mode::Check && settled > 0 {
        let files = if settled == 1 { "file is" } else { "files are" };
        bail!(
            "{settled} {files} not what {} makes\nrun: {}",
            shown(&spec),
            command(other)
        );
    }
    Ok(())
}

/// Writes the changes, or shows them as diffs and leaves the tree alone; returns how many there are.
fn settle(mode: Mode, changes: &[Change], out: &mut impl Write) -> Result<usize> {
    for change in changes {
        match mode {
            Mode::Write => {
                change.apply()?;
                writeln!(out, "{} {}", change.verb(), shown(&change.path))?;
            }
            Mode::Check => write!(out, "{}", change.diff(&shown(&change.path)))?,
        }
    }
    Ok(changes.len())
}

/// The command that mends what a check found.
fn command(other: Option<(&Path, &Path)>) -> String {
    match other {
        Some((spec, out)) => {
            format!(
                "cargo xtask codegen --spec {} --out {}",
                spec.display(),
                out.display()
            )
        }
        None => String::from("cargo xtask codegen"),
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot resolve {}", path.display()))
}

/// A path as people know it: seen from the workspace's folder where it is inside.
fn shown(path: &Path) -> String {
    path.strip_prefix(cargo::root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_check_shows_what_a_write_then_mends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("generated.rs");
        fs::write(&file, "old\n").unwrap();
        let changes = || Change::of_file(&file, b"new\n".to_vec()).unwrap();

        let mut out = Vec::new();
        assert_eq!(
            settle(Mode::Check, changes().as_slice(), &mut out).unwrap(),
            1
        );
        assert!(String::from_utf8(out).unwrap().contains("-old\n+new\n"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "old\n");

        let mut out = Vec::new();
        assert_eq!(
            settle(Mode::Write, changes().as_slice(), &mut out).unwrap(),
            1
        );
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!("changed {}\n", file.display())
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "new\n");
        assert!(changes().is_none());
    }

    #[test]
    fn the_command_to_run_repeats_the_arguments() {
        assert_eq!(command(None), "cargo xtask codegen");
        let other = Some((Path::new("a.yaml"), Path::new("b.rs")));
        assert_eq!(
            command(other),
            "cargo xtask codegen --spec a.yaml --out b.rs"
        );
    }
}
