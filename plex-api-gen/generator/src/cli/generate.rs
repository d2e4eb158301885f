//! `plex-api-codegen generate`: writes the client of a spec to a file that is checked in.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::changes::Contents;
use super::files::Change;
use super::say;
use crate::{Generated, Settings};

/// The runtime of a crate that depends on plex-api.
pub const RUNTIME: &str = "plex_api::generated";

/// Generate a client, as a file of Rust code to check in
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec: an OpenAPI document, version 3.0 or 3.1, in YAML or JSON
    pub spec: PathBuf,
    /// The file to write the code to, a module of your crate such as src/media_server.rs
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The path of plex-api's module `generated` in your crate
    #[arg(long, value_name = "PATH", default_value = RUNTIME)]
    pub runtime: String,
    /// Write nothing; show a diff and fail if the file is not what the spec generates
    #[arg(long)]
    pub check: bool,
}

/// Runs the command.
///
/// # Errors
/// When the spec cannot be read or generated, the file cannot be written, or a checked file is out of date.
pub fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let command = command(args);
    let settings = Settings {
        spec_name: &shown(&args.spec),
        runtime: &args.runtime,
        command: &command,
    };
    let generated = from_file(
        &args.spec,
        &settings,
        "plex-api-codegen import",
        " --into SPEC",
    )?;
    let mut code = documented(&generated.code, &args.spec);
    if args.check {
        code = with_command_of(&args.out, code);
    }
    let contents = Contents::of(&code)?;
    let change = Change::of_file(&args.out, code.into_bytes())?;
    if let Some(change) = &change {
        write!(out, "{}", contents.changes_since(&change.old_text()))?;
    }
    let outdated = settle(args.check, change.as_slice(), &shown, out)?;
    writeln!(out, "{}", summary(&contents, &generated, outdated))?;
    if args.check && outdated > 0 {
        let (file, spec) = (shown(&args.out), shown(&args.spec));
        bail!("{file} is not what {spec} generates\nrun: {command}");
    }
    Ok(())
}

/// Generates the code of a file, and prints the warnings on standard error.
///
/// If components are missing, the error says how `import`, a command and its last arguments, copies them.
///
/// # Errors
/// When the spec cannot be read or generated.
pub fn from_file(
    spec: &Path,
    settings: &Settings<'_>,
    import: &str,
    into: &str,
) -> Result<Generated> {
    let text =
        fs::read_to_string(spec).with_context(|| format!("cannot read {}", spec.display()))?;
    let generated = crate::generate(&text, settings).map_err(|error| {
        let into = into.replace("SPEC", &quoted(settings.spec_name));
        anyhow::Error::msg(explained(&error, import, &into))
    })?;
    for warning in &generated.warnings {
        say(&format!("warning: {warning}"));
    }
    Ok(generated)
}

/// Returns the problems of a spec, and the command that copies missing components.
fn explained(error: &crate::Error, import: &str, into: &str) -> String {
    let mut text = error.to_string().replace('\n', "\nerror: ");
    let missing: Vec<&str> = error.missing_components().into_iter().collect();
    if !missing.is_empty() {
        text += &format!(
            "\nmissing components: {}\nto copy an operation with everything it refers to, remove the pasted one and run: \
             {import} FILE OPERATION_ID{into}",
            missing.join(", ")
        );
    }
    text
}

/// Writes the changes, or shows them as diffs; returns their number.
///
/// # Errors
/// When a file cannot be written.
pub fn settle(
    is_check: bool,
    changes: &[Change],
    shown: &impl Fn(&Path) -> String,
    out: &mut impl Write,
) -> Result<usize> {
    for change in changes {
        let name = shown(&change.path);
        if is_check {
            write!(out, "{}", change.diff(&name))?;
        } else {
            change.apply()?;
            writeln!(out, "{} {name}", change.verb())?;
        }
    }
    Ok(changes.len())
}

/// Returns the last line of the output: numbers of operations, models and warnings, and the operations that were left out.
pub fn summary(contents: &Contents, generated: &Generated, outdated: usize) -> String {
    let mut summary = contents.summary(generated.warnings.len());
    if !generated.left_out.is_empty() {
        summary += &format!(", left out: {}", generated.left_out.join(", "));
    }
    let ending = if outdated == 0 {
        ": nothing changed"
    } else {
        ""
    };
    summary + ending
}

/// Adds the documentation of the module that the file is.
fn documented(code: &str, spec: &Path) -> String {
    let (head, items) = code.split_once("\n\n").unwrap_or(("", code));
    let name = spec.file_name().unwrap_or_default().to_string_lossy();
    let spec = crate::in_comment(&name).replace('`', "'");
    format!("{head}\n\n//! The client that is generated from `{spec}`.\n\n{items}")
}

/// Returns the code with the first line of a file, which has the command as somebody typed it: the same command in another
/// folder has other paths.
fn with_command_of(file: &Path, code: String) -> String {
    let first = |text: &str| text.find('\n').unwrap_or(text.len());
    match fs::read_to_string(file) {
        Ok(old) if old.starts_with("// @generated from ") => {
            old[..first(&old)].to_owned() + &code[first(&code)..]
        }
        _ => code,
    }
}

/// Returns the command as a shell reads it, without `--check`.
fn command(args: &Args) -> String {
    let (spec, out) = (quoted(&shown(&args.spec)), quoted(&shown(&args.out)));
    let mut command = format!("plex-api-codegen generate {spec} --out {out}");
    if args.runtime != RUNTIME {
        command += &format!(" --runtime {}", quoted(&args.runtime));
    }
    command
}

/// Puts single quotes around an argument that a shell would change.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:@+,\\".contains(c);
    if argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

/// Returns a path for messages and headers: relative to the current folder if inside it.
fn shown(path: &Path) -> String {
    let folder = env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.display().to_string()
}

#[cfg(test)]
mod tests;
