//! Starts cargo.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().map(Path::to_path_buf).unwrap_or(xtask)
}

/// Returns a command that starts the cargo that runs this program, in the workspace's folder, with plain output.
pub(crate) fn command() -> Command {
    let mut command = Command::new(program());
    command
        .current_dir(root())
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("CARGO_TERM_QUIET", "false")
        .env("RUST_BACKTRACE", "0");
    for (name, _) in env::vars_os().filter(|(name, _)| describes_xtask(name)) {
        command.env_remove(name);
    }
    command
}

/// Returns true for variables in which cargo describes xtask.
///
/// Build scripts that depend on them, such as the one of ring, would run again whenever cargo is started alternately
/// from here and from a shell.
fn describes_xtask(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")
}

/// Runs the command and captures its output.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command.output().with_context(cannot_start)
}

/// Runs the command with the output of this program; an exit status other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(cannot_start)?;
    if !status.success() {
        let args: Vec<_> = command
            .get_args()
            .map(|arg| arg.to_string_lossy())
            .collect();
        bail!("`cargo {}` failed ({status})", args.join(" "));
    }
    Ok(())
}

/// Runs the command and returns its standard output; if it fails, its standard error is the error.
pub(crate) fn stdout(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("the output of cargo is not UTF-8")
}

/// Returns the description of a package of the workspace by `cargo metadata`.
pub(crate) fn metadata(package: &str) -> Result<Value> {
    let text = stdout(command().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value =
        serde_json::from_str(&text).context("cannot parse the output of `cargo metadata`")?;
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["name"] == package)
        .cloned()
        .with_context(|| format!("the workspace has no package {package}"))
}

fn program() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

fn cannot_start() -> String {
    format!("cannot start {}", program().display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_describe_xtask_are_removed() {
        let command = command();
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            let removed = (OsStr::new(name), None);
            assert!(env::var_os(name).is_some() && command.get_envs().any(|it| it == removed));
        }
        let toolchain = OsStr::new("CARGO_HOME");
        assert!(command.get_envs().all(|(name, _)| name != toolchain));
    }

    #[test]
    fn a_failing_program_is_an_error_with_its_output() {
        let error = stdout(command().arg("no-such-subcommand")).unwrap_err();
        assert!(error.to_string().contains("no-such-subcommand"), "{error}");
    }

    #[test]
    fn a_missing_program_is_an_error() {
        let error = output(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(
            format!("{error:#}").starts_with("cannot start "),
            "{error:#}"
        );
    }
}
