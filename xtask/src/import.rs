//! `cargo xtask import`: copies operations from another OpenAPI file into openapi/plex.yaml, with everything that they
//! refer to, and leaves what is there as it is.
//!
//! Text is copied, not values: comments, quotes and the order of things stay. `plan` is the way from the two files to the
//! new text, everything else is a step of it.

mod check;
mod clash;
mod closure;
mod document;
mod indent;
mod inherit;
mod insert;
mod names;
mod operation;
mod plan;
mod references;
mod slice;
mod wanted;
mod yaml;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use similar::TextDiff;

use crate::{cargo, say};
use document::Document;
use names::Rename;

const SPEC: &str = "openapi/plex.yaml";

/// Copy operations, with all that they refer to, from another OpenAPI file into openapi/plex.yaml
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The YAML file to copy from, OpenAPI 3.0 or 3.1
    file: PathBuf,
    /// The operations: their operationId, or 'METHOD /path'
    #[arg(required = true, value_name = "OPERATION_ID")]
    operations: Vec<String>,
    /// Give a copied component another name
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<Rename>,
    /// Change nothing, show what would change
    #[arg(long)]
    dry_run: bool,
    /// Another file than openapi/plex.yaml to copy into
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let (path, name) = match &args.into {
        Some(path) => (path.clone(), path.display().to_string()),
        None => (cargo::root().join(SPEC), SPEC.to_owned()),
    };
    let source = Document::read(&args.file, &args.file.display().to_string())?;
    let target = Document::read(&path, &name)?;
    let plan = match plan::plan(&source, &target, &args.operations, &args.rename) {
        Ok(plan) => plan,
        Err(problems) => bail!("nothing was copied:\n{}", problems.join("\n")),
    };
    if args.dry_run {
        return show(&target.lines.concat(), &plan.text, &name, out);
    }
    replace(&path, &plan.text).with_context(|| format!("cannot write {name}"))?;
    for line in plan.report {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "changed {name}")?;
    say("run: cargo xtask codegen");
    Ok(())
}

/// Prints the difference that the copy would make.
fn show(old: &str, new: &str, name: &str, out: &mut impl Write) -> Result<()> {
    let name = name.trim_start_matches('/');
    let diff = TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    write!(out, "{diff}")?;
    Ok(())
}

/// Replaces a file in one step: whoever reads it sees the old text or the new one.
fn replace(path: &Path, text: &str) -> Result<()> {
    // Where the path is a link, the file that it leads to is replaced.
    let path = fs::canonicalize(path)?;
    let folder = path.parent().context("has no folder")?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file()
        .set_permissions(fs::metadata(&path)?.permissions())?;
    file.persist(&path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "paths:\n  /a:\n    get: {operationId: a}\n";

    fn import(args: impl FnOnce(&mut Args)) -> (Result<String>, String, usize) {
        let folder = tempfile::tempdir().unwrap();
        let (file, into) = (folder.path().join("s.yaml"), folder.path().join("t.yaml"));
        fs::write(&file, SOURCE).unwrap();
        fs::write(&into, "paths:\n").unwrap();
        let mut given = Args {
            file,
            operations: vec![String::from("a")],
            rename: Vec::new(),
            dry_run: false,
            into: Some(into.clone()),
        };
        args(&mut given);
        let mut out = Vec::new();
        let result = run(&given, &mut out).map(|()| String::from_utf8(out).unwrap());
        let files = fs::read_dir(folder.path()).unwrap().count();
        (result, fs::read_to_string(into).unwrap(), files)
    }

    #[test]
    fn the_file_is_replaced_and_it_is_said_what_was_added() {
        let (said, text, files) = import(|_| {});
        assert!(
            said.unwrap()
                .starts_with("operation a: added (GET /a)\nchanged ")
        );
        assert_eq!(text, SOURCE);
        assert_eq!(files, 2);
    }

    #[test]
    fn a_dry_run_shows_the_diff_and_writes_nothing() {
        let (said, text, _) = import(|args| args.dry_run = true);
        let said = said.unwrap();
        assert!(
            said.ends_with(" paths:\n+  /a:\n+    get: {operationId: a}\n"),
            "{said}"
        );
        assert_eq!(text, "paths:\n");
    }

    #[test]
    fn nothing_is_written_when_one_thing_is_wrong() {
        let (said, text, files) = import(|args| args.operations.push(String::from("b")));
        let said = said.unwrap_err().to_string();
        assert!(
            said.starts_with("nothing was copied:\n") && said.contains("`b`"),
            "{said}"
        );
        assert_eq!((text.as_str(), files), ("paths:\n", 2));
    }
}
