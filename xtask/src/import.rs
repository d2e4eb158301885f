//! `cargo xtask import`: copies operations from another OpenAPI file into openapi/plex.yaml, with every component that
//! they refer to.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use plex_api_codegen::{Rename, SpecFile};
use similar::TextDiff;

use crate::{SPEC, cargo, say};

/// Copy operations, with every component that they refer to, from another OpenAPI file into openapi/plex.yaml
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
    /// Change nothing; show the diff
    #[arg(long)]
    dry_run: bool,
    /// The file to copy into, instead of openapi/plex.yaml
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let (path, name) = match &args.into {
        Some(path) => (path.clone(), path.display().to_string()),
        None => (cargo::root().join(SPEC), SPEC.to_owned()),
    };
    let source = read(&args.file)?;
    let target = read(&path)?;
    let imported = plex_api_codegen::import(
        SpecFile {
            name: &args.file.display().to_string(),
            text: &source,
        },
        SpecFile {
            name: &name,
            text: &target,
        },
        &args.operations,
        &args.rename,
    )
    .map_err(|error| anyhow!("nothing was copied:\n{error}"))?;
    if args.dry_run {
        return show(&target, &imported.text, &name, out);
    }
    replace(&path, &imported.text).with_context(|| format!("cannot write {name}"))?;
    for line in imported.report {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "changed {name}")?;
    say("run: cargo xtask codegen");
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Prints the diff of the import.
fn show(old: &str, new: &str, name: &str, out: &mut impl Write) -> Result<()> {
    let name = name.trim_start_matches('/');
    let diff = TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    write!(out, "{diff}")?;
    Ok(())
}

/// Replaces a file atomically: other programs read either the old text or the new one.
fn replace(path: &Path, text: &str) -> Result<()> {
    // Replace the file that a symbolic link points to, not the link.
    let path = fs::canonicalize(path)?;
    let folder = path.parent().context("has no parent folder")?;
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

    const SOURCE: &str = "paths:\n  /a:\n    get:\n      operationId: a\n";

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
    fn the_file_is_replaced_and_the_additions_are_listed() {
        let (result, text, files) = import(|_| {});
        assert!(
            result
                .unwrap()
                .starts_with("operation a: added (GET /a)\nchanged ")
        );
        assert_eq!(text, SOURCE);
        assert_eq!(files, 2);
    }

    #[test]
    fn a_dry_run_shows_the_diff_and_writes_nothing() {
        let (result, text, _) = import(|args| args.dry_run = true);
        let output = result.unwrap();
        assert!(
            output.ends_with(" paths:\n+  /a:\n+    get:\n+      operationId: a\n"),
            "{output}"
        );
        assert_eq!(text, "paths:\n");
    }

    #[test]
    fn a_refused_import_writes_nothing() {
        let (result, text, files) = import(|args| args.operations.push(String::from("b")));
        let error = result.unwrap_err().to_string();
        assert!(
            error.starts_with("nothing was copied:\n") && error.contains("`b`"),
            "{error}"
        );
        assert_eq!((text.as_str(), files), ("paths:\n", 2));
    }
}
