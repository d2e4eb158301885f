//! `plex-api-codegen import`: copies operations from another OpenAPI document into a spec, with every component that they
//! refer to.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use similar::TextDiff;

use crate::{Naming, Rename, SpecFile};

/// Copy operations into a spec, with every component that they refer to
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    operations: Operations,
    /// The spec to copy into; its other lines stay as they are
    #[arg(long, value_name = "SPEC")]
    into: PathBuf,
}

/// The operations to copy.
#[derive(Debug, clap::Args)]
pub struct Operations {
    /// The OpenAPI document to copy from, version 3.0 or 3.1, in YAML or JSON
    from: PathBuf,
    /// The operations: their operationId, or 'METHOD /path'
    #[arg(required = true, value_name = "OPERATION")]
    operations: Vec<String>,
    /// Put this before the name of each copied component whose name is taken
    #[arg(long, value_name = "NAME")]
    prefix: Option<String>,
    /// Give a copied component another name
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<Rename>,
    /// Change nothing; show the diff
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written, or an operation cannot be copied.
pub fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let name = args.into.display().to_string();
    into(&args.operations, &args.into, &name, out).map(|_| ())
}

/// Copies operations into a spec, which messages call by this name. Returns false if it was only tried.
///
/// # Errors
/// When a file cannot be read or written, or an operation cannot be copied.
pub fn into(wanted: &Operations, path: &Path, name: &str, out: &mut impl Write) -> Result<bool> {
    let source = read(&wanted.from)?;
    let target = read(path)?;
    let naming = Naming {
        renames: wanted.rename.clone(),
        prefix: wanted.prefix.clone(),
    };
    let imported = crate::import(
        SpecFile {
            name: &wanted.from.display().to_string(),
            text: &source,
        },
        SpecFile {
            name,
            text: &target,
        },
        &wanted.operations,
        &naming,
    )
    .map_err(|error| anyhow!("nothing was copied:\n{error}"))?;
    if wanted.dry_run {
        return show(&target, &imported.text, name, out).map(|()| false);
    }
    replace(path, &imported.text).with_context(|| format!("cannot write {name}"))?;
    for line in imported.report {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "changed {name}")?;
    Ok(true)
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
            operations: Operations {
                from: file,
                operations: vec![String::from("a")],
                prefix: None,
                rename: Vec::new(),
                dry_run: false,
            },
            into: into.clone(),
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
        let (result, text, _) = import(|args| args.operations.dry_run = true);
        let output = result.unwrap();
        assert!(
            output.ends_with(" paths:\n+  /a:\n+    get:\n+      operationId: a\n"),
            "{output}"
        );
        assert_eq!(text, "paths:\n");
    }

    #[test]
    fn a_refused_import_writes_nothing() {
        let (result, text, files) =
            import(|args| args.operations.operations.push(String::from("b")));
        let error = result.unwrap_err().to_string();
        assert!(
            error.starts_with("nothing was copied:\n") && error.contains("`b`"),
            "{error}"
        );
        assert_eq!((text.as_str(), files), ("paths:\n", 2));
    }
}
