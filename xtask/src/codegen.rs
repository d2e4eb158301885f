//! `cargo xtask codegen`: generates plex-api-gen/src/generated.rs and its snapshots from openapi/plex.yaml.

mod changes;
mod files;
mod snapshots;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use plex_api_codegen::{Generated, Settings};

use crate::{SPEC, cargo, say};
use files::Change;

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
    /// Another spec than openapi/plex.yaml, for code in a crate that depends on plex-api (no snapshots)
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// The file to write the code of the other spec to
    #[arg(long, value_name = "FILE", requires = "spec")]
    out: Option<PathBuf>,
}

/// How to treat files that are out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    Check,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let root = cargo::root();
    let mode = if args.check { Mode::Check } else { Mode::Write };
    let other = args.spec.as_deref().zip(args.out.as_deref());
    let (spec, file) = other.map_or_else(
        || (root.join(SPEC), root.join(GENERATED)),
        |(spec, file)| (spec.to_path_buf(), file.to_path_buf()),
    );

    let generated = generate(&spec, other.is_some())?;
    for warning in &generated.warnings {
        say(&format!("warning: {warning}"));
    }
    if other.is_none() {
        complete(&generated)?;
    }
    let change = Change::of_file(&file, generated.code.clone().into_bytes())?;
    if let Some(change) = &change {
        write!(
            out,
            "{}",
            changes::list(&change.old_text(), &generated.code)?
        )?;
    }
    let mut outdated = settle(mode, change.as_slice(), out)?;

    if other.is_none() && (mode == Mode::Write || outdated == 0) {
        let changes = snapshots::changes(&root, &generated.code, args.snapshots)?;
        outdated += settle(mode, &changes, out)?;
    } else if other.is_none() {
        say("the snapshots are compared once the code is up to date");
    }
    let summary = changes::summary(&generated.code, generated.warnings.len())?;
    let ending = if outdated == 0 {
        ": nothing changed"
    } else {
        ""
    };
    writeln!(out, "{summary}{ending}")?;
    if mode == Mode::Check && outdated > 0 {
        let files = if outdated == 1 {
            "file is"
        } else {
            "files are"
        };
        let (spec, command) = (shown(&spec), command(other));
        bail!("{outdated} {files} not what {spec} generates\nrun: {command}");
    }
    Ok(())
}

/// Generates the code of a spec; `external` is for code outside plex-api-gen.
fn generate(spec: &Path, external: bool) -> Result<Generated> {
    let text =
        fs::read_to_string(spec).with_context(|| format!("cannot read {}", spec.display()))?;
    let file_name = spec.file_name().unwrap_or_default().to_string_lossy();
    let settings = Settings {
        spec_name: if external { &file_name } else { SPEC },
        runtime: if external {
            "plex_api::generated"
        } else {
            "crate"
        },
        command: "cargo xtask codegen",
    };
    plex_api_codegen::generate(&text, &settings)
        .map_err(|error| anyhow::Error::msg(explained(&error, external.then_some(spec))))
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

/// Returns the problems of a spec, and the command that copies missing components.
fn explained(error: &plex_api_codegen::Error, spec: Option<&Path>) -> String {
    let mut text = error.to_string().replace('\n', "\nerror: ");
    let missing: Vec<&str> = error.missing_components().into_iter().collect();
    if !missing.is_empty() {
        let into = spec.map_or_else(String::new, |spec| format!(" --into {}", spec.display()));
        text += &format!(
            "\nmissing components: {}\nto copy an operation with everything it refers to, remove the pasted one and run: \
             cargo xtask import FILE OPERATION_ID{into}",
            missing.join(", ")
        );
    }
    text
}

/// Writes the changes, or shows them as diffs; returns their number.
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

/// Returns the command that brings outdated files up to date.
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
    fn a_check_shows_what_a_write_then_changes() {
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

    /// Runs the command on a spec in a folder of its own; returns the result, its output and the file it wrote.
    fn run_on(spec: &str, check: bool) -> (Result<()>, String, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.yaml");
        fs::write(&path, spec).unwrap();
        let args = Args {
            check,
            snapshots: false,
            spec: Some(path),
            out: Some(folder.path().join("own.rs")),
        };
        let mut out = Vec::new();
        let result = run(&args, &mut out);
        let written = fs::read_to_string(folder.path().join("own.rs")).ok();
        (result, String::from_utf8(out).unwrap(), written)
    }

    const SPEC_OF_ONE: &str = "\
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'https://plex.tv'}]
paths:
  /a:
    get:
      operationId: a
      security: []
      responses: {'204': {description: d}}
";

    #[test]
    fn code_for_another_crate_uses_plex_api_as_its_runtime() {
        let (result, output, code) = run_on(SPEC_OF_ONE, false);
        result.unwrap();
        let code = code.unwrap();
        assert!(code.starts_with("// @generated from own.yaml by `cargo xtask codegen`"));
        assert!(code.contains("plex_api::generated"), "{code}");
        assert!(output.starts_with("operation a: added\nadded "), "{output}");
        assert!(
            output.ends_with("1 operation, 0 models, 0 warnings\n"),
            "{output}"
        );
    }

    #[test]
    fn a_check_writes_nothing_and_fails() {
        let (result, _, code) = run_on(SPEC_OF_ONE, true);
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("1 file is not what "), "{error}");
        assert_eq!(code, None);
    }

    #[test]
    fn missing_components_come_after_the_problems() {
        let spec = SPEC_OF_ONE.replace(
            "description: d",
            "$ref: '#/components/responses/B'}, '400': {$ref: '#/components/responses/A'",
        );
        let error = run_on(&spec, false).0.unwrap_err().to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert!(lines[0].starts_with("own.yaml:9: operation a: "), "{error}");
        assert!(lines[1].starts_with("error: own.yaml:9: "), "{error}");
        let missing = "missing components: #/components/responses/A, #/components/responses/B";
        assert_eq!(lines[2], missing);
        assert!(
            lines[3].contains("cargo xtask import FILE OPERATION_ID --into "),
            "{error}"
        );
    }

    #[test]
    fn an_operation_of_this_repository_is_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plex.yaml");
        let other =
            "  /b: {get: {operationId: b, security: [], responses: {'204': {$ref: '#/no'}}}}\n";
        fs::write(&path, format!("{SPEC_OF_ONE}{other}")).unwrap();
        let generated = generate(&path, true).unwrap();
        let error = complete(&generated).unwrap_err().to_string();
        let expected = "openapi/plex.yaml has operations that cannot be generated: b\n";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn a_missing_spec_is_an_error() {
        let error = generate(Path::new("/no/such/spec.yaml"), true).unwrap_err();
        assert_eq!(error.to_string(), "cannot read /no/such/spec.yaml");
    }
}
